"""The way up: from the force to the parent of what the page shows; each step opens its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.ports import Crumb
from cspdash.domain.view import View
from layouts import ids
from layouts.components import tags as html
from layouts.components.link import link
from layouts.components.menu import menu


def breadcrumb(crumbs: Sequence[Crumb]) -> html.Element:
    steps = [html.Li(_step(crumb)) for crumb in crumbs]
    return html.Nav(
        html.Ol(steps), id=ids.CRUMBS, className="crumbs", aria_label="Where this is", disable_n_clicks=True
    )


def siblings_menu(siblings: Sequence[tuple[str, View]], here: str, word: str) -> html.Element | None:
    """▾ with the neighbours of `here`; nothing where there are none."""
    others = [(name, view, name == here) for name, view in siblings]
    if not any(not is_here for _, _, is_here in others):
        return None
    return menu(html.Span("▾", aria_hidden="true"), others, name=f"Other {word}", is_small=True)


def _step(crumb: Crumb) -> html.Content:
    arrow = siblings_menu(crumb.siblings, crumb.name, f"places beside {crumb.name}")
    return [link(crumb.name, crumb.view), arrow] if arrow else link(crumb.name, crumb.view)
