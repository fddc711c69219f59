"""For whoever mends sources: a try at once, everything read again, and the rows that one reason refused."""

from __future__ import annotations

from collections.abc import Mapping

import dash_bootstrap_components as dbc

from cspdash.domain.ports import RefusedRows, SourcesPage
from layouts import ids
from layouts.components import tags as html
from layouts.components.link import link
from layouts.components.plain_table import Head, plain_table

_HEADS: tuple[Head, ...] = (("Where", ""), ("Reference", ""), ("What was there", ""), ("Refused", ""))


def care_form(page: SourcesPage) -> html.Element:
    """Which source, and two things to ask for; both are done by the next load."""
    sources = {row.source: row.as_at.title for row in page.rows}
    choice = dbc.Select(
        id=ids.SOURCE_CHOICE,
        options=[{"label": title, "value": name} for name, title in sources.items()],
        value=next(iter(sources), None),
        size="sm",
    )
    hint = (
        "“Try now” asks at once, though the source was left alone after failing. "
        "“Read all again” checks every row anew, refused ones included: after a mapping was mended."
    )
    buttons = html.Div(
        [
            html.Button("Try now", id=ids.SOURCE_TRY, type="button", className="button", n_clicks=0),
            html.Button("Read all again", id=ids.SOURCE_AGAIN, type="button", className="button", n_clicks=0),
        ],
        className="buttons",
    )
    return html.Section(
        [
            html.H2("Ask a source"),
            html.Label("Source", htmlFor=ids.SOURCE_CHOICE),
            choice,
            html.P(hint, className="hint"),
            buttons,
            html.P(None, id=ids.SOURCE_SAID, className="said", role="status", disable_n_clicks=True),
        ],
        className="panel care",
    )


def refused_rows(found: RefusedRows, titles: Mapping[str, str]) -> html.Element:
    """One page of the rows that one reason refused; of what each held only the refused value."""
    group = found.group
    heading = html.H2(
        [
            f"{titles.get(group.source, group.source)}, {titles.get(group.dataset, group.dataset)}: refused ",
            html.Small(f"— {group.column} {group.reason}".replace("  ", " ")),
        ],
        tabIndex="-1",
        data_arrive="",
    )
    head = html.Div(
        [
            heading,
            html.Span(className="sp"),
            link("Close", found.close, className="tool", aria_label="Close the refused rows"),
        ],
        className="panel-head",
    )
    rows = [
        (row.place, row.ref or "–", row.held or "–", html.Time(dateTime=row.refused_at.isoformat(), className="since"))
        for row in found.rows
    ]
    table = html.Div(
        plain_table(f"Rows refused: {group.reason}", _HEADS, rows),
        className="scroll",
        role="region",
        aria_label="Refused rows of one reason",
        tabIndex="0",
    )
    return html.Section([head, table, _pager(found)], id="records", className="panel", disable_n_clicks=True)


def _pager(found: RefusedRows) -> html.Element:
    if found.pages == 1 or found.group.view is None:
        return html.P(f"{found.group.rows:,} of {found.group.rows:,} rows", className="stamp")
    here = found.group.view
    back = here.but(rows=found.page - 1) if found.page > 1 else None
    on = here.but(rows=found.page + 1) if found.page < found.pages else None
    return html.Nav(
        [
            link("‹ Previous", back, className="tool" if back else "tool off"),
            html.Span(f"Page {found.page:,} of {found.pages:,}", className="stamp"),
            link("Next ›", on, className="tool" if on else "tool off"),
        ],
        className="pager",
        aria_label="Pages of refused rows",
    )
