"""One column of a mapping: its steps, checked against what the dataset's column can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cspdash.domain.datasets import Column
from cspdash.domain.errors import DefinitionError
from data_access.mapped import ColumnRule, RowTest
from data_access.mapping_file import ColumnTable

Refuse = Callable[[str, str], DefinitionError]
_TIMES = ("date", "instant")
_NUMBERS = ("integer", "number", "pence")


def column_rule(refuse: Refuse, column: Column, raw: ColumnTable, zone: ZoneInfo, when: RowTest | None) -> ColumnRule:
    """The rule of one of our columns. `refuse` makes the error, given problem and remedy."""
    _check_origin(refuse, raw)
    _check_type(refuse, column, raw)
    _check_values(refuse, column, raw)
    return ColumnRule(
        name=column.name,
        type=column.type,
        required=column.required,
        choices=column.choices,
        takes=(raw.column,) if raw.column else tuple(raw.columns),
        join="/" if raw.join is None else raw.join,
        const=raw.const,
        strip=raw.strip,
        null=frozenset(raw.null),
        regex=raw.regex or "",
        prefix=raw.prefix or "",
        map=tuple(raw.map.items()),
        default=raw.default,
        format=raw.format or "",
        zone=zone,
        scale=None if raw.scale is None else Decimal(str(raw.scale)),
        when=when,
    )


def _check_origin(refuse: Refuse, raw: ColumnTable) -> None:
    given = [key for key in ("column", "columns", "const") if getattr(raw, key) not in (None, [])]
    if len(given) != 1:
        problem = f"{' and '.join(given)} exclude each other" if given else "nothing says where this comes from"
        raise refuse(problem, 'Give one of column = "...", columns = ["...", "..."] or const = "..."')
    if raw.join is not None and not raw.columns:
        raise refuse("join needs columns", 'columns = ["a", "b"]')
    if raw.default is not None and not raw.map:
        raise refuse("default needs a map", 'map = {"their" = "ours"}')


def _check_type(refuse: Refuse, column: Column, raw: ColumnTable) -> None:
    if raw.format and column.type not in _TIMES:
        raise refuse(f"format is for dates and instants, and {column.name} is {column.type}", "Remove it")
    if raw.timezone and column.type not in _TIMES:
        raise refuse(f"timezone is for dates and instants, and {column.name} is {column.type}", "Remove it")
    if raw.scale is not None and column.type not in _NUMBERS:
        raise refuse(f"scale is for numbers, and {column.name} is {column.type}", "Remove it")
    if raw.format and "%" not in raw.format:
        raise refuse(f"{raw.format!r} is not a format", 'It looks like "%d/%m/%Y %H:%M"')
    if raw.regex:
        try:
            groups = re.compile(raw.regex).groups
        except re.error as error:
            raise refuse(f"this regex cannot be used: {error}", "Mend it, or use '...' so that \\ stays") from None
        if not groups:
            raise refuse("the regex keeps nothing", "Put what to keep in round brackets")


def _check_values(refuse: Refuse, column: Column, raw: ColumnTable) -> None:
    """What map, default and const give must be something the column can hold."""
    for value in [*raw.map.values(), *filter(lambda each: each is not None, [raw.default, raw.const])]:
        problem = _misfit(column, value)
        if problem:
            raise refuse(f"{value!r} {problem}", _remedy(column))


def _misfit(column: Column, value: Any) -> str:
    if column.type == "choice" and value not in column.choices:
        return f"is not a choice of {column.name}"
    if column.type == "bool" and not isinstance(value, bool):
        return f"is not true or false, as {column.name} needs"
    if column.type == "text" and not isinstance(value, str):
        return f"is not text, as {column.name} needs"
    if column.type in _NUMBERS and (isinstance(value, bool | str)):
        return f"is not a number, as {column.name} needs"
    return ""


def _remedy(column: Column) -> str:
    return {"choice": f"Choices: {', '.join(column.choices)}", "text": "Put it in quotes"}.get(column.type, "Mend it")
