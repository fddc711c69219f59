"""T-DST: clock changes, leap day, year end, clocks that differ: no age below nothing, day counts right, sessions end."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.periods import local_day
from cspdash.domain.view import View
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.data_access.test_scope import CATALOGUE as CLOSINGS
from tests.support.asking import visit, words
from tests.support.force import ZONE, Oracle, metadata, sqlite, write
from tests.support.small import OPERATOR, app_of, signed_in, small, small_force

DATASETS = load_datasets()
TABLES = metadata(DATASETS)
CATALOGUE = load_catalogue(DATASETS)
TALLY = {"instants": 0, "figures": 0, "wrong": 0, "ages": 0, "negative": 0, "sessions": 0}

# Seconds around midnight and around the change, in UTC: 29 March has 23 hours, 25 October 25.
NIGHTS = {
    "spring": ("2026-03-28 23:59:50", "2026-03-29 00:59:50", "2026-03-29 22:59:50"),
    "autumn": ("2026-10-24 22:59:50", "2026-10-25 00:59:50", "2026-10-25 23:59:50"),
    "leap day": ("2028-02-28 23:59:50", "2028-02-29 23:59:50"),
    "year end": ("2026-12-31 23:59:50",),
}
INSTANTS = [
    pytest.param(datetime.fromisoformat(at).replace(tzinfo=UTC) + timedelta(seconds=late), id=f"{name} {at}+{late}")
    for name, night in NIGHTS.items()
    for at in night
    for late in (0, 20)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clock")


@pytest.mark.parametrize("now", INSTANTS)
def test_figures_follow_local_days(now: datetime, folder: Path) -> None:
    today = local_day(now, ZONE)
    force = small_force()
    rows = force.rows["investigation"]
    for number, row in enumerate(rows):  # hours and days apart, so that some fall on each side of every midnight
        row["recorded_at"] = now - timedelta(hours=7 * number, minutes=1)
        row["finalised_at"] = now - timedelta(hours=5 * number) if number % 4 == 1 else None
        row["stl_rule"], row["stl_due_on"] = "STL_S127", today + timedelta(days=26 + number % 5)
        row["stl_expires_on"] = today + timedelta(days=number % 3 - 1) if number % 2 else row["stl_due_on"]
    engine = sqlite(folder)
    write(force, engine, TABLES)
    options = ReaderOptions(zone=ZONE, clock=lambda: now, min_peers=1, min_volume=0)
    reader, oracle = ScorecardReader(engine, TABLES, DATASETS, CATALOGUE, options), Oracle(force, DATASETS)
    TALLY["instants"] += 1
    for metric in [each for each in CATALOGUE.metrics if each.dataset == "investigation" and each.measure == "count"]:
        for period in ("7d", "28d", "month") if metric.kind == "flow" else ("28d",):
            view = View(page=metric.family, metric=metric.slug, unit="herts", period=period)
            reading = reader.figures.reading(OPERATOR)
            question = reading.question(metric, view)
            right = oracle.rows(metric, question.moment, question.period, as_was=True)
            shown = reader.unit_page(view, OPERATOR).total.records
            TALLY["figures"] += 1
            TALLY["wrong"] += shown != len(right)
            assert shown == len(right), f"{metric.slug} over {period} at {now}"
    engine.dispose()


@pytest.mark.parametrize("first", [date(2026, 3, 28), date(2026, 10, 24), date(2028, 2, 28), date(2026, 12, 31)])
@pytest.mark.parametrize("clock", ["00:00:10", "23:59:50"])
def test_28_days_are_28_local_days_whatever_the_hours_between(folder: Path, first: date, clock: str) -> None:
    """A time limit that ends on day 28 is within 28 days, from the first second of today to its last; day 29 is not."""
    now = datetime.fromisoformat(f"{first} {clock}").replace(tzinfo=ZONE).astimezone(UTC)
    force = small_force()
    for number, row in enumerate(force.rows["investigation"]):
        row["recorded_at"] = now - timedelta(days=40)
        row["stl_rule"], row["stl_due_on"] = "STL_S127", first + timedelta(days=28 + number % 2)
    engine = sqlite(folder)
    write(force, engine, TABLES)
    options = ReaderOptions(zone=ZONE, clock=lambda: now, min_peers=1, min_volume=0)
    reader = ScorecardReader(engine, TABLES, DATASETS, CATALOGUE, options)
    page = reader.unit_page(View(page="stl", metric="stl_due_28", unit="herts"), OPERATOR)
    assert page.total.records == len(force.rows["investigation"]) // 2
    engine.dispose()


# The first instant of a local day, in UTC, by the almanac: an hour before midnight there from 29 March to 25 October.
BEGINS = {
    "2026-03-29": "2026-03-29 00:00",
    "2026-03-30": "2026-03-29 23:00",
    "2026-10-25": "2026-10-24 23:00",
    "2026-10-26": "2026-10-26 00:00",
}


@pytest.mark.parametrize("day", BEGINS)
def test_a_day_begins_when_it_does_there(folder: Path, day: str) -> None:
    """What was closed a second before local midnight was closed the day before, whatever the oracle above makes of a day."""
    begins = datetime.fromisoformat(BEGINS[day]).replace(tzinfo=UTC)
    force, now = small_force(), begins + timedelta(hours=12)
    rows = force.rows["investigation"]
    for number, row in enumerate(rows):
        row["recorded_at"] = begins - timedelta(days=9)
        row["finalised_at"] = begins + (timedelta() if number < 3 else -timedelta(seconds=1))
    engine = sqlite(folder)
    write(force, engine, TABLES)
    options = ReaderOptions(zone=ZONE, clock=lambda: now, min_peers=1, min_volume=0, min_officers_in_total=1)
    reader = ScorecardReader(engine, TABLES, DATASETS, CLOSINGS, options)
    shown = {
        period: reader.unit_page(
            View(page="workload", metric="closed", unit="herts", period=period), OPERATOR
        ).total.records
        for period in ("1d", "2d")
    }
    assert shown == {"1d": 3, "2d": len(rows)}
    engine.dispose()


@pytest.mark.parametrize("minutes", [10, -10])
@pytest.mark.parametrize("app_minutes", [0, -5])
def test_clocks_that_differ_make_no_age_below_nothing(tmp_path: Path, minutes: int, app_minutes: int) -> None:
    """The source's clock runs ahead or behind; ours may be put back after a load."""
    with small(tmp_path) as deployment:
        loaded = deployment.now[0]
        state = deployment.reader.figures.metadata.tables["source_state"]
        with deployment.engine.begin() as connection:
            told = loaded + timedelta(minutes=minutes)
            connection.execute(update(state).values(event_at=told, loaded_at=loaded, tried_at=loaded))
        deployment.now[0] = loaded + timedelta(minutes=app_minutes)
        app = app_of(deployment, tmp_path)
        client = signed_in(app, "sgt")
        page = words(visit(app, client, "/workload?unit=watford-int-c")["main"]["children"])
        for source in deployment.reader.as_at(OPERATOR):
            TALLY["ages"] += 1
            assert source.event_at is not None
            is_negative = source.event_at > deployment.now[0]
            TALLY["negative"] += is_negative
            assert not is_negative, "an event from the future"
            assert not source.is_stale
        assert "14 open investigations" in page
        assert not re.search(r"[-−]\d+ (s|min|h|days)", page)


