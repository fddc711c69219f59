"""Plans: their fields, what makes one SMART, and what state it may go to. The words about them are in plan_words.

A plan is informal and supportive. It is not the Police (Performance) Regulations 2020 (UPP) nor reflective practice.
A person opens it; nothing opens one by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Literal

from cspdash.domain.errors import PlanInvalid
from cspdash.domain.periods import add_months
from cspdash.domain.ports import Baseline, PlanDraft

Status = Literal["draft", "active", "closed"]
Direction = Literal["at_most", "at_least"]

USUAL_MONTHS, MOST_MONTHS = 3, 12
REVIEW_AFTER_DAYS = 28
LONGEST_TEXT = 2000

STATUS_WORDS = {"draft": "Draft", "active": "Active", "closed": "Closed"}
REASON_WORDS = {
    "met": "Aim met",
    "not_met": "Ended, aim not met",
    "no_longer": "No longer needed",
    "moved": "Officer moved or left",
}
DIRECTION_WORDS = {"at_most": "or fewer", "at_least": "or more"}
# In the order of the form: problems and history are told in it, too.
FIELD_LABELS = {
    "specific": "What will be done",
    "target_value": "Figure",
    "target_direction": "Aim",
    "due_on": "By",
    "review_on": "First review",
    "support": "Support offered",
    "relevant": "Why it matters",
    "officer_comment": "The officer's answer",
    "status": "State",
    "closed_reason": "Why it is closed",
    "result": "What came of it",
}
_AFTER = {"draft": ("draft", "active", "closed"), "active": ("active", "closed"), "closed": ()}
_TEXTS = ("specific", "support", "relevant", "officer_comment", "result")
_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PlanFields:
    """A plan's checked fields: what the form held, as values."""

    specific: str
    target_direction: str
    target_value: float | None
    support: str
    relevant: str
    due_on: date | None
    review_on: date | None
    officer_comment: str
    status: Status
    result: str
    closed_reason: str

    def as_typed(self) -> dict[str, str]:
        """The fields as the form shows them, and as they are kept."""
        return {field.name: _typed(getattr(self, field.name)) for field in fields(self)}


def new_draft(officer: str, metric: str, period: str, better: str, today: date) -> PlanDraft:
    """An empty form with the dates most plans have."""
    return PlanDraft(
        officer=officer,
        metric=metric,
        period=period,
        target_direction={"lower": "at_most", "higher": "at_least"}.get(better, ""),
        due_on=add_months(today, USUAL_MONTHS).isoformat(),
        review_on=(today + timedelta(days=REVIEW_AFTER_DAYS)).isoformat(),
    )


def draft_of(officer: str, metric: str, period: str, typed: Mapping[str, str]) -> PlanDraft:
    """The form of a plan that is kept."""
    known = {field.name for field in fields(PlanDraft)} - {"officer", "metric", "period"}
    return PlanDraft(officer, metric, period, **{name: str(typed.get(name, "")) for name in known if name in typed})


def check(
    draft: PlanDraft, baseline: Baseline, today: date, before: PlanFields | None = None, *, is_share: bool = False
) -> PlanFields:
    """The draft's fields as values. `before` is the plan as it was, None for a new one.

    Raises PlanInvalid with one sentence for each field that is wrong. A draft need not be complete, but what it holds
    must make sense; an active plan must be SMART; a closed one must say what came of it.
    """
    problems: dict[str, str] = {}
    status = _status(draft.status, before.status if before else "draft", problems)
    texts = {name: _text(getattr(draft, name), name, problems) for name in _TEXTS}
    if status != "closed":
        texts["result"] = ""
    value = _number(draft.target_value, is_share, problems)
    due_on, review_on = (_day(getattr(draft, name), name, problems) for name in ("due_on", "review_on"))
    reason = draft.closed_reason if status == "closed" and draft.closed_reason in REASON_WORDS else ""
    direction = draft.target_direction if draft.target_direction in DIRECTION_WORDS else ""
    found = PlanFields(
        **texts,
        target_direction=direction,
        target_value=value,
        due_on=due_on,
        review_on=review_on,
        status=status,
        closed_reason=reason,
    )
    if status != "draft" and not (status == "closed" and before and before.status == "draft"):
        _need_smart(found, problems)
    _need_sensible_days(found, before, today, problems)
    if before is None and status == "active":
        _need_change(found, baseline, problems)
    if status == "closed":
        _need_outcome(found, problems)
    if problems:
        raise PlanInvalid({name: problems[name] for name in FIELD_LABELS if name in problems})
    return found


