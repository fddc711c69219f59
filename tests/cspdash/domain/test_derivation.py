"""Every rule, whatever it is given: all derived columns, of the declared types, the same today and in ten years."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.datasets import Dataset
from cspdash.domain.derivation import RULES, derive
from cspdash.domain.errors import DefinitionError
from tests.support.clocks import clocks, datasets, derived, local
from tests.support.rows import rows

WITH_RULE = [name for name, dataset in datasets().items() if dataset.rule]
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "choice": (str,),
    "integer": (int,),
    "number": (float, int),
    "pence": (int,),
    "bool": (bool,),
    "date": (date,),
    "instant": (datetime,),
}


def related(dataset: Dataset) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    return st.fixed_dictionaries(
        {relation.name: st.lists(rows(datasets()[relation.dataset]), max_size=4) for relation in dataset.related}
    )


def test_every_rule_a_dataset_names_exists_and_every_rule_is_used():
    assert {dataset.rule for dataset in datasets().values() if dataset.rule} == set(RULES)


@pytest.mark.parametrize("name", WITH_RULE)
@given(data=st.data())
def test_all_derived_columns_always_and_of_their_types(name, data):
    dataset = datasets()[name]
    found = derive(dataset, data.draw(rows(dataset)), data.draw(related(dataset)), clocks())
    assert set(found) == {column.name for column in dataset.derived_columns}
    for column in dataset.derived_columns:
        value = found[column.name]
        if value is None:
            continue
        assert isinstance(value, TYPES[column.type])
        assert column.type != "date" or not isinstance(value, datetime)
        assert column.type != "instant" or value.utcoffset() is not None
        assert column.type != "choice" or value in column.choices


@pytest.mark.parametrize("name", WITH_RULE)
@given(data=st.data())
def test_deriving_again_later_gives_the_same(name, data):
    dataset = datasets()[name]
    row, others = data.draw(rows(dataset)), data.draw(related(dataset))
    with time_machine.travel(local("2020-02-29 12:00"), tick=False):
        before = derive(dataset, row, others, clocks())
    with time_machine.travel(local("2036-07-01 00:30"), tick=False):
        assert derive(dataset, row, others, clocks()) == before


@pytest.mark.parametrize("name", WITH_RULE)
@given(data=st.data())
def test_a_reason_is_a_sentence(name, data):
    dataset = datasets()[name]
    found = derive(dataset, data.draw(rows(dataset)), data.draw(related(dataset)), clocks())
    for column, value in found.items():
        if column.endswith("_reason"):
            assert value
            assert value[0].isupper() or not value[0].isalpha() or column == "stl_reason"
            assert value.endswith(".")
            assert "None" not in value


def test_the_order_of_related_rows_does_not_matter():
    log = [{"ref": str(n), "kind": "contact", "happened_at": local(f"2026-03-{n:02d} 10:00")} for n in (3, 9, 5)]
    crime = [{"ref": "C1", "recorded_at": local("2026-03-01 10:00")}]
    row = {"ref": "V1"}
    assert derived("victim", row, events=log, investigations=crime) == derived(
        "victim", row, events=log[::-1], investigations=crime
    )


def test_a_dataset_without_a_rule_derives_nothing():
    assert derived("duty_hours", {"hours": 8.0}) == {}


def test_a_rule_nobody_wrote_is_refused_by_name():
    dataset = replace(datasets()["duty_hours"], rule="overtme")
    with pytest.raises(DefinitionError, match="overtme"):
        derive(dataset, {}, {}, clocks())