@pytest.mark.parametrize("night", ["2026-03-29 00:50:00", "2026-10-25 00:50:00", "2026-12-31 23:50:00"])
def test_sessions_end_though_the_clocks_change(tmp_path: Path, night: str) -> None:
    start = datetime.fromisoformat(night).replace(tzinfo=UTC)
    with small(tmp_path) as deployment:
        app = app_of(deployment, tmp_path)
        with time_machine.travel(start, tick=False) as clock:
            client = signed_in(app, "sgt")
            clock.shift(timedelta(minutes=-5))  # our own clock is put back
            assert _is_in(client)
            clock.shift(timedelta(minutes=5 + 14))
            assert _is_in(client)
            clock.shift(timedelta(minutes=16))
            assert not _is_in(client), "still in after 16 minutes without a click"
            again = signed_in(app, "sgt")
            for _ in range(8 * 60 // 10 + 1):  # a click every ten minutes
                clock.shift(timedelta(minutes=10))
                was_in = _is_in(again)
            assert not was_in, "still in after more than eight hours"
        TALLY["sessions"] += 2


def _is_in(client: Any) -> bool:
    return bool(client.get("/").status_code == 200)


def test_what_was_tried() -> None:
    """After the others."""
    print(
        f"\nT-DST: {TALLY['instants']} instants round changes, leap day and year end, {TALLY['figures']} figures, wrong "
        f"{TALLY['wrong']}; {TALLY['ages']} ages with clocks apart, negative {TALLY['negative']}; {TALLY['sessions']} "
        "sessions, all ended"
    )
    assert min(TALLY["instants"], TALLY["figures"], TALLY["ages"], TALLY["sessions"]) > 0
