"""Past figures that became others: which, from what to what, and because of which load."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from cspdash.domain.ports import Restatement, RestatementsPage
from cspdash.domain.view import RESTATEMENTS, View
from layouts.components import tags as html
from layouts.components.link import link
from layouts.frame import frame, identity_of

_HEADS = (
    ("Found", ""), ("Figure", ""), ("Unit", ""), ("Of", ""), ("Was", "r"), ("Is now", "r"), ("Records", "r"),
    ("Because of", ""),
)  # fmt: skip


def title_of(_page: RestatementsPage) -> str:
    return "Restatements"


def restatements_page(page: RestatementsPage) -> Component:
    body = (
        html.Div(_table(page.rows), className="scroll", role="region", aria_label="Restatements", tabIndex="0")
        if page.rows
        else html.P(_none(page), className="stamp")
    )
    notes = [html.P(words, className="note") for words in (_cut(page), page.scope_note) if words]
    return frame(
        title=title_of(page),
        heading="Restatements",
        lede=_lede(page),
        tools=_tools(page),
        content=[
            html.Section([html.H2("Past figures that changed"), body, *notes, _explained(page)], className="panel")
        ],
        identity=identity_of(page.view),
    )


def _lede(page: RestatementsPage) -> html.Content:
    which = " · ".join(filter(None, (page.metric_title, page.unit_name)))
    count = f"{len(page.rows)}{' or more' if page.is_cut else ''}"
    told = (
        f"{count} past {'figure' if count == '1' else 'figures'} restated"
        if page.rows
        else "No past figure was restated"
        if page.looked_at
        else "Past figures are not compared yet"
    )
    return [html.B(told), f" · {which}" if which else ""]


def _tools(page: RestatementsPage) -> html.Content:
    if not (page.metric_title or page.unit_name):
        return None
    return link("Show all restatements", View(page=RESTATEMENTS), className="button")


def _none(page: RestatementsPage) -> str:
    if page.looked_at is None:
        return "Nobody has looked yet: past figures are compared after each load."
    return "Since past figures are watched, none of these came out different."


def _cut(page: RestatementsPage) -> str:
    return (
        f"The newest {len(page.rows)} are shown; choose a figure's definition to see those of one figure."
        if page.is_cut
        else ""
    )


def _explained(page: RestatementsPage) -> html.Element:
    looked = (
        f" Last looked {page.looked_at:%H:%M} on {page.looked_at.day} {page.looked_at:%b}." if page.looked_at else ""
    )
    words = (
        "A past figure changes when a source corrects, backdates, re-opens, merges or deletes records, or when a posting "
        "is corrected. Watched are month ends and months of the last thirteen, for the force and its largest units."
    )
    return html.P(words + looked, className="stamp")


def _table(rows: Sequence[Restatement]) -> html.Element:
    top = html.Thead(html.Tr([html.Th(name, scope="col", className=kind or None) for name, kind in _HEADS]))
    caption = html.Caption("Past figures that changed, the newest first", className="visually-hidden")
    return html.Table([caption, top, html.Tbody([_tr(row) for row in rows])], className="list restatements")


def _tr(row: Restatement) -> html.Element:
    when = html.Time(f"{row.found_at:%d %b %H:%M}", dateTime=row.found_at.isoformat(), title=_between(row))
    records = f"{row.before_records:,} → {row.after_records:,}"
    return html.Tr(
        [
            html.Th(when, scope="row"),
            html.Td(link(row.metric_title, row.target_view)),
            html.Td(row.unit_name),
            html.Td(f"{row.month:%B %Y}" if row.is_flow else f"{row.month.day} {row.month:%b %Y}"),
            html.Td(row.before, className="r"),
            html.Td(html.B(row.after), className="r"),
            html.Td(records, className="r"),
            html.Td([row.cause, html.Small(f" · load {', '.join(map(str, row.loads))}" if row.loads else "")]),
        ]
    )


def _between(row: Restatement) -> str:
    return f"It stood until {row.stood_at:%d %b %H:%M} at least"
