"""The bars of a page, and the one place that makes a dcc.Graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc

from cspdash.domain.ports import Bar, UnitPage
from layouts import ids
from layouts.components import bar_figure
from layouts.components import tags as html
from layouts.components.table_twin import table_twin

# plotly would offer to upload a chart, officers' names included, to its cloud; a mode bar would add ten tab stops.
CONFIG: Any = {
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "doubleClick": False,
    "scrollZoom": False,
    "showTips": False,
}


def graph(figure: dict[str, Any], name: str, height: int) -> html.Element:
    """A chart. Assistive technology reads its table twin instead."""
    chart = dcc.Graph(id=name, figure=figure, config=CONFIG, style={"height": "100%"})
    return html.Div(chart, className="plot", aria_hidden="true", style={"height": f"{height}px"})


def bar_chart(page: UnitPage) -> html.Element:
    """The page's bars with their table twin; the table alone if that was asked for.

    The names beside the bars are the row headers of the twin, so whoever uses a keyboard or a screen reader drills by
    the very links everybody sees. Row heights are set here for both.
    """
    table = table_twin(page)
    if page.view.table:
        return html.Div(table, className="bars")
    pitch = bar_figure.pitch(len(page.bars))
    top = bar_figure.top(page.target)
    style = {"--pitch": f"{pitch}px", "--top": f"{top}px"}
    is_old = bool(page.old_words)
    figure = bar_figure.figure(page.bars, page.better, page.target, page.target_text, page.view.bar, is_old=is_old)
    return html.Div(
        [table, graph(figure, ids.BARS, _height(page.bars, pitch, top))], className="bars chart", style=style
    )


def _height(bars: Sequence[Bar], pitch: int, top: int) -> int:
    return len(bars) * pitch + top
