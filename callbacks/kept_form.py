"""What is typed into a plan is kept on the server while it is typed, so that the end of a session loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.pages import Pages
from callbacks.typed_form import NAMES
from cspdash.domain.ports import Viewer
from layouts import ids


def register(app: dash.Dash, pages: Pages, viewer: Callable[[], Viewer]) -> None:
    @app.callback(
        Output(ids.PLAN_KEPT, "children"),
        Input(ids.PLAN_TYPED, "data"),
        State(ids.PLAN_STATE, "data"),
        *(State(name, "value") for name in ids.PLAN_FIELDS),
        prevent_initial_call=True,
        on_error=_not_kept,
    )
    def keep(moment: object, state: object, *values: object) -> str:
        if not moment:
            raise PreventUpdate  # the form has just been drawn
        fields = {name: sent.text(value, "form") for name, value in zip(NAMES, values, strict=True)}
        at = pages.typed.keep(pages.states.open(state, viewer()), fields, viewer())
        return f"Kept for you since {at}, though not saved: nobody else sees it yet."

    @app.callback(
        Output(ids.MAIN, "children", allow_duplicate=True),
        Output(ids.ANNOUNCE, "children", allow_duplicate=True),
        Input(ids.PLAN_AFRESH, "n_clicks"),
        State(ids.PLAN_STATE, "data"),
        prevent_initial_call=True,
    )
    def start_afresh(clicks: object, state: object) -> tuple[Any, str]:
        if not sent.count(clicks):
            raise PreventUpdate
        opened, who = pages.states.open(state, viewer()), viewer()
        pages.typed.forget(opened, who)
        is_new = not opened.plan_id
        plans = pages.plans
        page = (
            plans.new(opened.officer, opened.metric, opened.period, who) if is_new else plans.page(opened.plan_id, who)
        )
        return pages.plan(page, who), "The form is as it was saved."


def _not_kept(_error: Exception) -> str:
    return "What you typed could not be kept just now. Save it before you leave this page."
