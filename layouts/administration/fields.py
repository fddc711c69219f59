"""The one form of administration pages: its fields, its buttons, and what went wrong.

Every field is on every form, those that are not asked for out of sight, so that one callback reads them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from cspdash.domain.roles import GRANTABLE, spoken
from layouts import ids
from layouts.components import tags as html
from layouts.components.form_parts import error_summary, field_row, kept_field

NAMES = tuple(name.removeprefix("admin-").replace("-", "_") for name in ids.ADMIN_FIELDS)
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it is asked for on one form."""

    name: str
    label: str
    hint: str = ""
    choices: Choices = ()


def control_id(name: str) -> str:
    """The component id of a field; layouts/ids.ADMIN_FIELDS lists them all."""
    return f"admin-{name.replace('_', '-')}"


def role_field() -> Field:
    choices = [(role, spoken(role)) for role in GRANTABLE]
    return Field("role", "Role", "Counts together with the roles and postings they have", choices)


def unit_field(units: Choices, label: str, hint: str) -> Field:
    return Field("unit", label, hint, units)


STARTS = Field("starts_on", "First day", "Today or later")
REASON = Field("reason", "Why", "In words that others will understand later; kept and shown to whoever approves")


def form(
    asked: Sequence[Field],
    buttons: Sequence[tuple[str, str]],
    state: Mapping[str, str],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> html.Element:
    """`buttons` are up to two (act, words); `state` says what the form is about, for the server to seal."""
    shown = {field.name for field in asked}
    hidden = [kept_field(control_id(name), typed.get(name, "")) for name in NAMES if name not in shown]
    rows = []
    for field in asked:
        problem = errors.get(field.name, "")
        made = _control(field, typed.get(field.name, ""), is_wrong=bool(problem))
        rows.append(field_row(control_id(field.name), made, field.label, field.hint, problem))
    both = [*buttons, ("", ""), ("", "")][:2]
    controls = [
        html.Button(
            words,
            id=name,
            type="button",
            className=f"button{' primary' if index == 0 else ''}",
            n_clicks=0,
            hidden=not words or None,
        )
        for index, (name, (_, words)) in enumerate(zip((ids.ADMIN_DO, ids.ADMIN_OTHER), both, strict=True))
    ]
    acts = {"first": both[0][0], "second": both[1][0]}
    return html.Div(
        [
            html.Div(error_summary(errors, control_id), id=ids.ADMIN_ERRORS, disable_n_clicks=True),
            html.Div(
                [*rows, html.Div(hidden, hidden=True), html.Div(controls, className="buttons")],
                id=ids.ADMIN_FORM,
                className="admin-form",
                disable_n_clicks=True,
            ),
            dcc.Store(id=ids.ADMIN_STATE, data={**state, **acts}),
        ]
    )


def _control(field: Field, value: str, *, is_wrong: bool) -> Component:
    shared = {"id": control_id(field.name), "value": value, "invalid": is_wrong}
    if field.choices:
        options = [{"value": each, "label": label} for each, label in field.choices]
        chosen: Component = dbc.Select(**shared, options=options, placeholder="Choose one")
        return chosen
    if field.name in ("starts_on", "ends_on"):
        day: Component = dbc.Input(**shared, type="date")
        return day
    if field.name == "reason":
        words: Component = dbc.Textarea(**shared, rows=2, maxLength=300)
        return words
    line: Component = dbc.Input(**shared, type="text", maxLength=60, autoComplete="off")
    return line
