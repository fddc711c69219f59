"""What any family may show beside its bars: a breakdown in small bars, and a sentence on how to read it."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.ports import Figure, UnitPage
from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.small_bars import SmallBar, small_bars

BREAKDOWN = "breakdown"  # key of UnitPage.extra: (name, figure, where to look or None), in the order drawn
Part = tuple[str, Figure, View | None]


def extras(page: UnitPage) -> html.Element | None:
    """For a family without a module of its own."""
    return breakdown(page, "Made up of")


def breakdown(page: UnitPage, title: str, advice: str = "") -> html.Element | None:
    """The figure in view split by what the family is about, and how to read it.

    The catalogue's own notes (keys "metric_note" and "note" of UnitPage.extra) come before the family's `advice`.
    """
    parts: Sequence[Part] = page.extra.get(BREAKDOWN, ())
    note = page.extra.get("metric_note") or page.extra.get("note") or advice
    if not parts and not note:
        return None
    longest = max((figure.value or 0.0 for _, figure, _ in parts), default=0.0) or 1.0
    bars = [
        SmallBar(name, figure.text, (figure.value or 0.0) / longest, view, words=figure.fraction)
        for name, figure, view in parts
    ]
    said = html.P(str(note), className="note") if note else None
    return html.Section([html.H2(title), small_bars(bars), said], className="panel") if bars else said
