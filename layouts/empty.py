"""Nothing to draw, and why: four different messages, and a fifth for what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from cspdash.domain.freshness import is_old
from cspdash.domain.ports import AsAt
from layouts.components import tags as html
from layouts.frame import frame


def no_rows(where: str, what: str, when: str = "") -> html.Element:
    """The source was read; there is nothing of the kind."""
    period = f" in {_small(when)}" if when else ""
    return _message(
        "○",
        f"No {what}{period}",
        f"The sources were read and hold no {what} for {where}{period}. This is a zero, not a gap.",
    )


def no_past() -> html.Element:
    """A past day of a figure whose source overwrites what it counts."""
    return _message(
        "↺",
        "No figure for a past day",
        "The source overwrites what this figure looks at, so a past day cannot be worked out from today's records.",
    )


def too_few(where: str, what: str) -> html.Element:
    return _message(
        "◔",
        "Too few to show",
        f"There are so few {what} in {where} that a bar would say more about chance than about anyone's work.",
    )


def source_down(sources: Sequence[AsAt], *, is_loaded: bool = True) -> html.Element:
    """The source is not answering, or was never loaded: there is no figure, which is not a zero."""
    troubled = [source for source in sources if is_old([source]) or source.event_at is None] or list(sources)
    names = " and ".join(source.title for source in troubled) or "The source"
    if not is_loaded:
        return _message(
            "◌", "Not loaded yet", f"{names} has never been loaded, so there is no figure. This is a gap, not a zero."
        )
    last = "; ".join(f"{source.title} {source.loaded_words or 'never'}" for source in troubled)
    is_down = any(source.is_down for source in troubled)
    return _message(
        "✕",
        "The source is not answering" if is_down else "The source is late",
        f"{names} {'cannot be read now' if is_down else 'has not been read'}. "
        f"Last read: {last}. Nothing of this can be known yet. This is a gap, not a zero.",
    )


def not_permitted(message: str, home_href: str) -> Component:
    return _page(
        "Not permitted",
        "⊘",
        message,
        home_href,
        "Who may see what follows from where people are posted and their role.",
    )


def not_found(message: str, home_href: str) -> Component:
    return _page(
        "Not found", "?", message, home_href, "The address may be mistyped, or the unit or officer no longer there."
    )


def not_answering(message: str) -> Component:
    """The scorecards' own database cannot be asked: there is no figure, which is not a zero."""
    hint = "Nothing is lost, and nothing shown here before has changed. No figure is shown rather than a wrong one."
    return _page("Not answering just now", "✕", message, "/", hint)


def failed(reference: str) -> Component:
    """Something of ours broke; the reference finds it in the log."""
    words = "The program is at fault, not you, and nothing was lost. Try again; if it happens again, report it"
    return _page("Something went wrong", "!", f"{words} with the reference {reference}.", "/", "")


def _page(heading: str, sign: str, message: str, home_href: str, hint: str) -> Component:
    home = html.A("Go to your own page", href=home_href, className="button")
    body = html.Section([_message(sign, "", message, hint), home], className="panel empty-page")
    return frame(title=heading, heading=heading, content=[body], identity=f"{heading} {message}")


def _message(sign: str, title: str, words: str, hint: str = "") -> html.Element:
    body = [html.Strong(title) if title else None, html.P(words), html.P(hint, className="stamp") if hint else None]
    return html.Div([html.Span(sign, className="sign i", aria_hidden="true"), html.Div(body)], className="empty")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
