"""Records that only count: an outcome's group, and whether an intelligence report is somebody's submission."""

from __future__ import annotations

from cspdash.domain.periods import Moment
from cspdash.domain.rules.record import Row
from cspdash.domain.standing.clock import Standing, has_happened, on, text

_GROUP = {
    "charge": "a charge or summons: a positive outcome, not out of court",
    "out_of_court": "an out-of-court disposal, and so a positive outcome",
    "taken_into_consideration": "taken into consideration: neither out of court nor positive",
    "time_limit_expired": "out of time: a failure of the statutory time limit",
    "no_suspect": "investigation complete, no suspect",
    "other": "another outcome: neither out of court nor positive",
    "not_assigned": "no outcome assigned: in no total",
}


def outcome(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """The group of an outcome, closed in the period it was given in; recorded basis by the crime's recording."""
    columns = ("main_code", "outcome_group", "is_positive")
    code, main = text(row, "outcome_code"), text(row, "main_code")
    name = row.get("outcome_title") or row.get("outcome_words")
    title = f" ({name})" if name else ""
    inside = f", counted in {main}" if main and main != code.strip().lower().lstrip("0") and main != "0" else ""
    sentence = f"Outcome {code}{title}{inside}: {_GROUP.get(text(row, 'outcome_group'), 'not grouped yet')}."
    recorded = row.get("recorded_at")
    bases = f"Closed {on(row['given_at'], moment)}"
    bases += f", crime recorded {on(recorded, moment)}." if recorded is not None else "."
    missing = "" if recorded is not None else "day the crime was recorded"
    if missing:
        bases += f" Missing for the recorded basis: {missing}."
    if has_happened(row.get("reversed_at"), moment):
        judged = f"Reversed {on(row['reversed_at'], moment)}: no longer counts."
        return (Standing("Outcome", columns, f"{sentence} {bases}", "ended", judged, None, missing),)
    return (Standing("Outcome", columns, f"{sentence} {bases}", "not applicable", "", None, missing),)


def report(row: Row, _moment: Moment) -> tuple[Standing, ...]:
    """Why an intelligence report counts or does not; nothing of its content is held."""
    if row.get("is_automatic"):
        sentence = "Does not count: a system wrote it."
    elif row.get("status") == "duplicate":
        sentence = "Does not count: it repeats another report."
    else:
        decision = {"accepted": "accepted", "rejected": "not accepted"}.get(text(row, "status"), "not assessed yet")
        sentence = f"Counts as a submission of its author; {decision}."
    return (Standing("Submission", ("is_countable",), sentence, "not applicable", ""),)
