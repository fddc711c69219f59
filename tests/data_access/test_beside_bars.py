"""What stands beside bars against naive readings: duty hours, levels made from like teams, counted values, alerts."""

from __future__ import annotations

import statistics
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cspdash.domain.catalogue import Metric, load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.periods import Period, period_of
from cspdash.domain.ports import Bar, UnitPage, Viewer
from cspdash.domain.view import OFFICER, View
from data_access.answers.beside import short
from data_access.engine import open_engine
from data_access.queries.duty import DUTY
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.support.force import NOW, TODAY, ZONE, Force, Oracle, catalogue_of, forces, metadata, sqlite, write

DATASETS = load_datasets()
CATALOGUE = load_catalogue(DATASETS)
TABLES = metadata(DATASETS)
OPERATOR = Viewer("local", "Operator", "operator")
INTEL = CATALOGUE.metric("intel_submissions")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = sqlite(tmp_path_factory.mktemp("beside"))
    yield engine
    engine.dispose()


def reader_of(force: Force, engine: Engine, *metrics: Metric) -> ScorecardReader:
    write(force, engine, TABLES)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0)
    return ScorecardReader(engine, TABLES, DATASETS, catalogue_of(list(metrics), DATASETS), options)


# --- per 100 duty hours -----------------------------------------------------------------------------------------


def share(month: date, period: Period) -> float:
    """Day by day: of a month's days up to today, those in the period."""
    days = [month + timedelta(days=n) for n in range(monthrange(month.year, month.month)[1])]
    past = [day for day in days if day <= TODAY] or days[:1]
    return sum(period.first <= day <= period.last for day in past) / len(past)


def expected_hours(oracle: Oracle, view: View, bar: Bar, period: Period, moment: Any) -> float:
    total = 0.0
    for row in oracle.force.rows["duty_hours"]:
        if row["deleted_at"] is not None or not period.first.replace(day=1) <= row["month_on"] <= period.last:
            continue
        unit, officer = oracle.place(row, DUTY, moment, view.team == "then")
        here = unit == view.unit
        mine = {
            "unit": bar.key in oracle.above(unit),
            "officer": here and officer == bar.key.partition(":")[2],
            "unmapped": here and officer is None,
        }
        if mine[bar.kind]:
            total += (row["hours"] - (row["abstracted_hours"] or 0)) * share(row["month_on"], period)
    return total


def check_duty(data: st.DataObject, engine: Engine) -> None:
    metric = data.draw(st.sampled_from([m for m in CATALOGUE.metrics if m.per_duty]))
    force = data.draw(forces(DATASETS[metric.dataset], DATASETS["duty_hours"]))
    for row in force.rows["duty_hours"]:  # groups of one officer, unit and month must not sink below nothing
        row["abstracted_hours"] = min(row["abstracted_hours"] or 0, row["hours"])
    reader, oracle = reader_of(force, engine, metric), Oracle(force, DATASETS)
    period = data.draw(st.sampled_from(["28d", "month", "last_month", "91d", "2026-03"]))
    team = data.draw(st.sampled_from(["then", "now"]))
    for unit in force.units:
        view = View(page=metric.family, metric=metric.slug, unit=unit.ref, period=period, team=team, per="duty")
        page, plain = reader.unit_page(view, OPERATOR), reader.unit_page(view.but(per="total"), OPERATOR)
        moment = reader.figures.reading(OPERATOR).moment
        for bar, whole in zip(page.bars, plain.bars, strict=True):
            hours = expected_hours(oracle, view, bar, period_of(period, TODAY), moment)
            if whole.figure.value is None:
                continue
            if hours < 1e-9:
                assert (bar.figure.value, bar.figure.fraction) == (None, "no duty data")
                continue
            assert bar.figure.denominator == pytest.approx(hours)
            assert bar.figure.value == pytest.approx(whole.figure.value / hours * 100)
            assert bar.figure.fraction.endswith("duty hours")
            assert bar.figure.records == whole.figure.records


