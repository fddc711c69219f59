"""One clock of one record as judged at a moment, and the few words all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from cspdash.domain.periods import Moment, local_day
from cspdash.domain.rules.record import Row, counted, day_words

State = Literal[
    "not applicable", "running", "suspended", "pending", "met", "late", "expired", "overdue", "ended", "unknown"
]


@dataclass(frozen=True, slots=True)
class Standing:
    """`columns`: the derived columns this clock explains. `sentence`: how they came about, as the rule says it.

    `judged`: what that means at the moment, in words. `due` is a local day, or an instant where hours count; `missing`
    names the basis that is not there; `authority` who may give more time.
    """

    clock: str
    columns: tuple[str, ...]
    sentence: str
    state: State
    judged: str
    due: date | datetime | None = None
    missing: str = ""
    authority: str = ""

    @property
    def words(self) -> str:
        """The whole of it, to be read out."""
        return " ".join(filter(None, (self.sentence, self.judged)))


def has_happened(value: date | datetime | None, moment: Moment) -> bool:
    """Whether a recorded time lies at or before the moment: what came later is not known yet then."""
    if value is None:
        return False
    return value <= moment.at if isinstance(value, datetime) else value <= moment.day


def on(value: Any, moment: Moment) -> str:
    """A day, or the local day of an instant, in words."""
    return day_words(local_day(value, moment.zone) if isinstance(value, datetime) else value)


def days_left(due: date, moment: Moment) -> tuple[State, str]:
    """running or overdue at the moment, and by how many days."""
    days = (due - moment.day).days
    if days > 0:
        return "running", f"{counted(days, 'day')} left."
    if days == 0:
        return "running", "The last day."
    return "overdue", f"Overdue by {counted(-days, 'day')}."


def minutes_left(due: datetime, moment: Moment) -> tuple[State, str]:
    """The same of a clock that counts minutes."""
    seconds = (due - moment.at).total_seconds()
    minutes = int(abs(seconds) // 60)
    words = counted(minutes, "minute") if minutes < 120 else counted(minutes // 60, "hour")
    if minutes >= 2880:
        words = counted(minutes // 1440, "day")
    return ("running", f"{words} left.") if seconds >= 0 else ("overdue", f"Overdue by {words}.")


def text(row: Row, column: str) -> str:
    return str(row.get(column) or "")
