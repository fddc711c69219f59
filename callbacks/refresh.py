"""An open page learns that figures moved, and redraws in place; it never moves anything under an open form.

The browser asks every few seconds, not while its tab is hidden (assets/js/freshness.js). The answer is empty unless the
data version moved; how old the sources are is told once a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import dash
from dash import Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.navigate import outputs, values
from callbacks.pages import STALE, Drawn, Pages
from cspdash.domain.errors import DatabaseUnavailable
from cspdash.domain.ports import Viewer
from layouts import ids, shell, urls

FRESHNESS_EVERY = 6  # ticks


def register(app: dash.Dash, pages: Pages, viewer: Callable[[], Viewer], zone: ZoneInfo) -> None:
    @app.callback(
        [*outputs(again=True), Output(ids.ANNOUNCE, "children", allow_duplicate=True)],
        Input(ids.TICK, "n_intervals"),
        State(ids.URL, "pathname"),
        State(ids.URL, "search"),
        State(ids.VERSION, "data"),
        prevent_initial_call=True,
    )
    def refresh(ticks: object, pathname: object, search: object, version: object) -> list[Any]:
        path, query = sent.text(pathname, "address"), sent.text(search, "address")
        has_form = bool(urls.plan_in(path))
        try:
            if not has_form and version != pages.reader.data_version():
                drawn = pages.draw(path, query, viewer())
                said = f"Figures updated at {datetime.now(zone):%H:%M}."
                return [*values(drawn), "" if drawn.version == STALE else said]
            if sent.count(ticks) % FRESHNESS_EVERY:
                raise PreventUpdate
            return [no_update, no_update, pages.freshness(viewer()), no_update, no_update]
        except DatabaseUnavailable as error:
            if version == STALE:
                raise PreventUpdate from None
            return _as_it_was(None if has_form else pages.as_it_was(path, query, viewer()), error)


def _as_it_was(drawn: Drawn | None, error: DatabaseUnavailable) -> list[Any]:
    """What is on screen stays there, and is said to be old."""
    shown = values(drawn) if drawn else [no_update, no_update, shell.not_answering(), STALE]
    return [*shown, str(error)]
