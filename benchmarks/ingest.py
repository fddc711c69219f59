"""Ingest: loads of 500 changed rows against the first load, and against plain sqlite3 writing the same rows."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks import restating
from benchmarks.timing import Series, table, timed
from cspdash.deployment import Deployment, open_deployment, upgrade_database
from cspdash.settings import Settings
from data_access.demo.build import build
from data_access.demo.deployment import FOLDER

CHANGED, TABLE = 500, "investigation"
_TIMES = 5
_TOUCH = """
    UPDATE crime
    SET susp_cnt = coalesce(susp_cnt, 0) + ?, changed = datetime((SELECT max(changed) FROM crime), '+1 second')
    WHERE crime_no IN (
        SELECT crime_no FROM crime WHERE rec_type = 'CRIME' AND is_deleted = 'N' AND crime_no < '41/900000'
        ORDER BY crime_no LIMIT ? OFFSET ?)
"""


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
    with open_deployment(settings) as deployment:
        first, rows = _load(deployment)
        database = Path(settings.database_url.removeprefix("sqlite:///"))
        again, floor, idle = [], [], []
        for turn in range(_TIMES):
            _touch(home, turn)
            seconds, changed = _load(deployment)
            assert changed >= CHANGED, f"{changed} rows changed, not {CHANGED}"
            again.append(seconds)
            floor.append(_plain(database, home / "floor.db"))
            idle.append(_load(deployment)[0])
        restating.measure(deployment, first)
    print(f"Ingest, 12 months of {officers:,} officers: {rows:,} rows at first, then {CHANGED} changed investigations")
    found = [
        Series(name, tuple(seconds))
        for name, seconds in (
            (f"first load ({rows / first:,.0f} rows/s)", [first]),
            (f"load of {CHANGED} changed rows, all sources asked", again),
            ("load of nothing, all sources asked", idle),
            ("floor: sqlite3 executemany of those rows", floor),
        )
    ]
    table(*found)
    _, changed_rows, nothing, plain = found
    print(
        f"  against the first load {changed_rows.median / first:.1%}, against the floor {changed_rows.median / plain.median:.1f}"
    )
    print(
        f"  {CHANGED} rows alone, without asking the sources: {(changed_rows.median - nothing.median) * 1e3:.0f} ms\n"
    )


def _load(deployment: Deployment) -> tuple[float, int]:
    """(seconds, rows changed) of a load of all sources."""
    results: list[int] = []
    seconds = timed(lambda: results.extend(each.changed for each in deployment.ingest()))
    return seconds, sum(results)


def _touch(home: Path, turn: int) -> None:
    """Changes 500 crimes at their source, as the crime system would: one field, and when it was last changed."""
    with closing(sqlite3.connect(home / FOLDER / "athena.db")) as connection, connection:
        connection.execute(_TOUCH, (turn + 1, CHANGED, turn * CHANGED))


def _plain(database: Path, floor: Path) -> float:
    """Seconds that plain Python takes to write the same rows over their old selves, indexes and all, in a transaction."""
    shutil.copy(database, floor)
    with closing(sqlite3.connect(floor)) as connection:
        rows = connection.execute(f"SELECT * FROM {TABLE} ORDER BY loaded_at DESC LIMIT {CHANGED}").fetchall()  # noqa: S608  constants

        def write() -> None:
            with connection:
                marks = ",".join("?" * len(rows[0]))
                connection.executemany(f"INSERT OR REPLACE INTO {TABLE} VALUES ({marks})", rows)  # noqa: S608  question marks

        return timed(write)
