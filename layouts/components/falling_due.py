"""What falls due in the next 7, 14 and 28 days for the unit in view."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.ports import FallingDue
from layouts.components import tags as html
from layouts.components.small_bars import SmallBar, small_bars


def falling_due(dues: Sequence[FallingDue]) -> html.Element | None:
    if not dues:
        return None
    longest = max((due.figure.value or 0.0 for due in dues), default=0.0) or 1.0
    bars = [
        SmallBar(
            name=f"{due.days} days",
            text=due.figure.text,
            share=(due.figure.value or 0.0) / longest,
            parts=tuple((f"{word} {count:,}", view) for word, count, view in due.parts if count),
        )
        for due in dues
    ]
    return html.Section([html.H2(f"Next {max(due.days for due in dues)} days"), small_bars(bars)], className="panel")
