"""Laws that every due date keeps: monotone in its start, and derived once is derived for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspdash.domain.derivation import RULES, derive
from cspdash.domain.periods import local_day
from tests.support.clock_cases import CASES
from tests.support.clocks import LONDON, clocks, datasets
from tests.support.rows import rows


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=60)
@given(data=st.data())
def test_what_starts_later_is_never_due_earlier(name: str, data: st.DataObject) -> None:
    case = CASES[name]
    first = data.draw(case.starts)
    near = st.integers(0, 4).map(
        lambda count: first + (timedelta(minutes=30) if isinstance(first, datetime) else timedelta(1)) * count
    )
    early, late = sorted((first, data.draw(near | case.starts)))
    found, later = case.derived(early), case.derived(late)
    assert found[case.due] is not None
    assert found[case.due] <= later[case.due]
    if case.rule:
        assert found["stl_rule"] == case.rule
    start = early if isinstance(found[case.due], datetime) == isinstance(early, datetime) else local_day(early, LONDON)
    if "long-stop" not in name and "stopped" not in name and case.dataset != "investigation":
        assert found[case.due] >= start


@pytest.mark.parametrize("name", sorted(RULES))
@settings(max_examples=60)
@given(data=st.data())
def test_deriving_what_is_derived_changes_nothing(name: str, data: st.DataObject) -> None:
    """Nor does the order in which related records come, once they are in that of their refs."""
    dataset = datasets()[name]
    row = data.draw(rows(dataset))
    related = {
        one.name: data.draw(st.lists(rows(datasets()[one.dataset]), max_size=3, unique_by=lambda each: each["ref"]))
        for one in dataset.related
    }
    once = derive(dataset, row, related, clocks())
    assert set(once) == {column.name for column in dataset.derived_columns}
    again = derive(dataset, {**row, **once}, related, clocks())
    assert again == once
