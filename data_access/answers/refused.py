"""Rows that were refused: grouped by reason for everybody, one by one for those who mend sources.

What a row held stays in the database: shown are its place, its reference and the one value that was refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select

from cspdash.domain.errors import BadFilter, NotPermitted
from cspdash.domain.ports import RefusedGroup, RefusedRow, RefusedRows
from cspdash.domain.view import SOURCES, View
from data_access.reading import Reading

MOST_GROUPS, PAGE_SIZE = 100, 25
_LONGEST = 80
BAR = "refused:"


def groups(connection: Connection, reading: Reading, view: View) -> tuple[RefusedGroup, ...]:
    """The largest groups first."""
    c = _table(reading).c
    by = (c.source, c.dataset, c.column, c.reason)
    found = connection.execute(
        select(*by, func.count().label("n")).group_by(*by).order_by(func.count().desc(), *by).limit(MOST_GROUPS)
    )
    may_open = reading.scope.may_mend_sources
    return tuple(
        RefusedGroup(
            row.source,
            row.dataset,
            row.column,
            row.reason,
            row.n,
            view.but(page=SOURCES, bar=key_of(row), rows=1, order="") if may_open else None,
        )
        for row in found
    )


def key_of(row: Any) -> str:
    """A group's name in an address. The reason may quote what a row held, so it goes in as a hash."""
    text = f"{row.source}\n{row.dataset}\n{row.column}\n{row.reason}"
    return BAR + hashlib.sha256(text.encode()).hexdigest()[:16]


def opened(connection: Connection, reading: Reading, view: View, found: Sequence[RefusedGroup]) -> RefusedRows | None:
    """The rows of the group that `view.bar` names; None without one. Raises NotPermitted and BadFilter."""
    if not view.bar:
        return None
    if not reading.scope.may_mend_sources:
        raise NotPermitted("Your role covers counts of refused rows, not the rows.")
    group = next((each for each in found if key_of(each) == view.bar), None)
    if group is None:
        raise BadFilter("No rows are refused for this reason any more.")
    c = _table(reading).c
    pages = max(-(-group.rows // PAGE_SIZE), 1)
    page = min(max(view.rows, 1), pages)
    rows = connection.execute(
        select(c.mapping, c.place, c.ref, c.row, c.refused_at)
        .where(c.source == group.source, c.dataset == group.dataset, c.column == group.column, c.reason == group.reason)
        .order_by(c.refused_at.desc(), c.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    shown = tuple(RefusedRow(row.place, row.ref or "", _held(reading, row, group), row.refused_at) for row in rows)
    return RefusedRows(group, shown, page, pages, view.but(bar="", rows=1))


def _held(reading: Reading, row: Any, group: RefusedGroup) -> str:
    """What the source held in the columns behind ours, and in no other; "" of a line that could not be read at all."""
    info = reading.options.sources.get(group.source)
    takes = info.takes.get((group.dataset, row.mapping, group.column), (group.column,)) if info else ()
    try:
        values = json.loads(row.row)
    except ValueError:
        return ""
    held = [values.get(name) for name in takes] if isinstance(values, dict) else []
    return " / ".join("" if value is None else str(value) for value in held)[:_LONGEST]


def _table(reading: Reading) -> Table:
    return reading.figures.metadata.tables["quarantine"]
