"""Links within the application: plain anchors, so that the browser's own ways (new tab, copy address) work.

assets/js/navigate.js follows them without loading the page again.
"""

from __future__ import annotations

from typing import Any

from cspdash.domain.view import View
from layouts.components import tags as html
from layouts.urls import href


def link(content: html.Content, view: View | None, **props: Any) -> html.Element:
    """A link to a view; the bare content where the viewer may not go there."""
    return html.A(content, href=href(view), **props) if view else html.Span(content, **props)


def choice(content: html.Content, view: View, *, is_chosen: bool, **props: Any) -> html.Element:
    """One of several views of the same thing; the chosen one says so to everybody."""
    return html.A(content, href=href(view), aria_current="true" if is_chosen else None, **props)
