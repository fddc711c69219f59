"""The little condition language of metric definitions: [column, operator, value].

A list of conditions is an "and". {any = [...]} is an "or" of conditions, {not = [...]} their denial. One condition has
three readings, which tests hold against each other: a plain English sentence and a naive answer row by row (both here),
and SQL (data_access/queries/conditions.py). A comparison with an empty value is false, except for is_missing, not_yet,
is_not and not_in, which are true.

Day operators look at the moment's local day, instant operators at its instant:

    before_today / today_or_later            the column's day is before / on or after the day
    within_days N                            from the day up to N days ahead, both ends included
    within_last_days N                       from N days back up to the day, both ends included
    more_than_days_ago N                     more than N days before the day
    has_happened / not_yet                   set and not after the moment / empty or after it
    more_than_hours_ago N                    set and more than N hours before the moment
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from cspdash.domain.datasets import Column, Dataset
from cspdash.domain.errors import DefinitionError
from cspdash.domain.periods import Moment, local_day

NO_VALUE = frozenset(
    {"is_set", "is_missing", "is_true", "is_false", "before_today", "today_or_later", "has_happened", "not_yet"}
)
DAY_OPERATORS = frozenset({"before_today", "today_or_later", "within_days", "within_last_days", "more_than_days_ago"})
INSTANT_OPERATORS = frozenset({"has_happened", "not_yet", "more_than_hours_ago"})
LONGEST = 36_525  # days, or a hundred years in hours: beyond it a slip, and before the calendar begins
NUMBER_OPERATORS = frozenset({"at_least", "at_most", "above", "below"})
COLUMN_OPERATORS = frozenset({"at_or_before_column", "after_column"})
VALUE_OPERATORS = frozenset({"is", "is_not", "in", "not_in"})
OPERATORS = NO_VALUE | DAY_OPERATORS | INSTANT_OPERATORS | NUMBER_OPERATORS | COLUMN_OPERATORS | VALUE_OPERATORS

_NUMBERS = ("integer", "number", "pence")


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on one column. `other` is the second column of a column comparison."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    column: Column
    operator: str
    value: Any = None
    other: Column | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """all / any / none of its parts."""

    how: Literal["all", "any", "none"]
    parts: tuple[Test | Group, ...]


Condition = Group


def parse(raw: Sequence[Any], dataset: Dataset, where: str) -> Condition:
    """Reads a `where` list of a definition. Raises DefinitionError naming what is wrong and what would be right."""
    if not isinstance(raw, list | tuple):
        raise DefinitionError(f"{raw!r} is not a list of conditions", where, 'Use [["column", "operator", value], ...]')
    return Group("all", tuple(_parse_one(item, dataset, where) for item in raw))


def _parse_one(raw: Any, dataset: Dataset, where: str) -> Test | Group:
    if isinstance(raw, Mapping):
        if len(raw) == 1:
            (how, items), *_ = raw.items()
            if how in ("any", "all", "not") and isinstance(items, list) and items:
                parts = tuple(_parse_one(item, dataset, where) for item in items)
                return Group({"any": "any", "all": "all", "not": "none"}[how], parts)  # type: ignore[arg-type]
        raise DefinitionError(
            f"{dict(raw)!r} is not a condition",
            where,
            'Use ["column", "operator", value], {any = [...]}, {all = [...]} or {not = [...]}',
        )
    if not isinstance(raw, list) or not 2 <= len(raw) <= 3 or not all(isinstance(part, str) for part in raw[:2]):
        raise DefinitionError(
            f"{raw!r} is not a condition", where, 'Use ["column", "operator"] or ["column", "operator", value]'
        )
    name, operator = raw[0], raw[1]
    if not dataset.has(name):
        raise DefinitionError(
            f"dataset {dataset.name!r} has no column {name!r}",
            where,
            f"Columns: {', '.join(c.name for c in dataset.all_columns)}",
        )
    if operator not in OPERATORS:
        raise DefinitionError(f"operator {operator!r} is unknown", where, f"Operators: {', '.join(sorted(OPERATORS))}")
    column = dataset.column(name)
    if (operator in NO_VALUE) != (len(raw) == 2):
        raise DefinitionError(
            f"operator {operator!r} takes {'no' if operator in NO_VALUE else 'one'} value",
            where,
            '["column", "operator"] or ["column", "operator", value]',
        )
    value = raw[2] if len(raw) == 3 else None
    other = _check_types(column, operator, value, dataset, where)
    return Test(column, operator, tuple(value) if isinstance(value, list) else value, other)


def _check_types(column: Column, operator: str, value: Any, dataset: Dataset, where: str) -> Column | None:  # noqa: C901 one branch an operator
    def refuse(problem: str, remedy: str = "") -> None:
        raise DefinitionError(f"[{column.name}, {operator}]: {problem}", where, remedy)

    if operator in ("is_true", "is_false") and column.type != "bool":
        refuse(f"{column.name} is of type {column.type}", "Use it on a bool column")
    if operator in DAY_OPERATORS and column.type not in ("date", "instant"):
        refuse(f"{column.name} is of type {column.type}", "Use it on a date or instant column")
    if operator in INSTANT_OPERATORS and column.type != "instant":
        refuse(
            f"{column.name} is of type {column.type}",
            "Use it on an instant column; for dates there are before_today and within_days",
        )
    if operator in DAY_OPERATORS | INSTANT_OPERATORS and operator not in NO_VALUE:
        _check_count(column, operator, value, where)
    if operator in NUMBER_OPERATORS:
        if column.type not in _NUMBERS:
            refuse(f"{column.name} is of type {column.type}", "Use it on an integer, number or pence column")
        if not isinstance(value, int | float) or isinstance(value, bool):
            refuse(f"{value!r} is not a number")
    if operator in COLUMN_OPERATORS:
        if (
            not isinstance(value, str)
            or not dataset.has(value)
            or dataset.column(value).type != column.type
            or column.type not in ("date", "instant", *_NUMBERS)
        ):
            refuse(f"{value!r} is not a column of the same kind", "Compare two dates, two instants or two numbers")
        return dataset.column(value)
    if operator in VALUE_OPERATORS:
        values = value if operator in ("in", "not_in") else [value]
        if not isinstance(values, list) or not values:
            refuse("needs a list of values", '["a", "b"]')
        for item in values:
            if column.type in ("bool", "date", "instant"):
                refuse(f"{column.name} is of type {column.type}", "Use is_true, is_false, is_set or a date operator")
            if column.type in _NUMBERS and (not isinstance(item, int | float) or isinstance(item, bool)):
                refuse(f"{item!r} is not a number")
            if column.type in ("text", "choice") and not isinstance(item, str):
                refuse(f"{item!r} is not text", "Put it in quotes")
            if column.type == "choice" and item not in column.choices:
                refuse(f"{item!r} is not one of its choices", f"Choices: {', '.join(column.choices)}")
    return None


def _check_count(column: Column, operator: str, value: Any, where: str) -> None:
    """Refuses a number of days or hours that is none, or beyond any calendar."""
    unit, most = ("hours", LONGEST * 24) if "hours" in operator else ("days", LONGEST)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        problem = f"[{column.name}, {operator}]: {value!r} is not a whole number of {unit}"
        raise DefinitionError(problem, where, f"Use 0 to {most}")


# --- naive reading -------------------------------------------------------------------------------------------------


def holds(condition: Test | Group, row: Mapping[str, Any], moment: Moment) -> bool:
    """Whether one row (Python values: aware UTC datetimes, dates, numbers, text, bool, None) meets the condition."""
    if isinstance(condition, Group):
        results = (holds(part, row, moment) for part in condition.parts)
        if condition.how == "all":
            return all(results)
        return any(results) if condition.how == "any" else not any(results)
    return _holds(condition, row.get(condition.column.name), row, moment)


def _holds(test: Test, value: Any, row: Mapping[str, Any], moment: Moment) -> bool:  # noqa: C901 one branch an operator
    operator = test.operator
    if operator == "is_set":
        return value is not None
    if operator == "is_missing":
        return value is None
    if operator == "is_not":
        return bool(value != test.value)
    if operator == "not_in":
        return value not in test.value
    if operator == "not_yet":
        return value is None or value > reach(moment)
    if value is None:
        return False
    if operator in COLUMN_OPERATORS:
        assert test.other is not None
        other = row.get(test.other.name)
        if other is None:
            return False
        return bool(value <= other) if operator == "at_or_before_column" else bool(value > other)
    if operator in DAY_OPERATORS:
        day = value if not isinstance(value, datetime) else local_day(value, moment.zone)
        first, last = day_window(test, moment.day)
        return (first is None or day >= first) and (last is None or day <= last)
    match operator:
        case "is":
            return bool(value == test.value)
        case "in":
            return value in test.value
        case "is_true":
            return bool(value)
        case "is_false":
            return not value
        case "at_least":
            return bool(value >= test.value)
        case "at_most":
            return bool(value <= test.value)
        case "above":
            return bool(value > test.value)
        case "below":
            return bool(value < test.value)
        case "has_happened":
            return bool(value <= reach(moment))
        case "more_than_hours_ago":
            return bool(value < moment.at - timedelta(hours=test.value))
    raise AssertionError(operator)


def reach(moment: Moment) -> datetime:
    """The last instant that counts as "happened": for the present, the end of today, so that a cached moment never hides
    a record made a second ago (a source row dated after today is refused on the way in); for the past, the moment."""
    return moment.day_end - timedelta(microseconds=1) if moment.is_live else moment.at


def day_window(test: Test, day: date) -> tuple[date | None, date | None]:
    """First and last local day (None: open) that meet a day operator."""
    match test.operator:
        case "before_today":
            return None, day - timedelta(days=1)
        case "today_or_later":
            return day, None
        case "within_days":
            return day, day + timedelta(days=test.value)
        case "within_last_days":
            return day - timedelta(days=test.value), day
        case "more_than_days_ago":
            return None, day - timedelta(days=test.value + 1)
    raise AssertionError(test.operator)


def looks_at_hours(condition: Test | Group) -> bool:
    """Whether the answer may change within a day without any data changing."""
    if isinstance(condition, Group):
        return any(looks_at_hours(part) for part in condition.parts)
    return condition.operator == "more_than_hours_ago"


# --- English -------------------------------------------------------------------------------------------------------

_WORDS = {
    "is": "is {}",
    "is_not": "is not {}",
    "in": "is one of {}",
    "not_in": "is none of {}",
    "is_set": "is given",
    "is_missing": "is not given",
    "is_true": "is yes",
    "is_false": "is no",
    "at_least": "is at least {}",
    "at_most": "is at most {}",
    "above": "is above {}",
    "below": "is below {}",
    "before_today": "lies before today",
    "today_or_later": "is today or later",
    "within_days": "falls within {} days from today",
    "within_last_days": "falls within the last {} days",
    "more_than_days_ago": "lies more than {} days back",
    "has_happened": "has happened",
    "not_yet": "has not happened yet",
    "more_than_hours_ago": "lies more than {} hours back",
}


def sentence(condition: Test | Group) -> str:
    """The condition in plain English, for the definition card. "" for an empty one."""
    if isinstance(condition, Test):
        label = (
            condition.column.label[:1].lower() + condition.column.label[1:]
            if condition.column.label[:2].capitalize() == condition.column.label[:2]
            else condition.column.label
        )
        if condition.operator == "at_or_before_column":
            return f"{label} is not after {condition.other.label.lower()}"  # type: ignore[union-attr]
        if condition.operator == "after_column":
            return f"{label} is after {condition.other.label.lower()}"  # type: ignore[union-attr]
        if condition.operator == "more_than_hours_ago" and condition.value == 0:
            return f"{label} has passed"
        return f"{label} {_WORDS[condition.operator].format(_spoken(condition.value))}"
    parts = [_bracketed(part, alone=len(condition.parts) == 1) for part in condition.parts]
    joined = (" and " if condition.how == "all" else " or ").join(filter(None, parts))
    return f"not ({joined})" if condition.how == "none" and joined else joined


def _bracketed(part: Test | Group, *, alone: bool) -> str:
    """A part in words, in brackets where it is itself several and not the only one."""
    text = sentence(part)
    several = isinstance(part, Group) and part.how != "none" and len(part.parts) > 1
    return f"({text})" if several and not alone else text


def _spoken(value: Any) -> str:
    if isinstance(value, tuple):
        words = [_spoken(item) for item in value]
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return str(value).replace("_", " ")


def utc(value: datetime) -> datetime:
    """An aware UTC datetime, whatever the zone it came in."""
    return value.astimezone(UTC)
