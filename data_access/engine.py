"""Engines: how a database is opened, so that a commit is a commit and nobody waits for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """An engine for the scorecards' own database (SQLite file or PostgreSQL).

    SQLite runs in WAL with synchronous=FULL (an acknowledged commit survives a crash) and foreign readers never block;
    its file and folder are made private to this user. PostgreSQL connections carry time limits and are tested before use.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            folder = Path(parsed.database).parent
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(parsed, connect_args={"timeout": 30})

        @event.listens_for(engine, "connect")
        def _settings(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below: sqlite3's own guess breaks transactions
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY"):
                cursor.execute(f"PRAGMA {pragma}")
            if read_only:
                cursor.execute("PRAGMA query_only=ON")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            immediate = connection.get_execution_options().get("sqlite_immediate", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

        return engine
    return create_engine(
        parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=5,
        connect_args={"connect_timeout": 5, "options": "-c statement_timeout=60000"} if parsed.get_backend_name() == "postgresql" else {},
    )
