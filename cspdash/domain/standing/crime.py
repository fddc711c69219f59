"""An investigation's clocks: statutory time limit, supervisor's review, and whether it is open."""

from __future__ import annotations

from cspdash.domain.periods import Moment, local_day
from cspdash.domain.rules.record import Row, counted, day_words
from cspdash.domain.rules.stl import NONE, offence_words
from cspdash.domain.standing.clock import Standing, State, days_left, has_happened, on, text

_LIMIT = (
    "stl_rule",
    "stl_start_on",
    "stl_due_on",
    "stl_expires_on",
    "stl_met_on",
    "stl_basis_missing",
    "stl_started_at",
    "stl_new_at",
    "stl_officer_id",
    "stl_counted_on",
    "stl_reason",
)
_OUT_OF_TIME = "17"  # Home Office outcome: prosecution time limit expired
_CHARGED = "1"  # charged or summonsed; 1a, with another offence, is in it


def investigation(row: Row, moment: Moment) -> tuple[Standing, ...]:
    return time_limit(row, moment), review(row, moment), lifecycle(row, moment)


def time_limit(row: Row, moment: Moment) -> Standing:
    """The statutory time limit at a moment: not applicable, running, met, expired or unknown, and why."""
    state, judged = _limit_state(row, moment)
    due, expires = row.get("stl_due_on"), row.get("stl_expires_on")
    if due is None or (state in ("running", "expired") and due < moment.day):
        due = expires  # the first possible end is past: what is left runs to the last
    missing = text(row, "stl_basis_missing")
    if state == "unknown" and not missing and row.get("stl_started_at") is None and _charged_by_outcome(row, moment):
        missing = "day of the charge"
    if missing:
        judged += f" Missing: {missing}."
    sentence, offence = text(row, "stl_reason"), offence_words(row)
    is_named = row.get("offence_title") or row.get("offence_code")
    if is_named and not sentence.startswith(offence):
        sentence = f"{offence}. {sentence}"
    columns = tuple(name for name in _LIMIT if name in row)
    return Standing("Statutory time limit", columns, sentence, state, judged.strip(), due, missing)


def accused(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """The time limit of one suspect for one offence."""
    return (time_limit(row, moment),)


def _limit_state(row: Row, moment: Moment) -> tuple[State, str]:
    rule, met_on = row.get("stl_rule"), row.get("stl_met_on")
    if rule == NONE:
        return "not applicable", ""
    if has_happened(met_on, moment):
        return "met", ""
    expires = row.get("stl_expires_on")
    if rule is None or expires is None:
        return "unknown", ""
    started = row.get("stl_started_at")  # against every suspect: one charge of several does not meet it
    if started is not None and has_happened(started, moment):
        late = local_day(started, moment.zone) > expires
        return ("expired", "") if late else ("unknown", "")
    if started is None:
        return _running(row, moment)
    state, words = _running(row, moment)
    return state, f"On {day_words(moment.day)} that had not happened: {words[:1].lower()}{words[1:]}"


def _running(row: Row, moment: Moment) -> tuple[State, str]:
    """Nothing has met it yet."""
    due, expires, day = row.get("stl_due_on"), row["stl_expires_on"], moment.day
    if has_happened(row.get("finalised_at"), moment):
        outcome, since = text(row, "final_outcome"), on(row["finalised_at"], moment)
        if _charged_by_outcome(row, moment):
            return (
                "unknown",
                f"Finalised {since} as charged or summonsed (outcome {outcome}), without a day of the charge.",
            )
        if outcome == _OUT_OF_TIME:
            return "expired", f"Finalised {since} as out of time (outcome 17)."
        if day <= expires:
            return "ended", f"Finalised {since} without proceedings; they could be started until {day_words(expires)}."
        return "expired", f"Finalised {since} without proceedings; the limit has ended."
    if day > expires:
        return "expired", f"Expired {counted((day - expires).days, 'day')} ago, {_not_started(row, moment)}"
    if due is None:
        return "unknown", f"{counted((expires - day).days, 'day')} to the last possible end."
    if day > due:
        return "running", f"{_lapsed(row)} lapsed on {day_words(due)}; {_still_open(row, moment)}"
    _, words = days_left(due, moment)
    return "running", f"{words.removesuffix('.')}, {_not_started(row, moment)}"


def _charged_by_outcome(row: Row, moment: Moment) -> bool:
    """Finalised as charged: proceedings were started, whether or not the source says when."""
    return has_happened(row.get("finalised_at"), moment) and text(row, "final_outcome").rstrip("a") == _CHARGED


def _not_started(row: Row, moment: Moment) -> str:
    """Nothing started, or not against every suspect: a charge of one does not meet it for another."""
    some = any(has_happened(row.get(name), moment) for name in ("charged_at", "written_charge_at"))
    return "proceedings not started against every suspect." if some else "no proceedings started."


def _lapsed(row: Row) -> str:
    return "The general limit (s.127)" if row.get("stl_basis_missing") else "The limit by the first day"


def _still_open(row: Row, moment: Moment) -> str:
    expires = row["stl_expires_on"]
    left = counted((expires - moment.day).days, "day")
    if row.get("stl_basis_missing"):
        return (
            f"s.39A is open until {day_words(expires)} if a statement or recorded interview is taken ({left} left): "
            "not a failure."
        )
    return f"by the last day it is open until {day_words(expires)} ({left} left)."


def review(row: Row, moment: Moment) -> Standing:
    """The next supervisor's review."""
    columns, due = ("review_due_on",), row.get("review_due_on")
    if due is None:
        return Standing("Supervisor's review", columns, "", "unknown", "No review day.", missing="review day")
    start = row.get("last_review_at") or row["recorded_at"]
    began = "Last review" if row.get("last_review_at") is not None else "No review yet. Recorded"
    if row.get("next_review_on") is not None:
        sentence = f"Next review set by the supervisor: {day_words(due)}."
    else:
        interval = counted((due - local_day(start, moment.zone)).days, "day")
        sentence = f"{began} {on(start, moment)}, the force's interval is {interval}: next review by {day_words(due)}."
    if has_happened(row.get("finalised_at"), moment):
        return Standing("Supervisor's review", columns, sentence, "ended", "Finalised: no more reviews.", due)
    return Standing("Supervisor's review", columns, sentence, *days_left(due, moment), due)


def lifecycle(row: Row, moment: Moment) -> Standing:
    """Open since when, or finalised how."""
    columns = ("finalised_at", "final_outcome")
    recorded, ended, outcome = row["recorded_at"], row.get("finalised_at"), text(row, "final_outcome")
    sentence = f"Recorded {on(recorded, moment)}."
    if ended is not None and has_happened(ended, moment):
        how = f"with outcome {outcome}" if outcome else "without an outcome"
        if row.get("closed_at") is None and row.get("cancelled_at") is not None:
            how = "as cancelled or transferred"
        return Standing("Investigation", columns, sentence, "ended", f"Finalised {on(ended, moment)} {how}.")
    age = (moment.day - local_day(recorded, moment.zone)).days
    judged = f"Open for {counted(age, 'day')}." if age >= 0 else "Not recorded yet at this moment."
    return Standing("Investigation", columns, sentence, "running", judged)
