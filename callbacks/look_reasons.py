"""Saying why: one click on a reason, kept in the session on the server, and the page is there.

What the reason counts for is worked out from the address by whoever draws its page, never taken from the browser. No
address holds a reason, so Back, a pasted address and a second tab ask wherever one is needed, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import dash
from dash import Input, Output, State

from callbacks import sent
from callbacks.navigate import outputs, values
from callbacks.pages import Pages
from cspdash.domain.errors import BadFilter
from cspdash.domain.ports import Viewer
from layouts import ids


class SayWhy(Protocol):
    """Keeps a reason for the session of this request (cspdash.auth.signed_in.Sessions.say_why)."""

    def __call__(self, unit_id: str, reason: str, lasts: timedelta, *, is_alone: bool) -> None: ...


def register(app: dash.Dash, pages: Pages, viewer: Callable[[], Viewer], say_why: SayWhy) -> None:
    @app.callback(
        [*outputs(again=True), Output(ids.ANNOUNCE, "children", allow_duplicate=True)],
        Input(ids.LOOK_REASON, "data"),
        State(ids.URL, "pathname"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def said(chosen: object, pathname: object, search: object) -> list[Any]:
        reason = sent.text(chosen.get("reason") if isinstance(chosen, Mapping) else None, "reason")
        path, query = sent.text(pathname, "address"), sent.text(search, "address")
        if reason not in pages.looking.reasons:
            raise BadFilter("Choose a reason from the list.")
        needed = pages.reason_needed(path, query, viewer())
        if needed is not None:
            lasts = timedelta(minutes=pages.looking.minutes)
            say_why(needed.unit_id, reason, lasts, is_alone=needed.is_alone)
        return [*values(pages.draw(path, query, viewer())), ""]
