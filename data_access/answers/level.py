"""A level made from the force's own figures: the middle of like teams, per full-time officer, over the last full months.

The practice page calls it the acceptable level. It is a line to see oneself by, not a target with a colour.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.periods import Period, add_months
from cspdash.domain.wording import number, scale
from data_access.answers.bars import UnitBars
from data_access.queries.figures import Question
from data_access.reading import Reading

FEWEST = 3  # like teams; fewer have no middle to speak of


def months_before(day: date, months: int) -> Period:
    """So many full months before the one a day lies in."""
    last = day.replace(day=1) - timedelta(days=1)
    return Period(add_months(day.replace(day=1), -months), last, f"last {months} full months")


def kind_drawn(bars: UnitBars) -> str | None:
    """The kind of unit the bars are, or are officers of; None where they are of several."""
    organisation = bars.reading.organisation
    children = organisation.tree.children(bars.position)
    kinds = {organisation.kind_of(child) for child in children} or {organisation.kind_of(bars.position)}
    return kinds.pop() if len(kinds) == 1 else None


def level_line(bars: UnitBars) -> tuple[float, str] | None:
    """(where the line is, its words) for the bars as drawn: per full-time officer, for as many days as the period has.

    None where the metric has none, where bars of units are drawn as totals (each would need a line of its own), or where
    there are too few like teams.
    """
    metric, reading = bars.metric, bars.reading
    is_each = bars.view.per == "fte" or not reading.organisation.tree.children(bars.position)
    kind = kind_drawn(bars)
    if (
        not metric.level_months
        or bars.question.period is None
        or not is_each
        or kind is None
        or bars.view.per == "duty"
    ):
        return None
    a_day = a_day_each(reading, metric, bars.question, kind)
    if a_day is None:
        return None
    value = a_day * bars.question.period.days
    return value, f"like teams {number(value, 1)}"


def a_day_each(reading: Reading, metric: Metric, question: Question, kind: str) -> float | None:
    """The median, over units of a kind with anybody posted, of the figure a day and full-time officer."""
    span = months_before(question.moment.day, metric.level_months)
    asked = Question(metric.on(span.last), question.moment, span, True)
    organisation = reading.organisation

    def make() -> float | None:
        sums, _, _ = reading.cube(asked).unit_sums(organisation)
        strength = organisation.strength(question.moment.day)
        alike = [at for at in np.flatnonzero(strength > 0).tolist() if organisation.kind_of(at) == kind]
        if len(alike) < FEWEST:
            return None
        return float(np.median(sums[alike] / strength[alike])) / scale(metric) / span.days

    return reading.figures.kept(("level", kind, reading.key(asked)), make)
