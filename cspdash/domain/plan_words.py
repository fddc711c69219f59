"""Words about plans: what to watch out for, who reads one, what it aims at, what changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cspdash.domain.periods import add_months
from cspdash.domain.plans import DIRECTION_WORDS, FIELD_LABELS, REASON_WORDS, STATUS_WORDS, USUAL_MONTHS, day_of
from cspdash.domain.ports import PlanDraft


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """What a plan must know of its officer."""

    name: str
    is_probationer: bool = False
    left_on: date | None = None
    is_posted: bool = True


def warnings(officer: OfficerFacts, draft: PlanDraft, today: date) -> tuple[str, ...]:
    """What a supervisor should know before writing, one sentence each."""
    found = []
    if officer.is_probationer:
        found.append(
            f"{officer.name} is on probation, where other regulations apply to how they are doing. "
            "Speak to the student officer team before this plan is agreed."
        )
    if officer.left_on and officer.left_on <= today:
        found.append(f"{officer.name} left on {_long(officer.left_on)}.")
    elif not officer.is_posted:
        found.append(f"{officer.name} is posted to no team today.")
    due = day_of(draft.due_on)
    if due and due > add_months(today, USUAL_MONTHS) and draft.status != "closed":
        found.append(f"Plans usually end within {USUAL_MONTHS} months; this one ends on {_long(due)}.")
    return tuple(found)


def readers(officer: str, units: Iterable[str]) -> tuple[str, ...]:
    """Who can read a plan, said before anything is typed. `units`: from the officer's own unit up to the force."""
    path = list(units)
    said = [officer]
    if path:
        own, *above = path
        said.append(f"sergeants and above posted to {own}")
        if above[:-1]:
            said.append(f"inspectors and superintendents of {_either(above[:-1])}")
    said.append("chief officers")
    return tuple(said)


def aim(direction: str, target_text: str, unit_label: str) -> str:
    """ "19 or fewer open investigations"; "95 % or more"."""
    if not target_text or direction not in DIRECTION_WORDS:
        return "no aim yet"
    if target_text.endswith("%"):
        return f"{target_text} or {'less' if direction == 'at_most' else 'more'}"
    return f"{target_text} {DIRECTION_WORDS[direction]} {unit_label}".strip()


def is_due(status: str, due_on: date | None, review_on: date | None, today: date) -> bool:
    """Whether somebody should look at the plan now: its review or its end has come."""
    return status == "active" and any(day is not None and day <= today for day in (due_on, review_on))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """(label, from, to) of every field that changed, in the form's order."""
    return tuple(
        (label, _shown(name, before.get(name, "")), _shown(name, after.get(name, "")))
        for name, label in FIELD_LABELS.items()
        if before.get(name, "") != after.get(name, "")
    )


def _shown(name: str, typed: str) -> str:
    words = {
        "status": STATUS_WORDS,
        "closed_reason": REASON_WORDS,
        "target_direction": {"at_most": "or fewer", "at_least": "or more"},
    }
    if name in words:
        return words[name].get(typed, typed)
    day = day_of(typed) if name in ("due_on", "review_on") else None
    return _long(day) if day else typed


def _long(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
