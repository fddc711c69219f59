"""Overtime of constables and sergeants: Police Regulations 2003, regulations 25 and 26, Annexes G and H.

A row is the part of a claim within one force day (cspdash.domain.rules.overtime_spells). What it counts as, its rate and
its share of the money follow from the whole claim, so every row of a claim works out all of them and takes its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.overtime_spells import Spell, day_begins, force_day, spells_of
from cspdash.domain.rules.overtime_week import lost_minutes
from cspdash.domain.rules.overtime_week import words as lost_words
from cspdash.domain.rules.record import Derived, Related, Row, counted, day_words

CASUAL, PLANNED, REST_DAY, PUBLIC_HOLIDAY = "casual", "planned", "rest_day", "public_holiday"
_WITH_MINIMUM = (REST_DAY, PUBLIC_HOLIDAY)
_STANDINGS = {
    "counted": "",
    "recharged": " Recharged: not in the team's figures.",
    "other_rank": " Neither constable nor sergeant: not in the figures.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """What the part of a claim within one force day comes to. Hours are None where the source gives none."""

    day: date
    kind: str
    hours: float | None
    payable: float | None
    rate: float
    rate_words: str
    lost: int


def claim(row: Row, related: Related, clocks: Clocks) -> Derived:
    """Force day, type, hours worked and payable, rate, time off and money of one row. A reversal's are negative."""
    spells = spells_of(row, clocks)
    parts = parts_of(row, spells, related.get("siblings", ()), clocks)
    own = 0 if len(parts) == 1 else _place(force_day(row["worked_at"], clocks), parts)
    part = parts[own]
    day = part.day
    is_toil = row.get("settlement") == "toil" and part.payable is not None
    standing = standing_of(row, day, clocks)
    return {
        "worked_on": day,
        "hours": part.hours,
        "payable_hours": part.payable,
        "rate": part.rate,
        "toil_hours": round((part.payable or 0.0) * part.rate, 2) if is_toil else 0.0,
        "counted_type": part.kind,
        "standing": standing,
        "lost_minutes": part.lost,
        "paid_pence": shares(row.get("amount_pence"), parts)[own],
        "overtime_reason": _reason(row, part, len(parts), clocks) + _STANDINGS[standing],
    }


def parts_of(row: Row, spells: Sequence[Spell], siblings: Sequence[Row], clocks: Clocks) -> list[Part]:
    """The whole claim, force day by force day."""
    kinds = [counted_type(row, spell.day, spells, clocks) for spell in spells]
    hours = [worked_hours(row, spell, clocks) for spell in spells]
    rest = lost_minutes(row, kinds[0], spells[0].day, siblings, clocks) if CASUAL in kinds else 0
    found = []
    for number, (spell, kind, worked) in enumerate(zip(spells, kinds, hours, strict=True)):
        lost = min(rest, round(abs(worked or 0.0) * 60)) if kind == CASUAL else 0
        rest -= lost
        payable = None if worked is None else payable_hours(number, kinds, hours, lost, spell, clocks)
        found.append(Part(spell.day, kind, worked, payable, *rate_of(row, kind, spell.day, clocks), lost))
    return found


def _place(day: date, parts: Sequence[Part]) -> int:
    return next((number for number, part in enumerate(parts) if part.day == day), 0)


def counted_type(row: Row, day: date, spells: Sequence[Spell], clocks: Clocks) -> str:
    """What a force day's overtime counts as. A bank holiday makes it public holiday working, whatever was claimed.

    Where the claim ran into another day, the source's word on that day counts, if it gives one. A public holiday's claim
    that began the day before, or ran on to the day after, is ordinary overtime there; one on no bank holiday at all is
    left as claimed: the force may have appointed another day.
    """
    claimed: str = row["overtime_type"]
    if claimed in clocks.overtime.holiday_types.on(day) and clocks.is_bank_holiday(day):
        return PUBLIC_HOLIDAY
    following = row.get("next_day_type") if day != spells[0].day else None
    if following is not None:
        ordinary = claimed if claimed not in _WITH_MINIMUM else PLANNED
        return ordinary if following == "working_day" else following
    if claimed == PUBLIC_HOLIDAY and any(clocks.is_bank_holiday(spell.day) for spell in spells if spell.day != day):
        return CASUAL if clocks.is_bank_holiday(day) or not _was_told(row, spells) else PLANNED
    return claimed


def _was_told(row: Row, spells: Sequence[Spell]) -> bool:
    told = row.get("told_at")
    return told is not None and told < spells[0].from_at


