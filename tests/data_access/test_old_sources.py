"""A source that is late or silent: old figures are hatched and say so, and a figure nobody can know is no zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from cspdash.domain.errors import NoData
from cspdash.domain.view import OFFICER, SUMMARY, View
from data_access.answers.plans import baseline_now
from layouts.summary import summary_page
from layouts.unit_page import unit_page
from tests.support.drawn import drawn
from tests.support.force import NOW
from tests.support.small import RECORDED, VIEWERS, Small, small

WEEK = View(page="volume", unit="watford-int-c", metric="recorded", period="7d")
STOCK = View(page="workload", unit="watford-int-c")
SERGEANT, CHIEF = VIEWERS["sgt"], VIEWERS["chief"]


@pytest.fixture
def force(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as found:
        yield found


def last_read(force: Small, days: float, **values: Any) -> None:
    table = force.reader.figures.metadata.tables["source_state"]
    at = NOW - timedelta(days=days)
    with force.engine.begin() as connection:
        connection.execute(update(table).values(loaded_at=at, event_at=at, **values))


def test_a_week_nothing_was_read_in_is_not_a_week_without_crime(force: Small) -> None:
    everything = force.reader.figures.metadata.tables["investigation"]
    with force.engine.begin() as connection:
        connection.execute(delete(everything).where(everything.c.recorded_at > NOW - timedelta(days=8)))
    force.bump()
    page = force.reader.unit_page(WEEK, SERGEANT)
    assert (page.empty, page.total.text) == ("", "0")  # read a moment ago: this is a zero

    last_read(force, 8, is_down=True)
    page = force.reader.unit_page(WEEK, SERGEANT)
    assert (page.empty, page.bars, page.total.value, page.total.text) == ("source_down", (), None, "–")
    assert next(tab.text for tab in page.tabs if tab.is_current) == "–"


def test_an_older_period_that_was_read_in_keeps_its_figure(force: Small) -> None:
    last_read(force, 8, is_down=True)
    page = force.reader.unit_page(WEEK.but(period="28d"), SERGEANT)
    assert (page.empty, page.total.value) == ("", 9.0 + 0.0 + 4.0 + 1.0)
    assert page.old_words.startswith("Athena is not answering, last read 14 Nov")


def test_no_officer_and_no_summary_shows_a_zero_nobody_can_know(force: Small) -> None:
    last_read(force, 40, is_down=True)
    officer = force.reader.officer_page(View(page=OFFICER, officer="E2", metric="recorded", period="7d"), SERGEANT)
    assert (officer.current.figure.value, officer.current.figure.text) == (None, "–")
    assert [month.figure.text for month in officer.months][-1] == "–"
    reading = force.reader.figures.reading(SERGEANT)
    with pytest.raises(NoData):
        baseline_now(reading, RECORDED, "7d", reading.organisation.officer("E2"))


@pytest.mark.parametrize("is_down", [True, False])
def test_open_right_now_keeps_its_last_good_figure_hatched_and_said(force: Small, is_down: bool) -> None:
    fresh = force.reader.unit_page(STOCK, SERGEANT)
    assert fresh.old_words == ""
    last_read(force, 0.5, is_down=is_down)
    page = force.reader.unit_page(STOCK, SERGEANT)
    assert page.total == fresh.total
    assert page.old_words.startswith("Athena is not answering" if is_down else "Athena is late")


def test_every_tile_carries_the_age_of_its_source(force: Small) -> None:
    page = force.reader.unit_page(STOCK, SERGEANT)
    tiles: list[Any] = [*page.tabs, *force.reader.headlines(STOCK, SERGEANT)]
    tiles += force.reader.officer_page(View(page=OFFICER, officer="E2"), SERGEANT).lines
    tiles += force.reader.summary_page(View(page=SUMMARY), CHIEF).columns
    assert len(tiles) > 4
    for tile in tiles:
        assert [source.loaded_words for source in tile.as_at] == ["14:05"]


def test_past_days_are_not_hatched(force: Small) -> None:
    last_read(force, 2)
    past = force.reader.unit_page(STOCK.but(as_at=(NOW - timedelta(days=5)).date()), SERGEANT)
    assert past.old_words == ""


def test_hatching_is_drawn_in_chart_twin_and_grid(force: Small) -> None:
    def patterns(page: Any) -> set[str]:
        figure = drawn(unit_page(page)).one("Graph").props["figure"]
        return {trace["marker"].get("pattern", {}).get("shape", "") for trace in figure["data"]}

    fresh = force.reader.unit_page(STOCK, SERGEANT)
    assert patterns(fresh) <= {"", "/"}
    last_read(force, 0.5)
    old = force.reader.unit_page(STOCK, SERGEANT)
    assert patterns(old) <= {"\\", "/"}
    assert "\\" in patterns(old)
    assert "Athena is late, last read" in drawn(unit_page(old)).text
    assert "Athena is late" in drawn(summary_page(force.reader.summary_page(View(page=SUMMARY), CHIEF))).text


def test_nothing_open_by_a_source_that_broke_its_promise_is_no_zero(force: Small) -> None:
    empty = STOCK.but(unit="watford-int-c", metric="open")
    table = force.reader.figures.metadata.tables["investigation"]
    with force.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.officer_id == "E3"))
    force.bump()

    def brennan() -> tuple[float | None, str]:
        page = force.reader.unit_page(empty, SERGEANT)
        return next((bar.figure.value, bar.figure.text) for bar in page.bars if "Brennan" in bar.name)

    assert brennan() == (0.0, "0")
    last_read(force, 0.001, is_down=True)
    assert brennan() == (0.0, "0")  # not answering just now, yet younger than it promised
    last_read(force, 0.5, is_down=False)
    assert brennan() == (None, "–")
