"""The dialog that gives a page away as a file: in which form, why, and to whom."""

from __future__ import annotations

from collections.abc import Mapping

import dash_bootstrap_components as dbc
from dash import dcc

from cspdash.domain.audit import REASONS
from layouts import ids
from layouts.components import tags as html

FORMS = (("xlsx", "XLSX, a workbook"), ("csv", "CSV, for other programs"), ("pdf", "PDF, for paper"))
LONGEST_RECIPIENT = 120


def export_dialog() -> html.Element:
    """Part of the frame: it stays while pages come and go. `data-does="export"` opens it (assets/js/export.js)."""
    heading = f"{ids.EXPORT}-title"
    forms = dbc.RadioItems(
        id=ids.EXPORT_FORM,
        options=[{"value": form, "label": words} for form, words in FORMS],
        value="xlsx",
        inline=False,
    )
    reasons = [{"value": code, "label": words} for code, words in REASONS.items()]
    why = dbc.Select(id=ids.EXPORT_REASON, options=reasons, placeholder="Choose a reason")
    whom = dbc.Input(id=ids.EXPORT_RECIPIENT, type="text", value="", maxLength=LONGEST_RECIPIENT, autoComplete="off")
    go = html.Button("Make the file", id=ids.EXPORT_GO, type="button", className="button primary")
    close = html.Button("Cancel", type="button", className="tool", data_does="close-dialog")
    return html.Dialog(
        [
            html.H2("Export what is on this page", id=heading, disable_n_clicks=True),
            html.Div(id=ids.EXPORT_ERRORS, disable_n_clicks=True),
            html.Div([html.P("Form", id=f"{ids.EXPORT}-form-label", className="label"), forms], className="field"),
            _field(ids.EXPORT_REASON, "Why", "Needed where the file names people or records", why),
            _field(ids.EXPORT_RECIPIENT, "Who will get it", "A name, a unit or yourself; needed likewise", whom),
            html.P(
                "The file carries the marking, the filters and how old its figures are. That you made it, why and for "
                "whom is logged, with a fingerprint of the file.",
                className="note",
            ),
            html.Div([go, close], className="buttons"),
            dcc.Download(id=ids.EXPORT_FILE),
        ],
        id=ids.EXPORT,
        className="export",
        aria_labelledby=heading,
        disable_n_clicks=True,
    )


def problems(wrong: Mapping[str, str]) -> html.Element:
    """What keeps the file from being made, each a link to its field; `wrong` is by id, "" for what has no field."""
    items = [
        html.Li(html.A(words, href=f"#{field}", data_does="to-field") if field else words)
        for field, words in wrong.items()
    ]
    return html.whole(
        html.Div(
            [html.H3("There is a problem"), html.Ul(items)], className="error-summary", role="alert", tabIndex="-1"
        )
    )


def _field(name: str, label: str, hint: str, control: html.Content) -> html.Element:
    return html.Div([html.Label(label, htmlFor=name), html.P(hint, className="hint"), control], className="field")
