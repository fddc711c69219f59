"""The half hour of casual overtime: not paid on the first four occasions of a week (Police Regulations 2003, Annex G)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.overtime_spells import force_day
from cspdash.domain.rules.record import Row, counted


def lost_minutes(row: Row, kind: str, day: date, siblings: Sequence[Row], clocks: Clocks) -> int:
    """Minutes of a casual claim that are not paid, by its place among the officer's casual occasions of the week.

    `kind`: what its first force day, `day`, counts as. Lines that began at one time are one occasion, or none where as
    many were taken back as claimed; such lines lose what a first occasion loses, so that they cancel out.
    """
    if kind != "casual":
        return 0
    minutes = clocks.overtime.unpaid_minutes.on(day)
    if len(siblings) < 2:
        return 0 if _is_reversing(row) else minutes
    claims, backs = Counter[datetime](), Counter[datetime]()
    for other in siblings:
        if other.get("claim_ref") in (None, other.get("ref")) and _is_casual(other, clocks):  # its first row
            (backs if _is_reversing(other) else claims)[_began(other)] += 1
    own = _began(row)
    if _is_reversing(row) and not claims[own]:
        return 0
    if claims[own] <= backs[own]:
        return minutes
    before = sum(count > backs[at] for at, count in claims.items() if at < own)
    return minutes if before < clocks.overtime.unpaid_occasions.on(day) else 0


def words(lost: int, day: date, clocks: Clocks) -> str:
    occasions = clocks.overtime.unpaid_occasions.on(day)
    return f"First {counted(lost, 'minute')} not paid: one of the first {occasions} casual occasions of the week."


def _began(row: Row) -> datetime:
    at: datetime = row.get("claim_from_at") or row["worked_at"]
    return at


def _is_reversing(row: Row) -> bool:
    return (row.get("amount_pence") or 0) < 0 or (row.get("source_hours") or 0) < 0


def _is_casual(row: Row, clocks: Clocks) -> bool:
    """Whether a claim's first force day counts as casual: on a bank holiday it does not."""
    day = force_day(_began(row), clocks)
    holiday = "casual" in clocks.overtime.holiday_types.on(day) and clocks.is_bank_holiday(day)
    return row["overtime_type"] == "casual" and not holiday
