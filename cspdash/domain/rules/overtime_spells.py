"""Overtime by force day: where a claim crosses the start of the force's day it is kept as one row a day.

The day decides the rate (a rest day or public holiday begins with the force's day, not at midnight), the month and the
period, so a claim across it cannot be one record: each row is the part of one force day, and a bar stays its records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cspdash.domain.clocks import WEEKDAYS, Clocks
from cspdash.domain.rules.record import Row, Shaped


@dataclass(frozen=True, slots=True)
class Spell:
    """The part of a claim within one force day. `to_at` None: the end is not given."""

    day: date
    from_at: datetime
    to_at: datetime | None


def force_day(at: datetime, clocks: Clocks) -> date:
    """The force's day an instant belongs to: days begin at force_day_start, 07:00 unless the force says otherwise."""
    local = at.astimezone(clocks.zone)
    day = local.date()
    return day if local.time() >= clocks.overtime.force_day_start.on(day) else day - timedelta(days=1)


@lru_cache(maxsize=4096)
def _begins(day: date, start: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, start, tzinfo=zone).astimezone(UTC)


def day_begins(day: date, clocks: Clocks) -> datetime:
    """The instant a force day begins, on nights the clocks change as well."""
    return _begins(day, clocks.overtime.force_day_start.on(day), clocks.zone)


def spells_of(row: Row, clocks: Clocks) -> list[Spell]:
    """The whole claim by force day, from whichever of its rows."""
    from_at = row.get("claim_from_at") or row["worked_at"]
    to_at = row.get("claim_to_at") or row.get("ended_at")
    return spells(from_at, to_at, clocks)


def spells(from_at: datetime, to_at: datetime | None, clocks: Clocks) -> list[Spell]:
    """A time by force day; one spell where the end is missing or not after the start."""
    day = force_day(from_at, clocks)
    if to_at is None or to_at <= from_at:
        return [Spell(day, from_at, None)]
    found = []
    while (following := day_begins(day + timedelta(days=1), clocks)) < to_at:
        found.append(Spell(day, from_at, following))
        from_at, day = following, day + timedelta(days=1)
    return [*found, Spell(day, from_at, to_at)]


def force_days(row: Row, clocks: Clocks) -> list[Shaped]:
    """A claim as finance gives it to the rows it is kept in: the first keeps its reference, the others add their day."""
    parts = spells(row["worked_at"], row.get("ended_at"), clocks)
    week = week_of(parts[0].day, clocks)
    whole: Shaped = {
        **row,
        "claim_ref": row["ref"],
        "claim_from_at": row["worked_at"],
        "claim_to_at": row.get("ended_at"),
        "week_key": f"{row['officer_id']}/{week}" if row.get("officer_id") else None,
    }
    if len(parts) == 1:
        return [whole]
    return [
        {
            **whole,
            "ref": f"{row['ref']}/{part.day}" if number else row["ref"],
            "worked_at": part.from_at,
            "ended_at": part.to_at,
        }
        for number, part in enumerate(parts)
    ]


def week_of(day: date, clocks: Clocks) -> date:
    """The first day of the week a force day lies in."""
    first = WEEKDAYS.index(clocks.overtime.week_starts.on(day))
    return day - timedelta(days=(day.weekday() - first) % 7)
