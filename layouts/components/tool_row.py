"""How the bars are to be shown: period, posting, per officer, order, table, and the rest behind "…"."""

from __future__ import annotations

from cspdash.domain.periods import PERIOD_CHOICES
from cspdash.domain.ports import UnitPage
from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.dates import day_text
from layouts.components.link import choice
from layouts.components.menu import menu, open_menu
from layouts.urls import href, path, query_pairs

_TEAM = (("then", "Team as it was then"), ("now", "Team as it is now"))
_PER = (("total", "Totals"), ("fte", "Per full-time officer"), ("duty", "Per 100 duty hours"))
_TEAM_SHORT = {"then": "Team as it was", "now": "Team as it is now"}


def tool_row(page: UnitPage) -> list[html.Element]:
    view = page.view
    row = []
    if view.as_at is not None:
        row.append(_as_at_chip(view))
    if page.is_flow:
        row += [_period(page), _team(view)]
    if page.is_per_duty:
        row.append(_per(page))
    elif page.is_per_fte:
        row.append(
            _switch("Per full-time officer", view.but(per="total" if view.per == "fte" else "fte"), view.per == "fte")
        )
    return [*row, _sort(page), table_switch(view), _more(page)]


def _per(page: UnitPage) -> html.Element:
    """What figures are over, where there is more than one choice."""
    view = page.view
    offered = [each for each in _PER if page.is_per_fte or each[0] != "fte"]
    choices = [(text, view.but(per=key), key == view.per) for key, text in offered]
    words = dict(offered).get(view.per, _PER[0][1])
    return menu([words, _arrow()], choices, name=f"Figures: {words}")


def table_switch(view: View) -> html.Element:
    return _switch("Show as table", view.but(table=not view.table), view.table)


def _switch(label: str, other: View, is_on: bool) -> html.Element:
    """On or off, as a link to the other state."""
    tick = [html.Span("✓ ", aria_hidden="true"), label] if is_on else label
    return choice(tick, other, is_chosen=is_on, className="tool")


def _period(page: UnitPage) -> html.Element:
    view = page.view
    choices = [(text, view.but(period=key), key == view.period) for key, text in PERIOD_CHOICES]
    words = dict(PERIOD_CHOICES).get(view.period, page.period_text or view.period)
    return menu([words, _arrow()], choices, name=f"Period: {words}")


def _team(view: View) -> html.Element:
    choices = [(text, view.but(team=key), key == view.team) for key, text in _TEAM]
    words = _TEAM_SHORT[view.team]
    return menu([words, _arrow()], choices, name=f"Postings: {words}")


def _sort(page: UnitPage) -> html.Element:
    view = page.view
    named = [("org", f"{_list_word(page.children_word)} order"), ("name", "Name")]
    if page.may_sort_by_value:
        named.insert(1, ("value", "Highest first"))
    words = dict(named).get(view.sort, named[0][1])
    choices = [(text, view.but(sort=key), key == view.sort) for key, text in named]
    return menu([f"Sort: {words[0].lower()}{words[1:]}", _arrow()], choices, name=f"Sort: {words}")


def _list_word(children_word: str) -> str:
    return "Team" if children_word == "officer" else "Usual"


def _arrow() -> html.Element:
    return html.Span("▾", className="arrow", aria_hidden="true")


def _as_at_chip(view: View) -> html.Element:
    words = f"As at {day_text(view.as_at)}"
    close = html.Span("✕", aria_hidden="true")
    back = href(view.but(as_at=None))
    return html.A(
        [words, close], href=back, className="tool chip", title="Back to now", aria_label=f"{words}. Back to now"
    )


def export_item() -> html.Element:
    """Opens the export dialog (layouts/export_dialog.py)."""
    return html.Button("Export…", type="button", className="item", data_does="export")


def more_of(*others: html.Element) -> html.Element:
    """What every page has behind "…"."""
    items = [
        export_item(),
        html.Button("Copy link", type="button", className="item", data_does="copy-link"),
        html.Button("Print", type="button", className="item", data_does="print"),
        *others,
    ]
    return open_menu(html.Span("⋯", aria_hidden="true"), items, name="More")


def _more(page: UnitPage) -> html.Element:
    items = [
        export_item(),
        html.Button("Copy link", type="button", className="item", data_does="copy-link"),
        html.A("Definition", href="#definition", data_does="open-definition"),
        html.Button("Print", type="button", className="item", data_does="print"),
        html.A("Reset view", href=href(View(page=page.view.page, unit=page.view.unit, metric=page.view.metric))),
        _past_day(page.view),
    ]
    return open_menu(html.Span("⋯", aria_hidden="true"), items, name="More")


def _past_day(view: View) -> html.Element:
    """The same page on a past day: an ordinary GET form."""
    kept = [
        html.Input(type="hidden", name=name, defaultValue=value) for name, value in query_pairs(view.but(as_at=None))
    ]
    shown = view.as_at.isoformat() if view.as_at else None
    day = html.Input(type="date", name="as_at", required=True, defaultValue=shown, className="form-control")
    go = html.Button("Show", type="submit", className="tool")
    return html.Form([html.Label(["A past day", day]), *kept, go], action=path(view), method="GET", className="day")
