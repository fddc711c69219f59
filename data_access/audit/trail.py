"""Writing the audit: one entry, one short transaction of its own, committed before the caller goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.audit import AuditEntry
from cspdash.domain.errors import AuditUnavailable, DatabaseFull, DatabaseUnavailable
from data_access.audit.anchor import Anchor
from data_access.audit.chain import hash_of
from data_access.audit.tables import CHECKPOINTS, ENTRIES, FIRST_PREVIOUS, create, is_there
from data_access.breaker import Breaker
from data_access.engine import open_engine
from data_access.state import writing

LOG = logging.getLogger("cspdash.audit")
PATIENCE_SECONDS = 3.0  # longer than this nobody waits for a page


class AuditTrail:
    """Implements cspdash.domain.audit.Audit over a database. Safe to share between threads."""

    def __init__(
        self, engine: Engine, anchor: Anchor | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.engine, self.anchor, self._clock = engine, anchor or Anchor(None), clock
        # SQLite lets one write at a time and has the others look again and again: better to stand in line here.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def open(cls, url: str, anchor: Anchor | None = None, breaker: Breaker | None = None) -> AuditTrail:
        """The audit at this URL, with connections of its own: it must not wait for the pages' or a load's.

        `breaker`: that of whoever uses the same database, so that a frozen one is waited for once.
        """
        return cls(open_engine(url, patience_seconds=PATIENCE_SECONDS, breaker=breaker or Breaker()), anchor)

    def prepare(self) -> None:
        """Makes the tables where they are missing."""
        create(self.engine)

    def is_ready(self) -> bool:
        """Whether entries can go there. Raises SQLAlchemyError where the database cannot be reached."""
        with self.engine.connect() as connection:
            return is_there(connection)

    def write(self, entry: AuditEntry) -> int:
        """Commits the entry and returns its number. Raises AuditUnavailable."""
        try:
            with self._turn, writing(self.engine) as connection:
                seq, digest = self._insert(connection, entry.canonical())
        except (SQLAlchemyError, DatabaseUnavailable, DatabaseFull) as error:
            LOG.critical("the audit cannot be written: %s", str(getattr(error, "orig", None) or error).splitlines()[0])
            raise AuditUnavailable from error
        self.anchor.note(seq, digest)
        return seq

    def need(self) -> None:
        """Raises AuditUnavailable unless entries can be read just now, and so probably written."""
        try:
            with self.engine.connect() as connection:
                connection.execute(_LAST)
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            raise AuditUnavailable from error

    def close(self) -> None:
        """Notes where the chain got to, and lets the database go."""
        self.anchor.close()
        self.engine.dispose()

    def _insert(self, connection: Connection, entry: str) -> tuple[int, str]:
        if connection.dialect.name == "postgresql":  # its trigger gives number, time and hash
            row = connection.execute(_INSERT, {"entry": entry}).one()
            return row.seq, row.hash
        seq, previous = head(connection)
        at = self._clock()
        digest = hash_of(seq + 1, at, entry, previous)
        values = {"seq": seq + 1, "at": at, "entry": entry, "previous": previous, "hash": digest}
        connection.execute(insert(ENTRIES).values(values))
        return seq + 1, digest


_INSERT = insert(ENTRIES).values(entry="").returning(ENTRIES.c.seq, ENTRIES.c.hash)
_LAST = select(ENTRIES.c.seq, ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)
_LAST_KEPT = select(CHECKPOINTS.c.last_seq, CHECKPOINTS.c.last_hash).order_by(CHECKPOINTS.c.last_seq.desc()).limit(1)


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; of the last checkpoint where no entry is left."""
    found = connection.execute(_LAST).one_or_none() or connection.execute(_LAST_KEPT).one_or_none()
    return (found[0], found[1]) if found else (0, FIRST_PREVIOUS)


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(ENTRIES)).scalar_one()
