"""Engines: how a database is opened, so that a commit is a commit and nobody waits for ever."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, FromClause, QueuePool, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from data_access.breaker import Breaker
from data_access.patience import WORK, Patience, PatientPool, be_patient, explain_full, guard, of_pages

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",  # KiB
    "mmap_size=268435456",
    "temp_store=MEMORY",
)
SQLITE_WAIT_SECONDS = 30


class HintedSQLite(SQLiteCompiler):
    """SQLite's SQL with the hints a query was given: SQLAlchemy drops them in silence for this dialect alone."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:  # noqa: ARG002 - the caller names them
        return text


def open_engine(
    url: str, *, read_only: bool = False, patience_seconds: float | None = None, breaker: Breaker | None = None
) -> Engine:
    """An engine for the scorecards' own database (SQLite file or PostgreSQL).

    SQLite runs in WAL with synchronous=FULL (an acknowledged commit survives a crash) and foreign readers never block;
    its file and folder are made private to this user. PostgreSQL connections carry time limits and are tested before
    use; with a breaker, as pages have one, whatever keeps it from answering is said as DatabaseUnavailable or
    DatabaseFull. A transaction that will write begins with execution_options(sqlite_immediate=True): it then waits for
    another writer at its start, never fails in its middle. `patience_seconds` is how long one statement may take or wait.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(parsed, read_only, patience_seconds or SQLITE_WAIT_SECONDS)
        if breaker:
            explain_full(engine)
        return engine
    return _open_server(parsed, read_only, of_pages(patience_seconds) if patience_seconds else WORK, breaker)


def _open_sqlite(url: URL, read_only: bool, wait_seconds: float) -> Engine:
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        make_private(Path(url.database))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": wait_seconds})
    engine.dialect.statement_compiler = HintedSQLite

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below: sqlite3's guess breaks transactions
        cursor = connection.cursor()
        for pragma in (*SQLITE_PRAGMAS, *(("query_only=ON",) if read_only else ())):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("sqlite_immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def make_private(path: Path) -> None:
    """Makes the file, and a folder that is not there yet, readable for this user only (SQLite's -wal file follows)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _open_server(url: URL, read_only: bool, patience: Patience, breaker: Breaker | None) -> Engine:
    is_postgres = url.get_backend_name() == "postgresql"
    options = f"-c statement_timeout={int(patience.statement * 1000)} -c timezone=UTC"
    options += " -c default_transaction_read_only=on" if read_only else ""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url,
        hide_parameters=True,  # an error in a log must not hold what was looked for
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=patience.pool,
        poolclass=PatientPool if breaker else QueuePool,
        connect_args={**patience.connect_args, "options": options} if is_postgres else {},
    )
    if is_postgres and breaker:
        guard(engine, breaker, patience)
    elif is_postgres:
        be_patient(engine, patience)
    return engine
