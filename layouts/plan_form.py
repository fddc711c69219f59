"""One plan, beside the evidence it rests on: what was frozen, who will read it, the SMART fields, what changed since.

A plan is supportive, informal development: no step of unsatisfactory performance procedures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from cspdash.domain.ports import Baseline, Crumb, OfficerPage, PlanPage
from layouts import ids, plan_fields
from layouts.components import tags as html
from layouts.components.dates import day_text
from layouts.components.form_parts import error_summary
from layouts.frame import frame
from layouts.officer import evidence, warnings
from layouts.plan_fields import control_id, field, kept
from layouts.urls import plan_href


def title_of(page: PlanPage) -> str:
    return f"{'Plan' if page.plan_id else 'New plan'}: {page.officer_name}"


def plan_page(
    page: PlanPage,
    officer: OfficerPage | None,
    errors: Mapping[str, str] | None = None,
    told: Component | None = None,
) -> Component:
    """`errors` maps draft fields to what is wrong and what to do; what was typed is in page.draft.

    `told` stands above the form instead: what became of saving, by `notice` or `saved`.
    """
    form = _form(page, dict(errors or {}), told)
    beside = evidence(officer) if officer else html.Div(_baseline(page), className="col-chart")
    here = Crumb(page.officer_name, page.officer_view)
    title = f"Error: {title_of(page)}" if errors else title_of(page)
    return frame(
        title=title,
        heading=title_of(page),
        lede=officer.about if officer else None,
        crumbs=(*officer.crumbs, here) if officer else (here,),
        content=[
            *warnings(page.warnings),
            html.Div([beside, html.Div([form, _history(page)], className="col-side")], className="columns with-form"),
        ],
        identity=plan_href(page.plan_id or f"new {page.officer} {page.draft.metric}"),
    )


def state_of(page: PlanPage) -> dict[str, Any]:
    """What the browser keeps for saving. The server checks all of it: a browser's word proves nothing."""
    draft, frozen = page.draft, asdict(page.baseline)
    frozen["as_at"] = page.baseline.as_at.isoformat()
    return {
        "plan_id": page.plan_id,
        "revision": page.revision,
        "officer": draft.officer,
        "metric": draft.metric,
        "period": draft.period,
        "baseline": frozen,
    }


def restored(when: str) -> Component:
    """That the form holds what its reader typed before; the button that forgets it is at the form's foot."""
    words = f"This is what you typed until {when} and did not save. Save it, or start afresh at the foot of the form."
    return html.whole(html.P(words, className="saved restored", role="status"))


def _kept_line() -> html.Element:
    """Whether what is typed is kept, and a way to be rid of it."""
    afresh = html.Button("Start afresh", id=ids.PLAN_AFRESH, type="button", className="link-button", n_clicks=0)
    return html.Div([html.Span(id=ids.PLAN_KEPT, role="status", disable_n_clicks=True), afresh], className="kept-line")


def _form(page: PlanPage, errors: dict[str, str], told: html.Element | None) -> html.Element:
    heading = html.H2([title_of(page).partition(":")[0], " ", html.Small("— supportive, not UPP")])
    rows = _rows(page, errors)
    buttons = _buttons(page)
    return html.Section(
        [
            heading,
            _baseline(page),
            _readers(page),
            html.Div(
                error_summary(errors, control_id) if told is None else told, id=ids.PLAN_ERRORS, disable_n_clicks=True
            ),
            html.Div([*rows, *buttons, _kept_line()], id=ids.PLAN_FORM, disable_n_clicks=True),
            dcc.Store(id=ids.PLAN_STATE, data=state_of(page)),
            dcc.Store(id=ids.PLAN_TYPED),
        ],
        className="panel plan",
    )


def _rows(page: PlanPage, errors: dict[str, str]) -> list[html.Element]:
    """Every field once: on the form, or kept out of sight so that saving sends it."""
    f, draft = plan_fields, page.draft

    def shown(what: plan_fields.Field, hint: str = "", *, may_edit: bool = page.may_edit) -> html.Element:
        return field(what, draft, errors.get(what.name, ""), may_edit=may_edit, hint=hint)

    rows = [
        shown(f.SPECIFIC),
        html.Div(
            [shown(f.VALUE, f"Measurable; now {page.baseline.text}"), shown(f.DIRECTION, page.unit_label)],
            className="pair",
        ),
        html.Div([shown(f.DUE), shown(f.REVIEW)], className="pair"),
        shown(f.SUPPORT),
        shown(f.RELEVANT),
    ]
    if not page.plan_id:
        return [*rows, html.Div([kept(each, draft) for each in (f.COMMENT, f.STATUS, f.RESULT, f.REASON)], hidden=True)]
    comment = shown(f.COMMENT, f"{page.officer_name}, in their own words, at any time", may_edit=page.may_comment)
    state = "" if draft.status == "draft" else "Active until it is closed"
    ending = html.Div([shown(f.STATUS, state), shown(f.REASON)], className="pair")
    return [*rows, comment, ending, shown(f.RESULT)]


def _buttons(page: PlanPage) -> list[html.Element]:
    if not (page.may_edit or page.may_comment):
        return []
    is_draft = not page.plan_id or page.draft.status == "draft"
    words = f"Save and share with {page.officer_name}" if is_draft else "Save"
    if not page.may_edit:
        words = "Save the answer"
    save = html.Button(words, id=ids.PLAN_SAVE, type="button", className="button primary", n_clicks=0)
    draft = html.Button(
        "Keep as draft", id=ids.PLAN_DRAFT, type="button", className="button", n_clicks=0, hidden=not is_draft or None
    )
    return [html.Div([save, draft], className="buttons")]


def _readers(page: PlanPage) -> html.Element:
    names = "; ".join(page.readers) or page.officer_name
    answer = f"Kept as a draft, it is not shown to {page.officer_name}." if page.may_edit and not page.plan_id else ""
    return html.P([html.Strong("Who will read this: "), f"{names}. ", answer], className="readers")


def _baseline(page: PlanPage) -> html.Element:
    """The figure the plan starts from, and what it was made of."""
    frozen = page.baseline
    context = " · ".join(part for part in (frozen.metric_title, frozen.fraction, frozen.usual_text) if part)
    return html.Div([html.B(frozen.text), html.Span(context), html.Small(_frozen(frozen))], className="evidence")


def _frozen(frozen: Baseline) -> str:
    peers = f", {frozen.peers:,} peers" if frozen.peers else ""
    when = day_text(frozen.as_at.date())
    counted = f"{frozen.records:,} {'record' if frozen.records == 1 else 'records'}{peers}"
    return f"Frozen with this plan: as at {when}, definition {frozen.definition_version}, {counted}"


def _history(page: PlanPage) -> html.Element | None:
    """Who changed what, newest first."""
    if not page.history:
        return None
    edits = [
        html.Li([html.Strong(when), f" · {who}", html.Ul([_change(label, was, now) for label, was, now in changes])])
        for when, who, changes in page.history
    ]
    return html.Details(
        [html.Summary(f"History: {len(edits)} {'edit' if len(edits) == 1 else 'edits'}"), html.Ol(edits)],
        className="panel history",
    )


def _change(label: str, was: str, now: str) -> html.Element:
    return html.Li([html.B(label), ": ", html.Span(was or "nothing", className="was"), " → ", now or "nothing"])
