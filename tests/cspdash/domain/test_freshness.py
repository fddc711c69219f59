"""Late, silent, complete: what the age of a source makes of a figure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cspdash.domain.freshness import drawn_state, is_covered, is_old, old_words, state_of
from cspdash.domain.ports import AsAt

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)  # summer time: 13:00 local
TODAY = date(2026, 7, 6)


def source(
    name: str = "athena",
    *,
    ago: timedelta | None = timedelta(0),
    late: bool = False,
    down: bool = False,
    promise: int = 900,
) -> AsAt:
    at = None if ago is None else NOW - ago
    return AsAt(name, name.capitalize(), at, at, late, down, name, promise)  # fmt: skip


def test_silent_comes_before_late() -> None:
    assert [state_of(each) for each in (source(), source(late=True), source(late=True, down=True))] == [
        "",
        "late",
        "down",
    ]
    assert not is_old([source()])
    assert is_old([source(), source(late=True)])


def test_why_bars_are_hatched_is_said_for_each_source() -> None:
    old = [source(), source("hr", late=True, ago=timedelta(days=3)), source("finance", down=True)]
    assert old_words(old, TODAY, ZONE) == (
        "Hr is late, last read 3 Jul 13:00; Finance is not answering, last read 13:00. "
        "Bars stay hatched until it is read again."
    )
    assert old_words([source("hr", late=True, ago=None)], TODAY, ZONE).startswith("Hr is late, never read.")
    assert old_words([source()], TODAY, ZONE) == ""


@pytest.mark.parametrize(
    ("ago", "first", "expected"),
    [
        (timedelta(hours=1), TODAY, True),
        (timedelta(days=6), date(2026, 6, 30), True),
        (timedelta(days=7), date(2026, 6, 30), False),
        (timedelta(hours=13, minutes=1), TODAY, False),  # 23:59 local, the day before
        (timedelta(hours=12, minutes=59), TODAY, True),  # 00:01 local: a day in London, not in UTC
        (None, date(2020, 1, 1), False),
    ],
)
def test_a_period_is_covered_once_a_source_was_read_in_it(ago: timedelta | None, first: date, expected: bool) -> None:
    assert is_covered([source(), source("hr", ago=ago)], first, ZONE) is expected


def test_a_file_loaded_once_is_complete() -> None:
    assert is_covered([source(ago=timedelta(days=900), promise=0)], TODAY, ZONE)


def test_the_state_changes_with_data_silence_and_day_and_nothing_else() -> None:
    same = drawn_state("v1", [source()], TODAY)
    assert drawn_state("v1", [source(ago=timedelta(minutes=5))], TODAY) == same
    others = (
        drawn_state("v2", [source()], TODAY),
        drawn_state("v1", [source(late=True)], TODAY),
        drawn_state("v1", [source(down=True)], TODAY),
        drawn_state("v1", [source()], date(2026, 7, 7)),
    )
    assert len({same, *others}) == 5
