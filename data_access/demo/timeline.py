"""The clock of a made-up force: local seconds and days as numpy numbers, and how sources write them down.

Everything is made in the force's local wall-clock time, as whole seconds since 1970 ("local seconds") and whole days
since 1970 ("days"). `MISSING` stands for no value in both. Text comes from tables of ready-made pieces, because
formatting a million times one by one would take longer than making them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

MISSING = -(2**62)  # no instant, no day
DAY = 86_400
HOUR = 3_600
ZONE = ZoneInfo("Europe/London")

_FIRST = (date(1980, 1, 1) - date(1970, 1, 1)).days
_LAST = (date(2045, 1, 1) - date(1970, 1, 1)).days
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """A date as days since 1970."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """The date of a day number."""
    return _EPOCH + timedelta(days=int(day))


def local_seconds(at: datetime) -> int:
    """An aware or naive (then local) datetime as local seconds."""
    local = at.astimezone(ZONE).replace(tzinfo=None) if at.tzinfo else at
    return int((local - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001  naive on purpose: wall-clock time


def add_months(days: Ints, months: int) -> Ints:
    """The corresponding day so many months on; the month's last day where there is none."""
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    offset = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.timedelta64(months, "M")
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    moved: Ints = target.astype("datetime64[D]").astype(np.int64) + np.minimum(offset, length - 1)
    return moved


def _pieces(values: list[str]) -> Texts:
    return np.array(values, dtype=object)


class _Tables:
    """Ready-made text for every day and every second of a day."""

    @cached_property
    def days(self) -> Texts:
        return _pieces([date_of(day).isoformat() for day in range(_FIRST, _LAST)])

    @cached_property
    def days_then_time(self) -> Texts:
        return _pieces([f"{date_of(day).isoformat()} " for day in range(_FIRST, _LAST)])

    @cached_property
    def slashed(self) -> Texts:
        return _pieces([f"{date_of(day):%d/%m/%Y}" for day in range(_FIRST, _LAST)])

    @cached_property
    def seconds(self) -> Texts:
        return _pieces([f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY)])


_TABLES = _Tables()


def _listed(text: Texts, missing: Flags) -> list[Any]:
    if missing.any():
        text[missing] = None
    listed: list[Any] = text.tolist()
    return listed


def instant_texts(seconds: Ints) -> list[Any]:
    """ "2026-11-22 14:05:12" for each, None where missing."""
    missing = seconds == MISSING
    known = np.where(missing, _FIRST * DAY, seconds)
    day, second = np.divmod(known, DAY)
    return _listed(_TABLES.days_then_time[day - _FIRST] + _TABLES.seconds[second], missing)


def day_texts(days: Ints) -> list[Any]:
    """ "2026-11-22" for each, None where missing."""
    missing = days == MISSING
    return _listed(_TABLES.days[np.where(missing, 0, days - _FIRST)], missing)


def slashed_texts(days: Ints) -> list[Any]:
    """ "22/11/2026" for each, None where missing."""
    missing = days == MISSING
    return _listed(_TABLES.slashed[np.where(missing, 0, days - _FIRST)], missing)


def slashed_instant_texts(seconds: Ints) -> list[Any]:
    """ "22/11/2026 14:05" for each, None where missing."""
    missing = seconds == MISSING
    day, second = np.divmod(np.where(missing, _FIRST * DAY, seconds), DAY)
    text = _TABLES.slashed[day - _FIRST] + np.full(len(seconds), " ", dtype=object) + _TABLES.seconds[second // 60 * 60]
    return [None if value is None else value[:-3] for value in _listed(text, missing)]


def days_of(seconds: Ints) -> Ints:
    """The day of each instant; missing stays missing."""
    days: Ints = np.where(seconds == MISSING, MISSING, seconds // DAY)
    return days


def later(seconds: Ints, *others: Ints) -> Ints:
    """The latest of several columns, row by row; missing counts as never."""
    for other in others:
        seconds = np.maximum(seconds, other)
    return seconds


def _clock_changes() -> tuple[Ints, Ints]:
    """Local seconds at which summer time begins and ends, by year."""
    begins: list[int] = []
    ends: list[int] = []
    for year in range(1980, 2045):
        for month, found in ((3, begins), (10, ends)):
            last = date(year, month, 31)
            sunday = last - timedelta(days=(last.weekday() + 1) % 7)
            found.append(day_number(sunday) * DAY + 2 * HOUR)
    return np.array(begins), np.array(ends)


_BEGINS, _ENDS = _clock_changes()


def autumn_change(day: int) -> int:
    """The last day before this one on which summer time ended."""
    return int(_ENDS[np.searchsorted(_ENDS, day * DAY) - 1] // DAY)


def to_utc(seconds: Ints) -> Ints:
    """Local seconds as UTC seconds; the hour that happens twice in autumn is taken as its first."""
    begun = np.searchsorted(_BEGINS, seconds, side="right")
    ended = np.searchsorted(_ENDS, seconds, side="right")
    moved: Ints = np.where((seconds == MISSING) | (begun == ended), seconds, seconds - HOUR)
    return moved


@dataclass(frozen=True, slots=True)
class Timeline:
    """From the first day of records to now, in local time."""

    now: int
    months: int

    @classmethod
    def ending(cls, today: datetime | None, months: int) -> Timeline:
        """The timeline up to an instant, the present one if none is given."""
        return cls(local_seconds(today or datetime.now(UTC)), months)

    @property
    def today(self) -> int:
        return self.now // DAY

    @property
    def moment(self) -> datetime:
        """Now as a local time without a zone."""
        return datetime(1970, 1, 1) + timedelta(seconds=self.now)  # noqa: DTZ001  naive on purpose: wall-clock time

    @property
    def date(self) -> date:
        return date_of(self.today)

    @property
    def first_day(self) -> int:
        return int(add_months(np.array([self.today]), -self.months)[0])

    @property
    def days(self) -> int:
        """Whole days of records, today included."""
        return self.today - self.first_day + 1

    def month_starts(self) -> Ints:
        """First days of the months from the first day's month to today's."""
        first = np.array([self.first_day]).astype("datetime64[D]").astype("datetime64[M]")[0]
        last = np.array([self.today]).astype("datetime64[D]").astype("datetime64[M]")[0]
        months: Ints = np.arange(first, last + 1).astype("datetime64[D]").astype(np.int64)
        return months
