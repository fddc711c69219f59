"""The promise everything stands on: a bar is exactly the records behind it, at every level, and both are what a naive
row-by-row reading of the definition says, for every metric of the catalogue, over random forces."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cspdash.domain.catalogue import Metric, load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.ports import UnitPage, Viewer
from cspdash.domain.view import View
from data_access.answers.records import WITHHELD_REF
from data_access.engine import open_engine
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.support.force import NOW, TODAY, ZONE, Force, Oracle, catalogue_of, forces, metadata, sqlite, write

DATASETS = load_datasets()
CATALOGUE = load_catalogue(DATASETS)
METRICS = list(CATALOGUE.metrics) + [look.metric for family in CATALOGUE.families for look in family.look_ahead]
TABLES = metadata(DATASETS)
OPERATOR = Viewer("local", "Operator", "operator")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = sqlite(tmp_path_factory.mktemp("bars"))
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = open_engine(postgres_url)
    yield engine
    with engine.begin() as connection:
        TABLES.drop_all(connection)
    engine.dispose()


def reader_of(force: Force, engine: Engine, metric: Metric) -> ScorecardReader:
    write(force, engine, TABLES)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0)
    return ScorecardReader(engine, TABLES, DATASETS, catalogue_of([metric], DATASETS), options)


def shown_as(mine: list[Any], metric: Metric, ref: str) -> str:
    """A record's reference as it is listed; of one that is only counted, words instead."""
    count_only = DATASETS[metric.dataset].count_only
    row = next(row for row, _, _ in mine if row["ref"] == ref)
    return WITHHELD_REF if count_only and row[count_only[0]] == count_only[1] else ref


def check_unit(reader: ScorecardReader, oracle: Oracle, metric: Metric, view: View) -> UnitPage:
    page = reader.unit_page(view, OPERATOR)
    reading = reader.figures.reading(OPERATOR, view.as_at)
    question = reading.question(metric, view)
    moment, period = question.moment, question.period
    placed = oracle.rows(metric, moment, period, view.team == "then")
    mine = [(row, unit, officer) for row, unit, officer in placed if view.unit in oracle.above(unit)]

    # the whole unit
    above, under, records = oracle.sums([row for row, _, _ in mine], metric, moment)
    if metric.below and period:
        under = oracle.below(metric, moment, period, view.unit)
    assert page.total.records == records
    if metric.is_middle:
        values = sorted(row[metric.column] for row, _, _ in mine)
        nearest = values[math.ceil(Fraction(metric.rank, 100) * len(values)) - 1] if values else None
        middle = statistics.median(values) if values and metric.measure == "median" else nearest
        assert page.total.value == (pytest.approx(middle) if values else None)
    else:
        assert page.total.numerator == pytest.approx(above)
        if metric.is_share:
            assert page.total.denominator == pytest.approx(under)
            assert page.total.value == (
                pytest.approx(above / under * 100) if under else None
            )  # from summed parts, never averaged

    # parent = sum of children + not mapped
    assert sum(bar.figure.records for bar in page.bars) == records
    assert sum(bar.figure.numerator for bar in page.bars) == pytest.approx(page.total.numerator)
    if metric.is_share:
        assert sum(bar.figure.denominator or 0.0 for bar in page.bars) == pytest.approx(page.total.denominator)

    # each bar, and the records behind it
    for bar in page.bars:
        if bar.kind == "unit":
            behind = [row["ref"] for row, unit, _ in mine if bar.key in oracle.above(unit)]
        elif bar.kind == "officer":
            behind = [
                row["ref"] for row, unit, officer in mine if unit == view.unit and officer == bar.key.partition(":")[2]
            ]
        else:
            behind = [row["ref"] for row, unit, officer in mine if unit == view.unit and officer is None]
        assert bar.figure.records == len(behind)
        if bar.records_view is not None:
            listed = reader.records(bar.records_view, OPERATOR, page_size=500)
            assert sorted(row["ref"] for row in listed.rows) == sorted(shown_as(mine, metric, ref) for ref in behind)
            assert listed.total == bar.figure.records
    return page


def _shapes() -> list[Any]:
    """One metric of each shape of query."""
    found = {(metric.kind, metric.measure, metric.attribution): metric for metric in reversed(METRICS)}
    return [pytest.param(metric, id=metric.slug) for metric in found.values()]


def _cases() -> list[Any]:
    """Every metric; in the quick suite one of each shape."""
    quick = {case.id for case in _shapes()}
    return [pytest.param(m, id=m.slug, marks=[] if m.slug in quick else [pytest.mark.slow]) for m in METRICS]


@pytest.mark.parametrize("metric", _cases())
@settings(max_examples=max(settings().max_examples // 8, 3))
@given(data=st.data())
def test_a_bar_is_the_records_behind_it_and_what_a_naive_reading_says(
    metric: Metric, data: st.DataObject, engine: Engine
) -> None:
    check(metric, data, engine)


@pytest.mark.slow
@pytest.mark.parametrize("metric", _shapes())
@settings(
    max_examples=max(settings().max_examples // 8, 3), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_same_on_postgresql(metric: Metric, data: st.DataObject, postgres_engine: Engine) -> None:
    check(metric, data, postgres_engine)


def check(metric: Metric, data: st.DataObject, engine: Engine) -> None:
    also = DATASETS[metric.below.dataset] if metric.below else None
    force = data.draw(forces(DATASETS[metric.dataset], also))
    force.rows.setdefault(metric.dataset, [])
    reader = reader_of(force, engine, metric)
    as_at = data.draw(st.one_of(st.none(), st.dates(date(2026, 1, 1), TODAY - timedelta(days=1))))
    view = View(
        page=metric.family,
        metric=metric.slug,
        period=data.draw(st.sampled_from(["7d", "28d", "month", "last_month", "12m", "2026-03"])),
        as_at=as_at,
        team=data.draw(st.sampled_from(["then", "now"])),
        sort=data.draw(st.sampled_from(["org", "value", "name"])),
    )
    if metric.kind == "stock" and not metric.has_past:
        view = view.but(as_at=None)  # a past day of these is refused: test_answers.py
    oracle = Oracle(force, DATASETS)
    for unit in force.units:
        check_unit(reader, oracle, metric, view.but(unit=unit.ref))
