"""The database made ready: migrations first, then the tables and columns of datasets that a deployment adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Engine, Index, Inspector, MetaData, Table, inspect

from cspdash.domain.datasets import Dataset
from data_access import migrations
from data_access.row_security import lock
from data_access.schema import build


def prepare(engine: Engine, datasets: Mapping[str, Dataset]) -> MetaData:
    """Every table of the deployment, made or brought up to date. Returns them."""
    metadata = build(datasets)
    if migrations.current(engine) != migrations.head():
        migrations.upgrade(engine)
    if extend(engine, [metadata.tables[name] for name in datasets]):
        with engine.begin() as connection:
            lock(connection, datasets.values())
    return metadata


def extend(engine: Engine, tables: Sequence[Table]) -> list[str]:
    """Makes missing tables of datasets and adds missing columns and indexes; drops and changes nothing.

    Returns the names of what it made. A column that a declaration no longer has stays, with its values.
    """
    inspector = inspect(engine)
    if not any(missing(inspector, table) for table in tables):  # the usual case takes no write lock
        return []
    with engine.connect().execution_options(sqlite_immediate=True) as connection, connection.begin():
        inspector = inspect(connection)  # again: another process may have been first
        return [_make(connection, part) for table in tables for part in missing(inspector, table)]


def missing(inspector: Inspector, table: Table) -> list[Table | Column[Any] | Index]:
    """What the database lacks of a table, in the order it must be made."""
    if not inspector.has_table(table.name):
        return [table]
    columns = {column["name"] for column in inspector.get_columns(table.name)}
    indexes = {index["name"] for index in inspector.get_indexes(table.name)}
    return [
        *(column for column in table.columns if column.name not in columns),
        *(index for index in sorted(table.indexes, key=lambda each: str(each.name)) if index.name not in indexes),
    ]


def _make(connection: Connection, part: Table | Column[Any] | Index) -> str:
    if isinstance(part, Column):
        operations = Operations(MigrationContext.configure(connection))
        operations.add_column(part.table.name, Column(part.name, part.type, nullable=True))
        return f"{part.table.name}.{part.name}"
    part.create(connection)
    return str(part.name)
