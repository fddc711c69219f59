"""Stop and search: no page, address or order offers a volume target or a ranking (College APP rules both out)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.errors import DomainError
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.ports import Viewer
from cspdash.domain.view import SUMMARY, Sort, View
from data_access.cache import CubeCache
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from layouts.unit_page import unit_page
from tests.support.clocks import datasets, derived
from tests.support.drawn import drawn
from tests.support.force import NOW, ZONE, Force, metadata, sqlite, write

DATASETS = datasets()
FAMILY = load_catalogue(DATASETS).family("stop_search")
METRICS = FAMILY.metrics
OPERATOR = Viewer("local", "Operator", "operator")
FORMS = {"E0": 2, "E1": 30, "E2": 9, "E3": 17}  # in no order: a ranking would show
REVIEWS = {"stops_review_overdue", "stops_reviewed_in_time"}  # the supervisor's duty; the only ones with an aim


def form(officer: str, number: int) -> dict[str, Any]:
    """A form in one of the states a metric counts, its quality items known."""
    at = NOW - timedelta(days=20)
    states: tuple[dict[str, Any], ...] = (
        {"submitted_at": at},
        {"submitted_at": at, "reviewed_at": at + timedelta(days=1), "reviewer_id": "S1"},
        {"submitted_at": at, "returned_at": at + timedelta(days=1)},
        {},
    )
    names = (
        "is_object_found",
        "is_outcome_linked",
        "has_body_worn_video",
        "are_grounds_sufficient",
        "is_receipt_given",
    )
    facts = {column.name: None for column in DATASETS["stop_search_form"].source_columns}
    facts |= {"ref": f"{officer}-{number}", "officer_id": officer, "unit_id": "csp", "searched_at": at}
    facts |= dict.fromkeys(names, number % 3 == 0) | states[number % 4]
    return facts | derived("stop_search_form", facts)


def force() -> Force:
    units = [UnitRow("force", "Force", "Force", None), UnitRow("csp", "Watford", "CSP", "force")]
    units += [UnitRow(f"t{i}", f"Team {i}", "Team", "csp", "intervention_team") for i in range(4)]
    since = date(2024, 1, 1)
    postings = [
        PostingRow(f"p{i}{ref}", ref, "t0" if i < 4 else f"t{i - 3}", "response", 1.0, since, None, True, None, "hr")
        for i, ref in enumerate(FORMS)
    ]
    officers = [{"ref": ref, "name": f"Name {ref}", "rank": "PC", "collar_number": "1"} for ref in FORMS]
    rows = [form(officer, number) for officer, count in FORMS.items() for number in range(count)]
    return Force(units, officers, postings, {"stop_search_form": rows})


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScorecardReader]:
    folder: Path = tmp_path_factory.mktemp("searches")
    engine, tables = sqlite(folder), metadata(DATASETS)
    tables.create_all(engine)
    write(force(), engine, tables)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW)
    yield ScorecardReader(engine, tables, DATASETS, load_catalogue(DATASETS), options, CubeCache(None))
    engine.dispose()


def test_no_metric_counts_searches_or_aims_at_any_number_of_them() -> None:
    for metric in METRICS:
        assert not metric.may_rank, metric.slug
        assert not metric.per_fte, f"{metric.slug}: per officer would be a rate of searches"
        assert (metric.target is not None) == (metric.slug in REVIEWS), metric.slug
        assert metric.better == "neutral" or metric.kind == "stock" or metric.slug in REVIEWS, metric.slug
        assert metric.kind == "stock" or metric.measure == "share", f"{metric.slug} would count searches in a period"
        assert metric.measure in ("count", "share"), metric.slug


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.slug)
@pytest.mark.parametrize("unit", ["t0", "csp", "force"])
def test_no_address_ranks_anybody(reader: ScorecardReader, metric: Any, unit: str) -> None:
    """Whatever an address asks, bars keep the team's order, and the page offers nothing else."""
    usual = View(page="stop_search", unit=unit, metric=metric.slug, period="91d")
    order = [bar.key for bar in reader.unit_page(usual, OPERATOR).bars]
    assert len(order) >= 1
    for sort in get_args(Sort):
        for per in ("total", "fte"):
            page = reader.unit_page(usual.but(sort=sort, per=per), OPERATOR)
            if sort != "name":
                assert [bar.key for bar in page.bars] == order, (sort, per)
            assert not page.may_sort_by_value
            assert not page.is_per_fte
            shown = drawn(unit_page(page)).text
            for word in ("Highest first", "Lowest first", "Per full-time officer", "league", "rank 1"):
                assert word not in shown
            assert "no ranking, no volume target" in shown
    assert (reader.unit_page(usual, OPERATOR).target is not None) == (metric.slug in REVIEWS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.slug)
def test_nobody_is_singled_out(reader: ScorecardReader, metric: Any) -> None:
    page = reader.unit_page(View(page="stop_search", unit="t0", metric=metric.slug, period="91d"), OPERATOR)
    names = [bar.name for bar in page.bars if bar.kind == "officer"]
    assert not any(name in sentence.sentence for sentence in page.attention for name in names)


def test_the_summary_marks_no_worst_place(reader: ScorecardReader) -> None:
    summary = reader.summary_page(View(page=SUMMARY, period="91d"), OPERATOR)
    for column in summary.columns:
        if column.family == "stop_search":
            assert not any(cell.is_worst for cell in column.cells)


@pytest.mark.parametrize("order", ["rank", "value", "-value", "count", "-count"])
def test_records_have_no_order_by_volume(reader: ScorecardReader, order: str) -> None:
    view = View(page="stop_search", unit="t0", metric="stops_awaiting_review", bar="t0", order=order)
    with pytest.raises(DomainError):
        reader.records(view, OPERATOR)
