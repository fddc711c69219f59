"""The restatements a viewer may see: of units whose totals are within their scope, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from cspdash.domain.errors import UnknownMetric
from cspdash.domain.ports import Restatement, RestatementsPage
from cspdash.domain.view import RESTATEMENTS, View
from data_access.reading import Reading

MOST = 500


def restatements_page(reading: Reading, asked: View) -> RestatementsPage:
    """Of one unit or metric where the view names one. Raises UnknownUnit, UnknownMetric, NotPermitted."""
    organisation, scope = reading.organisation, reading.scope
    if asked.unit:
        scope.need_total(organisation.unit(asked.unit))
    metric = reading.metric(asked.metric) if asked.metric else None
    table = reading.figures.metadata.tables["restatement"]
    query = select(table).order_by(table.c.found_at.desc(), table.c.id.desc())
    query = query.where(table.c.metric == metric.slug) if metric else query
    query = query.where(table.c.unit_id == asked.unit) if asked.unit else query
    with reading.figures.engine.connect() as connection:
        found = connection.execute(query.limit(MOST * 20)).all()
    rows = [row for row in (_row(reading, each) for each in found) if row is not None]
    return RestatementsPage(
        view=asked.but(page=RESTATEMENTS),
        unit_name=organisation.unit_row(organisation.unit(asked.unit)).name if asked.unit else "",
        metric_title=metric.title if metric else "",
        rows=tuple(rows[:MOST]),
        is_cut=len(rows) > MOST,
        looked_at=_looked_at(reading),
        scope_note=scope.note,
    )


def _row(reading: Reading, each: Any) -> Restatement | None:
    """None for a unit out of scope or no longer there, and for a metric that is no longer live."""
    organisation = reading.organisation
    position = organisation.tree.position.get(each.unit_id)
    if position is None or not reading.scope.may_total(position):
        return None
    try:
        metric = reading.metric(each.metric)
    except UnknownMetric:
        return None
    zone = reading.options.zone
    return Restatement(
        found_at=each.found_at.astimezone(zone),
        stood_at=each.stood_at.astimezone(zone),
        metric=metric.slug,
        metric_title=metric.title,
        unit=each.unit_id,
        unit_name=organisation.unit_row(position).name,
        month=each.month,
        is_flow=metric.kind == "flow",
        before=each.before_words,
        after=each.after_words,
        before_value=each.before_value,
        after_value=each.after_value,
        before_records=each.before_records,
        after_records=each.after_records,
        loads=tuple(map(int, each.loads.split())),
        cause=each.cause,
        target_view=View(page=metric.family, metric=metric.slug, unit=each.unit_id, as_at=each.month, period="month"),
    )


def _looked_at(reading: Reading) -> datetime | None:
    watched = reading.figures.metadata.tables["watched_metric"]
    with reading.figures.engine.connect() as connection:
        times = list(connection.execute(select(watched.c.looked_at)).scalars())
    return max(times).astimezone(reading.options.zone) if times else None
