"""An open page redraws in place when figures moved or a source fell silent; it never moves anything under an open form.

The browser learns of it from `callbacks.live` and asks here, once, for the page anew (assets/js/live.js). Whether there
is anything to redraw is decided by what the page says it was drawn from, not by the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import dash
from dash import ClientsideFunction, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.drawn import STALE, Drawn
from callbacks.navigate import outputs, values
from callbacks.pages import Pages
from cspdash.domain.errors import DatabaseUnavailable
from cspdash.domain.ports import Viewer
from layouts import ids, shell, urls


def register(app: dash.Dash, pages: Pages, viewer: Callable[[], Viewer], zone: ZoneInfo) -> None:
    @app.callback(
        [*outputs(again=True), Output(ids.ANNOUNCE, "children", allow_duplicate=True)],
        Input(ids.MOVED, "data"),
        State(ids.URL, "pathname"),
        State(ids.URL, "search"),
        State(ids.VERSION, "data"),
        prevent_initial_call=True,
    )
    def refresh(_moved: object, pathname: object, search: object, version: object) -> list[Any]:
        path, query = sent.text(pathname, "address"), sent.text(search, "address")
        has_form = urls.has_form(path)
        try:
            state = pages.reader.live(viewer()).state
            if has_form or version == state:
                raise PreventUpdate
            drawn = pages.draw(path, query, viewer(), is_redraw=True)
            said = f"Figures updated at {datetime.now(zone):%H:%M}."
            return [*values(drawn), "" if drawn.version == STALE or drawn.is_question else said]
        except DatabaseUnavailable as error:
            if version == STALE:
                raise PreventUpdate from None
            return _as_it_was(None if has_form else pages.as_it_was(path, query, viewer()), error)

    # The script that watches must know what the page on screen was drawn from.
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("cspdash", "drawn_from"), Input(ids.VERSION, "data")
    )


def _as_it_was(drawn: Drawn | None, error: DatabaseUnavailable) -> list[Any]:
    """What is on screen stays there, and is said to be old."""
    shown = values(drawn) if drawn else [no_update, no_update, shell.not_answering(), STALE]
    return [*shown, str(error)]
