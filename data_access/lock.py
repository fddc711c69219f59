"""One ingest at a time: whoever comes second hears that another works, and a killed one leaves nothing locked."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.errors import IngestBusy

POSTGRES_KEY = 7_215_001  # any number that nothing else in the database uses
RESTATING_KEY = 7_215_005
_BUSY = "Another ingest is at work; this one did nothing."

Check = Callable[[], None]  # raises IngestBusy when the lock is no longer held


@contextmanager
def restating_lock(engine: Engine) -> Iterator[Check]:
    """The same for whoever compares past figures; loads go on meanwhile."""
    with _lock(engine, RESTATING_KEY, "restating") as check:
        yield check


@contextmanager
def ingest_lock(engine: Engine) -> Iterator[Check]:
    """Holds the lock. Raises IngestBusy at once where somebody else does.

    SQLite: a lock of the operating system on a file beside the database. PostgreSQL: an advisory lock of a session of
    its own; so not through a pooler that shares sessions between transactions.
    """
    with _lock(engine, POSTGRES_KEY, "ingest") as check:
        yield check


@contextmanager
def _lock(engine: Engine, key: int, name: str) -> Iterator[Check]:
    if engine.dialect.name == "postgresql":
        with _session_lock(engine, key) as check:
            yield check
    elif engine.url.database in (None, "", ":memory:"):
        yield lambda: None  # nobody else can reach such a database
    else:
        with _file_lock(Path(f"{engine.url.database}.{name}.lock")):
            yield lambda: None


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IngestBusy(_BUSY) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _session_lock(engine: Engine, lock_key: int) -> Iterator[Check]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.execute(text("SET statement_timeout = 0"))
        if not session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": lock_key}).scalar_one():
            raise IngestBusy(_BUSY)
        try:
            yield lambda: _still_held(session)
        finally:
            with suppress(
                SQLAlchemyError
            ):  # without it the lock would stay until the server sees that the session ended
                session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": lock_key})
            session.invalidate()  # its time limit is off: not for the pool


def _still_held(session: Connection) -> None:
    """A lost session has lost its lock: better to load nothing than beside another."""
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        raise IngestBusy("The connection that held the ingest lock was lost; nothing of this load was kept.") from None
