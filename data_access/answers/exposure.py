"""Hours on duty behind a figure: what "per 100 duty hours" divides by. Counted like the records, by officer and unit.

Available hours: those on duty less those lost to court, training and other operations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.organisation import Floats, Ints
from cspdash.domain.ports import Figure
from cspdash.domain.wording import NOTHING, number, value_text
from data_access.answers.named import Entries
from data_access.queries.duty import duty_question, duty_rows
from data_access.queries.figures import Question
from data_access.reading import Reading
from data_access.row_security import counting

HUNDRED = 100.0
NO_DUTY = "no duty data"
DATASET = "duty_hours"


@dataclass(frozen=True, eq=False)
class Exposure:
    """Available hours in the period: whose, in which unit, how many."""

    officer: Ints
    unit: Ints
    hours: Floats

    @classmethod
    def of(cls, reading: Reading, question: Question) -> Exposure:
        if DATASET not in reading.versions:
            none = np.empty(0, dtype=np.int64)
            return cls(none, none, np.empty(0))
        asked = duty_question(question)

        def make() -> Exposure:
            with reading.figures.engine.connect() as connection, counting(connection):
                found = duty_rows(connection, asked, reading.figures.metadata, reading.organisation, reading.today)
            return cls(*found)

        return reading.figures.kept(("duty", reading.today, reading.key(asked)), make)

    def hours_of(self, which: Entries) -> float:
        return float(self.hours[which(self.officer, self.unit)].sum())


def per_hundred(metric: Metric, shown: Figure, hours: float) -> Figure:
    """The same figure per 100 available duty hours, its denominator shown; nothing where there are no hours."""
    if shown.is_withheld:
        return shown
    if shown.value is None or hours <= 0:
        return Figure(None, shown.numerator, shown.denominator, shown.records, NOTHING, NO_DUTY)
    value = shown.value / hours * HUNDRED
    text = value_text(metric, round(value, 2)) if metric.format != "count" else number(value, 2)
    fraction = f"{shown.text} over {number(hours)} duty hours"
    return Figure(value, shown.numerator, hours, shown.records, text, fraction)
