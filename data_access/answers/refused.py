"""Rows that were refused: grouped by reason for everybody, one by one for those who mend sources.

What a row held stays in the database: shown are its place, its reference and the one value that was refused.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, select

from cspdash.domain.errors import BadFilter, NotPermitted
from cspdash.domain.ports import RefusedGroup, RefusedRow, RefusedRows
from cspdash.domain.view import SOURCES, View
from data_access.quarantine import Kind, reasons_of
from data_access.reading import Reading

MOST_GROUPS, PAGE_SIZE = 100, 25
BAR = "refused:"
_LONGEST, _MOST_REASONS = 80, 500


def groups(connection: Connection, reading: Reading, view: View) -> tuple[RefusedGroup, ...]:
    """The largest groups first. Reasons that differ only in the value they quote are one."""
    may_open = reading.scope.may_mend_sources
    found = sorted(reasons_of(connection, _table(reading)).items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return tuple(
        RefusedGroup(*kind, sum(reasons.values()), _view(view, kind) if may_open else None)
        for kind, reasons in found[:MOST_GROUPS]
    )


def _view(view: View, kind: Kind) -> View:
    digest = hashlib.sha256("\n".join(kind).encode()).hexdigest()[:16]
    return view.but(page=SOURCES, bar=BAR + digest, rows=1, order="")


def opened(connection: Connection, reading: Reading, view: View) -> RefusedRows | None:
    """The rows of the group that `view.bar` names; None without one. Raises NotPermitted and BadFilter."""
    if not view.bar:
        return None
    if not reading.scope.may_mend_sources:
        raise NotPermitted("Your role covers counts of refused rows, not the rows.")
    every = reasons_of(connection, _table(reading))
    kind = next((each for each in every if _view(view, each).bar == view.bar), None)
    if kind is None:
        raise BadFilter("No rows are refused for this reason any more.")
    group = RefusedGroup(*kind, sum(every[kind].values()), _view(view, kind))
    pages = max(-(-group.rows // PAGE_SIZE), 1)
    page = min(max(view.rows, 1), pages)
    rows = connection.execute(_rows_of(_table(reading), kind, tuple(every[kind]), page))
    shown = tuple(RefusedRow(row.place, row.ref or "", _held(reading, row, group), row.refused_at) for row in rows)
    return RefusedRows(group, shown, page, pages, view.but(bar="", rows=1))


def _rows_of(table: Table, kind: Kind, reasons: tuple[str, ...], page: int) -> Select[Any]:
    c = table.c
    source, dataset, column, _ = kind
    same = and_(c.source == source, c.dataset == dataset, c.column == column)
    # As many reasons as there are values: a list that long is no parameter list, so those of the kind are told apart by
    # their words before and after the value where there are many.
    told = c.reason.in_(reasons) if len(reasons) <= _MOST_REASONS else c.reason.like(_pattern(kind[3]), escape="\\")
    return (
        select(c.mapping, c.place, c.ref, c.row, c.refused_at)
        .where(same, told)
        .order_by(c.refused_at.desc(), c.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )


def _pattern(reason: str) -> str:
    plain = reason.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return plain.replace("…", "%")


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
