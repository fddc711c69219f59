"""A document: what every exported file says of itself, and its tables, whatever it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Cell = str | int | float | bool | date | None
Kind = Literal["text", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """`bar` names a column of numbers that a PDF draws as bars beside the figures."""

    title: str
    kind: Kind = "text"
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as they are on screen, in the same order. `total` is how many there are, of which `rows` may be the first.

    `has_sum`: the last row is the sum of the others, and has no bar beside theirs.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int = -1
    has_sum: bool = False

    @property
    def count(self) -> str:
        """How many rows, and of how many."""
        return f"{len(self.rows):,} of {self.total:,}" if self.total > len(self.rows) else f"{len(self.rows):,}"


@dataclass(frozen=True, slots=True)
class Document:
    """`facts` are (what, which): scope, filters, as-at, definition, who and when. `name` is the start of the file's name."""

    name: str
    title: str
    marking: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    is_person_level: bool

    @property
    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)

    def with_facts(self, facts: Sequence[tuple[str, str]]) -> Document:
        """The same, with more said at the end of its facts."""
        shown = tuple((what, which) for what, which in (*self.facts, *facts) if which)
        return Document(self.name, self.title, self.marking, shown, self.tables, self.is_person_level)


@dataclass(frozen=True, slots=True)
class File:
    """A file ready to be given away."""

    name: str
    mime: str
    content: bytes
