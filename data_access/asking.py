"""A database that cannot be asked is told apart from everything else that can go wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.errors import DatabaseFull, DatabaseUnavailable
from cspdash.domain.identity import StoreUnavailable
from data_access.state import writing

LOG = logging.getLogger(__name__)
_SHORT_MS = 50
_TROUBLE = (SQLAlchemyError, DatabaseUnavailable, DatabaseFull)


@contextmanager
def asked(engine: Engine) -> Iterator[Connection]:
    """A connection to read with. Raises StoreUnavailable."""
    try:
        with engine.connect() as connection:
            yield connection
    except _TROUBLE as error:
        raise _unavailable(error) from error


@contextmanager
def told(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes. Raises StoreUnavailable."""
    try:
        with writing(engine) as connection:
            yield connection
    except _TROUBLE as error:
        raise _unavailable(error) from error


@contextmanager
def told_if_free(engine: Engine) -> Iterator[Connection]:
    """The same, for what is not worth waiting for: SQLite has one writer at a time, and a load can be a long one."""
    if engine.dialect.name != "sqlite":
        with told(engine) as connection:
            yield connection
        return
    try:
        with engine.connect().execution_options(sqlite_immediate=True) as connection:
            driver: Any = connection.connection
            (usual_ms,) = driver.execute("PRAGMA busy_timeout").fetchone()
            driver.execute(f"PRAGMA busy_timeout={_SHORT_MS}")
            try:
                with connection.begin():
                    yield connection
            finally:
                driver.execute(f"PRAGMA busy_timeout={int(usual_ms)}")
    except _TROUBLE as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> StoreUnavailable:
    LOG.warning("sign-in store: %s", type(error).__name__)
    return StoreUnavailable()
