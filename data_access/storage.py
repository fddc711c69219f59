"""Rows at the level of the driver: tuples in their stored form, and statements compiled once, never made from values.

SQLAlchemy's own path costs several times as much a row, and a first load has a million of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    column,
    func,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.base import Executable

from cspdash.domain.datasets import Dataset

Row = dict[str, Any]


def stored(column_type: str, values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """A column of Python values as the driver takes them."""
    return as_text(column_type, values) if dialect.name == "sqlite" else values


def as_text(column_type: str, values: Sequence[Any]) -> Sequence[Any]:
    """A column as SQLite keeps it: instants and days as text, everything else as it is."""
    if column_type == "instant":
        return [value if value is None else value.isoformat(" ", "microseconds")[:26] for value in values]
    if column_type == "date":
        memo = {value: value if value is None else value.isoformat() for value in set(values)}
        return [memo[value] for value in values]
    return values


def python(column_type: str, values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """A column as the driver gives it back to Python values."""
    change = _FROM_SQLITE.get(column_type) if dialect.name == "sqlite" else _FROM_SERVER.get(column_type)
    if change is None:
        return values
    memo = {value: value if value is None else change(value) for value in set(values)}
    return [memo[value] for value in values]


_FROM_SQLITE: dict[str, Callable[[Any], Any]] = {
    "instant": lambda text: datetime.fromisoformat(text + "+00:00"),
    "date": date.fromisoformat,
    "bool": bool,
}
_FROM_SERVER: dict[str, Callable[[Any], Any]] = {"instant": lambda value: value.astimezone(UTC)}


class DriverStatement:
    """A statement for many rows; `names` is the order of a row's values."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        # SQLAlchemy leaves this constructor untyped.
        format_style: Callable[..., Dialect] = psycopg.dialect
        positional = format_style(paramstyle="format") if dialect.name == "postgresql" else dialect
        compiled = statement.compile(dialect=positional)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup)

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            connection.exec_driver_sql(self.sql, list(rows))


@lru_cache(maxsize=256)
def upsert_statement(target: Table, dialect: Dialect) -> DriverStatement:
    """Insert a row of all columns, or replace that of the same ref."""
    insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    statement = insert(target).values({each.name: bindparam(each.name) for each in target.columns})
    replaced = {each.name: statement.excluded[each.name] for each in target.columns if not each.primary_key}
    return DriverStatement(statement.on_conflict_do_update(index_elements=["ref"], set_=replaced), dialect)


@lru_cache(maxsize=256)
def update_statement(target: Table, names: tuple[str, ...], dialect: Dialect) -> DriverStatement:
    """Change some columns of a row; its ref comes last, as `key`."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return DriverStatement(update(target).where(target.c.ref == bindparam("key")).values(values), dialect)


def among(column: ColumnElement[Any], keys: Collection[Any], dialect: Dialect) -> ColumnElement[bool]:
    """Whether the column is one of the keys, however many: one parameter, not one each."""
    if dialect.name == "sqlite":
        each = func.json_each(literal(json.dumps(list(keys)))).table_valued("value")
        return column.in_(select(each.c.value))
    is_number = isinstance(next(iter(keys), None), int)
    return column == any_(literal(list(keys), postgresql.ARRAY(BigInteger if is_number else Text)))


def raw_rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The driver's own tuples: SQLAlchemy's rows would cost as much again."""
    result = connection.execute(query)
    try:
        return list(result.cursor.fetchall()) if result.cursor is not None else []
    finally:
        result.close()


class Rows:
    """Reads rows of one dataset as a rule takes them: their columns but for derived ones, by name, as Python values.

    `table` is for conditions; rows that were taken away are left out.
    """

    def __init__(self, dataset: Dataset, connection: Connection) -> None:
        self.names = tuple(each.name for each in dataset.kept_columns)
        self.derived = tuple(each.name for each in dataset.derived_columns)
        self.types = {each.name: each.type for each in dataset.all_columns}
        self.connection = connection
        # Without types SQLAlchemy hands on what the driver gives; columns are converted whole, below.
        bare: list[ColumnClause[Any]] = [column(name) for name in (*self.names, *self.derived, "deleted_at")]
        self.table = table(dataset.name, *bare)

    def where(self, *conditions: ColumnElement[bool]) -> list[Row]:
        """Rows that meet the conditions."""
        return [dict(zip(self.names, row, strict=True)) for row in self._tuples(self.names, conditions)]

    def by(self, name: str, keys: Collection[Any]) -> list[Row]:
        """Rows whose column is one of the keys."""
        return self.where(self._among(name, keys)) if keys else []

    def with_derived(self, name: str, keys: Collection[Any]) -> tuple[list[Row], list[tuple[Any, ...]]]:
        """The same rows, and beside each the values of its derived columns."""
        found = self._tuples((*self.names, *self.derived), [self._among(name, keys)]) if keys else []
        count = len(self.names)
        return [dict(zip(self.names, row, strict=False)) for row in found], [row[count:] for row in found]

    def _among(self, name: str, keys: Collection[Any]) -> ColumnElement[bool]:
        return among(self.table.c[name], keys, self.connection.dialect)

    def _tuples(self, names: Sequence[str], conditions: Sequence[ColumnElement[bool]]) -> list[tuple[Any, ...]]:
        c = self.table.c
        query = select(*(c[name] for name in names)).where(c.deleted_at.is_(None), *conditions)
        found = raw_rows(self.connection, query)
        raw = zip(names, zip(*found, strict=True), strict=True) if found else ()
        columns = [python(self.types[name], values, self.connection.dialect) for name, values in raw]
        return list(zip(*columns, strict=True))
