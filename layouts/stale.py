"""A page as it last was, under a line that says so: better than nothing, as long as nobody takes it for the present."""

from __future__ import annotations

from datetime import datetime

from dash.development.base_component import Component

from layouts.components import tags as html


def as_it_was(main: Component, at: datetime) -> Component:
    """`at`, in the force's zone, is when the page was drawn."""
    when = f"This page is as it was at {at:%H:%M} on {at.day} {at:%b}; figures may have moved since."
    words = [html.B("The database is not answering."), f" {when} It will be drawn again as soon as it answers."]
    return html.whole(html.P(words, className="stale-banner", role="alert"), main)
