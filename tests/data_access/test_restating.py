"""A restatement is noted if, and only if, a past figure as its page shows it became another."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.periods import Moment, period_of
from data_access.engine import open_engine
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from data_access.restating import Restater, month_ends, shown
from data_access.schema import build
from tests.support.force import NOW, ZONE, Oracle, write
from tests.support.small import OPERATOR, UNITS, small_force

DATASETS = load_datasets()
TABLES = build(DATASETS)
CATALOGUE = load_catalogue(DATASETS)
LEVELS = ("Force", "CSP")


class Place:
    """A force whose rows are changed as loads would, and the oracle that follows."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.force = engine, small_force()
        rows = self.force.rows["investigation"]
        for number, row in enumerate(rows):
            row["recorded_at"] = NOW - timedelta(days=17 * number + 2)
            row["finalised_at"] = NOW - timedelta(days=9 * number) if number % 3 == 0 and number else None
        TABLES.create_all(engine)
        write(self.force, engine, TABLES)
        self.now = [NOW]
        options = ReaderOptions(zone=ZONE, clock=lambda: self.now[0], min_peers=1, min_volume=0)
        self.reader = ScorecardReader(engine, TABLES, DATASETS, CATALOGUE, options)
        self.restater = Restater(self.reader.figures)

    def load(self, changes: dict[str, dict[str, Any] | None], dataset: str = "investigation") -> None:
        """Rows by ref as they are now; None: gone."""
        table, version, loads = (TABLES.tables[name] for name in (dataset, "data_version", "load"))
        rows = {row["ref"]: row for row in self.force.rows[dataset]}
        with self.engine.begin() as connection:
            for ref, change in changes.items():
                if change is None:
                    connection.execute(update(table).where(table.c.ref == ref).values(deleted_at=self.now[0]))
                    rows[ref]["deleted_at"] = self.now[0]
                else:
                    connection.execute(update(table).where(table.c.ref == ref).values(**change))
                    rows[ref].update(change)
            moved = version.c.version + 1
            connection.execute(update(version).where(version.c.dataset == dataset).values(version=moved))
            facts = {"source": "athena", "dataset": dataset, "mapping": dataset, "result": "ok"}
            counts = {"read": len(changes), "changed": len(changes), "refused": 0, "skipped": 0}
            connection.execute(insert(loads).values(**facts, **counts, started_at=self.now[0], ended_at=self.now[0]))

    def noted(self) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(TABLES.tables["restatement"])))

    def clear(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(delete(TABLES.tables["restatement"]))

    def truth(self) -> dict[tuple[str, date, str], tuple[float, int]]:
        """(numerator, records) of every watched count and share, row by row."""
        oracle, found = Oracle(self.force, DATASETS), {}
        for metric in CATALOGUE.metrics:
            if metric.dataset != "investigation" or metric.measure == "median":
                continue
            if metric.kind == "stock" and not metric.has_past:
                continue
            for month in month_ends(self.now[0].date()):
                moment = Moment.of_day(month, ZONE)
                period = period_of("month", month) if metric.kind == "flow" else None
                placed = oracle.rows(metric, moment, period, as_was=True)
                for unit in UNITS:
                    if unit.level in LEVELS:
                        mine = [row for row, place, _ in placed if unit.ref in oracle.above(place)]
                        above, _, records = oracle.sums(mine, metric, moment)
                        found[metric.slug, month, unit.ref] = (above, records)
        return found


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    yield Place(engine)
    engine.dispose()


def test_what_changed_is_noted_and_nothing_else(place: Place) -> None:
    chance, compared = random.Random(20261126), 0
    assert place.restater.look() == 0, "the first look has nothing to compare with"
    refs = [row["ref"] for row in place.force.rows["investigation"]]
    for round_ in range(8):
        before = place.truth()
        place.now[0] += timedelta(minutes=20)
        days = chance.randint(0, 500)
        change: list[dict[str, Any] | None] = [
            {"finalised_at": None},  # re-opened
            {"finalised_at": NOW - timedelta(days=days // 2)},
            {"recorded_at": NOW - timedelta(days=days)},  # backdated
            {"officer_id": chance.choice(["E2", "E5", "E6"])},
            {"offence_title": "Robbery"},  # counts for nothing
            None,  # gone at the source, or merged into another
        ]
        place.load({ref: chance.choice(change) for ref in chance.sample(refs, 3)})
        place.restater.look()
        after = place.truth()
        expected = {key for key in after if key in before and before[key] != after[key]}
        noted = {(row.metric, row.month, row.unit_id): row for row in place.noted() if row.found_at == place.now[0]}
        checked = {key: row for key, row in noted.items() if key in after}
        assert set(checked) == expected, f"round {round_}"
        for key, row in checked.items():
            assert (row.before_records, row.after_records) == (before[key][1], after[key][1])
            assert row.stood_at == place.now[0] - timedelta(minutes=20)
            assert row.loads == str(round_ + 1)
            assert row.cause == "athena: 3 rows of Investigations"
        compared += len(after)
    assert place.noted()
    print(
        f"\nrestatements: 8 rounds, {compared} past figures held against the oracle, {len(place.noted())} noted, 0 wrong"
    )


def test_the_words_are_those_of_the_page(place: Place) -> None:
    place.restater.look()
    place.now[0] += timedelta(hours=1)
    place.load({"CE2-0": {"recorded_at": NOW - timedelta(days=200), "finalised_at": None}})
    place.restater.look()
    row = next(row for row in place.noted() if row.metric == "open_investigations" and row.unit_id == "csp-watford")
    from cspdash.domain.view import View

    view = View(page="workload", unit=row.unit_id, metric=row.metric, as_at=row.month)
    assert shown(place.reader.unit_page(view, OPERATOR).total) == row.after_words


def test_nothing_moved_costs_no_question_about_figures(place: Place) -> None:
    place.restater.look()
    asked: list[str] = []
    from sqlalchemy import event

    event.listen(place.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    assert place.restater.look() == 0
    assert not [sql for sql in asked if "FROM investigation" in sql]


def test_only_so_often(place: Place) -> None:
    place.restater.look()
    place.now[0] += timedelta(minutes=5)
    place.load({"CE2-8": None})
    assert place.restater.look(at_most_every=timedelta(minutes=15)) == 0
    assert place.noted() == []
    place.now[0] += timedelta(minutes=11)
    assert place.restater.look(at_most_every=timedelta(minutes=15)) > 0


def test_a_new_definition_is_another_figure_and_a_new_month_no_restatement(place: Place) -> None:
    place.restater.look()
    watched = TABLES.tables["watched_metric"]
    with place.engine.begin() as connection:
        connection.execute(update(watched).values(definition="an older one"))
    place.load({"CE2-8": None})
    assert place.restater.look() == 0
    place.now[0] = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert place.restater.look() == 0
    assert place.noted() == []
