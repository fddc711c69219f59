"""HTML tags as Dash components, made quickly. Import as `html` and use like dash.html.

The constructors of dash.html look at every argument they might have been given: 7 to 16 µs a tag, milliseconds a page,
at every drill. These make the very same components in 1 µs (tests/layouts/test_tags.py compares them), leave out what
is None, and take `aria_current` for `aria-current`, `data_at` for `data-at`.
"""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

# What a component holds, as Dash itself types it.
Content = Any


class Tag:
    """Makes components of one kind."""

    __slots__ = ("_kind",)

    def __init__(self, kind: type[Component]) -> None:
        self._kind = kind

    def __call__(self, children: Content = None, **props: Any) -> Component:
        made: Component = self._kind.__new__(self._kind)
        fields = made.__dict__
        fields["children"] = children  # None, too: Dash looks for it on every component
        for name, value in props.items():
            if value is not None:
                fields[name.replace("_", "-") if name.startswith(("aria_", "data_")) else name] = value
        # Dash serialises the properties named here and no others.
        fields["_prop_names"] = list(fields)
        fields["_valid_wildcard_attributes"] = ()
        return made


A = Tag(html.A)
Aside = Tag(html.Aside)
B = Tag(html.B)
Button = Tag(html.Button)
Caption = Tag(html.Caption)
Dd = Tag(html.Dd)
Details = Tag(html.Details)
Dialog = Tag(html.Dialog)
Div = Tag(html.Div)
Dl = Tag(html.Dl)
Dt = Tag(html.Dt)
Footer = Tag(html.Footer)
Form = Tag(html.Form)
H1 = Tag(html.H1)
H2 = Tag(html.H2)
H3 = Tag(html.H3)
Header = Tag(html.Header)
I = Tag(html.I)  # noqa: E741 - the name of the tag
Kbd = Tag(html.Kbd)
Label = Tag(html.Label)
Li = Tag(html.Li)
Main = Tag(html.Main)
Nav = Tag(html.Nav)
Ol = Tag(html.Ol)
P = Tag(html.P)
Section = Tag(html.Section)
Small = Tag(html.Small)
Span = Tag(html.Span)
Strong = Tag(html.Strong)
Summary = Tag(html.Summary)
Table = Tag(html.Table)
Tbody = Tag(html.Tbody)
Td = Tag(html.Td)
Th = Tag(html.Th)
Thead = Tag(html.Thead)
Time = Tag(html.Time)
Tr = Tag(html.Tr)
Ul = Tag(html.Ul)
