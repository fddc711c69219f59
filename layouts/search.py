"""What the search box found."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import Hit
from layouts.components import tags as html
from layouts.components.link import link

SHORTEST = 2  # letters worth a search


def hits(found: tuple[Hit, ...], text: str) -> Component | None:
    """A list of links, or that there is nothing; None (closed) while too little is typed.

    It says for which text it is: Enter waits for the hits of what was typed (assets/js/keys.js).
    """
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return None
    if not found:
        words = f"No team or person you may see matches “{wanted}”."
        return html.whole(html.P(words, className="none", role="status", data_for=wanted))
    rows = [html.Li(link([html.Span(hit.name), html.Small(hit.note)], hit.view)) for hit in found]
    count = f"{len(found)} found"
    return html.whole(
        html.Div([html.Ul(rows), html.Span(count, className="visually-hidden", role="status")], data_for=wanted)
    )
