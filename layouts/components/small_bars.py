"""Small bars in HTML: a name, a bar, a value; for the side column and the summary grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.link import link

_GAP = 3  # letters between a bar and its value


@dataclass(frozen=True, slots=True)
class SmallBar:
    """One row; `share` is the bar's length, 0 to 1 of the longest."""

    name: str
    text: str
    share: float
    view: View | None = None
    is_orange: bool = False
    words: str = ""  # needed where it is orange
    is_old: bool = False  # of a late or silent source
    parts: tuple[tuple[str, View | None], ...] = ()  # small, below the bar


def small_bars(bars: Sequence[SmallBar]) -> html.Element:
    room = max((len(bar.text) + len(bar.words) for bar in bars), default=0) + _GAP
    return html.Ul([_row(bar, room) for bar in bars], className="smalls")


def mini(share: float, room: int, *, is_orange: bool, is_strong: bool = False, is_old: bool = False) -> html.Element:
    """The bar alone, as long as its share of what `room` letters beside the longest bar leave."""
    kind = "mini out" if is_orange else "mini strong" if is_strong else "mini"
    return html.I(
        className=f"{kind} old" if is_old else kind,
        style={"--share": round(min(max(share, 0.0), 1.0), 3), "--room": f"{room}ch"},
        aria_hidden="true",
    )


def _row(bar: SmallBar, room: int) -> html.Element:
    value: list[html.Content] = [html.B(bar.text)]
    if bar.words:
        value += [" ", html.Small(bar.words)]
    row = [
        link(bar.name, bar.view, className="n"),
        html.Span(
            [
                mini(
                    bar.share,
                    room,
                    is_orange=bar.is_orange and bool(bar.words or bar.text),
                    is_strong=True,
                    is_old=bar.is_old,
                ),
                *value,
            ],
            className="t",
        ),
    ]
    if bar.parts:
        row.append(html.Small(_listed(bar.parts), className="parts"))
    return html.Li(row)


def _listed(parts: Sequence[tuple[str, View | None]]) -> list[html.Content]:
    words: list[html.Content] = []
    for text, view in parts:
        if words:
            words.append(" · ")
        words.append(link(text, view))
    return words