def check_comment(comment: str, before: PlanFields) -> str:
    """The officer's own words on their plan. Raises PlanInvalid."""
    problems: dict[str, str] = {}
    if before.status == "closed":
        problems["status"] = "This plan is closed. Nothing can be added to it."
    text = _text(comment, "officer_comment", problems)
    if problems:
        raise PlanInvalid(problems)
    return text


# --- single fields --------------------------------------------------------------------------------------------------


def _status(wanted: str, before: str, problems: dict[str, str]) -> Status:
    if before == "closed":
        problems["status"] = "This plan is closed and can no longer be changed. Open a new one."
    elif wanted not in _AFTER[before]:
        problems["status"] = (
            "An active plan cannot become a draft again." if wanted == "draft" else "Choose draft, active or closed."
        )
    return wanted if wanted in STATUS_WORDS else "draft"  # type: ignore[return-value]


def _text(value: str, name: str, problems: dict[str, str]) -> str:
    text = _DROPPED.sub("", value.replace("\r\n", "\n")).strip()
    if len(text) > LONGEST_TEXT:
        problems[name] = f"At most {LONGEST_TEXT:,} characters; this has {len(text):,}."
    return text


def _number(typed: str, is_share: bool, problems: dict[str, str]) -> float | None:
    text = re.sub(r"[\s,£%]", "", typed)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or len(text) > 15 or "_" in text:
        problems["target_value"] = "The aim must be a number, such as 19."
        return None
    if value < 0:
        problems["target_value"] = "The aim cannot be below zero."
    elif is_share and value > 100:
        problems["target_value"] = "The aim is a percentage: 0 to 100."
    return value


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    if not typed:
        return None
    day = day_of(typed)
    if day is None:
        problems[name] = "Give a date, such as 31/01/2027."
    return day


def _need_smart(found: PlanFields, problems: dict[str, str]) -> None:
    needed = {
        "specific": (found.specific, "Say what will be done, in words both of you would use."),
        "target_value": (found.target_value is not None, "Give the figure the plan aims at."),
        "target_direction": (found.target_direction, "Say whether the figure should be at most or at least the aim."),
        "support": (found.support, "Say what support makes this achievable: time, training, somebody to turn to."),
        "relevant": (found.relevant, "Say why it matters."),
        "due_on": (found.due_on, "Give the date it should be done by."),
        "review_on": (found.review_on, "Give the date you will look at it together."),
    }
    for name, (is_there, sentence) in needed.items():
        if not is_there:
            problems.setdefault(name, sentence)


def _need_sensible_days(found: PlanFields, before: PlanFields | None, today: date, problems: dict[str, str]) -> None:
    """Days lie ahead when they are set; a day that has passed since may stay as it is."""
    if found.status == "closed":
        return
    latest = add_months(today, MOST_MONTHS)
    for name in ("due_on", "review_on"):
        day: date | None = getattr(found, name)
        if day is None or (before is not None and day == getattr(before, name)):
            continue
        if day <= today:
            problems.setdefault(name, "Give a day after today.")
        elif day > latest:
            problems.setdefault(
                name,
                f"At most {MOST_MONTHS} months ahead; plans usually end within {USUAL_MONTHS}.",
            )
    if found.due_on and found.review_on and found.review_on > found.due_on:
        problems.setdefault("review_on", "Review it on or before the day it should be done by.")


def _need_change(found: PlanFields, baseline: Baseline, problems: dict[str, str]) -> None:
    if found.target_value is None or baseline.value is None or not found.target_direction:
        return
    is_met = (
        baseline.value <= found.target_value
        if found.target_direction == "at_most"
        else baseline.value >= found.target_value
    )
    if is_met:
        problems.setdefault(
            "target_value",
            f"The figure is {baseline.text} now, so this aim is met already. Choose one that asks for a change.",
        )


def _need_outcome(found: PlanFields, problems: dict[str, str]) -> None:
    if not found.result:
        problems.setdefault("result", "Say what came of the plan.")
    if not found.closed_reason:
        problems.setdefault("closed_reason", "Choose why the plan is closed.")


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def day_of(typed: str) -> date | None:
    """The day a date input holds; None for anything else."""
    try:
        return date.fromisoformat(typed) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed) else None
    except ValueError:
        return None
