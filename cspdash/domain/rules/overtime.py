"""Overtime of constables and sergeants: Police Regulations 2003, regulations 25 and 26, Annexes G and H.

The half hour lost on the first four casual occasions of a week needs the officer's other claims of that week and is not
counted here, nor is overtime split where it crosses the force's day boundary: one claim has the day it began on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.record import Derived, Row, counted, day_words

_WITH_MINIMUM = ("rest_day", "public_holiday")


def claim(row: Row, clocks: Clocks) -> Derived:
    """Force day, hours worked and payable, rate and time off of one claim. A reversal's hours are negative."""
    day = force_day(row["worked_at"], clocks)
    hours = worked_hours(row, day, clocks)
    rate, rate_words = rate_of(row, day, clocks)
    if hours is None:
        return _derived(day, None, None, rate, 0.0, "Neither an end nor hours are given: no hours.")
    payable = payable_hours(row["overtime_type"], hours, day, clocks)
    owed = round(payable * rate, 2) if row.get("settlement") == "toil" else 0.0
    reason = f"Force day {day_words(day)}. {counted_hours(hours)}, {rate_words}."
    if payable != hours:
        reason = f"{reason} Counted as {counted_hours(payable)}, the minimum."
    return _derived(day, hours, payable, rate, owed, reason)


def _derived(day: date, hours: float | None, payable: float | None, rate: float, toil: float, reason: str) -> Derived:
    return {
        "worked_on": day,
        "hours": hours,
        "payable_hours": payable,
        "rate": rate,
        "toil_hours": toil,
        "overtime_reason": reason,
    }


def counted_hours(hours: float) -> str:
    return f"{hours:g} hours" if hours != 1 else "1 hour"


def force_day(at: datetime, clocks: Clocks) -> date:
    """The force's day an instant belongs to: days begin at force_day_start, 07:00 unless the force says otherwise."""
    local = at.astimezone(clocks.zone)
    day = local.date()
    return day if local.time() >= clocks.overtime.force_day_start.on(day) else day - timedelta(days=1)


def worked_hours(row: Row, day: date, clocks: Clocks) -> float | None:
    """Completed periods of 15 minutes, in hours: from start and end where both are given, else as finance holds them.

    Elapsed time, so that a night when the clocks change counts the hours really worked."""
    started, ended = row["worked_at"], row.get("ended_at")
    unit = clocks.overtime.unit_minutes.on(day)
    is_reversal = (row.get("amount_pence") or 0) < 0
    if ended is not None and ended > started:
        hours = int((ended - started).total_seconds() // (unit * 60)) * unit / 60
    elif row.get("source_hours") is not None:
        is_reversal = is_reversal or row["source_hours"] < 0
        hours = int(abs(row["source_hours"]) * 60 / unit + 1e-9) * unit / 60
    else:
        return None
    return -hours if is_reversal else hours


def payable_hours(kind: str, hours: float, day: date, clocks: Clocks) -> float:
    """Hours that count for pay: at least four on a rest day or public holiday, unless kept on for no more than an hour
    into it, which counts by the quarter hour (Annexes G and H)."""
    retained = clocks.overtime.retained_minutes.on(day) / 60
    if kind not in _WITH_MINIMUM or abs(hours) <= retained:
        return hours
    minimum = float(clocks.overtime.minimum_hours.on(day))
    return max(hours, minimum) if hours > 0 else min(hours, -minimum)


def notice_days(told_at: datetime | None, day: date, clocks: Clocks) -> int | None:
    """Clear days of notice: the day told and the day worked are both left out."""
    return None if told_at is None else max((day - clocks.local_day(told_at)).days - 1, 0)


def rate_of(row: Row, day: date, clocks: Clocks) -> tuple[float, str]:
    """The multiplier and its reason. Rest day with 15 or more days' notice: another rest day, no money. Public holiday
    with fewer than 8: double and another day off. Day told not given: short notice is assumed."""
    kind = row["overtime_type"]
    rate = clocks.overtime.rates[kind].on(day)
    words = f"{kind.replace('_', ' ')} at {rate:.4g} times"
    if kind not in _WITH_MINIMUM:
        return rate, words
    notice = notice_days(row.get("told_at"), day, clocks)
    told = "day told not given, short notice assumed" if notice is None else f"{counted(notice, 'day')}' notice"
    if kind == "rest_day" and notice is not None and notice >= clocks.overtime.rest_day_notice_days.on(day):
        return 0.0, f"on a rest day with {told}: another rest day, no money"
    if kind == "public_holiday" and (notice is None or notice < clocks.overtime.public_holiday_notice_days.on(day)):
        return rate, f"{words} and another day off ({told})"
    return rate, f"{words} ({told})"
