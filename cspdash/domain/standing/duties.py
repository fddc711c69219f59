"""Clocks of supervision, response and the national record; and overtime, which has a calculation but no clock."""

from __future__ import annotations

from datetime import datetime

from cspdash.domain.periods import Moment
from cspdash.domain.rules.record import Row
from cspdash.domain.standing.clock import Standing, State, days_left, has_happened, minutes_left, on, text

_REVIEW = ("awaits", "waiting_since_at", "review_due_on", "is_reviewed_in_time", "is_self_reviewed", "review_reason")
_RESPONSE = (
    "timed_grade", "target_seconds", "clock_started_at", "target_at", "elapsed_seconds", "elapsed_minutes",
    "is_in_time", "over_at", "response_status", "response_reason",
)  # fmt: skip
_ACRO = ("item_label", "due_at", "due_on", "is_in_scope", "acro_reason")
_OVERTIME = ("worked_on", "hours", "payable_hours", "rate", "toil_hours", "overtime_reason")
_MEASURED: dict[str, State] = {"in_time": "met", "late": "late"}


def form(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """A form's supervision: who has to act, and by when."""
    sentence, due = text(row, "review_reason"), row.get("review_due_on")
    name = "Supervisor's review"
    if has_happened(row.get("reviewed_at"), moment):
        if row.get("is_self_reviewed"):
            judged = "Another supervisor has to look."
            return (Standing(name, _REVIEW, sentence, "unknown", judged, due, "another supervisor's review"),)
        return (Standing(name, _REVIEW, sentence, "met" if row.get("is_reviewed_in_time") else "late", "", due),)
    if due is None:
        return (Standing(name, _REVIEW, sentence, "pending", "Missing: submission.", None, "submission"),)
    if row.get("awaits") == "officer":
        return (Standing(name, _REVIEW, sentence, "pending", "", due),)
    return (Standing(name, _REVIEW, sentence, *days_left(due, moment), due),)


def incident(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """Attendance of one incident."""
    status, due, sentence = row.get("response_status"), row.get("target_at"), text(row, "response_reason")
    if status in ("excluded", "not_timed"):
        return (Standing("Attendance", _RESPONSE, sentence, "not applicable", ""),)
    if status == "no_arrival_time":
        missing = "arrival time"
        return (Standing("Attendance", _RESPONSE, sentence, "unknown", f"Missing: {missing}.", due, missing),)
    if row.get("clock_started_at") is None:
        missing = "start of the clock"
        return (Standing("Attendance", _RESPONSE, sentence, "unknown", f"Missing: {missing}.", None, missing),)
    if status == "impossible_time" or due is None:
        return (Standing("Attendance", _RESPONSE, sentence, "unknown", "", due, "usable arrival time"),)
    started = f"Clock started {_at(row['clock_started_at'], moment)}."
    if status in _MEASURED and has_happened(row.get("attended_at"), moment):
        return (Standing("Attendance", _RESPONSE, f"{started} {sentence}", _MEASURED[status], "", due),)
    state, words = minutes_left(due, moment)
    return (
        Standing("Attendance", _RESPONSE, f"{started} {sentence}", state, f"{words} Due at {_at(due, moment)}.", due),
    )


def _at(at: datetime, moment: Moment) -> str:
    return f"{at.astimezone(moment.zone):%H:%M:%S} on {on(at, moment)}"


def item(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """Something owed to the national record."""
    sentence, due_at, due = text(row, "acro_reason"), row.get("due_at"), row.get("due_on")
    name, closed = "Owed to the national record", row.get("closed_at")
    if row.get("is_in_scope") is False:
        return (Standing(name, _ACRO, sentence, "not applicable", "", due),)
    if closed is not None and has_happened(closed, moment):
        state: State = "ended" if due_at is None else "met" if closed <= due_at else "late"
        how = {"ended": "", "met": ": in time", "late": ": late"}[state]
        return (Standing(name, _ACRO, sentence, state, f"Done {on(closed, moment)}{how}.", due_at),)
    if due_at is None or due is None:
        return (Standing(name, _ACRO, sentence, "unknown", "Missing: due day.", None, "due day"),)
    return (Standing(name, _ACRO, sentence, *_item_left(row, moment), due_at),)


def _item_left(row: Row, moment: Moment) -> tuple[State, str]:
    """Hours are judged to the minute, days as whole days."""
    if (row["due_at"] - row["opened_at"]).total_seconds() <= 172_800:
        return minutes_left(row["due_at"], moment)
    return days_left(row["due_on"], moment)


def overtime(row: Row, _moment: Moment) -> tuple[Standing, ...]:
    """How an overtime claim is counted: nothing runs, but every figure has its reason."""
    missing = "" if row.get("hours") is not None else "end of the overtime, or hours"
    owed, state = "", "unknown" if missing else "not applicable"
    if row.get("toil_hours"):
        taken = row.get("toil_taken_on")
        owed = f"{row['toil_hours']:g} hours of time off {'taken' if taken else 'owed'}."
    judged = " ".join(filter(None, (owed, f"Missing: {missing}." if missing else "")))
    return (Standing("Overtime", _OVERTIME, text(row, "overtime_reason"), state, judged, None, missing),)  # type: ignore[arg-type]


def budget(row: Row, _moment: Moment) -> tuple[Standing, ...]:
    """A month's money: its own line, or its share of a year's."""
    if row.get("covers") != "year":
        words, state = "A line of the month's own.", "met"
    elif row.get("is_in_use"):
        words, state = "A twelfth of the year's line: the month has no line of its own.", "met"
    else:
        words, state = "A share of the year's line, not used: the month has a line of its own.", "not applicable"
    return (Standing("Budget", ("is_in_use",), words, state, ""),)  # type: ignore[arg-type]
