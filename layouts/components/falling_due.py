"""What falls due in the next 7, 14 and 28 days for the unit in view."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.freshness import is_old
from cspdash.domain.ports import FallingDue
from layouts.components import tags as html
from layouts.components.as_at import old_mark, told
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
            is_old=is_old(due.as_at),
            parts=tuple((f"{word} {count:,}", view) for word, count, view in due.parts if count),
        )
        for due in dues
    ]
    heading = html.H2(
        [f"Next {max(due.days for due in dues)} days", old_mark(dues[0].as_at)], title=told(dues[0].as_at)
    )
    return html.Section([heading, small_bars(bars)], className="panel")
