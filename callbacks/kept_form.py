"""What is typed into a plan is kept on the server while it is typed, so that the end of a session loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.drawn import plan_subject
from callbacks.pages import Pages
from callbacks.plan_state import PlanState
from callbacks.typed_form import NAMES
from cspdash.domain.ports import PlanPage, Viewer
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
        who = viewer()
        opened = pages.states.open(state, who)
        with pages.consultations.asked(who, plan_subject(opened.plan_id, opened.officer)):
            at = pages.typed.keep(opened, fields, who)
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
        with pages.consultations.asked(who, plan_subject(opened.plan_id, opened.officer)):
            pages.typed.forget(opened, who)
            return pages.plan(_as_saved(pages, opened, who), who), "The form is as it was saved."


def _as_saved(pages: Pages, opened: PlanState, viewer: Viewer) -> PlanPage:
    if opened.plan_id:
        return pages.plans.page(opened.plan_id, viewer)
    return pages.plans.new(opened.officer, opened.metric, opened.period, viewer)


def _not_kept(_error: Exception) -> str:
    return "What you typed could not be kept just now. Save it before you leave this page."
