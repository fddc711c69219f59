"""A family's page for a unit: the bars of its children, what to look at, what falls due, what is counted."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import RecordsPage, UnitPage
from layouts import empty
from layouts.components import tags as html
from layouts.components.as_at import old_note, stamp
from layouts.components.attention import attention
from layouts.components.bar_chart import bar_chart
from layouts.components.definition_card import definition_card
from layouts.components.falling_due import falling_due
from layouts.components.tabs import tabs
from layouts.components.tool_row import tool_row
from layouts.families.registry import extras
from layouts.frame import frame, identity_of
from layouts.records import records_card


def title_of(page: UnitPage) -> str:
    return f"{page.family_title}: {page.unit_name}, {page.metric_title}"


def unit_page(page: UnitPage) -> Component:
    return _page(page, None)


def with_records(page: UnitPage, records: RecordsPage) -> Component:
    """The page with the records of one bar beneath the chart."""
    return _page(page, records)


def _page(page: UnitPage, records: RecordsPage | None) -> Component:
    below = [records_card(records, close=page.view.but(bar="", rows=1, order=""))] if records else []
    chart = html.Div([_chart(page), *below, extras(page), definition_card(page.definition)], className="col-chart")
    side = html.Aside(
        [attention(page.attention), falling_due(page.falling_due)],
        className="col-side",
        aria_label="What to look at",
    )
    return frame(
        title=title_of(page),
        heading=f"{page.family_title}: {page.unit_name}",
        lede=_lede(page),
        crumbs=page.crumbs,
        siblings=page.siblings,
        here=page.unit_name,
        siblings_word=f"places beside {page.unit_name}",
        tools=tool_row(page),
        content=[tabs(page.tabs), html.Div([chart, side], className="columns")],
        identity=identity_of(page.view),
    )


def _lede(page: UnitPage) -> html.Content:
    """The message, its figure in bold."""
    for figure in (f"{page.total.text} {page.unit_label}", page.total.text):
        if page.lede.startswith(figure):
            return [html.B(figure), page.lede.removeprefix(figure)]
    return page.lede


def _chart(page: UnitPage) -> html.Element:
    body = [_empty(page)] if page.empty else _drawn(page)
    return html.Section([html.H2(_heading(page)), *body], className="panel chart-panel")


def _drawn(page: UnitPage) -> list[html.Content]:
    records = sum(bar.figure.records for bar in page.bars)
    notes = [html.P(note, className="note") for note in (page.axis_note, page.scope_note) if note]
    return [
        bar_chart(page),
        old_note(page.old_words),
        *notes,
        stamp(page.as_at, records, page.total.records, page.definition),
    ]


def _heading(page: UnitPage) -> html.Content:
    hints = []
    if page.is_flow and page.period_text:
        hints.append(page.period_text[:1].lower() + page.period_text[1:])
    if any(bar.target_view for bar in page.bars):
        hints.append(_hint(page))
    name = f"{page.metric_title} by {page.children_word}"
    return [name, " ", html.Small(f"— {', '.join(hints)}")] if hints and not page.empty else name


def _hint(page: UnitPage) -> str:
    word = page.children_word
    return f"choose a name for the {word}" if page.view.table else f"click a bar for the {word}"


def _empty(page: UnitPage) -> html.Element:
    if page.empty in ("source_down", "not_loaded"):
        return empty.source_down(page.as_at, is_loaded=page.empty == "source_down")
    if page.empty == "no_past":
        return empty.no_past()
    if page.empty == "too_few":
        return empty.too_few(page.unit_name, page.unit_label)
    return empty.no_rows(page.unit_name, page.unit_label, page.period_text if page.is_flow else "")
