"""What every form is made of: a labelled field with its problem, the summary of problems, what is said after sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from layouts.components import tags as html


def field_row(name: str, control: html.Element, label: str, hint: str, problem: str) -> html.Element:
    """Label, hint, what is wrong with it, control of id `name`, by which assets/js/forms.js ties hint and problem to it."""
    parts: list[html.Element] = [html.Label(label, htmlFor=name)]
    if hint:
        parts.append(html.Div(hint, className="hint", id=f"{name}-hint", disable_n_clicks=True))
    if problem:
        parts.append(html.Div(f"Error: {problem}", className="problem", id=f"{name}-problem", disable_n_clicks=True))
    parts.append(control)
    return html.Div(parts, className="field wrong" if problem else "field")


def kept_field(name: str, value: object) -> html.Element:
    """A field that is not asked for just now, kept so that sending the form sends every field; `name` is its id."""
    hidden: Component = dbc.Input(id=name, type="hidden", value=value)
    return hidden


def error_summary(errors: Mapping[str, str], control_id: Callable[[str], str]) -> html.Element | None:
    """All that is wrong, on top, each a link to its field; assets/js/forms.js gives it the focus."""
    if not errors:
        return None
    wrong = [
        html.Li(html.A(words, href=f"#{control_id(name)}", data_does="to-field")) for name, words in errors.items()
    ]
    return html.Div(
        [html.H3("There is a problem"), html.Ul(wrong)], className="error-summary", role="alert", tabIndex="-1"
    )


def notice(heading: str, words: str, href: str = "", link_text: str = "") -> Component:
    """What is no field's fault: not permitted, somebody else was first, the source is down."""
    more = html.P(html.A(link_text, href=href, target="_blank")) if href else None
    said = [html.H3(heading), html.P(words), more]
    return html.whole(html.Div(said, className="error-summary", role="alert", tabIndex="-1"))


def saved(words: str) -> Component:
    """That it worked, where the eye is."""
    return html.whole(html.P(words, className="saved", role="status"))
