"""Periods and moments: what "now", "the last 28 days" and "October 2026" mean for a force.

A moment is a local day of the force and, for the present, the instant. A past day is judged at its last instant, today
at the present one. Periods are whole local days, both ends included, ending on the moment's day. Store UTC, decide local.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cspdash.domain.errors import BadFilter

PERIOD_CHOICES: tuple[tuple[str, str], ...] = (
    ("7d", "Last 7 days"),
    ("28d", "Last 28 days"),
    ("91d", "Last 13 weeks"),
    ("month", "This month"),
    ("last_month", "Last month"),
    ("12m", "Last 12 months"),
)
_DAYS = re.compile(r"(\d{1,3})d")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) a local day begins; clock changes included."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The local day an instant falls on."""
    return at.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """The corresponding date so many months on; the month's last day where there is none (Dodds v Walker)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Moment:
    """A local day and the instant within it at which stocks are judged (UTC).

    `is_live` marks the present: `at` is then the present instant, cut to `tick_seconds`, so that figures which look at
    hours share a cache entry; records that opened since the cut count all the same (see cspdash.domain.conditions).
    """

    day: date
    at: datetime
    zone: ZoneInfo
    is_live: bool = False

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> Moment:
        return cls(day, day_start(day + timedelta(days=1), zone) - timedelta(microseconds=1), zone)

    @classmethod
    def live(cls, now: datetime, zone: ZoneInfo, tick_seconds: int = 60) -> Moment:
        cut = datetime.fromtimestamp(now.timestamp() // tick_seconds * tick_seconds, UTC)
        return cls(local_day(now, zone), cut, zone, is_live=True)

    @property
    def day_end(self) -> datetime:
        """First instant after the day (UTC)."""
        return day_start(self.day + timedelta(days=1), self.zone)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, first and last included."""

    first: date
    last: date
    text: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The period of the same length just before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1), "the period before")


def period_of(key: str, day: date) -> Period:
    """The period a key means on a day: "28d", "month", "last_month", "12m" or "2026-10". Raises BadFilter."""
    if match := _DAYS.fullmatch(key):
        days = int(match[1])
        if 1 <= days <= 400:
            text = dict(PERIOD_CHOICES).get(key, f"Last {days} days")
            return Period(day - timedelta(days=days - 1), day, text)
    if key == "month":
        return Period(day.replace(day=1), day, "This month")
    if key == "last_month":
        last = day.replace(day=1) - timedelta(days=1)
        return Period(last.replace(day=1), last, f"{last:%B %Y}")
    if key == "12m":
        return Period(add_months(day, -12) + timedelta(days=1), day, "Last 12 months")
    if (match := _MONTH.fullmatch(key)) and 1 <= int(match[2]) <= 12 and int(match[1]) >= 1900:
        first = date(int(match[1]), int(match[2]), 1)
        return Period(first, date(first.year, first.month, monthrange(first.year, first.month)[1]), f"{first:%B %Y}")
    raise BadFilter(
        f"The period {key[:20]!r} is not one of 7d, 28d, 91d, month, last_month, 12m or a month such as 2026-10."
    )
