"""The dialog before a session ends: how long is left, and one button to stay. assets/js/session_end.js opens it."""

from __future__ import annotations

from layouts import ids
from layouts.components import tags as html


def session_dialog() -> html.Element:
    heading, words = f"{ids.SESSION_END}-title", f"{ids.SESSION_END}-words"
    stay = html.Button("Stay signed in", type="button", className="button primary", data_does="stay-signed-in")
    close = html.Button("Close", type="button", className="button", data_does="close-dialog")
    return html.Dialog(
        [
            html.H2("Your session is about to end", id=heading, disable_n_clicks=True),
            html.P("", id=words, disable_n_clicks=True),
            html.Div([stay, close], className="buttons"),
        ],
        id=ids.SESSION_END,
        className="session-end",
        role="alertdialog",
        aria_labelledby=heading,
        aria_describedby=words,
        disable_n_clicks=True,
    )
