"""What a source's file says, read and checked: where rows come from and how a column is made from theirs.

Made by data_access.mapping from TOML; nothing here reads a file or a database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cspdash.domain.datasets import ColumnType
from data_access.places import FIRST_SHEET, OPEN, Pages, Sheet, Site, WebAccess

Kind = Literal["sql", "files", "http", "sharepoint"]
Operator = Literal["is", "is_not", "in", "not_in", "is_missing", "is_set"]


def plain(value: Any) -> str:
    """A source's value as the text that maps, lists and conditions compare; "" for no value."""
    if type(value) is str:
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # exact in a double
        return str(int(value))
    return str(value).strip()


@dataclass(frozen=True, slots=True)
class RowTest:
    """One condition on a source's column; values are compared as text."""

    column: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def holds(self, values: Sequence[Any]) -> list[bool]:
        """For every value of the column, whether its row meets the condition."""
        memo = {value: self._one(plain(value)) for value in set(values)}
        return [memo[value] for value in values]

    def _one(self, text: str) -> bool:
        tests: dict[Operator, Callable[[], bool]] = {
            "is": lambda: text in self.values,
            "in": lambda: text in self.values,
            "is_not": lambda: text not in self.values,
            "not_in": lambda: text not in self.values,
            "is_missing": lambda: text == "",
            "is_set": lambda: text != "",
        }
        return tests[self.operator]()


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """How one of our columns is made from theirs; the steps in the order of docs/admin/sources.md."""

    name: str
    type: ColumnType
    required: bool = False
    choices: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    join: str = "/"
    const: Any = None
    strip: bool = True
    null: frozenset[str] = frozenset()
    regex: str = ""
    prefix: str = ""
    map: tuple[tuple[str, Any], ...] = ()
    default: Any = None
    format: str = ""
    zone: ZoneInfo | None = None
    scale: Decimal | None = None
    when: RowTest | None = None


@dataclass(frozen=True)  # without slots, so that what a look needs each time is worked out once
class DatasetMapping:
    """One dataset as one source fills it. Exactly one of `table`, `query`, `files`, `pages` and `list_name` is set."""

    source: str
    dataset: str
    name: str
    where: str  # file and line, for messages
    columns: tuple[ColumnRule, ...]
    table: str = ""
    query: str = ""
    files: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    sheet: Sheet = FIRST_SHEET
    pages: Pages | None = None
    list_name: str = ""
    watermark: str = ""
    overlap: timedelta | int | None = None  # int: units of a watermark that is a number
    version: str = ""
    skip: tuple[RowTest, ...] = ()
    deleted: RowTest | None = None
    merged_into: str = ""  # their column that names the record this one was merged into
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    may_lose_percent: float | None = None  # of the rows held, in one load; None: the deployment's setting

    @cached_property
    def source_columns(self) -> tuple[str, ...]:
        """Every column of theirs that is read, each once; no other leaves the source."""
        tests = [*self.skip, *filter(None, [self.deleted]), *(rule.when for rule in self.columns if rule.when)]
        taken = [column for rule in self.columns for column in rule.takes]
        named = filter(None, [self.watermark, self.version, self.merged_into])
        return tuple(dict.fromkeys([*taken, *named, *(t.column for t in tests)]))

    @property
    def place(self) -> str:
        """What is read, in words: "table crime", "the query", "files *.csv", "list Forms" or "page /reports"."""
        if self.pages:
            return f"page {self.pages.path}"
        named = {"table": self.table, "files": self.files, "list": self.list_name}
        return next((f"{kind} {name}" for kind, name in named.items() if name), "the query")

    @property
    def is_numbered(self) -> bool:
        """Whether rows tell no version, so that what a later load reads is the newer."""
        return not self.files and not self.watermark

    @property
    def is_compared_whole(self) -> bool:
        """Whether each load reads everything there is, so that rows that are not there have gone."""
        return self.is_numbered and not self.list_name

    @cached_property
    def digest(self) -> str:
        """Changes with anything that changes what a row becomes; such a change reads everything again."""
        meaning: tuple[Any, ...] = (
            self.dataset,
            self.table,
            self.query,
            self.files,
            self.encoding,
            self.delimiter,
            self.watermark,
            self.version,
            sorted_test(self.deleted),
            [sorted_test(test) for test in self.skip],
            str(self.zone),
            [_rule_meaning(rule) for rule in self.columns],
        )
        # Only where they say something: a mapping from before there were such keys keeps its digest.
        meaning += tuple(
            repr(each) for each in (self.sheet, self.pages, self.list_name) if each not in (FIRST_SHEET, None, "")
        )
        if self.merged_into:  # not always: rows read before there was such a thing need not be read again
            meaning = (*meaning, self.merged_into)
        return hashlib.sha256(repr(meaning).encode()).hexdigest()[:32]


def sorted_test(test: RowTest | None) -> tuple[Any, ...]:
    """The test as values whose repr is the same in every process (that of a set is not)."""
    return (test.column, test.operator, sorted(test.values)) if test else ()


def _rule_meaning(rule: ColumnRule) -> tuple[Any, ...]:
    plain_parts = (
        rule.name,
        rule.type,
        rule.required,
        rule.choices,
        rule.takes,
        rule.join,
        rule.const,
        rule.strip,
        sorted(rule.null),
        rule.regex,
        rule.prefix,
        rule.map,
        rule.default,
        rule.format,
        str(rule.zone),
        str(rule.scale),
    )
    return (*plain_parts, sorted_test(rule.when))


@dataclass(frozen=True, slots=True)
class Source:
    """A system that others keep. `folder` of files is absolute; `connection` is a name, never a URL."""

    name: str
    title: str
    kind: Kind
    where: str
    zone: ZoneInfo
    stale_after: timedelta | None  # None: never stale
    precedence: int
    mappings: tuple[DatasetMapping, ...]
    connection: str = ""
    folder: Path | None = None
    web: WebAccess = OPEN
    site: Site | None = None
    every: timedelta | None = None  # how often to ask; None: as whoever follows says
    answer_within: timedelta = timedelta(seconds=60)  # for the next rows to come
    read_within: timedelta = timedelta(minutes=30)  # for all of one look
