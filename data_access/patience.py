"""How long a database may take, and what a page says when it takes longer.

The server's own limit (statement_timeout) ends a slow statement; it is no help when the server, or the way to it, is
frozen. So a connection also gives up by itself when a statement is not answered in time, and closes its socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Engine, ExceptionContext, QueuePool, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cspdash.domain.errors import DatabaseFull, DatabaseSlow, DatabaseUnavailable
from data_access.breaker import Breaker


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect (2 is psycopg's least), for a statement at the server, for its answer here, for a free connection."""

    connect: int
    statement: float
    answer: float
    pool: float

    @property
    def connect_args(self) -> dict[str, Any]:
        """What libpq is told besides: unacknowledged data, or a peer that says nothing, ends the connection."""
        return {
            "connect_timeout": self.connect,
            "tcp_user_timeout": int(self.answer * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        }


WORK = Patience(connect=5, statement=60, answer=75, pool=5)  # loads, migrations, commands


def of_pages(seconds: float) -> Patience:
    """For whoever draws pages: an answer within so many seconds, or words instead."""
    return Patience(connect=2, statement=max(seconds - 0.5, 0.5), answer=seconds, pool=1)


class NoAnswer(psycopg.OperationalError):
    """A statement was not answered in time; its connection is closed."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits for an answer so long and no longer."""

    patience_seconds: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or self.patience_seconds)
        except errors._WaitTimeout:  # noqa: SLF001  psycopg's, which it does not let out
            if timeout is not None:  # somebody within psycopg asked for that
                raise
            self.pgconn.finish()
            raise NoAnswer("the database server did not answer in time") from None


def be_patient(engine: Engine, patience: Patience) -> None:
    """Makes the engine's connections give up in time."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, cargs: Any, cparams: Any) -> Any:
        connection = PatientConnection.connect(*cargs, **cparams)
        connection.patience_seconds = patience.answer
        return connection


class PatientPool(QueuePool):
    """A pool that says in our words that no connection became free in time, and none while the server is left alone.

    Without the latter each pool that shares a breaker would wait once more for one of its silent connections.
    """

    _sqla_logger_namespace = "sqlalchemy.pool.PatientPool"  # with SQLAlchemy's messages, not with ours
    breaker: Breaker | None = None

    def recreate(self) -> PatientPool:
        made: PatientPool = super().recreate()  # type: ignore[assignment]
        made.breaker = self.breaker
        return made

    def _do_get(self) -> Any:
        if self.breaker is not None:
            self.breaker.refuse_while_resting()
        try:
            return super()._do_get()
        except PoolTimeout:
            raise DatabaseSlow from None


def guard(engine: Engine, breaker: Breaker, patience: Patience) -> None:
    """Puts a breaker before the engine's server, and says in our words what keeps it from answering.

    Errors that are the statement's own stay SQLAlchemy's.
    """

    _guard_pool(engine, breaker)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, cargs: Any, cparams: Any) -> Any:
        breaker.enter()
        connection = PatientConnection.connect(*cargs, **cparams)
        connection.patience_seconds = patience.answer
        breaker.answered()
        return connection

    @event.listens_for(engine, "handle_error")
    def _explain(context: ExceptionContext) -> None:
        error = context.original_exception
        if context.is_pre_ping:  # a connection gone stale is made anew; one that is silent tells of the server
            if isinstance(error, NoAnswer):
                breaker.failed()
            return
        if isinstance(error, errors.QueryCanceled):
            raise DatabaseSlow from error
        if isinstance(error, errors.DiskFull):
            raise DatabaseFull from error
        if context.is_disconnect or context.connection is None:
            breaker.failed()
            raise DatabaseUnavailable from error


def _guard_pool(engine: Engine, breaker: Breaker) -> None:
    """The same for connections that are there already."""
    if isinstance(engine.pool, PatientPool):
        engine.pool.breaker = breaker

    @event.listens_for(engine, "checkout")
    def _answered(_connection: Any, _record: Any, _proxy: Any) -> None:
        if breaker.is_open:
            breaker.answered()


def explain_full(engine: Engine) -> None:
    """The same for SQLite, which knows one of these troubles."""

    @event.listens_for(engine, "handle_error")
    def _explain(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlite_errorname", "") == "SQLITE_FULL":
            raise DatabaseFull from context.original_exception
