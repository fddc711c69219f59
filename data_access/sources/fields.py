"""Fields of a JSON object as values of a row: nested ones by their path, lists as one text, objects refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_access.convert import Unreadable
from data_access.mapped import plain

ABSENT = object()


def dig(content: Any, path: str) -> Any:
    """What is at "a.b.c", or under that very name; ABSENT where there is nothing. "" is the content itself."""
    if not path:
        return content
    if not isinstance(content, Mapping):
        return ABSENT
    if path in content:
        return content[path]
    first, dot, rest = path.partition(".")
    return dig(content[first], rest) if dot and first in content else ABSENT


def cell(value: Any) -> Any:
    """The value as the rest of a load takes it."""
    if isinstance(value, list):
        parts = [each.get("LookupValue", each) if isinstance(each, Mapping) else each for each in value]
        if any(isinstance(each, Mapping | list) for each in parts):
            return Unreadable("is a list of objects, of which no text can be made")
        return "; ".join(map(plain, parts)) or None
    if isinstance(value, Mapping):
        fields = ", ".join(sorted(map(str, value))[:5])
        return Unreadable(f"is an object: name one of its fields after a dot ({fields})")
    return None if value is ABSENT else value
