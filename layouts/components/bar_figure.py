"""Horizontal bars as a plotly figure: a plain dict, since building go.Figure costs as much as a whole empty callback.

Names are not drawn here: they are links in the table twin, one row beside each bar. A click anywhere in a row finds its
bar (hovermode "y"), so that a bar of zero can be clicked too; `customdata` holds where it leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from cspdash.domain.ports import Bar
from layouts.components import palette
from layouts.components.judgement import bar_words, is_hatched, is_orange
from layouts.urls import href

USUAL, OUTSIDE, HATCHED = "bars", "outside the usual range", "not to be compared"
_COLOURS = {USUAL: palette.BAR, OUTSIDE: palette.CONCERN, HATCHED: palette.SURFACE}
MANY = 60  # bars; from here on rows are tighter
TARGET_BAND = 20  # px above the bars for the target's label
# Of a source that is late or silent: the bar's own colour, crossed by light stripes the other way.
OLD_PATTERN = {"shape": "\\", "fillmode": "overlay", "fgcolor": palette.SURFACE, "size": 8, "solidity": 0.35}
_NARROWEST = 430  # px the bars have on the smallest screen that shows them
_WAYS = 92  # px of "Records Plan" at a row's end
_LABEL_NEEDS = 40  # px right of a target for half its label
_LONGEST_WORDS = 44
_SMALL = f"font-size:12px;color:{palette.INK_2}"

Figure = dict[str, Any]


def pitch(bars: int) -> int:
    """Height of a row in px."""
    return 27 if bars <= MANY else 22


def top(target: float | None) -> int:
    """Room above the first bar in px."""
    return TARGET_BAND if target is not None else 0


def label(bar: Bar) -> str:
    """The bar's value with its context, as plotly writes it."""
    words = _shortened(bar_words(bar))
    small = f"  <span style='{_SMALL}'>{escape(words, quote=False)}</span>" if words else ""
    return f"\u00a0<b>{escape(bar.figure.text, quote=False)}</b>{small}"


def figure(
    bars: Sequence[Bar], better: str, target: float | None, target_text: str, chosen: str = "", *, is_old: bool = False
) -> Figure:
    """Bars top to bottom in the order given; the chosen one is outlined. `is_old`: of a late or silent source, hatched."""
    lengths = [bar.figure.value or 0.0 for bar in bars]
    ends = (*lengths, target or 0.0)
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = _room(bars, lengths, low, high)
    shapes, notes = _target(target, target_text, len(bars), low)
    if notes and room < _LABEL_NEEDS and target == high:
        notes[0]["xanchor"] = "right"
    return {
        "data": _traces(bars, lengths, better, chosen, is_old=is_old),
        "layout": {
            **base_layout(),
            "margin": {"l": 1, "r": room, "t": top(target), "b": 0, "pad": 0},
            "barmode": "overlay",
            "hovermode": "y",
            "xaxis": {"range": [low, high or 1.0], "visible": False, "fixedrange": True},
            "yaxis": {
                "range": [len(bars) - 0.5, -0.5],
                "showticklabels": False,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "automargin": False,
            },
            "shapes": shapes,
            "annotations": notes,
        },
    }


def base_layout() -> Figure:
    """What every figure shares."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": palette.FONT, "size": 13, "color": palette.INK},
        "showlegend": False,
        "dragmode": False,
        "autosize": True,
    }


def _traces(bars: Sequence[Bar], lengths: list[float], better: str, chosen: str, *, is_old: bool) -> list[Figure]:
    """Bars of one look make a trace: a colour for each bar would take plotly half a minute for 400 hatched ones."""
    looks: dict[str, list[int]] = {}
    for place, bar in enumerate(bars):
        looks.setdefault(HATCHED if is_hatched(bar) else OUTSIDE if is_orange(bar, better) else USUAL, []).append(place)
    traces = [_trace(look, places, bars, lengths, chosen) for look, places in looks.items()]
    for trace in traces if is_old else ():
        trace["marker"].setdefault("pattern", OLD_PATTERN)
    return traces


def _trace(look: str, places: list[int], bars: Sequence[Bar], lengths: list[float], chosen: str) -> Figure:
    found = [bars[place] for place in places]
    return {
        "type": "bar",
        "orientation": "h",
        "width": 0.7,
        "name": look,
        "y": places,
        "x": [lengths[place] for place in places],
        "ids": [bar.key for bar in found],
        "customdata": [href(bar.target_view) if bar.target_view else "" for bar in found],
        "text": [label(bar) for bar in found],
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "hoverinfo": "none",
        "marker": _marker(look, [bool(chosen) and bar.key == chosen for bar in found]),
    }


def _marker(look: str, picked: list[bool]) -> Figure:
    is_hatch = look == HATCHED
    marker: Figure = {
        "color": _COLOURS[look],
        "cornerradius": 3,
        "line": {"color": palette.HATCH, "width": int(is_hatch)},
    }
    if is_hatch:
        marker["pattern"] = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.HATCH, "size": 6, "solidity": 0.28}
    if any(picked):
        edges = [palette.INK if each else palette.HATCH for each in picked]
        marker["line"] = {"color": edges, "width": [2 if each else int(is_hatch) for each in picked]}
    return marker


def _target(target: float | None, text: str, bars: int, low: float) -> tuple[list[Figure], list[Figure]]:
    """A thin dashed line and its label. The dashes lie between the rows, so that none runs through a bar's label."""
    if target is None:
        return [], []
    dashes = (f"M{target},{row - 0.74} V{row - 0.26}" for row in range(bars + 1))
    line = {"color": palette.INK_2, "width": 1.5}
    shape = {"type": "path", "path": " ".join(dashes), "xref": "x", "yref": "y", "line": line}
    note = {
        "x": target,
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "left" if target == low else "center",
        "showarrow": False,
        "text": escape(text or "target", quote=False),
        "font": {"size": 12, "color": palette.INK_2},
        "borderpad": 1,
    }
    return [shape], [note]


def _room(bars: Sequence[Bar], lengths: list[float], low: float, high: float) -> int:
    """Px to keep right of the longest bar so that no label is cut off or lies under the row's ways on.

    Long labels of short bars need none.
    """
    span = (high - low) or 1.0
    ways = _WAYS if any(bar.records_view or bar.plan_officer for bar in bars) else 0
    need = 12.0
    for bar, length in zip(bars, lengths, strict=True):
        written = 22 + ways + 9.2 * len(bar.figure.text) + 7.2 * len(_shortened(bar_words(bar)))
        need = max(need, written - _NARROWEST * (1 - (max(length, 0.0) - low) / span))
    return round(min(need, 400))


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else f"{words[: _LONGEST_WORDS - 1].rstrip()}…"
