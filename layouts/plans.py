"""Plans: all that the viewer may read, those to be looked at now first."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from cspdash.domain.ports import PlansElsewhere, PlanSummary
from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.dates import day_text
from layouts.components.link import link
from layouts.frame import frame, identity_of
from layouts.urls import plan_href

_STATUS = {"draft": "Draft", "active": "Active", "closed": "Closed"}
_GROUPS = ("Review overdue", "Active", "Drafts", "Closed")


def title_of(plans: Sequence[PlanSummary]) -> str:
    return f"1:1s and plans ({len(plans)})"


def plans_page(plans: tuple[PlanSummary, ...], view: View, elsewhere: Sequence[PlansElsewhere] = ()) -> Component:
    """`elsewhere`: how many more there are outside the viewer's own team, by unit."""
    return frame(
        title=title_of(plans),
        heading="1:1s and plans",
        lede=_lede(plans),
        content=[_groups(plans) if plans or elsewhere else _none(), _elsewhere(elsewhere)],
        identity=identity_of(view),
    )


def status_tag(plan: PlanSummary) -> html.Element:
    """The plan's state in a word."""
    if plan.is_overdue:
        return html.Span("Review overdue", className="tag c")
    return html.Span(_STATUS.get(plan.status, plan.status), className="tag g" if plan.status == "closed" else "tag")


def plan_list(plans: Sequence[PlanSummary]) -> html.Element:
    """An officer's plans, short."""
    return html.Ul([_short(plan) for plan in plans], className="plan-list")


def _short(plan: PlanSummary) -> html.Element:
    dates = (
        f"review {day_text(plan.review_on)}" if plan.review_on else f"by {day_text(plan.due_on)}" if plan.due_on else ""
    )
    moved = " · ".join(part for part in (f"from {plan.baseline_text}, now {plan.now_text}", dates) if part)
    return html.Li(
        [html.A(plan.aim or plan.metric_title, href=plan_href(plan.plan_id)), " ", status_tag(plan), html.Small(moved)]
    )


def _lede(plans: Sequence[PlanSummary]) -> html.Content:
    overdue = sum(plan.is_overdue for plan in plans)
    active = sum(plan.status == "active" for plan in plans)
    words = f"{active} active {'plan' if active == 1 else 'plans'}"
    return [html.B(f"{overdue} to review now"), f" · {words}"] if overdue else words


def _none() -> html.Element:
    words = "Plans you may read appear here. Open one from an officer's bar, or from the officer's page."
    return html.Section([html.P("No plans yet."), html.P(words, className="stamp")], className="panel")


def _elsewhere(units: Sequence[PlansElsewhere]) -> html.Element | None:
    if not units:
        return None
    rows = [html.Li([link(each.unit_name, each.view), f" · {each.plans:,}"]) for each in units]
    note = html.P("Each asks why you look before it names anybody.", className="note")
    return html.Section(
        [html.H2("Outside your own team"), html.Ul(rows, className="plan-list"), note], className="panel"
    )


def _group_of(plan: PlanSummary) -> str:
    if plan.is_overdue:
        return _GROUPS[0]
    return {"draft": _GROUPS[2], "closed": _GROUPS[3]}.get(plan.status, _GROUPS[1])


def _groups(plans: Sequence[PlanSummary]) -> html.Element:
    heads = ("Officer", "Unit", "Aim", "At start", "Now", "By", "Review", "Owner", "State")
    rows: list[html.Element] = []
    for group in _GROUPS:
        found = [plan for plan in plans if _group_of(plan) == group]
        if found:
            title = html.Th(f"{group} · {len(found)}", colSpan=len(heads), scope="colgroup")
            rows += [html.Tr(title, className="group"), *map(_row, found)]
    top = html.Thead(
        html.Tr([html.Th(head, scope="col", className="r" if head in ("At start", "Now") else None) for head in heads])
    )
    table = html.Table([html.Caption("Plans", className="visually-hidden"), top, html.Tbody(rows)], className="list")
    return html.Section(
        html.Div(table, className="scroll", role="region", aria_label="Plans", tabIndex="0"), className="panel"
    )


def _row(plan: PlanSummary) -> html.Element:
    return html.Tr(
        [
            html.Th(html.A(plan.officer_name, href=plan_href(plan.plan_id)), scope="row"),
            html.Td(plan.unit_name),
            html.Td(plan.aim or plan.metric_title),
            html.Td(plan.baseline_text, className="r"),
            html.Td(plan.now_text, className="r"),
            html.Td(day_text(plan.due_on, "–")),
            html.Td(day_text(plan.review_on, "–")),
            html.Td(plan.owner_name),
            html.Td(status_tag(plan)),
        ]
    )
