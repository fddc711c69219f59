"""Rows of a source to the rows they are kept in, by the dataset's shape; and what is left of rows shaped otherwise before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from cspdash.domain.datasets import Dataset
from data_access.storage import Row, as_text
from data_access.validate import Arrival, Refusal

Shape = Callable[[Row], list[Row]]


def shape_rows(arrival: Arrival, dataset: Dataset, shape: Shape, place: str) -> None:
    """Replaces the arrival's rows by what their shape makes of them. All parts of a row carry its version and hash.

    A row that cannot be shaped is refused.
    """
    found: list[Row] = []
    versions: list[str] = []
    hashes: list[str] = []
    rows = zip(*arrival.values, strict=True)
    for values, version, row_hash in zip(rows, arrival.versions, arrival.hashes, strict=True):
        row = dict(zip(arrival.names, values, strict=True))
        try:
            parts = shape(row)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            reason = f"the shape {dataset.shape!r} failed: {type(error).__name__}"
            arrival.refused.append(Refusal(f"{place}, {row['ref']}", row["ref"], version, dataset.shape, reason, "{}"))
            continue
        found += parts
        versions += [version] * len(parts)
        hashes += [row_hash] * len(parts)
    types = {column.name: column.type for column in dataset.kept_columns}
    arrival.values = [[row[name] for row in found] for name in arrival.names]
    arrival.texts = [as_text(types[name], values) for name, values in zip(arrival.names, arrival.values, strict=True)]
    arrival.refs, arrival.versions, arrival.hashes = [row["ref"] for row in found], versions, hashes


def stale_parts(connection: Connection, table: Table, dataset: Dataset) -> dict[str, str]:
    """Further parts whose first is gone or says something else now, and the version that says so.

    The first part has the reference of the source's row, so its version is that row's, whatever order versions came in.
    """
    part, first = table.alias("part"), table.alias("first")
    whole = part.c[dataset.part_of]
    joined = part.outerjoin(first, first.c.ref == whole)
    is_other = or_(
        first.c.ref.is_(None),
        first.c.deleted_at.is_not(None),
        first.c.version != part.c.version,
        first.c.row_hash != part.c.row_hash,
    )
    query: Any = select(part.c.ref, part.c.version, first.c.version).select_from(joined)
    found = connection.execute(query.where(and_(part.c.ref != whole, part.c.deleted_at.is_(None), is_other)))
    return {ref: max(own, of_first or "") for ref, own, of_first in found}
