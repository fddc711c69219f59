"""Many rows at once, each database in its own way: SQLite without indexes at first, PostgreSQL by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from psycopg import sql
from sqlalchemy import Column, Connection, MetaData, Table, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from data_access.storage import upsert_statement

_CACHE_KIB = 256 * 1024
_WORTH_COPYING = 200  # rows; fewer go quicker one by one


@contextmanager
def filling(connection: Connection, table: Table) -> Iterator[None]:
    """The first rows of an empty table on SQLite: its indexes are made afterwards, whole, within the transaction.

    PostgreSQL would keep readers out of the table meanwhile; SQLite's readers see it as it was.
    """
    if connection.dialect.name != "sqlite" or connection.execute(select(table.c.ref).limit(1)).first():
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        for index in table.indexes:
            index.drop(connection)
        yield
        for index in table.indexes:
            index.create(connection)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {int(usual)}")


def upsert(connection: Connection, target: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows, or replaces those of the same ref. Values are in stored form, in the order of `columns_of`."""
    if connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING:
        _copy(connection, target, rows)
    else:
        upsert_statement(target, connection.dialect).run(connection, rows)


def columns_of(connection: Connection, target: Table) -> tuple[str, ...]:
    """The order in which `upsert` takes a row's values."""
    return upsert_statement(target, connection.dialect).names


def _copy(connection: Connection, target: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows into a table of this transaction alone, and from there into the target in one statement."""
    names = columns_of(connection, target)
    stage = _stage(target)
    connection.execute(CreateTable(stage, if_not_exists=True))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(stage.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
    statement = postgresql.insert(target).from_select(list(names), select(*(stage.c[name] for name in names)))
    replaced = {name: statement.excluded[name] for name in names if name != "ref"}
    connection.execute(statement.on_conflict_do_update(index_elements=["ref"], set_=replaced))
    connection.execute(stage.delete())


@lru_cache(maxsize=64)
def _stage(target: Table) -> Table:
    columns = [Column(column.name, column.type) for column in target.columns]
    return Table(f"stage_{target.name}", MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