@settings(max_examples=max(settings().max_examples // 4, 12))
@given(data=st.data())
def test_per_hundred_duty_hours_divides_by_the_hours_of_the_same_officers_and_days(
    data: st.DataObject, engine: Engine
) -> None:
    check_duty(data, engine)


@pytest.mark.slow
@settings(
    max_examples=max(settings().max_examples // 10, 3), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_same_hours_on_postgresql(data: st.DataObject, postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    check_duty(data, engine)
    engine.dispose()


def test_hours_of_a_month_under_way_are_those_of_its_days_so_far(engine: Engine) -> None:
    """28 days to 22 November: all of the 22 days worked so far, and six of October's 31."""
    units = [UnitRow("f", "Force", "Force", None), UnitRow("t", "Team", "Team", "f")]
    posted = [PostingRow("p", "o", "t", None, 1.0, date(2024, 1, 1), None, True, None, "hr")]
    reports = [
        {"ref": f"r{n}", "officer_id": "o", "submitted_at": NOW - timedelta(days=n), "is_countable": True}
        for n in range(9)
    ]
    duty = [
        {"ref": "d1", "officer_id": "o", "month_on": date(2026, 11, 1), "hours": 110.0, "abstracted_hours": 10.0},
        {"ref": "d2", "officer_id": "o", "month_on": date(2026, 10, 1), "hours": 155.0, "abstracted_hours": None},
        {"ref": "d3", "officer_id": "o", "month_on": date(2026, 9, 1), "hours": 999.0, "abstracted_hours": None},
    ]
    force = Force(
        units, [{"ref": "o", "name": "Shah", "rank": "PC"}], posted, {"intel_report": reports, "duty_hours": duty}
    )
    reader = reader_of(force, engine, INTEL)
    page = reader.unit_page(View(page="intel", unit="t", period="28d", per="duty"), OPERATOR)
    hours = 100 + 155 * 6 / 31
    assert page.bars[0].figure.denominator == pytest.approx(hours)
    assert page.bars[0].figure.value == pytest.approx(9 / hours * 100)
    assert page.bars[0].figure.fraction == "9 over 130 duty hours"


def test_duty_hours_are_offered_where_exposure_is_fair_and_never_for_searches():
    assert {metric.family for metric in CATALOGUE.metrics if metric.per_duty} == {"overtime", "intel"}


# --- a level from like teams ------------------------------------------------------------------------------------


def teams_of(engine: Engine, submitted: dict[str, int], metric: Metric) -> ScorecardReader:
    """Teams of one officer each who submitted so many reports in October, and one of another kind."""
    units = [UnitRow("f", "Force", "Force", None)]
    units += [UnitRow(team, team, "Team", "f", "other" if team == "odd" else "intervention") for team in submitted]
    officers = [{"ref": f"o-{team}", "name": team, "rank": "PC"} for team in submitted]
    postings = [
        PostingRow(
            f"p-{team}", f"o-{team}", team, None, 0.5 if team == "a" else 1.0, date(2024, 1, 1), None, True, None, "hr"
        )
        for team in submitted
    ]
    rows = [
        {"ref": f"{team}{n}", "officer_id": f"o-{team}", "submitted_at": NOW - timedelta(days=40), "status": "accepted",
         "is_countable": True}
        for team, count in submitted.items() for n in range(count)
    ]  # fmt: skip
    return reader_of(Force(units, officers, postings, {"intel_report": rows}), engine, metric)


def test_the_level_is_the_middle_of_like_teams_per_full_time_officer_for_as_many_days(engine: Engine) -> None:
    counts = {"a": 8, "b": 9, "c": 12, "d": 20, "odd": 400}
    reader = teams_of(engine, counts, INTEL)
    page = reader.unit_page(View(page="intel", unit="b", period="28d"), OPERATOR)
    days = (date(2026, 10, 31) - date(2026, 5, 1)).days + 1  # six full months before November
    middle = statistics.median([8 / 0.5, 9, 12, 20])
    assert page.target == pytest.approx(middle / days * 28)
    assert page.target_text.startswith("like teams ")


def test_no_level_for_totals_of_units_or_where_too_few_are_alike(engine: Engine) -> None:
    reader = teams_of(engine, {"a": 3, "b": 9, "c": 12}, INTEL)
    assert reader.unit_page(View(page="intel", unit="f"), OPERATOR).target is None
    assert reader.unit_page(View(page="intel", unit="f", per="fte"), OPERATOR).target is not None
    two = teams_of(engine, {"a": 3, "b": 9, "odd": 2}, INTEL)
    assert two.unit_page(View(page="intel", unit="a"), OPERATOR).target is None


# --- values counted beside bars -----------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", [m for m in CATALOGUE.metrics if m.beside], ids=lambda m: m.slug)
@settings(max_examples=max(settings().max_examples // 12, 4))
@given(data=st.data())
def test_values_beside_a_bar_are_those_of_its_records(metric: Metric, data: st.DataObject, engine: Engine) -> None:
    force = data.draw(forces(DATASETS[metric.dataset]))
    reader, oracle = reader_of(force, engine, metric), Oracle(force, DATASETS)
    for unit in force.units:
        view = View(page=metric.family, metric=metric.slug, unit=unit.ref, period="12m")
        page: UnitPage = reader.unit_page(view, OPERATOR)
        reading = reader.figures.reading(OPERATOR)
        question = reading.question(metric, view)
        placed = oracle.rows(metric, question.moment, question.period, True)
        for bar in page.bars:
            if bar.kind != "unit" or bar.judgement in ("high", "low"):
                continue
            behind = Counter(short(row[metric.beside]) for row, at, _ in placed if bar.key in oracle.above(at))
            said = dict(part.rsplit(" ", 1) for part in bar.words.split(", ")) if bar.words else {}
            assert {name: int(count) for name, count in said.items()} == behind


def test_who_may_extend_is_said_beside_the_bar(engine: Engine) -> None:
    metric = CATALOGUE.metric("bail_ending_14")
    units = [UnitRow("f", "Force", "Force", None), UnitRow("t", "Team", "Team", "f")]
    rows = [
        {"ref": f"r{n}", "unit_id": "t", "status": "bail", "released_at": NOW, "bail_from_at": NOW - timedelta(days=80),
         "bail_due_on": TODAY + timedelta(days=3), "next_authority": words}
        for n, words in enumerate(["Inspector or above, to 6 months"] * 3 + ["Superintendent or above, to 9 months"])
    ]  # fmt: skip
    reader = reader_of(Force(units, [], [], {"suspect_release": rows}), engine, metric)
    page = reader.unit_page(View(page="rui_bail", unit="f", metric=metric.slug), OPERATOR)
    assert page.bars[0].words == "inspector or above 3, superintendent or above 1"


# --- alerts, and days that grow still ----------------------------------------------------------------------------


def test_a_limit_that_appeared_late_is_named_first_in_what_to_look_at(engine: Engine) -> None:
    new, due = CATALOGUE.metric("stl_new"), CATALOGUE.metric("stl_due_28")
    units = [UnitRow("f", "Force", "Force", None), UnitRow("t", "Team", "Team", "f")]
    row = {"unit_id": "t", "recorded_at": NOW - timedelta(days=150), "stl_new_at": NOW - timedelta(days=2)}
    rows = [
        {**row, "ref": "r1", "stl_due_on": TODAY + timedelta(days=9), "stl_expires_on": TODAY + timedelta(days=9)},
        {**row, "ref": "r2", "stl_due_on": TODAY + timedelta(days=20), "stl_expires_on": TODAY + timedelta(days=20)},
        {**row, "ref": "r3", "stl_due_on": TODAY + timedelta(days=1), "stl_expires_on": TODAY + timedelta(days=1),
         "stl_started_at": NOW},
    ]  # fmt: skip
    reader = reader_of(Force(units, [], [], {"investigation": rows}), engine, due, new)
    first = reader.unit_page(View(page="stl", unit="f", metric=due.slug), OPERATOR).attention[0]
    assert first.sentence == "2 new time limits after reclassification in Force; the first has 9 days left."
    assert (first.view.metric, first.view.bar) == ("stl_new", "f")


def test_a_lost_limit_is_counted_where_its_holder_was_the_day_it_ran_out(engine: Engine) -> None:
    """THEN held it in team a until July; since August THEN is in team b, and it was finalised in November by NOW."""
    metric = CATALOGUE.metric("stl_failures")
    units = [UnitRow("f", "Force", "Force", None), UnitRow("a", "A", "Team", "f"), UnitRow("b", "B", "Team", "f")]
    officers = [{"ref": ref, "name": ref, "rank": "PC"} for ref in ("THEN", "NOW")]
    postings = [
        PostingRow("p1", "THEN", "a", None, 1.0, date(2024, 1, 1), date(2026, 7, 31), True, None, "hr"),
        PostingRow("p2", "THEN", "b", None, 1.0, date(2026, 8, 1), None, True, None, "hr"),
        PostingRow("p3", "NOW", "b", None, 1.0, date(2024, 1, 1), None, True, None, "hr"),
    ]
    row = {"ref": "c", "officer_id": "NOW", "stl_officer_id": "THEN", "stl_counted_on": date(2026, 7, 10),
           "final_outcome": "17", "recorded_at": NOW - timedelta(days=300), "finalised_at": NOW - timedelta(days=3)}  # fmt: skip
    reader = reader_of(Force(units, officers, postings, {"investigation": [row]}), engine, metric)
    page = reader.unit_page(View(page="stl", unit="f", metric=metric.slug), OPERATOR)
    assert {bar.key: bar.figure.records for bar in page.bars} == {"a": 1, "b": 0}
    team = reader.unit_page(View(page="stl", unit="a", metric=metric.slug), OPERATOR)
    (bar,) = [bar for bar in team.bars if bar.figure.records]
    assert bar.key == "officer:THEN"
    listed = reader.records(bar.records_view, OPERATOR)
    assert [each["ref"] for each in listed.rows] == ["c"]


@pytest.mark.parametrize(("period", "grows"), [("28d", True), ("2026-10", True), ("2026-08", False)])
def test_latest_weeks_of_claims_are_said_to_grow_still(engine: Engine, period: str, grows: bool) -> None:
    metric = CATALOGUE.metric("overtime_hours")
    units = [UnitRow("f", "Force", "Force", None)]
    reader = reader_of(Force(units, [], [], {"overtime_claim": []}), engine, metric)
    page = reader.unit_page(View(page="overtime", unit="f", period=period), OPERATOR)
    assert ("Still arriving: figures for days since 28 Sep" in page.extra["metric_note"]) is grows


@pytest.mark.parametrize(("slug", "arriving"), [("overtime_hours", ["Sep", "Oct", "Nov"]), ("toil_owed", [])])
def test_an_officers_months_say_which_are_still_arriving(engine: Engine, slug: str, arriving: list[str]) -> None:
    """Claims come in for 56 days: since 28 September, so that September's last days are among them."""
    units = [UnitRow("f", "Force", "Force", None)]
    postings = [PostingRow("p", "o", "f", None, 1.0, date(2024, 1, 1), None, True, None, "hr")]
    force = Force(units, [{"ref": "o", "name": "Adeyemi", "rank": "PC"}], postings, {"overtime_claim": []})
    page = reader_of(force, engine, CATALOGUE.metric(slug)).officer_page(
        View(OFFICER, officer="o", metric=slug), OPERATOR
    )
    assert [month.label for month in page.months if month.is_arriving] == arriving


@pytest.mark.parametrize(("changes", "flagged"), [("", ["C"]), ("toil_welfare_hours = 9\n", ["B", "C"])])
def test_time_off_owed_over_the_welfare_line_is_said_beside_the_officers_bar(
    engine: Engine, tmp_path: Path, changes: str, flagged: list[str]
) -> None:
    """In words and by name only: no rank, no colour of its own, nothing beside the team's sum."""
    (tmp_path / "overtime.toml").write_text(f'[family]\nslug = "overtime"\n[family.thresholds]\n{changes}')
    metric = load_catalogue(load_datasets(), [tmp_path]).metric("toil_owed")
    units = [UnitRow("f", "Force", "Force", None), UnitRow("t", "Team", "Team", "f")]
    owed = {"A": (4.0, 5.0), "B": (20.0, 20.0), "C": (40.0, 0.25)}
    officers = [{"ref": ref, "name": ref, "rank": "PC"} for ref in owed]
    postings = [PostingRow(ref, ref, "t", None, 1.0, date(2024, 1, 1), None, True, None, "hr") for ref in owed]
    rows = [
        {"ref": f"{ref}{n}", "officer_id": ref, "worked_at": NOW - timedelta(days=30), "settlement": "toil",
         "worked_on": TODAY - timedelta(days=30), "standing": "counted", "toil_hours": hours}
        for ref, both in owed.items() for n, hours in enumerate(both)
    ]  # fmt: skip
    reader = reader_of(Force(units, officers, postings, {"overtime_claim": rows}), engine, metric)
    team = reader.unit_page(View(page="overtime", unit="t", metric="toil_owed"), OPERATOR)
    line = 9 if changes else 40
    assert [bar.key.removeprefix("officer:") for bar in team.bars if f"over {line} h: welfare" in bar.words] == flagged
    assert not team.may_sort_by_value
    force = reader.unit_page(View(page="overtime", unit="f", metric="toil_owed"), OPERATOR)
    assert force.total.value == 89.25
    assert not [bar.words for bar in force.bars if "welfare" in bar.words]


# --- stop and search: neither volume target nor ranking ----------------------------------------------------------


def test_stop_and_search_offers_neither_a_volume_target_nor_a_ranking(engine: Engine) -> None:
    """College APP: no volumetric target, no number of searches as productivity."""
    family = CATALOGUE.family("stop_search")
    units = [UnitRow("f", "Force", "Force", None), UnitRow("t", "Team", "Team", "f")]
    officers = [{"ref": f"o{n}", "name": f"Name{n}", "rank": "PC"} for n in range(3)]
    postings = [
        PostingRow(f"p{n}", f"o{n}", "t", None, 1.0, date(2024, 1, 1), None, True, None, "hr") for n in range(3)
    ]
    rows = [
        {"ref": f"r{who}-{n}", "officer_id": f"o{who}", "searched_at": NOW - timedelta(days=9),
         "submitted_at": NOW - timedelta(days=8),
         "review_due_on": TODAY - timedelta(days=1), "has_body_worn_video": True, "awaits": "supervisor"}
        for who, count in enumerate((1, 9, 4)) for n in range(count)
    ]  # fmt: skip
    reader = reader_of(Force(units, officers, postings, {"stop_search_form": rows}), engine, *family.metrics)
    for metric in family.metrics:
        is_of_searches = metric.kind == "flow" and metric.measure != "share"
        assert not is_of_searches, f"{metric.slug} counts searches"
        assert {metric.may_rank, metric.per_fte, metric.per_duty} == {False}
        assert metric.target in (None, 0.0) or metric.slug == "stops_reviewed_in_time"
        view = View(page="stop_search", unit="t", metric=metric.slug, sort="value", per="duty")
        page = reader.unit_page(view, OPERATOR)
        assert {page.may_sort_by_value, page.is_per_fte, page.is_per_duty} == {False}
        assert [bar.name for bar in page.bars] == [
            bar.name for bar in reader.unit_page(view.but(sort="org"), OPERATOR).bars
        ]
        assert "no ranking" in page.axis_note or page.empty
        assert all(bar.judgement == "not_judged" and not bar.words for bar in page.bars) or metric.is_judged
    quality = [m for m in family.metrics if m.at == "searched_at"]
    assert len(quality) == 5
    assert all(m.target is None and not m.may_plan and m.better == "neutral" for m in quality)
