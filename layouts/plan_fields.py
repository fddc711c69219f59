"""The fields of a plan: one table of labels and hints, and the controls they are typed into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from cspdash.domain.plans import DIRECTION_WORDS, FIELD_LABELS, LONGEST_TEXT, REASON_WORDS, STATUS_WORDS
from cspdash.domain.ports import PlanDraft
from layouts.components import tags as html
from layouts.components.form_parts import field_row, kept_field

Kind = Literal["words", "number", "day", "direction", "status", "reason"]

CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "direction": tuple(DIRECTION_WORDS.items()),
    "status": tuple(STATUS_WORDS.items()),
    "reason": (("", "Choose one"), *REASON_WORDS.items()),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form; `name` is the draft's, its label the one errors use."""

    name: str
    hint: str
    kind: Kind = "words"
    rows: int = 2


SPECIFIC = Field("specific", "Specific: one thing, in plain words")
DIRECTION = Field("target_direction", "Of what is measured", "direction")
VALUE = Field("target_value", "Measurable", "number")
DUE = Field("due_on", "Within three months", "day")
SUPPORT = Field("support", "Achievable: time, training, cover. Ask about welfare first.")
RELEVANT = Field("relevant", "Relevant: to victims, the team or the officer")
REVIEW = Field("review_on", "You look at it together", "day")
COMMENT = Field("officer_comment", "In the officer's own words, at any time")
STATUS = Field("status", "Draft: not shared with the officer yet", "status")
RESULT = Field("result", "When it is closed, in a sentence or two", rows=1)
REASON = Field("closed_reason", "When it is closed", "reason")


def control_id(name: str) -> str:
    """The component id of a field; layouts/ids.PLAN_FIELDS lists them all."""
    return f"plan-{name.replace('_', '-')}"


def field(what: Field, draft: PlanDraft, problem: str, *, may_edit: bool, hint: str = "") -> html.Element:
    """The field as it stands on the form; `hint` instead of its usual one."""
    made = control(what, draft, is_wrong=bool(problem), may_edit=may_edit)
    return field_row(control_id(what.name), made, FIELD_LABELS[what.name], hint or what.hint, problem)


def control(what: Field, draft: PlanDraft, *, is_wrong: bool = False, may_edit: bool = True) -> html.Element:
    shared: dict[str, Any] = {"id": control_id(what.name), "value": getattr(draft, what.name), "invalid": is_wrong}
    if what.kind == "words":
        made: Component = dbc.Textarea(**shared, rows=what.rows, maxLength=LONGEST_TEXT, readOnly=not may_edit)
    elif what.kind in CHOICES:
        options = [{"value": value, "label": text} for value, text in CHOICES[what.kind]]
        made = dbc.Select(**shared, options=options, disabled=not may_edit)
    elif what.kind == "day":
        made = dbc.Input(**shared, type="date", readonly=not may_edit)
    else:
        made = dbc.Input(
            **shared, type="text", inputmode="decimal", maxLength=20, readonly=not may_edit, autoComplete="off"
        )
    return made


def kept(what: Field, draft: PlanDraft) -> html.Element:
    """A field that is not on the form just now, kept so that saving sends every field."""
    return kept_field(control_id(what.name), getattr(draft, what.name))
