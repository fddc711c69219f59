"""Typing in the search box shows the units and officers this viewer may find. What was looked for is logged as typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
        who, about = viewer(), Subject("search", detail=text)
        with consultations.asked(who, about):
            found = reader.search(text, who)
        consultations.write(who, Operation.CONSULTATION, replace(about, rows=len(found)))
        return hits(found, text)
