"""The sheet "?" opens: every key, and a switch for whoever's dictation types them by accident."""

from __future__ import annotations

from layouts import ids
from layouts.components import tags as html

KEYS = (
    ("/", "Find a team or a person"),
    ("↑ ↓", "From bar to bar, once one has the focus"),
    ("Enter", "Open the bar in focus"),
    ("t", "Bars or table"),
    ("u", "Up one level"),
    ("?", "This sheet"),
    ("Esc", "Close what is open"),
)


def shortcut_sheet() -> html.Element:
    heading = f"{ids.DIALOG}-title"
    rows = [part for key, words in KEYS for part in (html.Dt(html.Kbd(key)), html.Dd(words))]
    switch = html.Button(
        "Single keys: on", type="button", role="switch", aria_checked="true", className="tool", data_does="switch-keys"
    )
    close = html.Button("Close", type="button", className="tool", data_does="close-dialog")
    return html.Dialog(
        [
            html.H2("Keys", id=heading, disable_n_clicks=True),
            html.Dl(rows),
            html.Div([switch, close], className="buttons"),
        ],
        id=ids.DIALOG,
        aria_labelledby=heading,
        disable_n_clicks=True,
    )
