"""An administrator asks for a source at once, or for all of it again. Written to the audit before it is asked."""

from __future__ import annotations

from collections.abc import Callable

import dash
from dash import Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.boundary import in_words
from callbacks.consultations import Consultations
from cspdash.domain.audit import Operation
from cspdash.domain.consulted import Subject
from cspdash.domain.errors import AuditUnavailable
from cspdash.domain.ports import SourceCare, Viewer
from layouts import ids

_SAID = {
    ids.SOURCE_TRY: "Asked for. It is tried within a few seconds where the sources are followed.",
    ids.SOURCE_AGAIN: "Asked for. All of it is read and checked again at the next load.",
}


def register(app: dash.Dash, care: SourceCare, consultations: Consultations, viewer: Callable[[], Viewer]) -> None:
    @app.callback(
        Output(ids.SOURCE_SAID, "children"),
        Input(ids.SOURCE_TRY, "n_clicks"),
        Input(ids.SOURCE_AGAIN, "n_clicks"),
        State(ids.SOURCE_CHOICE, "value"),
        prevent_initial_call=True,
        running=[
            (Output(ids.SOURCE_TRY, "disabled"), True, False),
            (Output(ids.SOURCE_AGAIN, "disabled"), True, False),
        ],
        on_error=_not_asked,
    )
    def ask(tries: object, agains: object, chosen: object) -> str:
        if not sent.count(tries) and not sent.count(agains):
            raise PreventUpdate  # the form has just been drawn
        source, who = sent.text(chosen, "source"), viewer()
        is_again = ctx.triggered_id == ids.SOURCE_AGAIN
        about = Subject("source", source[:80], detail="read all again" if is_again else "try now")
        with consultations.asked(who, about):
            who.need_write()
            consultations.write(who, Operation.ADMINISTRATION, about)
            (care.read_again if is_again else care.try_now)(source, who)
        return _SAID[ids.SOURCE_AGAIN if is_again else ids.SOURCE_TRY]


def _not_asked(error: Exception) -> str:
    """Whatever stops it is said in its place; what cannot be logged is a 503."""
    if isinstance(error, AuditUnavailable):
        raise error
    return in_words(error)
