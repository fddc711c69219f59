"""Who is in the team, in the supervisor's word: the list, the form, and one correction with what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from cspdash.domain.correcting import CorrectionForm, CorrectionLine, CorrectionPage, CorrectionsPage
from cspdash.domain.view import CORRECTIONS, TEAM, View
from layouts.administration import fields
from layouts.components import tags as html
from layouts.components.form_parts import saved
from layouts.components.link import link
from layouts.components.plain_table import Head, plain_table
from layouts.frame import frame
from layouts.urls import correction_href, href

Typed = Mapping[str, str]
NOTHING: Typed = {}
_HEADS: tuple[Head, ...] = (("Officer", ""), ("What is said", ""), ("When", ""), ("By", ""), ("State", ""))
_HEADINGS = {"not_here": "Not in this team", "here": "Somebody is missing"}


def corrections_page(page: CorrectionsPage) -> Component:
    waiting = [line for line in page.lines if line.is_for_me]
    other = [line for line in page.lines if not line.is_for_me]
    main = [
        _panel("Waiting for you", waiting, "Nothing waits for you."),
        _panel("Others", other, "Nobody has corrected who is in a team."),
        html.P(page.scope_note, className="note") if page.scope_note else None,
    ]
    rules = (
        "Bars are marked as disputed from the moment something is said.",
        "Once approved it counts as a posting of its own.",
        "It is over by itself when the sources say the same, and history stays as corrected.",
    )
    side = html.Aside(
        html.Section([html.H2("How it works"), html.Ul([html.Li(rule) for rule in rules])], className="panel"),
        className="col-side",
        aria_label="How corrections work",
    )
    return frame(
        title="Team corrections",
        heading="Team corrections",
        lede=f"{len(waiting)} waiting for you · who is, and is not, in a team by its supervisor's word",
        content=[html.Div([html.Div(main, className="col-chart"), side], className="columns")],
        identity=href(View(page=CORRECTIONS)),
    )


def form_page(page: CorrectionForm, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
    """Dates and a reason; the officer's number where somebody is missing."""
    heading = _HEADINGS[page.kind]
    asked = []
    if page.kind == "here":
        hint = "Employee number, or collar number if nobody else has it"
        asked.append(fields.Field("officer", "Officer's number", hint))
    verb = "Since when they are not" if page.kind == "not_here" else "Since when they are"
    asked += [
        fields.Field("starts_on", "First day", verb),
        fields.Field("ends_on", "Last day", "Leave empty until further notice"),
        fields.Field("reason", "Why", "So that whoever approves can tell; kept with the correction"),
    ]
    kept = {"starts_on": page.today.isoformat(), "officer": page.officer, "unit": page.unit, **typed}
    state = {"kind": "correction", "subject": page.kind, "unit": page.unit, "officer": page.officer}
    form = fields.form(asked, [("say", "Say so")], state, kept, errors)
    what = (
        f"{page.officer_name} is not in {page.unit_name}."
        if page.officer_name
        else f"An officer of {page.unit_name} is missing."
    )
    then = (
        "The bars are marked as disputed at once. An inspector or above who supervises both units decides."
        if page.waits
        else "It counts from the next load, within seconds where sources are followed."
    )
    back = link("Back to the team list", View(page=TEAM, unit=page.unit))
    main = html.Section([html.P([html.Strong(what), " ", then]), form], className="panel decision")
    return frame(
        title=f"{'Error: ' if errors else ''}{heading}",
        heading=f"{heading}: {page.unit_name}",
        lede=back,
        content=[main],
        identity=f"{heading} {page.unit} {page.officer}",
    )


def correction_page(page: CorrectionPage, told: str = "") -> Component:
    """`told` is what was just done."""
    facts = html.Dl(
        [part for label, value in page.facts for part in (html.Dt(label), html.Dd(value))], className="facts"
    )
    state = {"kind": "decide-correction", "subject": page.correction_id}
    form = fields.form([], page.acts, state, {}, {}) if page.acts else None
    note = html.P(page.note, className="stamp") if page.note else None
    return frame(
        title=page.heading,
        heading=page.heading,
        lede=link("Back to team corrections", View(page=CORRECTIONS)),
        content=[html.Section([saved(told) if told else None, facts, note, form], className="panel decision")],
        identity=correction_href(page.correction_id),
    )


def _panel(title: str, lines: list[CorrectionLine], otherwise: str) -> html.Element:
    if not lines:
        return html.Section([html.H2(title), html.P(otherwise, className="stamp")], className="panel")
    rows = [
        (
            html.A(line.who, href=correction_href(line.correction_id), aria_label=f"{line.who} {line.what}"),
            line.what,
            line.when,
            line.said_by,
            line.state_words,
        )
        for line in lines
    ]
    table = html.Div(
        plain_table(title, _HEADS, rows), className="scroll", role="region", aria_label=title, tabIndex="0"
    )
    return html.Section([html.H2(title), table], className="panel")
