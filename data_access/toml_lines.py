"""Where in a TOML file something is written: tomllib does not say, and "line 14" is what an engineer needs."""

from __future__ import annotations

import re
from collections import Counter

_HEADER = re.compile(r"\[(?P<array>\[)?\s*(?P<name>[^\]]+?)\s*\]")
_KEY = re.compile(r"""(?P<key>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) of every table and key, by its path: ("dataset", 0, "columns", "ref")."""
    found: dict[Path, int] = {(): 1}
    seen: Counter[str] = Counter()
    table: Path = ()
    inside = ""  # the quotes of a text over several lines
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if inside:
            inside = "" if inside in stripped else inside
        elif header := _HEADER.match(stripped):
            names = _names(header["name"])
            if header["array"]:
                seen[header["name"]] += 1
            table = _with_indexes(names, seen)
            found.setdefault(table, number)
        elif key := _KEY.match(stripped):
            found[*table, *_names(key["key"])] = number
            quotes = next((q for q in ('"""', "'''") if stripped.count(q) == 1), "")
            inside = quotes
    return found


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _names(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted))


def _with_indexes(names: Path, seen: Counter[str]) -> Path:
    """A table's path with the number of each array of tables it lies in."""
    path: Path = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        count = seen[".".join(str(part) for part in names[: depth + 1])]
        if count:
            path = (*path, count - 1)
    return path
