"""Reading what a layout drew, nodes and components alike, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from layouts.components.tags import Node, Tree


@dataclass(frozen=True)
class Drawn:
    """One element: its tag ("td", or a component's type such as "Graph"), its attributes, what it holds."""

    tag: str
    props: dict[str, Any]
    held: tuple[Any, ...]

    @property
    def text(self) -> str:
        return "".join(each.text if isinstance(each, Drawn) else str(each) for each in self.held)

    @property
    def href(self) -> str:
        return str(self.props.get("href", ""))

    def walk(self) -> Iterator[Drawn]:
        yield self
        for each in self.held:
            if isinstance(each, Drawn):
                yield from each.walk()

    def all(self, tag: str = "", cls: str = "", **props: Any) -> list[Drawn]:
        """Every element of that tag and class whose attributes are as given."""
        return [
            each
            for each in self.walk()
            if (not tag or each.tag == tag)
            and (not cls or cls in str(each.props.get("className", "")).split())
            and all(each.props.get(name.replace("_", "-") if "_" in name else name) == v for name, v in props.items())
        ]

    def one(self, tag: str = "", cls: str = "", **props: Any) -> Drawn:
        found = self.all(tag, cls, **props)
        assert len(found) == 1, f"{len(found)} of {tag} {cls} {props}"
        return found[0]

    @property
    def links(self) -> list[tuple[str, str]]:
        """(text, address) of every link, in order."""
        return [(each.text, each.href) for each in self.all("a")]


def drawn(content: Any) -> Drawn:
    """What was drawn, as one tree."""
    parts = tuple(_parts(content))
    if len(parts) == 1 and isinstance(parts[0], Drawn):
        return parts[0]
    return Drawn("", {}, parts)


def _parts(content: Any) -> Iterator[Any]:
    if content is None:
        return
    if isinstance(content, Tree):
        for node in content.nodes:
            yield from _parts(node)
    elif isinstance(content, Node):
        yield Drawn(content.tag, content.props, tuple(part for each in content.children for part in _parts(each)))
    elif isinstance(content, Component):
        props = {name: value for name, value in content.to_plotly_json()["props"].items() if name != "children"}
        is_html = content._namespace == "dash_html_components"
        tag = content._type.lower() if is_html else content._type
        yield Drawn(tag, props, tuple(_parts(getattr(content, "children", None))))
    elif isinstance(content, (list, tuple)):
        for each in content:
            yield from _parts(each)
    else:
        yield content
