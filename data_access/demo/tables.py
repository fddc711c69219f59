"""Source tables as lists of columns, written to SQLite, CSV and XLSX."""

from __future__ import annotations

import csv
import gzip
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

_TYPES = {int: "INTEGER", float: "REAL"}


@dataclass
class Table:
    """One table of a source: values by column, all of one length; the first column is the key.

    `indexed` columns are those a reader looks for: the watermark, and what queries join by.
    """

    name: str
    columns: dict[str, list[Any]]
    indexed: tuple[str, ...] = ("changed",)
    key: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())))

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row; columns not named are empty."""
        unknown = set(row) - set(self.columns)
        assert not unknown, f"{self.name} has no {sorted(unknown)}"
        for name, values in self.columns.items():
            values.append(row.get(name))


def _type(values: Sequence[Any]) -> str:
    for value in values:
        if value is not None:
            return _TYPES.get(type(value), "TEXT")
    return "TEXT"


def write_database(path: Path, tables: Sequence[Table]) -> None:
    """A new SQLite file with these tables. A crash while it is written spoils it: `.complete` comes after."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "page_size=8192", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for table in tables:
            _write_table(connection, table)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")  # read while the feed writes
    finally:
        connection.close()


def _write_table(connection: sqlite3.Connection, table: Table) -> None:
    key = table.key or (next(iter(table.columns)),)
    declared = ", ".join(f"{name} {_type(values)}" for name, values in table.columns.items())
    connection.execute(f"CREATE TABLE {table.name} ({declared}, PRIMARY KEY ({', '.join(key)}))")
    places = ", ".join("?" * len(table.columns))
    # Names are this module's own, never anybody's input.
    connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", zip(*table.columns.values(), strict=True))  # noqa: S608
    for column in table.indexed:
        connection.execute(f"CREATE INDEX {table.name}_{column} ON {table.name} ({column})")


def write_workbook(path: Path, sheet: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A workbook as somebody keeps it by hand: everything as text. There whole or not at all, and the same each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(str(unfinished), {"constant_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  or the clock would be in the file
        page = book.add_worksheet(sheet)
        for number, row in enumerate([header, *rows]):
            for column, value in enumerate(row):
                if value not in (None, ""):
                    page.write_string(number, column, str(value))
    unfinished.replace(path)


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A CSV file as SharePoint exports it (byte order mark), there whole or not at all; .gz is packed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8-sig")
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=6, mtime=0)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
