"""Typing in the search box shows the units and officers this viewer may find. What was looked for is logged as typed."""

from __future__ import annotations

from collections.abc import Callable

import dash
from dash import Input, Output
from dash.development.base_component import Component

from callbacks import sent
from callbacks.consultations import Consultations
from cspdash.domain.audit import Operation
from cspdash.domain.consulted import Subject
from cspdash.domain.ports import Reader, Viewer
from layouts import ids
from layouts.search import SHORTEST, hits

LONGEST = 80


def register(app: dash.Dash, reader: Reader, consultations: Consultations, viewer: Callable[[], Viewer]) -> None:
    @app.callback(Output(ids.SEARCH_HITS, "children"), Input(ids.SEARCH, "value"), prevent_initial_call=True)
    def search(typed: object) -> Component | None:
        text = sent.text(typed, "search")[:LONGEST].strip()
        if len(text) < SHORTEST:
            return hits((), text)
        found = reader.search(text, viewer())
        about = Subject("search", detail=text, rows=len(found))
        consultations.write(viewer(), Operation.CONSULTATION, about)
        return hits(found, text)
