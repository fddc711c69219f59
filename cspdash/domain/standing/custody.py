"""A suspect released pending decision: applicable bail period, reviews under investigation, voluntary attendance."""

from __future__ import annotations

from cspdash.domain.periods import Moment, local_day
from cspdash.domain.rules.bail import has_ended_somehow
from cspdash.domain.rules.record import Row, counted, day_words
from cspdash.domain.standing.clock import Standing, State, days_left, has_happened, on, text

_BAIL = ("bail_start_on", "bail_due_on", "next_authority", "bail_reason")
_REVIEW = ("rui_review_due_on",)
_SPELLS = ("rui_from_at", "rui_to_at", "bail_from_at", "bail_to_at")
_STATUS = {
    "bail": "pre-charge bail",
    "rui": "release under investigation",
    "voluntary": "voluntary attendance, awaiting decision",
}
_BEGAN = {
    "bail": "Released {} on pre-charge bail.",
    "rui": "Released {} under investigation.",
    "voluntary": "Attended voluntarily, left {}, awaiting decision.",
}


def release(row: Row, moment: Moment) -> tuple[Standing, ...]:
    is_due = row["status"] == "rui" and row.get("rui_inspector_due_on") is not None
    inspector = (inspector_review(row, moment),) if is_due else ()
    return _period(row, moment), *inspector, spell(row, moment)


def _period(row: Row, moment: Moment) -> Standing:
    status, sentence = row["status"], text(row, "bail_reason")
    if has_ended_somehow(row):
        missing = "time it ended"
        judged = f"Missing: {missing}."
        return Standing("Released pending decision", (*_BAIL, *_REVIEW), sentence, "ended", judged, None, missing)
    if status == "bail":
        return bail(row, moment, sentence)
    if status == "rui":
        return under_investigation(row, moment, sentence)
    return Standing("Awaiting decision", (*_BAIL, *_REVIEW), sentence, "not applicable", "")


def bail(row: Row, moment: Moment, sentence: str) -> Standing:
    """The applicable bail period, who may extend it next, and the return date beside it."""
    due, authority = row.get("bail_due_on"), text(row, "next_authority")
    judged: tuple[State, str]
    if has_happened(row.get("ended_at"), moment):
        judged = "ended", f"Ended {on(row['ended_at'], moment)}{_as(row)}."
    elif _is_suspended(row, moment):
        judged = "suspended", "The period is suspended; no days are counted."
    elif due is None:
        judged = "unknown", ""
    else:
        state, words = days_left(due, moment)
        over = f"Expired {counted((moment.day - due).days, 'day')} ago. No decision recorded."
        judged = (state, words) if state == "running" else ("expired", over)
    extend = f" Next extension by: {authority}." if authority and judged[0] not in ("ended", "expired") else ""
    if judged[0] == "expired":
        extend = " An extension has to be given before the period ends."
    returning = _returning(row, moment) if judged[0] != "ended" else ""
    missing = "" if row.get("arrested_at") is not None else "arrest time"
    if not missing and judged[0] == "unknown":
        missing = "end of the period, from the custody system"
    if missing:
        extend += f" Missing: {missing}."
    return Standing(
        "Pre-charge bail", (*_BAIL, *_REVIEW), sentence, judged[0], judged[1] + extend + returning, due, missing, authority
    )  # fmt: skip


def _as(row: Row) -> str:
    how = text(row, "ended_as").replace("_", " ")
    return f" ({how})" if how else ""


def _is_suspended(row: Row, moment: Moment) -> bool:
    start, end = row.get("suspended_from"), row.get("suspended_to")
    return has_happened(start, moment) and not (end is not None and end < moment.day)


def _returning(row: Row, moment: Moment) -> str:
    """The day to return is not the end of the period: missing it is another matter."""
    returns, due = row.get("return_on"), row.get("bail_due_on")
    if returns is None or returns == due:
        return ""
    if returns < moment.day:
        return f" Return date {day_words(returns)} has passed; that does not end the period."
    if due is not None and returns > due:
        return f" To return {day_words(returns)}, which is after the period has ended."
    return f" To return {day_words(returns)}, which does not end the period."


def under_investigation(row: Row, moment: Moment, sentence: str) -> Standing:
    """The next supervisor's review; there is no statutory end."""
    due, columns = row.get("rui_review_due_on"), (*_BAIL, *_REVIEW)
    name = "Review while under investigation"
    if has_happened(row.get("ended_at"), moment):
        return Standing(name, columns, sentence, "ended", f"Ended {on(row['ended_at'], moment)}{_as(row)}.", due)
    if due is None:
        return Standing(name, columns, sentence, "unknown", "Missing: review day.", None, "review day")
    return Standing(name, columns, sentence, *days_left(due, moment), due)


def inspector_review(row: Row, moment: Moment) -> Standing:
    """The inspector's review runs beside the supervisor's: one in time does not excuse the other."""
    name, columns, due = "Inspector's review", ("rui_inspector_due_on",), row["rui_inspector_due_on"]
    sentence = f"An inspector's review by {day_words(due)}."
    if has_happened(row.get("ended_at"), moment):
        return Standing(name, columns, sentence, "ended", "No more reviews.", due)
    return Standing(name, columns, sentence, *days_left(due, moment), due)


def spell(row: Row, moment: Moment) -> Standing:
    """How long on what, conversions as movements."""
    status, began = row["status"], row["released_at"]
    sentence = _BEGAN[row.get("previous_status") or status].format(on(began, moment))
    converted = row.get("converted_at")
    if converted is not None and row.get("previous_status") not in (None, status):
        sentence += f" Changed to {_STATUS[status]} on {on(converted, moment)}."
        began = converted if has_happened(converted, moment) else began
    if has_ended_somehow(row):
        return Standing("Released on", _SPELLS, sentence, "ended", f"Ended, no time given{_as(row)}.")
    if has_happened(row.get("ended_at"), moment):
        return Standing("Released on", _SPELLS, sentence, "ended", f"Ended {on(row['ended_at'], moment)}{_as(row)}.")
    days = (moment.day - local_day(began, moment.zone)).days
    judged = f"{counted(days, 'day')} so far." if days >= 0 else "Not released yet at this moment."
    return Standing("Released on", _SPELLS, sentence, "running", judged)
