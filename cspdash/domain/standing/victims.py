"""What a victim is owed: the agreed contact, and being told of key events."""

from __future__ import annotations

from cspdash.domain.periods import Moment
from cspdash.domain.rules.record import Row, day_words
from cspdash.domain.standing.clock import Standing, days_left, has_happened, on, text

_CONTRACT = (
    "opened_at", "ended_at", "is_in_scope", "last_contact_at", "interval_days", "update_due_on", "scope_reason",
)  # fmt: skip
_EVENT = ("is_key_event", "told_due_on", "updated_at", "told_in_time", "told_status", "told_reason")

_KINDS = {
    "contact": "Contact with the victim",
    "attempt": "Attempt to contact the victim",
    "linked_contact": "Contact on a linked investigation",
    "arrest": "Arrest",
    "interview_under_caution": "Interview under caution",
    "release_no_charge": "Release without charge",
    "release_bail": "Release on bail",
    "release_rui": "Release under investigation",
    "bail_varied": "Bail varied or cancelled",
    "charge": "Charge",
    "disposal": "Out-of-court disposal",
    "no_further_action": "No further action",
    "not_investigated": "Decision not to investigate",
}


def contract(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """The next update of a victim."""
    sentence, due = text(row, "scope_reason"), row.get("update_due_on")
    if row.get("opened_at") is None:
        missing = "investigation"
        return (Standing("Victim update", _CONTRACT, sentence, "unknown", f"Missing: {missing}.", due, missing),)
    if due is None:
        return (Standing("Victim update", _CONTRACT, sentence, "not applicable", ""),)
    if has_happened(row.get("ended_at"), moment):
        judged = f"The investigation was finalised {on(row['ended_at'], moment)}: no more updates by interval."
        return (Standing("Victim update", _CONTRACT, sentence, "ended", judged, due),)
    return (Standing("Victim update", _CONTRACT, sentence, *days_left(due, moment), due),)


def key_event(row: Row, moment: Moment) -> tuple[Standing, ...]:
    """Whether the victim was told of an event in time. Untold and not yet due is pending, and in no percentage."""
    sentence = f"{_KINDS.get(row['kind'], row['kind'])}. {text(row, 'told_reason')}".strip()
    due, status = row.get("told_due_on"), row.get("told_status")
    name = "Telling the victim"
    if due is None:
        return (Standing(name, _EVENT, sentence, "not applicable", ""),)
    if status in ("in_time", "late") and has_happened(row.get("updated_at"), moment):
        return (Standing(name, _EVENT, sentence, "met" if status == "in_time" else "late", "", due),)
    state, words = days_left(due, moment)
    if row.get("updated_at") is not None:
        words = f"On {day_words(moment.day)} that had not happened: {words[:1].lower()}{words[1:]}"
    if state == "running":
        return (Standing(name, _EVENT, sentence, "pending", f"{words} Counted in no percentage yet.", due),)
    return (Standing(name, _EVENT, sentence, "overdue", f"{words} Counts as missed.", due),)
