"""Reads a table, view or query of somebody else's database: only mapped columns, only what changed, never a write."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    ColumnClause,
    Connection,
    Engine,
    FromClause,
    Select,
    column,
    create_engine,
    event,
    false,
    func,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.mapped import DatasetMapping, plain
from data_access.sources.reading import Chunk, Progress, listed
from data_access.sources.watermark import Clock, refuse_day_first

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 300
_POSTGRES = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS * 1000}"
_NOT_HASHABLE = frozenset({list, dict, set, bytearray})
_URL = re.compile(r"\S+://\S+")
_SECRET = re.compile(r"(password|pwd|secret|token)\s*=\s*\S+", re.IGNORECASE)


@contextmanager
def in_words(title: str) -> Iterator[None]:
    """Turns whatever a driver raises into SourceUnavailable, without URL, password or statement."""
    try:
        yield
    except (BatchRefused, SourceUnavailable):
        raise
    except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
        cause = getattr(error, "orig", None) or error
        said = (str(cause).strip() or type(cause).__name__).splitlines()[0]
        said = _SECRET.sub(r"\1=***", _URL.sub("(address)", said))[:200]
        raise SourceUnavailable(f"{title} could not be read: {said}") from None


def open_source(url: str, home: Path, title: str, *, stays_open: bool = False) -> Engine:
    """An engine that only reads. A relative SQLite file lies in `home`. Raises SourceUnavailable.

    `stays_open` keeps a connection between looks, tested before each: making one costs a server more than a look at
    nothing new. A file is opened each time: it may be another one by then.
    """
    with in_words(title):
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "sqlite":
            path = home / (parsed.database or "")
            if not path.is_file():
                raise SourceUnavailable(f"{title} could not be read: there is no file {path.name}")
            read_only = parsed.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
            return create_engine(read_only, poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS})
        pool: dict[str, Any] = {"poolclass": NullPool}
        if stays_open:
            pool = {"pool_size": 1, "max_overflow": 1, "pool_pre_ping": True, "pool_recycle": 3600}
        psycopg = parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
        engine = create_engine(psycopg, hide_parameters=True, connect_args=_arguments(psycopg), **pool)
        event.listen(engine, "connect", _limit)
        return engine


def _arguments(url: URL) -> dict[str, Any]:
    """What each driver takes as its limit for connecting."""
    match url.get_backend_name(), url.get_driver_name():
        case "postgresql", _:
            return {"connect_timeout": CONNECT_SECONDS, "options": _POSTGRES, "tcp_user_timeout": 60_000}
        case "mssql", "pyodbc":
            return {"timeout": CONNECT_SECONDS}
        case "oracle", "oracledb":
            return {"tcp_connect_timeout": CONNECT_SECONDS}
    return {}


def _limit(connection: Any, _record: Any) -> None:
    """The limit for a statement, where a driver takes it on the connection: pyodbc in seconds, oracledb in ms."""
    if hasattr(connection, "call_timeout"):
        connection.call_timeout = STATEMENT_SECONDS * 1000
    elif type(connection).__module__ == "pyodbc":
        connection.timeout = STATEMENT_SECONDS


class SqlReading:
    """One look at a table or query. `since` is the kept watermark; None reads everything."""

    def __init__(
        self,
        engine: Engine,
        mapping: DatasetMapping,
        title: str,
        clock: Clock,
        since: str | None,
        chunk_rows: int,
        *,
        counts: bool = False,
    ) -> None:
        self.engine, self.mapping, self.title, self.clock, self.chunk_rows = engine, mapping, title, clock, chunk_rows
        self.progress = Progress(watermark=since)
        self.total: int | None = None
        self.is_whole, self.counts = since is None, counts and since is None
        self.rows = relation(mapping)
        self.names = mapping.source_columns
        self.query = self._query(since)
        self._connection: Connection | None = None

    def _query(self, since: str | None) -> Select[Any]:
        query = select(*(self.rows.c[name] for name in self.names))
        if since is None:
            return query
        start = self.clock.start(since, self.mapping.overlap)
        return query.where(self.rows.c[self.mapping.watermark] >= start)

    def _check_columns(self, connection: Connection) -> None:
        """Raises BatchRefused where the database has not every column that is mapped.

        SQLite takes a quoted name that is no column for a text, so the query itself would not tell.
        """
        there = list(connection.execute(select(text("*")).select_from(self.rows).where(false())).keys())
        missing = [name for name in self.names if name not in there]
        if missing:
            words = f"{self.title}, {self.mapping.place}, has no column {missing[0]!r}"
            raise BatchRefused(f"{words}; it has {listed(there)}.")

    def chunks(self) -> Generator[Chunk]:
        """The rows, some at a time; moves the watermark on."""
        newest: Any = None
        with in_words(self.title), self.engine.connect() as connection:
            self._connection = connection
            self._check_columns(connection)
            if self.counts:
                self.total = int(connection.execute(select(func.count()).select_from(self.rows)).scalar_one())
            streams = connection.dialect.supports_server_side_cursors  # others stream as they are, or cannot
            options = {"stream_results": True, "max_row_buffer": self.chunk_rows} if streams else {}
            with closing(connection.execute(self.query, execution_options=options)) as result:
                while rows := result.fetchmany(self.chunk_rows):
                    columns = dict(zip(self.names, map(comparable, zip(*rows, strict=True)), strict=True))
                    if self.mapping.watermark:
                        newest = self._newest(newest, columns)
                    yield Chunk(columns, len(rows), self._place(columns))
        if newest is not None:
            self.progress.watermark = self.clock.kept(newest)
            self.progress.event_at = self.clock.instant(newest)

    def cancel(self) -> None:
        """Breaks the connection off: a driver that waits on a frozen network has no time limit of its own."""
        if self._connection is not None:
            with suppress(Exception):  # whatever a driver says of being cut off, the reader will say it better
                break_off(self._connection)

    def before(self, name: str) -> Iterator[Chunk]:  # noqa: ARG002  files have an order, tables have not
        """Nothing."""
        return iter(())

    def _newest(self, before: Any, columns: Mapping[str, Any]) -> Any:
        values = columns[self.mapping.watermark]
        refuse_day_first(next(filter(None, values), None))
        return self.clock.newest([before, *values])

    def _place(self, columns: Mapping[str, Any]) -> Callable[[int], str]:
        keys = next(rule.takes for rule in self.mapping.columns if rule.name == "ref")

        def place(i: int) -> str:
            return f"{self.mapping.place}, " + ", ".join(f"{key} {plain(columns[key][i])!r}" for key in keys)

        return place


def break_off(connection: Connection) -> None:
    """Makes whoever waits on this connection fail at once. Safe from another thread."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.interrupt()
    elif connection.dialect.name == "postgresql":
        with socket.socket(fileno=os.dup(driver.pgconn.socket)) as wire:
            wire.shutdown(socket.SHUT_RDWR)
    elif hasattr(driver, "cancel"):  # Oracle
        driver.cancel()


def relation(mapping: DatasetMapping) -> FromClause:
    """What to select from: the table by its quoted name, or the administrator's own query, wrapped."""
    columns: list[ColumnClause[Any]] = [column(name) for name in mapping.source_columns]
    if mapping.table:
        schema, _, name = mapping.table.rpartition(".")
        return table(name, *columns, schema=schema or None)
    # A colon in the query is its own, never a parameter of ours; the line break ends a comment on its last line.
    query = mapping.query.strip().rstrip(";").replace(":", "\\:")
    return text(f"{query}\n").columns(*columns).subquery("q")


def comparable(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The column as it is, or as text where some values cannot be told apart quickly (arrays, JSON)."""
    if _NOT_HASHABLE.isdisjoint(map(type, values)):
        return values
    return tuple(None if value is None else plain(value) for value in values)
