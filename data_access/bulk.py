"""The first rows of an empty table: indexes are quicker made afterwards, whole, than kept up row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, select

_CACHE_KIB = 256 * 1024


@contextmanager
def filling(connection: Connection, table: Table) -> Iterator[None]:
    """Sets the indexes of an empty table aside, within the connection's transaction. SQLite alone.

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
