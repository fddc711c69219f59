"""A record's clocks at a moment: for every dataset, every stored row, and never about what has not happened yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspdash.domain.datasets import load_datasets
from cspdash.domain.derivation import RULES
from cspdash.domain.periods import Moment
from cspdash.domain.standing.clock import Standing, State
from cspdash.domain.standing.of_record import JUDGES, standings
from tests.support.clocks import LONDON, day, derived, local
from tests.support.rows import rows, values

DATASETS = load_datasets()
RULED = sorted(name for name, dataset in DATASETS.items() if dataset.rule)
MOMENTS = st.dates(date(2019, 1, 1), date(2030, 12, 31)).map(lambda on: Moment.of_day(on, LONDON))


def judged(dataset: str, at: str, **columns: Any) -> tuple[Standing, ...]:
    """The clocks of a record on a day."""
    row = {column.name: None for column in DATASETS[dataset].all_columns} | columns
    return standings(DATASETS[dataset], {**row, **derived(dataset, columns)}, Moment.of_day(day(at), LONDON))


def test_every_rule_has_its_judge() -> None:
    assert set(JUDGES) == set(RULES)


@settings(max_examples=200)
@given(st.data())
def test_whatever_is_stored_has_its_clocks_in_words(data: st.DataObject) -> None:
    """Also rows whose derived columns are not there yet, or older than the rule."""
    dataset = DATASETS[data.draw(st.sampled_from(RULED))]
    stored = {column.name: data.draw(st.none() | values(column)) for column in dataset.derived_columns}
    row = {column.name: None for column in dataset.source_columns} | data.draw(rows(dataset)) | stored
    for standing in standings(dataset, row, data.draw(MOMENTS)):
        assert standing.state in get_args(State)
        assert "None" not in standing.words


@settings(max_examples=100)
@given(data=st.data(), later=st.integers(0, 900))
def test_a_limit_only_ever_gets_worse_until_something_meets_it(data: st.DataObject, later: int) -> None:
    """Running turns to expired as time goes by and never back, with nothing new recorded."""
    row = data.draw(rows(DATASETS["investigation"])) | {"charged_at": None, "written_charge_at": None}
    at = data.draw(MOMENTS)
    facts = {column.name: None for column in DATASETS["investigation"].source_columns} | row
    whole = {**facts, **derived("investigation", facts), "finalised_at": None}
    after = Moment.of_day(at.day + timedelta(days=later), LONDON)
    before_state, after_state = (standings(DATASETS["investigation"], whole, each)[0].state for each in (at, after))
    if before_state == "expired":
        assert after_state == "expired"
    if after_state == "running":
        assert before_state == "running"


@pytest.mark.parametrize(
    ("at", "state", "words"),
    [
        ("2024-02-20", "running", "14 days left"),
        ("2024-03-06", "running", "lapsed on 5 Mar 2024; s.39A is open until 5 Sep 2025"),
        ("2025-09-06", "expired", "Expired 1 day ago"),
    ],
)
def test_domestic_abuse_without_a_statement_is_no_failure_until_two_years(at: str, state: str, words: str) -> None:
    limit = judged(
        "investigation",
        at,
        offence_code="105/01",
        offence_title="Common assault",
        offence_class="summary",
        is_domestic_abuse=True,
        offence_from_on=day("2023-09-05"),
        recorded_at=local("2023-09-06 10:00"),
    )[0]
    assert limit.state == state
    assert words in limit.judged
    assert limit.missing == "first witness statement or video-recorded interview"


def test_a_bail_period_names_who_may_extend_it() -> None:
    columns = {"status": "bail", "suspect_ref": "S", "arrested_at": local("2024-01-01 14:00")}
    bail = judged("suspect_release", "2024-03-20", released_at=local("2024-01-01 22:00"), **columns)[0]
    assert (bail.due, bail.state) == (day("2024-04-01"), "running")
    assert bail.authority.startswith("Inspector or above")
    assert f"Next extension by: {bail.authority}." in bail.words
    over = judged("suspect_release", "2024-04-02", released_at=local("2024-01-01 22:00"), **columns)[0]
    assert (over.state, over.judged.startswith("Expired 1 day ago. No decision recorded.")) == ("expired", True)
    assert "An extension has to be given before the period ends." in over.judged
    assert "Next extension by" not in over.judged


def test_with_the_cps_no_days_are_counted() -> None:
    columns = {"status": "bail", "suspect_ref": "S", "arrested_at": local("2024-01-01 14:00")}
    suspended = {"suspended_from": day("2024-02-01"), "source_bail_ends_on": day("2024-04-20")}
    bail = judged("suspect_release", "2024-03-20", released_at=local("2024-01-01 22:00"), **columns, **suspended)[0]
    assert bail.state == "suspended"


def test_an_untold_event_is_pending_until_its_day_has_passed() -> None:
    columns = {"victim_ref": "V", "kind": "arrest", "happened_at": local("2024-03-18 23:30")}
    assert [judged("victim_event", at, **columns)[0].state for at in ("2024-03-25", "2024-03-26")] == [
        "pending",
        "overdue",
    ]
