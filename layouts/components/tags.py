"""HTML without a Dash component for every tag. Import as `html` and use like dash.html.

Dash draws each component by itself: a page of 400 of them took it 500 ms on our machine, one of 3,500 took 30 s, and the
constructors of dash.html cost 7 to 16 µs each at every drill. So a tag here is a `Node`, a plain list, and what is nothing
but nodes and text travels to the browser as one `Tree` (assets/js/tree.js), which React draws at once. A tag becomes a
component of dash.html only where Dash must know it: where it has an `id`, or holds a component such as a chart.

Attributes are React's (className, htmlFor); `aria_current` is written for `aria-current`, `data_at` for `data-at`, and
what is None is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from dash import html
from dash.development.base_component import Component

Content: TypeAlias = Any  # text, a number, an element, None, or a sequence of these


class Node(list[Any]):
    """One element: its tag, its attributes, and what it holds."""

    @property
    def tag(self) -> str:
        return str(self[0])

    @property
    def props(self) -> dict[str, Any]:
        found: dict[str, Any] = self[1]
        return found

    @property
    def children(self) -> list[Any]:
        return self[2:]


Element: TypeAlias = Component | Node


class Tree(Component):
    """Nodes and text, drawn as they are."""

    _children_props: list[str] = []  # noqa: RUF012  as Dash declares it
    _base_nodes = ["children"]  # noqa: RUF012
    _namespace = "scorecards"
    _type = "Tree"

    def __init__(self, nodes: Sequence[Any]) -> None:
        self._prop_names = ["nodes"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = ["nodes"]
        self.available_wildcard_properties: list[str] = []
        self.children = None
        self.nodes = nodes


class Tag:
    """Makes elements of one kind."""

    __slots__ = ("_kind", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._kind: type[Component] | None = getattr(html, name.capitalize(), None)

    def __call__(self, children: Content = None, **props: Any) -> Element:
        given = {
            name.replace("_", "-") if name.startswith(("aria_", "data_")) else name: value
            for name, value in props.items()
            if value is not None
        }
        held = _flat(children)
        if "id" not in given and not any(map(_is_component, held)):
            return Node((self._name, given, *held))
        if self._kind is None:
            raise TypeError(f"<{self._name}> cannot have an id or hold a component: dash.html has no such tag.")
        is_text = len(held) == 1 and isinstance(held[0], str)
        made: Component = self._kind(children=held[0] if is_text else _merged(held), **given)
        return made


def whole(*elements: Content) -> Component:
    """Elements as one component, for whoever must hand one to Dash."""
    parts = _merged(_flat(elements))
    first = parts[0] if len(parts) == 1 else html.Div(parts)
    return first if isinstance(first, Component) else Tree([first])


def _is_component(held: Any) -> bool:
    kind = type(held)  # asking Dash's metaclass takes longer than all the rest
    return kind is not str and kind is not Node and isinstance(held, Component)


def _flat(children: Content) -> list[Any]:
    """What is there, in order, without the gaps."""
    kind = type(children)
    if kind is str or kind is Node:
        return [children]
    if children is None:
        return []
    if isinstance(children, (str, int, float, Component)):
        return [children]
    found: list[Any] = []
    for child in children:
        if isinstance(child, (list, tuple)) and not isinstance(child, Node):
            found += _flat(child)
        elif child is not None:
            found.append(child)
    return found


def _merged(held: Iterable[Any]) -> list[Component]:
    """Components as they are; what lies between them as trees."""
    parts: list[Component] = []
    run: list[Any] = []
    for each in held:
        if _is_component(each):
            if run:
                parts.append(Tree(run))
                run = []
            parts.append(each)
        else:
            run.append(each)
    return [*parts, Tree(run)] if run else parts


A = Tag("a")
Aside = Tag("aside")
B = Tag("b")
Button = Tag("button")
Caption = Tag("caption")
Dd = Tag("dd")
Details = Tag("details")
Dialog = Tag("dialog")
Div = Tag("div")
Dl = Tag("dl")
Dt = Tag("dt")
Form = Tag("form")
H1 = Tag("h1")
H2 = Tag("h2")
H3 = Tag("h3")
Header = Tag("header")
I = Tag("i")  # noqa: E741  the name of the tag
Input = Tag("input")
Kbd = Tag("kbd")
Label = Tag("label")
Li = Tag("li")
Main = Tag("main")
Nav = Tag("nav")
Ol = Tag("ol")
P = Tag("p")
Section = Tag("section")
Small = Tag("small")
Span = Tag("span")
Strong = Tag("strong")
Summary = Tag("summary")
Table = Tag("table")
Tbody = Tag("tbody")
Td = Tag("td")
Th = Tag("th")
Thead = Tag("thead")
Time = Tag("time")
Tr = Tag("tr")
Ul = Tag("ul")
