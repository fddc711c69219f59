"""A URL becomes a page: main part, side list, freshness and data version in one answer.

The page says itself what its title is, and when it is another one (layouts/frame.py, assets/js/arrive.js).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import Input, Output

from callbacks import sent
from callbacks.drawn import Drawn
from callbacks.pages import Pages
from cspdash.domain.ports import Viewer
from layouts import ids


def outputs(*, again: bool = False) -> list[Output]:
    """What a drawn page sets; `again`: by a second callback."""
    places = (
        (ids.MAIN, "children"),
        (ids.SIDE, "children"),
        (ids.FRESHNESS, "children"),
        (ids.VERSION, "data"),
    )
    return [Output(name, prop, allow_duplicate=again) for name, prop in places]


def values(drawn: Drawn) -> list[Any]:
    """The page in the order of `outputs`."""
    return [drawn.main, drawn.side, drawn.freshness, drawn.version]


def register(app: dash.Dash, pages: Pages, viewer: Callable[[], Viewer]) -> None:
    @app.callback(outputs(), Input(ids.URL, "pathname"), Input(ids.URL, "search"))
    def navigate(pathname: object, search: object) -> list[Any]:
        return values(pages.draw(sent.text(pathname, "address"), sent.text(search, "address"), viewer()))
