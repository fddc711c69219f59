"""Moves a database: every row of every table from SQLite to PostgreSQL, or back, whole or not at all.

Both databases are held still while it lasts (no load, nobody saves), rows travel in one transaction of the target, and
before it is committed every table is read back there and compared: how many rows, and a checksum that does not depend on
their order. Who is signed in does not move: everybody signs in again. The audit's chain moves as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import MoveRefused
from data_access import migrations
from data_access.audit import tables as audit_tables
from data_access.database import prepare
from data_access.lock import ingest_lock

LEFT_BEHIND = frozenset({"session"})  # who is signed in, and where
CHAIN = (audit_tables.CHECKPOINTS, audit_tables.ENTRIES)
AT_A_TIME = 5_000

Progress = Callable[[str, int, int | None], None]  # table, rows done, rows in all


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of one table; the checksum is the same at both ends, or nothing would have been kept."""

    table: str
    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class End:
    """One end of the move: the scorecards' database and the audit's, which may be the same; None: it stays where it is."""

    engine: Engine
    audit: Engine | None

    @property
    def name(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)


def move(source: End, target: End, datasets: Mapping[str, Dataset], progress: Progress | None = None) -> list[Moved]:
    """Copies everything. Raises MoveRefused, saying why, and IngestBusy; then the target is as it was."""
    say = progress or (lambda _table, _done, _total: None)
    try:
        _need_current(source.engine)
        metadata = prepare(target.engine, datasets)
        tables = [table for table in metadata.sorted_tables if table.name not in LEFT_BEHIND]
        _need_empty(target.engine, tables)
        for audit in filter(None, (source.audit, target.audit)):
            audit_tables.create(audit)
        if target.audit:
            _need_empty(target.audit, CHAIN)
        with ingest_lock(source.engine), ingest_lock(target.engine):
            moved = _move(source, target, tables, say)
        _analyse(target.engine)
    except (SQLAlchemyError, psycopg.Error) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise MoveRefused(f"Moving to {target.name} failed, and nothing was kept there: {reason}") from error
    return moved


def _move(source: End, target: End, tables: Sequence[Table], say: Progress) -> list[Moved]:
    with ExitStack() as stack:
        origin = stack.enter_context(_still(source.engine, tables))
        goal = stack.enter_context(target.engine.begin())
        moved = [_copy(origin, goal, table, say) for table in tables]
        for table, done in zip(tables, moved, strict=True):
            _set_sequences(goal, table)
            _compare(goal, table, done, say)
        if source.audit and target.audit:
            is_apart = source.audit.url != source.engine.url
            audit = stack.enter_context(_still(source.audit, CHAIN)) if is_apart else origin
            is_apart = target.audit.url != target.engine.url
            goal = stack.enter_context(target.audit.begin()) if is_apart else goal
            moved += _copy_chain(audit, goal, say)
    return moved


def _copy_chain(origin: Connection, goal: Connection, say: Progress) -> list[Moved]:
    """The audit: entries keep their number, time and hash, which PostgreSQL would otherwise give them anew."""
    is_server = goal.dialect.name == "postgresql"
    if is_server:
        goal.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER follow"))
    moved = [_copy(origin, goal, table, say) for table in CHAIN]
    if is_server:
        goal.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER follow"))
    for table, done in zip(CHAIN, moved, strict=True):
        _compare(goal, table, done, say)
    return moved


def _analyse(engine: Engine) -> None:
    """Tells PostgreSQL's planner what it holds now, instead of letting it find out in its own time."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


@contextmanager
def _still(engine: Engine, tables: Sequence[Table]) -> Iterator[Connection]:
    """The database as it is at one moment, which nobody changes meanwhile."""
    with engine.connect().execution_options(sqlite_immediate=True) as connection, connection.begin() as transaction:
        if connection.dialect.name == "postgresql":
            names = sql.SQL(", ").join(sql.Identifier(table.name) for table in tables)
            driver: Any = connection.connection.driver_connection
            driver.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(names))
        yield connection
        transaction.rollback()


# --- rows ---
def _stored_columns(table: Table) -> list[Any]:
    """Its columns, but for those the database works out itself."""
    worked_out = audit_tables.SEARCHED if table is audit_tables.ENTRIES else ()
    return [column for column in table.columns if column.name not in worked_out]


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Chunks of a table's rows as Python values, in the order of their keys."""
    query = select(*_stored_columns(table)).order_by(*table.primary_key.columns)
    with connection.execute(query, execution_options={"yield_per": AT_A_TIME}) as found:
        yield from found.partitions()


