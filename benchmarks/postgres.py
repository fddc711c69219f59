"""The same on PostgreSQL: the first load, and a drill, of the force that was just measured on SQLite."""

from __future__ import annotations

from pathlib import Path

from benchmarks import drill, restating
from benchmarks.timing import timed
from cspdash.app import ports_of
from cspdash.deployment import open_deployment, upgrade_database
from cspdash.settings import Settings
from cspdash.web import build as build_web
from tests.support.postgres import PostgresServer


def measure(home: Path) -> None:
    with PostgresServer.started() as server, server.database() as url:
        settings = Settings.load(home, database_url=url)
        upgrade_database(settings)
        with open_deployment(settings) as deployment:
            results: list[int] = []
            seconds = timed(lambda: results.extend(each.changed for each in deployment.ingest()))
            print(f"PostgreSQL: first load {sum(results):,} rows, {sum(results) / seconds:,.0f} rows/s")
            drill.measure(deployment, build_web(deployment.settings, ports_of(deployment)))
            restating.measure(deployment, seconds)
