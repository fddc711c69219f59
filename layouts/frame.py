"""What every page has in the same place: the way up, the heading, the message in a sentence, the content."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from cspdash.domain.ports import Crumb
from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.components.breadcrumb import breadcrumb, siblings_menu
from layouts.urls import href


def frame(
    *,
    title: str,
    heading: str,
    content: Sequence[html.Content],
    identity: str,
    lede: html.Content = None,
    tools: html.Content = None,
    crumbs: Sequence[Crumb] = (),
    siblings: Sequence[tuple[str, View]] = (),
    here: str = "",
    siblings_word: str = "units",
) -> Component:
    """`title` is the browser tab's; `identity` tells the browser whether this is another page or the same one redrawn.

    After a change of identity the heading is given the focus (assets/js/arrive.js); a redraw leaves the focus alone.
    """
    head = html.Div(
        [
            html.H1(heading, tabIndex="-1", title=heading),
            siblings_menu(siblings, here, siblings_word),
            html.Div(tools, className="tool-group") if tools else None,
        ],
        className="head",
    )
    main = html.Main([head, html.P(lede, className="lede") if lede else None, *content])
    page = html.Div(
        [breadcrumb(crumbs) if crumbs else None, main], className="arrived", data_title=title, data_identity=identity
    )
    return html.whole(page)


def identity_of(view: View) -> str:
    """The page a view is of, whichever way it is shown; a family's metrics are one page, an officer's are not."""
    metric = view.metric if view.officer else ""
    return href(View(page=view.page, unit=view.unit, officer=view.officer, metric=metric, bar=view.bar))
