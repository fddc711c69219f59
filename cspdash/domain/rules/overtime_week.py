"""The half hour of casual overtime: not paid on the first four occasions of a week (Police Regulations 2003, Annex G)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.overtime_spells import force_day
from cspdash.domain.rules.record import Row, counted


def lost_minutes(row: Row, kind: str, siblings: Sequence[Row], clocks: Clocks) -> int:
    """Minutes of a casual claim that are not paid, by its place among the officer's casual claims of the week.

    `kind`: what its first force day counts as. A line that was taken back, and the line that takes it back, lose what a
    first occasion loses, so that they cancel out, and neither is an occasion.
    """
    if kind != "casual":
        return 0
    day = force_day(_began(row), clocks)
    minutes = clocks.overtime.unpaid_minutes.on(day)
    own, ref = _began(row), row.get("claim_ref") or row.get("ref") or ""
    reversed_at = {_began(other) for other in siblings if _is_reversing(other)}
    if _is_reversing(row):
        return minutes if any(_began(other) == own and not _is_reversing(other) for other in siblings) else 0
    earlier = {
        other.get("claim_ref") or other.get("ref")
        for other in siblings
        if (_began(other), other.get("claim_ref") or other.get("ref") or "") < (own, ref)
        and not _is_reversing(other)
        and _began(other) not in reversed_at
        and _is_casual(other, clocks)
    }
    return minutes if own in reversed_at or len(earlier) < clocks.overtime.unpaid_occasions.on(day) else 0


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
