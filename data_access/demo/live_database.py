"""A source database while the feed changes it: named-column inserts and updates that move the watermark."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from data_access.demo.timeline import ZONE

WAIT_SECONDS = 10


def stamp(at: datetime) -> str:
    """An instant as text of its own zone; parts of a second keep two changes of one second apart."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def whole_seconds(at: datetime) -> str:
    """The same, as business times are written."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


class LiveDatabase:
    """One source database, opened for changing. `changed` counts the rows touched, by table.

    Leaving the `with` block commits; an error inside undoes the tick. Table and column names are the program's own.
    """

    def __init__(self, path: Path, *, watermark: str = "changed", in_utc: bool = False) -> None:
        self.connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.watermark, self.zone = watermark, UTC if in_utc else ZONE
        self.changed: Counter[str] = Counter()
        self.now = datetime.now(self.zone)

    def at(self, now: datetime) -> LiveDatabase:
        """Says what time it is for the changes to come."""
        self.now = now.astimezone(self.zone)
        return self

    def __enter__(self) -> Self:
        self.connection.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.execute("COMMIT" if kind is None else "ROLLBACK")

    @property
    def time(self) -> str:
        return whole_seconds(self.now)

    def all(self, query: str, *values: Any) -> list[sqlite3.Row]:
        return self.connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The first column of the first row; None without a row."""
        row = self.connection.execute(query, values).fetchone()
        return None if row is None else row[0]

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        values = dict(row) | {self.watermark: stamp(self.now)}
        names, places = ", ".join(values), ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(values.values()))  # noqa: S608
        self.changed[table] += 1

    def update(self, table: str, key: str, value: Any, *, where_empty: str = "", **columns: Any) -> int:
        """Changes the rows with that key (of them only those without a value in `where_empty`); how many there were."""
        values = columns | {self.watermark: stamp(self.now)}
        named = ", ".join(f"{name} = ?" for name in values)
        which = f"{key} = ?" + (f" AND {where_empty} IS NULL" if where_empty else "")
        cursor = self.connection.execute(f"UPDATE {table} SET {named} WHERE {which}", [*values.values(), value])  # noqa: S608
        self.changed[table] += cursor.rowcount
        return cursor.rowcount

    def close(self) -> None:
        self.connection.close()
