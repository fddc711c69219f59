"""Targets and thresholds that change on a day: a figure is judged by what was in force on its own day, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cspdash.domain.catalogue import Catalogue, load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import DefinitionError
from cspdash.domain.ports import Viewer
from cspdash.domain.view import View
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.data_access.test_bar_is_records import check_unit
from tests.support.force import NOW, TODAY, ZONE, Oracle, catalogue_of, forces, metadata, write
from tests.support.small import small_force

DATASETS = load_datasets()
TABLES = metadata(DATASETS)
OPERATOR = Viewer("local", "Operator", "operator")
CHANGE = date(2026, 5, 20)  # well within the random forces' days
DATED = f"[{{from = 2015-04-01, value = 60}}, {{from = {CHANGE}, value = 10}}]"
METRICS = """
[family]
slug = "workload"

[family.thresholds]
old_days = {days}

[[metric]]
slug = "over_120_days"
target = {target}
target_text = {words}

[[metric]]
slug = "old_when_finalised"
title = "Finalised, of them late for review by {{old_days}} days"
dataset = "investigation"
kind = "flow"
measure = "share"
at = "finalised_at"
numerator_where = [{{any = [["review_due_on", "more_than_days_ago", "old_days"], ["review_due_on", "within_days", {days}]]}}]
"""


def catalogue(folder: Path, days: str, target: str = "9", words: str = '"aim 9"') -> Catalogue:
    (folder / "own.toml").write_text(METRICS.format(days=days, target=target, words=words), encoding="utf-8")
    return load_catalogue(DATASETS, [folder])


def reader_of(engine: Engine, metric: Any, **options: Any) -> ScorecardReader:
    given = ReaderOptions(zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0, **options)
    return ScorecardReader(engine, TABLES, DATASETS, catalogue_of([metric], DATASETS), given)


@pytest.mark.parametrize("slug", ["over_120_days", "old_when_finalised"])
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_figure_counts_by_the_threshold_of_its_own_day(
    slug: str, data: st.DataObject, warehouse: Engine, tmp_path: Path
) -> None:
    """Held against the naive oracle reading a catalogue with plain numbers: the old one before the day, then the new."""
    dated = catalogue(tmp_path, DATED).metric(slug)
    plain = {days: catalogue(tmp_path, str(days)).metric(slug) for days in (60, 10)}
    force = data.draw(forces(DATASETS["investigation"], None))
    force.rows.setdefault("investigation", [])
    write(force, warehouse, TABLES)
    around = st.sampled_from([CHANGE - timedelta(days=1), CHANGE, CHANGE + timedelta(days=1)])
    as_at = data.draw(st.one_of(st.none(), around, st.dates(date(2026, 1, 1), TODAY - timedelta(days=1))))
    period = data.draw(st.sampled_from(["7d", "28d", "month", "last_month"]))
    view = View(page="workload", metric=slug, as_at=as_at, period=period)
    reader = reader_of(warehouse, dated)
    asked = reader.figures.reading(OPERATOR, as_at).question(dated, view)
    day = min(asked.period.last, asked.moment.day) if asked.period else asked.moment.day
    expected = plain[60 if day < CHANGE else 10]
    assert asked.metric.version == expected.version  # so their cubes are kept apart
    for unit in force.units:
        page = check_unit(reader, Oracle(force, DATASETS), expected, view.but(unit=unit.ref))
        assert page.metric_title == expected.title


def test_old_bars_keep_their_target_and_the_card_says_since_when(warehouse: Engine, tmp_path: Path) -> None:
    target = f"[{{from = 2015-04-01, value = 90}}, {{from = {CHANGE}, value = 100}}]"
    words = f'[{{from = 2015-04-01, value = "aim 90"}}, {{from = {CHANGE}, value = "aim 100"}}]'
    metric = catalogue(tmp_path, DATED, target, words).metric("over_120_days")
    write(small_force(), warehouse, TABLES)
    reader = reader_of(warehouse, metric)

    def page(as_at: date | None) -> Any:
        return reader.unit_page(View(page="workload", metric="over_120_days", as_at=as_at), OPERATOR)

    before, since, now = page(CHANGE - timedelta(days=1)), page(CHANGE), page(None)
    assert [(each.target, each.target_text, each.metric_title) for each in (before, since, now)] == [
        (90, "aim 90", "Open for more than 60 days"),
        (100, "aim 100", "Open for more than 10 days"),
        (100, "aim 100", "Open for more than 10 days"),
    ]
    assert "Target: 90; 100 from 20 May 2026." in before.definition.in_force
    assert "Target: 100 since 20 May 2026, before 90." in now.definition.in_force
    assert "Old days: 10 since 20 May 2026, before 60." in now.definition.in_force
    assert "lies more than 60 days back" in before.definition.sentence
    assert "lies more than 10 days back" in now.definition.sentence
    assert before.definition.version != now.definition.version
    assert [tab.title for tab in before.tabs] == ["Over 60 days"]  # one tab, in the words of its day


def test_an_officers_months_each_count_by_their_own_day(warehouse: Engine, tmp_path: Path) -> None:
    force = small_force()
    for number, row in enumerate(force.rows["investigation"]):
        row["recorded_at"] = NOW - timedelta(days=40 * number)
    metric = catalogue(tmp_path, DATED).metric("over_120_days")
    write(force, warehouse, TABLES)
    months = reader_of(warehouse, metric).officer_page(View(page="officer", officer="E2"), OPERATOR).months
    recorded = [
        row["recorded_at"].astimezone(ZONE).date() for row in force.rows["investigation"] if row["officer_id"] == "E2"
    ]
    for month in months:
        limit = 60 if month.on < CHANGE else 10
        held = sum(day < month.on - timedelta(days=limit) for day in recorded)
        assert month.figure.records == held, month
    assert len({month.figure.records for month in months}) > 2  # the force has crimes on both sides


@pytest.mark.parametrize("days", [(3, 9), (5, 20, 60, 90)])
def test_how_far_ahead_is_looked_is_a_setting(warehouse: Engine, days: tuple[int, ...]) -> None:
    force = small_force()
    force.rows["investigation"][0] |= {"stl_due_on": TODAY + timedelta(days=days[-1])}
    force.rows["investigation"][1] |= {"stl_due_on": TODAY + timedelta(days=days[-1] + 1)}
    write(force, warehouse, TABLES)
    found = load_catalogue(DATASETS)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW, look_ahead_days=days)
    reader = ScorecardReader(warehouse, TABLES, DATASETS, found, options)
    page = reader.unit_page(View(page="stl"), OPERATOR)
    assert [(each.days, each.figure.records) for each in page.falling_due] == [
        *((each, 0) for each in days[:-1]),
        (days[-1], 1),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[metric]]\nslug = "over_120_days"\ntarget = [{from = 2026-01-01, values = 3}]', "is not a change"),
        ('[[metric]]\nslug = "over_120_days"\ntarget = [{from = "soon", value = 3}]', "is not a change"),
        ('[[metric]]\nslug = "over_120_days"\ntarget = [{from = 2026-01-01, value = "x"}]', "target is not a number"),
        (
            '[[metric]]\nslug = "over_120_days"\ntarget = [{from = 2026-01-01, value = 1}, {from = 2026-01-01, value = 2}]',
            "changes twice on one day",
        ),
        ('[[metric]]\nslug = "over_120_days"\ntitle = "Over {new_days}"', "threshold 'new_days' is not set"),
        (
            '[[metric]]\nslug = "over_120_days"\nwhere = [["recorded_at", "more_than_days_ago", "olde_days"]]',
            "threshold 'olde_days' is not set",
        ),
        (
            '[family]\nslug = "workload"\n[family.thresholds]\nold_days = [{from = 2026-01-01, value = -4}]',
            "is not a whole number of days",
        ),
        ('[family]\nslug = "workload"\nthresholds = 4', "thresholds is not a table"),
    ],
)
def test_a_change_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "workload.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=problem) as refusal:
        load_catalogue(DATASETS, [tmp_path])
    assert "workload.toml, line" in str(refusal.value)


def test_plain_numbers_have_no_history_and_their_old_version(tmp_path: Path) -> None:
    plain = catalogue(tmp_path, "10").metric("over_120_days")
    assert (plain.history, plain.in_force(TODAY), plain.on(TODAY)) == ((), "", plain)
    assert plain.version_over_time == plain.version
    dated = catalogue(tmp_path, DATED).metric("over_120_days")
    other = catalogue(tmp_path, DATED.replace("60", "61")).metric("over_120_days")
    assert dated.version_over_time != other.version_over_time  # a past span changed: another definition
    assert dated.on(TODAY).version == other.on(TODAY).version == plain.version
    for day in (CHANGE - timedelta(days=1), CHANGE):
        assert dated.on(TODAY).on(day) == dated.on(day)  # any span leads to any other
    assert replace(dated.on(TODAY), target=1.0).history == dated.history