def _copy(origin: Connection, goal: Connection, table: Table, say: Progress) -> Moved:
    total = origin.execute(select(func.count()).select_from(table)).scalar_one()
    names = [column.name for column in _stored_columns(table)]
    write = _copier(goal, table, names) if goal.dialect.name == "postgresql" else _inserter(goal, table, names)
    sum_, done = Checksum(), 0
    say(table.name, 0, total)
    for chunk in _rows(origin, table):
        rows = [tuple(row) for row in chunk]
        sum_.take(rows)
        write(rows)
        done += len(rows)
        say(table.name, done, total)
    return Moved(table.name, done, sum_.text)


def _copier(goal: Connection, table: Table, names: Sequence[str]) -> Callable[[Sequence[tuple[Any, ...]]], None]:
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = goal.connection.driver_connection

    def write(rows: Sequence[tuple[Any, ...]]) -> None:
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)

    return write


def _inserter(goal: Connection, table: Table, names: Sequence[str]) -> Callable[[Sequence[tuple[Any, ...]]], None]:
    def write(rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            goal.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])

    return write


class Checksum:
    """Of rows in any order: the sum of their hashes. The same for the same values on every database."""

    def __init__(self) -> None:
        self._sum = 0

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        for row in rows:
            plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row]
            self._sum += int.from_bytes(hashlib.sha256(repr(plain).encode()).digest()[:16])

    @property
    def text(self) -> str:
        return f"{self._sum % (1 << 128):032x}"


def _compare(goal: Connection, table: Table, done: Moved, say: Progress) -> None:
    """Raises MoveRefused where the target does not hold exactly what was read."""
    sum_, rows = Checksum(), 0
    for chunk in _rows(goal, table):
        sum_.take([tuple(row) for row in chunk])
        rows += len(chunk)
        say(f"{table.name}, compared", rows, done.rows)
    if (rows, sum_.text) != (done.rows, done.checksum):
        told = f"{done.rows:,} rows were read and {rows:,} are there" if rows != done.rows else "some rows differ"
        raise MoveRefused(f"Table {table.name} did not arrive as it was: {told}. Nothing was kept at the target.")


# --- what the target must be, and what belongs to it alone ---
def _need_current(engine: Engine) -> None:
    found = migrations.current(engine)
    if found != migrations.head():
        raise MoveRefused(
            f"The database is at {found or 'no release'}, this program at {migrations.head()}. Run `cspdash db upgrade`."
        )


def _need_empty(engine: Engine, tables: Sequence[Table]) -> None:
    inspector = inspect(engine)
    with engine.connect() as connection:
        for table in tables:
            if inspector.has_table(table.name) and connection.execute(select(table).limit(1)).first() is not None:
                name = engine.url.render_as_string(hide_password=True)
                raise MoveRefused(
                    f"{name} is not empty: table {table.name} holds rows. A move never writes over anything; give it a new "
                    "database."
                )


def _set_sequences(goal: Connection, table: Table) -> None:
    """Numbers that PostgreSQL gives go on after the highest that came along."""
    counted = table.autoincrement_column
    if goal.dialect.name != "postgresql" or counted is None:
        return
    named = text("SELECT pg_get_serial_sequence(:table, :column)")
    sequence = goal.execute(named, {"table": f'"{table.name}"', "column": counted.name}).scalar_one()
    if sequence:
        highest = goal.execute(select(func.max(counted))).scalar_one()
        goal.execute(select(func.setval(sequence, highest or 1, highest is not None)))
