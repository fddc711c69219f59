"""Ingest: a second load of 500 changed rows against the first load, and both against plain sqlite3 writes."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.timing import timed
from cspdash.deployment import open_deployment, upgrade_database
from cspdash.settings import Settings
from data_access.demo.build import build
from data_access.ingest import LoadResult

_CHANGED = 500
_TABLE = "investigation"


def measure(officers: int, crimes_per_month: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="cspdash-bench-"))
    try:
        _measure(folder / "home", officers, crimes_per_month)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(home: Path, officers: int, crimes_per_month: int) -> None:
    build(home, officers=officers, crimes_per_month=crimes_per_month, months=12)
    settings = Settings.load(home)
    upgrade_database(settings)
    results: list[LoadResult] = []
    with open_deployment(settings) as deployment:
        first = timed(lambda: results.extend(deployment.ingest()))
        rows = sum(result.read for result in results)
        _touch(home)
        again: list[LoadResult] = []
        second = timed(lambda: again.extend(deployment.ingest()))
        changed = sum(result.changed for result in again)
        idle = timed(deployment.ingest)
        plain = _plain(home, Path(settings.database_url.removeprefix("sqlite:///")))
    print(f"Ingest: first load of {rows:,} rows, then {_CHANGED} changed investigations")
    print(f"  first load             {first:8.2f} s   {rows / first:>9,.0f} rows/s (read, checked, derived, written)")
    print(f"  second load            {second:8.2f} s   {changed} rows changed; {second / first:.1%} of the first")
    print(f"  third, nothing changed {idle:8.2f} s   {idle / first:.1%} of the first")
    print(f"  floor: the same investigations by sqlite3.executemany: {plain:,.0f} rows/s\n")


def _touch(home: Path) -> None:
    """Changes 500 crimes at their source, as the crime system would."""
    [source] = home.glob("sources-demo/athena.db")
    with sqlite3.connect(source) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(crime)")]
        watermark = next(name for name in columns if "chang" in name or "amend" in name or "updat" in name)
        latest = connection.execute(f'SELECT max("{watermark}") FROM crime').fetchone()[0]  # noqa: S608  a column of the table itself
        query = (
            f'UPDATE crime SET "{watermark}" = ? WHERE rowid IN (SELECT rowid FROM crime ORDER BY rowid DESC LIMIT ?)'  # noqa: S608
        )
        connection.execute(query, (latest + 1 if isinstance(latest, int) else latest, _CHANGED))


def _plain(home: Path, database: Path) -> float:
    """Rows a second that plain Python writes of the same table, one transaction, no checks, no derivation."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute(f"SELECT * FROM {_TABLE}").fetchall()  # noqa: S608  a constant
    marks = ",".join("?" * len(rows[0]))
    with sqlite3.connect(home / "floor.db") as floor:
        floor.execute(f"CREATE TABLE t ({','.join(f'c{n}' for n in range(len(rows[0])))})")
        seconds = timed(lambda: floor.executemany(f"INSERT INTO t VALUES ({marks})", rows))  # noqa: S608  question marks
    return len(rows) / seconds
