"""What stands above every page while an administrator looks as somebody else."""

from __future__ import annotations

from datetime import datetime

from layouts import ids
from layouts.components import tags as html


def look_banner(name: str, title: str, until: datetime | None) -> html.Element:
    """`until` in the force's own time."""
    ends = f"until {until:%H:%M}" if until else "just ended"
    words = f"You look as {name}" + (f" ({title})" if title else "")
    return html.Aside(
        [
            html.Strong(words),
            html.Span(f"{ends}. Nothing can be changed; every page is in the audit."),
            html.Button("Stop looking", id=ids.LOOK_STOP, type="button", className="button", n_clicks=0),
        ],
        className="look-banner",
        aria_label="Looking as somebody else",
    )
