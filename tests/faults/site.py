"""A small deployment whose pages come from a database server that may be killed or cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dash
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update

from data_access.audit.trail import AuditTrail
from data_access.breaker import Breaker
from data_access.engine import open_engine
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions, SourceInfo
from tests.support.asking import body_of, post, words
from tests.support.force import NOW, ZONE, metadata, write
from tests.support.small import CATALOGUE, DATASETS, Small, app_of, signed_in, small_force

TEAM_PAGE = "/workload?unit=watford-int-c"


@dataclass
class Answer:
    """What a browser got: status, words, seconds, and whether it says that it is old."""

    status: int
    text: str
    seconds: float

    @property
    def is_stale(self) -> bool:
        return "The database is not answering." in self.text

    @property
    def is_words(self) -> bool:
        """Nothing but words: the page cannot be had, or nobody can say whose it would be."""
        return "Not answering just now" in self.text or (self.status == 503 and "who you are just now" in self.text)


@dataclass
class Site:
    app: dash.Dash
    engine: Engine
    deployment: Small

    def client(self, persona: str = "sgt") -> FlaskClient:
        return signed_in(self.app, persona)

    def look(self, client: FlaskClient, address: str = TEAM_PAGE) -> Answer:
        pathname, _, search = address.partition("?")
        values = {"url.pathname": pathname, "url.search": f"?{search}" if search else ""}
        began = time.monotonic()
        answer = post(client, body_of(self.app, "url.pathname", values))
        spent = time.monotonic() - began
        shown = words(answer.get_json()["response"]["main"]["children"]) if answer.status_code == 200 else answer.text
        return Answer(answer.status_code, shown, spent)


def fill(url: str) -> None:
    """The small force, in an empty database."""
    engine, tables = open_engine(url), metadata(DATASETS)
    tables.create_all(engine)
    write(small_force(), engine, tables)
    state = {"source": "athena", "dataset": "investigation", "mapping": "crimes", "mapping_hash": "", "rows": 22}
    times = {"event_at": NOW, "loaded_at": NOW, "tried_at": NOW}
    with engine.begin() as connection:
        connection.execute(insert(tables.tables["source_state"]).values(**state, **times, refused=0, result="ok"))
    engine.dispose()


@contextmanager
def site(url: str, home: Path, seconds: float = 3, audit_url: str = "") -> Iterator[Site]:
    """Pages over the database, as `cspdash serve` opens it; the audit in a file of its own unless told otherwise."""
    breaker = Breaker()
    engine, tables = open_engine(url, patience_seconds=seconds, breaker=breaker), metadata(DATASETS)
    now = [NOW]
    options = ReaderOptions(
        zone=ZONE, clock=lambda: now[0], min_peers=1, min_volume=0, sources={"athena": SourceInfo("Athena")}
    )
    reader = ScorecardReader(engine, tables, DATASETS, CATALOGUE, options)
    audit = AuditTrail.open(audit_url or f"sqlite:///{home}/audit.db", breaker=breaker if audit_url == url else None)
    audit.prepare()
    deployment = Small(engine, reader, ScorecardPlans(reader.figures), audit, now)
    try:
        yield Site(app_of(deployment, home), engine, deployment)
    finally:
        audit.close()
        engine.dispose()


def add_crime(engine: Engine, ref: str, officer: str = "E2") -> None:
    """One more open crime of an officer, in one transaction with the data version: as a load does it."""
    tables = metadata(DATASETS).tables
    table, version = tables["investigation"], tables["data_version"]
    book: dict[str, Any] = {"source": "test", "mapping": "test", "version": "1", "row_hash": "x", "loaded_at": NOW}
    moved = update(version).where(version.c.dataset == "investigation")
    with engine.begin() as connection:
        row = {"ref": ref, "officer_id": officer, "recorded_at": NOW - timedelta(hours=1), **book}
        connection.execute(insert(table).values(**row))
        connection.execute(moved.values(version=version.c.version + 1, bumped_at=datetime.now(UTC)))
