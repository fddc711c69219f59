"""The records behind a bar: the same definition, the same attribution, so their number is the bar's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import BadFilter
from cspdash.domain.ports import RecordsPage
from cspdash.domain.standing.of_record import standings
from cspdash.domain.view import OFFICER, RECORD, View
from cspdash.domain.wording import number, plural, time_text
from data_access.answers.bars import OFFICER_KEY, UNMAPPED, WITHHELD
from data_access.queries.figures import Placed, Question, placed_rows, rows_by_ref
from data_access.reading import Reading
from data_access.row_security import seeing

WITHHELD_REF = "Counted, not shown"


def records_page(reading: Reading, view: View, page_size: int) -> RecordsPage:
    """One page of the rows behind `view.bar` of the view's unit, or behind an officer's figure.

    Raises NotPermitted unless the viewer may see the bar's officers by name.
    """
    metric = reading.metric(view.metric)
    question = reading.question(metric, view)
    bar_name, officer_ref, keep, look_reason = _bar(reading, view)
    dataset = reading.figures.datasets[metric.dataset]
    order = view.order or metric.order or (metric.at and f"-{metric.at}") or metric.opens
    if order and not dataset.has(order.lstrip("-")):
        raise BadFilter(f"Records cannot be sorted by {order[:40]!r}.")
    with reading.figures.engine.connect() as connection:
        seeing(connection, reading.scope)
        placed = placed_rows(
            connection, question, reading.figures.metadata, reading.organisation, order=order, officer_ref=officer_ref
        )
        chosen = np.flatnonzero(keep(placed))
        if not len(chosen) and view.bar.startswith(OFFICER_KEY):
            # Without any work here, an officer's number typed into an address must not fetch the officer's name.
            reading.scope.open_officer(reading.organisation.officer(view.bar.removeprefix(OFFICER_KEY)), reading.today)
        pages = max(-(-len(chosen) // page_size), 1)
        page = min(max(view.rows, 1), pages)
        refs = [placed.refs[i] for i in chosen[(page - 1) * page_size : page * page_size].tolist()]
        columns = _columns(dataset, metric, one_officer=bool(officer_ref))
        rows = rows_by_ref(
            connection,
            question,
            reading.figures.metadata,
            refs,
            ["officer_id", "unit_id", *(column.name for column in dataset.columns)],
        )
    open_rows = [not is_count_only(row, dataset) for row in rows]
    shown = tuple(
        {name: cell(row[name], kind, reading) if is_open else None for name, _, kind in columns}
        | ({} if is_open else {"ref": WITHHELD_REF})
        for row, is_open in zip(rows, open_rows, strict=True)
    )
    return RecordsPage(
        view=view,
        title=f"{plural(len(chosen), *dataset.noun)} behind this figure",
        bar_name=bar_name,
        columns=tuple(columns),
        rows=shown,
        total=len(chosen),
        page=page,
        pages=pages,
        page_size=page_size,
        order=order,
        as_at=reading.as_at(metric.depends_on),
        reasons=tuple(
            _clock(dataset, row, reading) if is_open else "" for row, is_open in zip(rows, open_rows, strict=True)
        ),
        record_views=tuple(
            view.but(page=RECORD, dataset=dataset.name, record=row["ref"]) if is_open else None
            for row, is_open in zip(rows, open_rows, strict=True)
        ),
        look_reason=look_reason,
    )


def _clock(dataset: Dataset, row: Mapping[str, Any], reading: Reading) -> str:
    """The record's first clock in words, as judged at the page's moment."""
    found = standings(dataset, row, reading.moment)
    return found[0].words if found else ""


def is_behind(reading: Reading, view: View, ref: str, dataset: str) -> str | None:
    """Why a record is looked at that is among those behind a figure; None for one that is not.

    Raises NotPermitted and ReasonNeeded where this viewer may not open the figure.
    """
    metric = reading.metric(view.metric)
    if metric.dataset != dataset:
        return None
    question = reading.question(metric, view)
    _, _, keep, look_reason = _bar(reading, view)
    with reading.figures.engine.connect() as connection:
        seeing(connection, reading.scope)
        placed = placed_rows(connection, question, reading.figures.metadata, reading.organisation, ref=ref)
    return look_reason if np.any(keep(placed)) else None


def is_count_only(row: Mapping[str, Any], dataset: Dataset) -> bool:
    return dataset.count_only is not None and row[dataset.count_only[0]] == dataset.count_only[1]


def _bar(reading: Reading, view: View) -> tuple[str, str, Any, str]:
    """(name of the bar, officer ref to read by, which placed rows belong to it, why it is looked at). Checks scope."""
    organisation, scope = reading.organisation, reading.scope
    if view.page == OFFICER:
        who = scope.need_known(view.officer)
        why = scope.open_officer(who, reading.today)
        return organisation.officers[who].label, view.officer, lambda placed: placed.named == who, why
    position = organisation.unit(view.unit)
    unit = organisation.unit_row(position)
    if view.bar == WITHHELD:
        scope.need_named_here(position)
        raise BadFilter("Names are not withheld from you here; choose an officer's bar.")
    if view.bar.startswith(OFFICER_KEY):
        ref = view.bar.removeprefix(OFFICER_KEY)
        who = organisation.number.get(ref, -1)
        why = "" if scope.is_self(who) else scope.open_here(position)
        scope.need_known(ref)
        name = f"{organisation.officers[who].label}, {unit.name}"
        return name, ref, lambda placed: (placed.officer == who) & (placed.unit == position), why
    if view.bar == UNMAPPED:
        why = scope.open_here(position)
        return f"Not mapped, {unit.name}", "", lambda placed: (placed.officer < 0) & (placed.unit == position), why
    below = organisation.unit(view.bar) if view.bar else position
    why = scope.open_below(below)
    last = organisation.tree.ends[below]
    return organisation.unit_row(below).name, "", lambda placed: _inside(placed, below, last), why


def _inside(placed: Placed, first: int, last: int) -> Any:
    return (placed.unit >= first) & (placed.unit < last)


def _columns(dataset: Dataset, metric: Metric, *, one_officer: bool) -> list[tuple[str, str, str]]:
    """(name, label, type) of what is shown: the dataset's own choice, the metric's columns, and for a share what counts."""
    names = ["ref", *dataset.shown, *(name for name in (metric.at, metric.column, metric.due) if name)]
    names += [] if one_officer else [metric.officer]
    columns = [(name, dataset.column(name).label, dataset.column(name).type) for name in dict.fromkeys(names)]
    if metric.measure == "share":
        columns.insert(1, ("counts_above", "Counts", "bool"))
    return columns  # type: ignore[return-value]


def cell(value: Any, kind: str, reading: Reading) -> str | None:
    """A value as it is shown."""
    if value is None:
        return None
    if kind == "bool":
        return "Yes" if value else "No"
    if kind == "instant" and isinstance(value, datetime):
        return time_text(value, reading.options.zone)
    if kind == "date" and isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if kind == "pence":
        return f"£{number(value / 100, 2)}"
    if kind == "number":
        return number(value, 2)
    return str(value).replace("_", " ") if kind == "choice" else str(value)


def records_question(reading: Reading, view: View) -> tuple[Metric, Question, Mapping[str, Dataset]]:
    """For exports: the metric and question a records view means."""
    metric = reading.metric(view.metric)
    return metric, reading.question(metric, view), reading.figures.datasets
