"""Available duty hours by officer and unit over a period, by SQL: month lines, each for its share of days in the period."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, MetaData, func, select

from cspdash.domain.catalogue import Metric
from cspdash.domain.organisation import Floats, Ints, Organisation
from cspdash.domain.periods import Period
from data_access.queries.figures import Question, matching, placed, posted_at

DUTY = Metric("duty", "", "Duty hours", "duty_hours", "flow", measure="sum", column="hours", at="month_on")


def duty_question(question: Question) -> Question:
    """Duty hours for the moment, period and postings that a flow is asked for."""
    assert question.period is not None
    return Question(DUTY, question.moment, question.period, question.as_was)


def duty_rows(
    connection: Connection, question: Question, metadata: MetaData, organisation: Organisation, today: date
) -> tuple[Ints, Ints, Floats]:
    """(officer, unit, available hours) as they are attributed; officer -1 where not in post."""
    period = question.period
    assert period is not None
    table = metadata.tables["duty_hours"]
    reach = Question(DUTY, question.moment, Period(period.first.replace(day=1), period.last, ""), question.as_was)
    source, posted = posted_at(reach, table, metadata)
    month = table.c.month_on
    available = func.sum(table.c.hours - func.coalesce(table.c.abstracted_hours, 0))
    groups = [table.c.officer_id, table.c.unit_id, *([posted] if reach.joins_postings else []), month]
    query: Any = (
        select(table.c.officer_id, table.c.unit_id, posted.label("posted"), month, available)
        .select_from(source)
        .where(matching(reach, table))
        .group_by(*groups)
    )
    rows = connection.execute(query).all()
    officer, unit, _ = placed(rows, reach, organisation)
    hours = np.array([float(row[4] or 0) * share_so_far(row[3], period, today) for row in rows], dtype=np.float64)
    return officer, unit, np.maximum(hours, 0.0)


def share_so_far(month: date, period: Period, today: date) -> float:
    """The part of a month's hours that fell in the period: of a month under way, of its days up to today."""
    first = month.replace(day=1)
    last = min(first + timedelta(days=monthrange(first.year, first.month)[1] - 1), max(today, first))
    days = (min(last, period.last) - max(first, period.first)).days + 1
    return max(days, 0) / ((last - first).days + 1)
