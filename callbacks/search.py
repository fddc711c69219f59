"""Typing in the search box shows the units and officers this viewer may find."""

from __future__ import annotations

from collections.abc import Callable

import dash
from dash import Input, Output
from dash.development.base_component import Component

from callbacks import sent
from cspdash.domain.ports import Reader, Viewer
from layouts import ids
from layouts.search import SHORTEST, hits

LONGEST = 80


def register(app: dash.Dash, reader: Reader, viewer: Callable[[], Viewer]) -> None:
    @app.callback(Output(ids.SEARCH_HITS, "children"), Input(ids.SEARCH, "value"), prevent_initial_call=True)
    def search(typed: object) -> Component | None:
        text = sent.text(typed, "search")[:LONGEST].strip()
        found = reader.search(text, viewer()) if len(text) >= SHORTEST else ()
        return hits(found, text)
