"""The demonstration through the ordinary ingest and reader: known answers on the pages, refusals as planted, live changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.clocks import load_clocks
from cspdash.domain.datasets import load_datasets
from cspdash.domain.periods import Moment
from cspdash.domain.ports import Figure, Viewer
from cspdash.domain.view import OFFICER, View
from cspdash.settings import Settings
from data_access.cache import CubeCache
from data_access.database import prepare
from data_access.demo.build import build_small
from data_access.demo.feed import Feed
from data_access.engine import open_engine
from data_access.ingest import Ingest, IngestOptions, LoadResult
from data_access.mapping import load_sources
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from data_access.schema import build as build_tables
from tests.data_access.demo.conftest import TODAY, facts
from tests.data_access.demo.edge_cases import wrong_edges

ZONE = ZoneInfo("Europe/London")
NOW = TODAY.replace(tzinfo=ZONE).astimezone(UTC)
OPERATOR = Viewer("operator", "Operator", "operator")
DATASETS = load_datasets()


class Loaded:
    """A demonstration of one's own, loaded, judged at the moment it was built for."""

    def __init__(self, home: Path, url: str = "") -> None:
        self.home = home
        build_small(home, today=TODAY)
        self.engine = open_engine(url or f"sqlite:///{home / 'data' / 'test.db'}")
        prepare(self.engine, DATASETS)
        self.first = self.load(NOW)
        catalogue = load_catalogue(DATASETS, [home / "catalogue"])
        options = ReaderOptions(zone=ZONE, clock=lambda: NOW)
        cache = CubeCache(home / "cache")
        self.reader = ScorecardReader(self.engine, build_tables(DATASETS), DATASETS, catalogue, options, cache)
        self.catalogue = catalogue

    def load(self, now: datetime) -> list[LoadResult]:
        sources = load_sources([self.home / "sources"], DATASETS, home=self.home, zone=ZONE)
        connections = Settings.load(self.home).connections
        options = IngestOptions(zone=ZONE, home=self.home, connections=connections, now=lambda: now)
        return Ingest(self.engine, DATASETS, sources, load_clocks(ZONE), options).run()

    def figure(self, answer: dict[str, Any]) -> Figure:
        """The figure a known answer speaks of, as its page shows it."""
        metric = self.catalogue.metric(answer["metric"])
        if answer["officer"] and not answer["unit"]:
            day = date.fromisoformat(f"{TODAY:%Y-%m-%d}") - timedelta(days=28) if "as at" in answer["period"] else None
            view = View(page=OFFICER, officer=answer["officer"], metric=metric.slug, as_at=day)
            return self.reader.officer_page(view, OPERATOR).current.figure
        page = self.reader.unit_page(View(page=metric.family, unit=answer["unit"], metric=metric.slug), OPERATOR)
        return next(bar.figure for bar in page.bars if bar.kind == "unmapped") if answer["officer"] else page.total


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])]
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    is_server = request.param == "postgres"
    place = request.getfixturevalue("postgres_server").database() if is_server else nullcontext("")
    with place as url:
        found = Loaded(tmp_path_factory.mktemp("loaded"), url)
        yield found
        found.engine.dispose()


def test_every_mapping_loads_and_refuses_what_it_must(loaded: Loaded) -> None:
    assert [(each.source, each.dataset, each.result) for each in loaded.first if not each.ok] == []
    refused: Counter[str] = Counter()
    for each in loaded.first:
        refused[each.dataset] += each.refused
    assert {dataset: rows for dataset, rows in refused.items() if rows} == facts(loaded.home)["refused"]


def test_every_dataset_is_fed(loaded: Loaded) -> None:
    """By a source; where sources disagree about a posting is worked out from them."""
    assert {each.dataset for each in loaded.first if each.changed} == set(DATASETS) - {"posting_discrepancy"}


def test_the_pages_show_the_known_answers(loaded: Loaded) -> None:
    shown = {}
    for answer in facts(loaded.home)["answers"]:
        figure = loaded.figure(answer)
        shown[answer["id"]] = (figure.numerator, figure.denominator)
        assert figure.numerator == answer["numerator"], answer["words"]
        if answer["denominator"] is not None:
            assert figure.denominator == pytest.approx(answer["denominator"], abs=1), answer["words"]
    assert len(shown) > 15


def test_every_edge_case_of_the_law_is_there_and_comes_out_right(loaded: Loaded) -> None:
    moment = Moment.of_day(TODAY.date(), ZONE)
    assert list(wrong_edges(loaded.engine, DATASETS, facts(loaded.home)["odd_rows"], moment)) == []


def test_nobody_works_for_an_unknown_unit_but_what_is_planted(loaded: Loaded) -> None:
    issues = dict(loaded.reader.sources_page(View(page="sources"), OPERATOR).org_issues)
    assert sum(rows for words, rows in issues.items() if "unit tree" in words) == 1
    assert sum(rows for words, rows in issues.items() if "two sources" in words) >= 5


def test_what_the_feed_changes_arrives_and_nothing_else(loaded: Loaded) -> None:
    start = NOW + timedelta(minutes=20)
    source = Feed(loaded.home, 11, start)
    touched: Counter[str] = Counter()
    for number in range(100):
        touched += source.tick(start + timedelta(seconds=number))
    source.close()
    results = loaded.load(start + timedelta(seconds=100))
    assert all(each.ok for each in results), results
    changed = {each.mapping: each.changed for each in results}
    assert 0 < changed["investigation"] <= touched["athena.crime"]
    assert 0 < changed["victim_event"] <= touched["athena.contact_log"]
    assert sum(changed.values()) <= touched.total()
    assert sum(each.changed for each in loaded.load(start + timedelta(seconds=101))) == 0
