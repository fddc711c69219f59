"""A click on a bar goes where the bar leads: the browser pushes the address in the bar's customdata, navigate answers.

Only the browser is asked, so a click costs one round trip. What it pushes is an address like any other, checked there.
"""

from __future__ import annotations

import dash
from dash import ClientsideFunction, Input, Output

from layouts import ids


def register(app: dash.Dash) -> None:
    """The function is in assets/js/navigate.js. The months' chart leads nowhere, so only the bars are listened to."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("cspdash", "open_bar"),
        Output(ids.URL, "href", allow_duplicate=True),
        Input(ids.BARS, "clickData"),
        prevent_initial_call=True,
    )
