"""The records behind one figure: a plain table, paged and sorted on the server by its links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cspdash.domain.ports import RecordsPage
from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.link import link

Column = tuple[str, str, str]  # name, label, type

_NUMBERS = frozenset({"integer", "number", "pence"})


def records_card(records: RecordsPage, *, title: str = "", close: View | None = None) -> html.Element:
    """`close` leads back to the page without them."""
    words = [
        title or records.title,
        *([" ", html.Small(f"— {records.bar_name}")] if close and records.bar_name else []),
    ]
    heading = html.H2(words, tabIndex="-1", data_arrive="" if close else None)
    way_back = link("Close", close, className="tool", aria_label="Close the records") if close else None
    head = html.Div([heading, html.Span(className="sp"), way_back], className="panel-head")
    body = [_table(records), pager(records)] if records.rows else [html.P("No records.", className="stamp")]
    return html.Section([head, *body], id="records", className="panel", disable_n_clicks=True)


def pager(records: RecordsPage) -> html.Element:
    """Which rows these are of how many, and the way to the others."""
    first = (records.page - 1) * records.page_size + 1
    count = f"{first:,} to {first + len(records.rows) - 1:,} of {records.total:,} records"
    if records.pages <= 1:
        return html.P(f"{records.total:,} of {records.total:,} records", className="stamp")
    view = records.view
    ways = [
        _step("‹ Previous", view.but(rows=records.page - 1) if records.page > 1 else None),
        html.Span(f"Page {records.page:,} of {records.pages:,}", className="stamp"),
        _step("Next ›", view.but(rows=records.page + 1) if records.page < records.pages else None),
    ]
    return html.Nav(
        [html.Span(count, className="stamp"), html.Span(className="sp"), *ways],
        className="pager",
        aria_label="Pages of records",
    )


def _step(text: str, view: View | None) -> html.Element:
    return link(text, view, className="tool" if view else "tool off")


def _table(records: RecordsPage) -> html.Element:
    columns = _filled(records)
    heads = [_head(records, name, label, kind) for name, label, kind in columns]
    reasons: Sequence[str | None] = [None] * len(records.rows)
    if any(records.reasons):
        heads.append(html.Th("Clock", scope="col"))
        reasons = records.reasons
    views = records.record_views or (None,) * len(records.rows)
    rows = [_row(columns, *each) for each in zip(records.rows, reasons, views, strict=True)]
    caption = html.Caption(f"{records.title}: {records.bar_name}", className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="list")
    return html.Div(table, className="scroll", role="region", aria_label=records.title, tabIndex="0")


def _filled(records: RecordsPage) -> list[Column]:
    """The columns with anything in them on this page; the first, and the one sorted by, always."""
    kept = {records.columns[0][0], records.order.lstrip("-")} if records.columns else set()
    return [
        column for column in records.columns if column[0] in kept or any(row.get(column[0]) for row in records.rows)
    ]


def _head(records: RecordsPage, name: str, label: str, kind: str) -> html.Element:
    """A heading that sorts by its column; the other way round the second time."""
    is_up, is_down = records.order == name, records.order == f"-{name}"
    arrow = " ▲" if is_up else " ▼" if is_down else ""
    sort = link(
        [label, html.Span(arrow, aria_hidden="true")], records.view.but(order=f"-{name}" if is_up else name, rows=1)
    )
    direction = "ascending" if is_up else "descending" if is_down else None
    return html.Th(sort, scope="col", className=_side(kind), aria_sort=direction)


def _row(columns: Sequence[Column], row: Mapping[str, Any], reason: str | None, view: View | None) -> html.Element:
    """The first column leads to the record's own page."""
    cells = []
    for index, (name, _label, kind) in enumerate(columns):
        value = row.get(name)
        text = "–" if value is None or value == "" else str(value)
        if index == 0:
            cells.append(html.Th(link(text, view) if view else text, scope="row"))
        else:
            cells.append(html.Td(text, className=_side(kind)))
    if reason is not None:
        cells.append(html.Td(_why(reason)))
    return html.Tr(cells)


def _side(kind: str) -> str | None:
    return "r" if kind in _NUMBERS else "d" if kind == "date" else None


def _why(reason: str) -> html.Content:
    """Why this date: folded away, one click off."""
    return html.Details([html.Summary("why"), reason], className="why") if reason else None
