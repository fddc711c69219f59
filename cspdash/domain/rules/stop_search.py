"""Stop and search: are forms supervised? PACE Code A section 5; the review limit is the force's own.

Nothing here counts searches as output: College APP rules out volume targets.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.record import Derived, Row, day_words


def review(row: Row, clocks: Clocks) -> Derived:
    """Who has to do the next thing with a form, since when, by when, and whether its review came in time."""
    own = is_self_reviewed(row)
    awaits, since = waiting(row)
    handed_in = _handed_in(row)
    derived: Derived = {
        "awaits": awaits,
        "waiting_since_at": since,
        "review_due_on": None,
        "is_reviewed_in_time": None,
        "is_self_reviewed": own,
        "signed_off_at": None if own else row.get("reviewed_at"),
        "is_no_suspicion": needs_no_suspicion(row, clocks),
    }
    if handed_in is None:
        return {**derived, "review_reason": "Not submitted by the officer yet."}
    start = clocks.local_day(handed_in)
    due = start + timedelta(days=clocks.stop_search.review_days.on(start))
    derived["review_due_on"] = due
    sent = "Submitted" if handed_in == row.get("submitted_at") else "Sent again"
    words = f"{sent} {day_words(start)}. Review due by {day_words(due)}."
    late = _late_return(row, clocks)
    if late:
        derived["is_reviewed_in_time"] = False
        words = f"{words} {late}"
    if row.get("reviewed_at") is not None:
        in_time, ending = _outcome(row, due, clocks)
        derived["is_reviewed_in_time"] = in_time and not late
        words = f"{words} {ending}"
    elif awaits == "officer":
        words = f"{words} Returned {day_words(clocks.local_day(row['returned_at']))}, waiting for the officer."
    return {**derived, "review_reason": words}


def waiting(row: Row) -> tuple[str, datetime | None]:
    """Who has to act, and since when: the officer until submission and after a return, then a supervisor."""
    submitted, returned, again = row.get("submitted_at"), row.get("returned_at"), row.get("resubmitted_at")
    if row.get("reviewed_at") is not None and not is_self_reviewed(row):
        return "nobody", None
    if returned is not None and (again is None or again < returned):
        return "officer", returned
    if submitted is None and again is None:
        return "officer", row["searched_at"]
    return "supervisor", again if again is not None else submitted


def needs_no_suspicion(row: Row, clocks: Clocks) -> bool | None:
    """Whether the power asks for no suspicion (Criminal Justice and Public Order Act 1994 s.60); None: power not given."""
    power = (row.get("power") or "").lower()
    return (
        any(part in power for part in clocks.stop_search.no_suspicion_powers.on(clocks.local_day(row["searched_at"])))
        if power
        else None
    )


def _handed_in(row: Row) -> datetime | None:
    """When the form last went to the supervisor: the limit starts again when the officer sends it again."""
    again: datetime | None = row.get("resubmitted_at")
    submitted: datetime | None = row.get("submitted_at")
    return again if again is not None else submitted


def _late_return(row: Row, clocks: Clocks) -> str:
    """The first look's lateness, or "": sending the form back late, so that it starts again, undoes no late review."""
    returned, again, submitted = row.get("returned_at"), row.get("resubmitted_at"), row.get("submitted_at")
    looked_at = again if again is not None and returned is not None and again < returned else submitted
    if returned is None or looked_at is None or returned < looked_at:
        return ""
    start, on = clocks.local_day(looked_at), clocks.local_day(returned)
    due = start + timedelta(days=clocks.stop_search.review_days.on(start))
    return f"Returned {day_words(on)}, later than {day_words(due)}: late." if on > due else ""


def is_self_reviewed(row: Row) -> bool:
    """Signed off by the officer who searched: another supervisor has to look (local default)."""
    return row.get("reviewer_id") is not None and row.get("reviewer_id") == row.get("officer_id")


def _outcome(row: Row, due: date, clocks: Clocks) -> tuple[bool, str]:
    on = clocks.local_day(row["reviewed_at"])
    if is_self_reviewed(row):
        return False, f"Signed off {day_words(on)} by the officer who searched: does not count as a review."
    in_time = on <= due
    return in_time, f"Reviewed {day_words(on)}: {'in time' if in_time else 'late'}."
