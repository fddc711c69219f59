"""Looks for every edge case of data_access/demo/edges.toml in a loaded demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine, select

from cspdash.domain.datasets import Dataset
from cspdash.domain.periods import Moment
from cspdash.domain.standing.of_record import standings
from data_access.demo.edges import Edge, edges
from data_access.schema import build

SATURDAY = 5


def wrong_edges(
    engine: Engine, datasets: Mapping[str, Dataset], odd_rows: list[dict[str, str]], moment: Moment
) -> Iterator[str]:
    """What is wrong with each edge case, in words; nothing where each is there and comes out as it must."""
    tables = build(datasets).tables
    keys = {(row["table"], row["what"]): row["key"] for row in odd_rows}
    with engine.connect() as connection:
        for edge in edges():
            key = keys.get((edge.table, edge.note))
            if key is None:
                yield f"{edge.id}: no odd row of {edge.table} says {edge.note!r}"
                continue
            table = tables[edge.dataset]
            query = select(table).where(table.c.ref == key, table.c.deleted_at.is_(None))
            row = connection.execute(query).mappings().first()
            if row is None:
                yield f"{edge.id}: {edge.dataset} {key} was not loaded"
            else:
                yield from misses(edge, datasets[edge.dataset], dict(row), moment)


def misses(edge: Edge, dataset: Dataset, row: Mapping[str, Any], moment: Moment) -> Iterator[str]:
    for name, wanted in edge.columns.items():
        if not _is(row[name], wanted):
            yield f"{edge.id}: {name} is {row[name]!r}, not {wanted!r}"
    first = standings(dataset, row, moment)[0]
    if edge.state and first.state != edge.state:
        yield f"{edge.id}: the clock is {first.state!r}, not {edge.state!r}: {first.words}"
    for words in edge.says:
        if not any(each in first.words for each in words.split("|")):
            yield f"{edge.id}: {words!r} is not said: {first.words}"


def _is(value: Any, wanted: Any) -> bool:
    if wanted == "set":
        return value is not None
    if wanted == "missing":
        return value is None
    if wanted == "saturday":
        return isinstance(value, date) and value.weekday() == SATURDAY
    return bool(value == wanted or (isinstance(value, date) and value.isoformat() == wanted))
