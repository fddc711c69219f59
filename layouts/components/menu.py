"""A small menu of links: a native disclosure, so keyboard and screen reader need nothing from us."""

from __future__ import annotations

from collections.abc import Iterable

from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.link import choice

Choice = tuple[str, View, bool]  # name, where it leads, whether it is the present one


def menu(label: html.Content, choices: Iterable[Choice], *, name: str = "", is_small: bool = False) -> html.Element:
    """`name` is what the button is called where its label alone would not say."""
    return open_menu(
        label, [choice(text, view, is_chosen=chosen) for text, view, chosen in choices], name=name, is_small=is_small
    )


def open_menu(
    label: html.Content, items: list[html.Element], *, name: str = "", is_small: bool = False
) -> html.Element:
    """A menu of anything."""
    summary = html.Summary(label, aria_label=name or None, title=name or None, className=None if is_small else "tool")
    rows = html.Ul([html.Li(item) for item in items])
    return html.Details([summary, rows], className="menu small" if is_small else "menu")
