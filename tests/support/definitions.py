"""Conditions as a definition spells them: any column, any operator that suits it, nested up to three deep."""

from typing import Any

from hypothesis import strategies as st

from cspdash.domain.conditions import DAY_OPERATORS, NUMBER_OPERATORS
from cspdash.domain.datasets import Column, Dataset

_BARE = ["is_set", "is_missing"]
_DAY_COUNTS = sorted(DAY_OPERATORS - {"before_today", "today_or_later"})
_TEXTS = st.sampled_from(["x", "1", "17", "105/01", "Common assault"])


def tests_of(column: Column, dataset: Dataset) -> st.SearchStrategy[list[Any]]:
    """One [column, operator, value] that `parse` takes."""
    found: list[st.SearchStrategy[list[Any]]] = [_bare(column, _BARE)]
    alike = [other.name for other in dataset.all_columns if other.type == column.type]
    if column.type == "bool":
        found.append(_bare(column, ["is_true", "is_false"]))
    if column.type in ("date", "instant"):
        found += [_bare(column, ["before_today", "today_or_later"]), _with(column, _DAY_COUNTS, st.integers(0, 400))]
    if column.type == "instant":
        found += [
            _bare(column, ["has_happened", "not_yet"]),
            _with(column, ["more_than_hours_ago"], st.integers(0, 9000)),
        ]
    if column.type in ("integer", "number", "pence"):
        found.append(_with(column, sorted(NUMBER_OPERATORS), st.integers(-100, 5000)))
    if column.type in ("date", "instant", "integer", "number", "pence"):
        found.append(_with(column, ["at_or_before_column", "after_column"], st.sampled_from(alike)))
    if column.type in ("text", "choice", "integer", "pence"):
        value = _value(column)
        found += [
            _with(column, ["is", "is_not"], value),
            _with(column, ["in", "not_in"], st.lists(value, min_size=1, max_size=3)),
        ]
    return st.one_of(found)


def _value(column: Column) -> st.SearchStrategy[Any]:
    if column.type == "choice":
        return st.sampled_from(column.choices)
    return _TEXTS if column.type == "text" else st.integers(-100, 5000)


def _bare(column: Column, operators: list[str]) -> st.SearchStrategy[list[Any]]:
    return st.sampled_from(operators).map(lambda operator: [column.name, operator])


def _with(column: Column, operators: list[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.tuples(st.sampled_from(operators), value).map(lambda pair: [column.name, *pair])


def conditions(dataset: Dataset) -> st.SearchStrategy[list[Any]]:
    """A `where` list."""
    one = st.sampled_from(dataset.all_columns).flatmap(lambda column: tests_of(column, dataset))
    nested = st.recursive(
        one,
        lambda inner: st.tuples(st.sampled_from(["any", "all", "not"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: {pair[0]: pair[1]}
        ),
        max_leaves=6,
    )
    return st.lists(nested, max_size=3)
