"""An officer's last twelve months beside the middle of the team, with its table twin."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from cspdash.domain.ports import Month
from layouts import ids
from layouts.components import palette
from layouts.components import tags as html
from layouts.components.as_at import old_note
from layouts.components.bar_chart import graph
from layouts.components.bar_figure import OLD_PATTERN, base_layout

HEIGHT = 176
_OUTSIDE = "outside the usual range"
_ARRIVING = "still arriving"
_LIGHT = 0.25  # the fill of a bar that will still grow; its outline tells it from the middle of the team


def months_chart(
    months: Sequence[Month], title: str, note: str, *, is_table: bool = False, old_words: str = ""
) -> html.Element:
    """`note` says what is beside what and how far back the figures reach; `old_words` why this month is hatched."""
    key = html.Small(
        [
            _key("", "officer"),
            _key(" quiet", "middle of the team"),
            _key(" out", _OUTSIDE) if any(month.is_outside for month in months) else None,
            _key(" arriving", f"lighter: {_ARRIVING}") if any(month.is_arriving for month in months) else None,
        ],
        className="keys",
    )
    chart = graph(months_figure(months, is_old=bool(old_words)), ids.MONTHS, HEIGHT)
    body = html.Div(
        [_twin(months, title)] if is_table else [_twin(months, title), chart],
        className="months" if is_table else "months chart",
    )
    last = html.P(note, className="note") if note else None
    return html.Section([html.H2([title, " ", key]), body, old_note(old_words), last], className="panel chart-panel")


def _key(kind: str, words: str) -> html.Element:
    return html.Span([html.I(className=f"key{kind}"), words])


def months_figure(months: Sequence[Month], *, is_old: bool = False) -> dict[str, Any]:
    places = list(range(len(months)))
    values = [month.figure.value or 0.0 for month in months]
    middles = [month.middle or 0.0 for month in months]
    highest = max((*values, *middles), default=0.0) or 1.0
    colours = [palette.CONCERN if month.is_outside else palette.BAR for month in months]
    arriving = [month.is_arriving for month in months]
    own: dict[str, Any] = {
        "type": "bar",
        "name": "officer",
        "x": places,
        "y": values,
        "text": [f"<b>{escape(month.figure.text, quote=False)}</b>" for month in months],
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {
            "color": [_light(each) if grows else each for each, grows in zip(colours, arriving, strict=True)],
            "line": {"color": colours, "width": [1.5 if grows else 0 for grows in arriving]},
            "cornerradius": 2,
        },
        "hoverinfo": "none",
    }
    middle = {
        "type": "bar",
        "name": "middle of the team",
        "x": places,
        "y": middles,
        "marker": {"color": palette.BAR_QUIET, "cornerradius": 2},
        "hovertext": [f"middle of the team {escape(month.middle_text, quote=False)}" for month in months],
        "hoverinfo": "text",
    }
    if is_old and months:  # earlier months are complete
        own["marker"]["pattern"] = {**OLD_PATTERN, "shape": [""] * (len(months) - 1) + [OLD_PATTERN["shape"]]}
    labels = {"tickmode": "array", "tickvals": places, "ticktext": [month.label for month in months]}
    axis = {
        **labels,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 12, "color": palette.INK_2},
    }
    layout = {
        **base_layout(),
        "margin": {"l": 0, "r": 0, "t": 6, "b": 22, "pad": 0},
        "barmode": "group",
        "bargap": 0.18,
        "bargroupgap": 0.04,
        "xaxis": axis,
        "yaxis": {
            "range": [min(0.0, *values, *middles) if months else 0.0, highest * 1.18],
            "visible": False,
            "fixedrange": True,
        },
        "hoverlabel": {
            "bgcolor": palette.SURFACE,
            "bordercolor": palette.INK_2,
            "font": {"size": 12, "color": palette.INK},
        },
    }
    return {"data": [own, middle], "layout": layout}


def _light(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{_LIGHT})"


def _value(month: Month, longest: float) -> html.Element:
    text = " · ".join(part for part in (month.figure.text, month.figure.fraction) if part)
    share = max(month.figure.value or 0.0, 0.0) / longest
    return html.Td(text, className="r v out" if month.is_outside else "r v", style={"--share": round(share, 3)})


def _words(month: Month) -> list[str]:
    return [words for words, holds in ((_OUTSIDE, month.is_outside), (_ARRIVING, month.is_arriving)) if holds]


def _twin(months: Sequence[Month], title: str) -> html.Element:
    heads = [
        html.Th(text, scope="col", className=side)
        for text, side in (("Month", None), ("Officer", "r"), ("Middle of the team", "r"), ("", None))
    ]
    heads[-1] = html.Td("")
    longest = max((month.figure.value or 0.0 for month in months), default=0.0) or 1.0
    rows = [
        html.Tr(
            [
                html.Th(month.label, scope="row", title=f"{month.on:%B %Y}"),
                _value(month, longest),
                html.Td(month.middle_text, className="r"),
                html.Td(", ".join(_words(month))),
            ]
        )
        for month in months
    ]
    return html.Table(
        [html.Caption(title, className="visually-hidden"), html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="twin",
    )