def worked_hours(row: Row, spell: Spell, clocks: Clocks) -> float | None:
    """Completed periods of 15 minutes, in hours: from start and end where both are given, else as finance holds them.

    Elapsed time, so that a night when the clocks change counts the hours really worked."""
    unit = clocks.overtime.unit_minutes.on(spell.day)
    is_reversal = is_reversing(row)
    if spell.to_at is not None:
        hours = int((spell.to_at - spell.from_at).total_seconds() // (unit * 60)) * unit / 60
    elif row.get("source_hours") is not None:
        hours = int(abs(row["source_hours"]) * 60 / unit + 1e-9) * unit / 60
    else:
        return None
    return -hours if is_reversal else hours


def is_reversing(row: Row) -> bool:
    """Whether a line takes an earlier one back."""
    return (row.get("amount_pence") or 0) < 0 or (row.get("source_hours") or 0) < 0


def payable_hours(
    number: int, kinds: Sequence[str], hours: Sequence[float | None], lost: int, spell: Spell, clocks: Clocks
) -> float:
    """Hours of a part that count for pay: without the half hour lost, and at least four on a rest day or public holiday.

    The minimum is owed once for the days of one kind that a claim runs through, and not to somebody kept on for no
    more than an hour into such a day, which counts by the quarter hour (Annexes G and H).
    """
    worked = hours[number] or 0.0
    sign = -1.0 if worked < 0 else 1.0
    if kinds[number] not in _WITH_MINIMUM:
        unit = clocks.overtime.unit_minutes.on(spell.day)
        return sign * (max(round(abs(worked) * 60) - lost, 0) // unit * unit / 60)
    alike = [n for n, kind in enumerate(kinds) if kind == kinds[number]]
    total = sum(abs(hours[n] or 0.0) for n in alike)
    was_kept_on = spell.from_at == day_begins(spell.day, clocks)
    if number != alike[0] or (was_kept_on and total * 60 <= clocks.overtime.retained_minutes.on(spell.day)):
        return worked
    return worked + sign * max(clocks.overtime.minimum_hours.on(spell.day) - total, 0.0)


def shares(pence: int | None, parts: Sequence[Part]) -> list[int | None]:
    """What was paid, by payable hours at their rate (else by hours), so that the rows add up to the claim's money."""
    if pence is None or len(parts) == 1:
        return [pence, *([None] * (len(parts) - 1))]
    weights = [abs(part.payable or 0.0) * part.rate for part in parts]
    if not sum(weights):
        weights = [abs(part.hours or 0.0) for part in parts]
    total = sum(weights) or 1.0
    upto = [round(pence * sum(weights[: n + 1]) / total) for n in range(len(parts))]
    upto[-1] = pence
    return [upto[0], *(after - before for before, after in pairwise(upto))]


def standing_of(row: Row, day: date, clocks: Clocks) -> str:
    """Whether the team's figures hold it: not what others pay for, and only constables and sergeants (reg 25)."""
    codes = clocks.overtime.recharged_operations.on(day)
    if row.get("is_recharged") or (row.get("operation_code") or "") in codes:
        return "recharged"
    rank = (row.get("rank") or "").strip().lower()
    for prefix in ("t/", "a/", "temporary ", "acting "):
        rank = rank.removeprefix(prefix)
    return "counted" if not rank or rank in clocks.overtime.ranks.on(day) else "other_rank"


def notice_days(told_at: datetime | None, day: date, clocks: Clocks) -> int | None:
    """Clear days of notice: the day told and the day worked are both left out."""
    return None if told_at is None else max((day - clocks.local_day(told_at)).days - 1, 0)


def rate_of(row: Row, kind: str, day: date, clocks: Clocks) -> tuple[float, str]:
    """The multiplier and its reason. Rest day with 15 or more days' notice: another rest day, no money. Public holiday
    with fewer than 8: double and another day off. Day told not given: short notice is assumed."""
    rate = clocks.overtime.rates[kind].on(day)
    words = f"{kind.replace('_', ' ')} at {rate:.4g} times"
    if kind not in _WITH_MINIMUM:
        return rate, words
    notice = notice_days(row.get("told_at"), day, clocks)
    told = "day told not given, short notice assumed" if notice is None else f"{counted(notice, 'day')}' notice"
    if kind == REST_DAY and notice is not None and notice >= clocks.overtime.rest_day_notice_days.on(day):
        return 0.0, f"on a rest day with {told}: another rest day, no money"
    if kind == PUBLIC_HOLIDAY and (notice is None or notice < clocks.overtime.public_holiday_notice_days.on(day)):
        return rate, f"{words} and another day off ({told})"
    return rate, f"{words} ({told})"


def counted_hours(hours: float) -> str:
    return f"{hours:g} hours" if hours != 1 else "1 hour"


def _reason(row: Row, part: Part, parts: int, clocks: Clocks) -> str:
    """The calculation in words."""
    if part.hours is None:
        return "Neither an end nor hours are given: no hours."
    words = f"Force day {day_words(part.day)}. {counted_hours(part.hours)}, {part.rate_words}."
    if parts > 1:
        words = f"{words} Part of a claim over {parts} force days."
    if part.kind == PUBLIC_HOLIDAY and not clocks.is_bank_holiday(part.day):
        words = f"{words} No bank holiday that day: counted as claimed."
    elif part.kind != row["overtime_type"]:
        words = f"{words} Claimed as {row['overtime_type'].replace('_', ' ')}."
    if is_reversing(row):
        words = f"{words} Takes an earlier claim back."
    if part.rate == 0.0:
        return words
    if part.lost:
        return f"{words} {lost_words(part.lost, part.day, clocks)} Counted as {counted_hours(part.payable or 0.0)}."
    if part.payable != part.hours:
        words = f"{words} Counted as {counted_hours(part.payable or 0.0)}, the minimum."
    return words
