"""One plain step before named officers or records outside the viewer's own team: why, by one click on a list."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from layouts.components import tags as html
from layouts.frame import frame

HEADING = "Why are you looking?"


def ask_why(place: str, reasons: Mapping[str, str], minutes: int, address: str, home_href: str) -> Component:
    """`place` is what the reason will count for. Nothing of what is behind the question is on this page."""
    choices = [
        html.Li(html.Button(words, type="button", className="button reason", data_does="say-why", data_reason=code))
        for code, words in reasons.items()
    ]
    kept = (
        f"Kept in the audit with what you open there. It counts for {place} for {_spoken(minutes)}, so you are not asked "
        "again at every page. Officers can see that somebody looked and why, not who."
    )
    body = html.Section(
        [
            html.H2("Choose a reason"),
            html.Ul(choices, className="reasons"),
            html.P(kept, className="note"),
            html.P(html.A("Go to your own page instead", href=home_href)),
        ],
        className="panel ask-why",
    )
    return frame(
        title="Say why",
        heading=HEADING,
        lede=["This page names officers or records outside your own team, in ", html.B(place), "."],
        content=[body],
        identity=f"why {address}",
    )


def _spoken(minutes: int) -> str:
    if minutes % 60:
        return f"{minutes} minutes"
    hours = minutes // 60
    return "one hour" if hours == 1 else f"{hours} hours"
