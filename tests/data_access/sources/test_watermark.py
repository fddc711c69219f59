"""Watermarks: text that sorts as the values do, given back as the database had them, less the overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.errors import BatchRefused
from data_access.convert import Refused
from data_access.sources.watermark import Clock, refuse_day_first, sortable

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
CLOCK = Clock(LONDON, NOW, datetime(2026, 11, 24, tzinfo=UTC))

kinds = st.sampled_from(
    [
        st.integers(-(10**17), 10**17),
        st.decimals(-(10**12), 10**12, places=3),
        st.datetimes(),
        st.datetimes(timezones=st.just(UTC)),
        st.dates(),
        st.binary(min_size=8, max_size=8),
        st.datetimes().map(lambda moment: moment.isoformat(" ")),
    ]
)


@given(pair=kinds.flatmap(lambda kind: st.tuples(kind, kind)))
def test_text_sorts_as_the_values_do(pair: tuple[Any, Any]) -> None:
    first, second = pair
    if isinstance(first, str):  # as times, however many digits their seconds have
        assert (sortable(first) < sortable(second)) == (datetime.fromisoformat(first) < datetime.fromisoformat(second))
    else:
        assert (sortable(first) < sortable(second)) == (first < second)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_nothing_is_no_version(nothing: Any) -> None:
    with pytest.raises(Refused, match="a later change of this row could not be seen"):
        sortable(nothing)


@pytest.mark.parametrize(
    ("value", "overlap", "start"),
    [
        (17, None, 17),
        (17, 5, 12),
        (Decimal("17.5"), 2, Decimal("15.5")),
        (b"\x00\x11", None, b"\x00\x11"),
        ("A17", None, "A17"),
        (date(2026, 11, 20), timedelta(days=2), date(2026, 11, 18)),
        ("2026-11-20", timedelta(days=2), "2026-11-18"),
        (datetime(2026, 11, 20, 12), timedelta(minutes=5), datetime(2026, 11, 20, 11, 55)),  # noqa: DTZ001
        (datetime(2026, 6, 20, 12, tzinfo=UTC), None, datetime(2026, 6, 20, 11, 50, tzinfo=UTC)),
        ("2026-06-20T12:00:00", None, "2026-06-20T11:50:00"),
        ("2026-06-20 12:00", timedelta(hours=1), "2026-06-20 11:00"),
        ("2026-06-20 12:00:00.500", timedelta(seconds=1), "2026-06-20 11:59:59.500"),
        ("2026-06-20T12:00:00.123456Z", timedelta(seconds=1), "2026-06-20T11:59:59.123456Z"),
        # Texts with offsets do not sort as instants: read back so far that none is missed.
        ("2026-06-20T12:00:00+01:00", timedelta(seconds=1), "2026-06-20T08:00:00+00:00"),
        # The local clock goes back an hour at 01:00 UTC on 25 October: what is written after sorts before.
        (datetime(2026, 10, 25, 1, 59), timedelta(minutes=1), datetime(2026, 10, 24, 22, 59)),  # noqa: DTZ001
    ],
)
def test_kept_and_given_back_less_the_overlap(value: Any, overlap: timedelta | int | None, start: Any) -> None:
    found = CLOCK.start(CLOCK.kept(value), overlap)

    assert found == start
    assert type(found) is type(start)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2026-11-23T09:00:00", "2026-11-22T20:00:00"),
        (datetime(2026, 11, 23, 9), datetime(2026, 11, 22, 20)),  # noqa: DTZ001
        (datetime(2026, 11, 23, 9, tzinfo=UTC), NOW),
    ],
)
def test_a_clock_that_is_ahead_does_not_hide_later_rows(value: Any, kept: Any) -> None:
    assert CLOCK.start(CLOCK.kept(value), timedelta()) == kept


def test_times_that_cannot_be_yet_are_no_watermark() -> None:
    assert CLOCK.newest([None, "2026-11-22T10:00:00", "2099-01-01T00:00:00", ""]) == "2026-11-22T10:00:00"
    assert CLOCK.newest([None, ""]) is None
    with pytest.raises(Refused, match="lies after tomorrow"):
        CLOCK.version("2099-01-01T00:00:00")


def test_an_overlap_must_be_of_the_watermarks_kind() -> None:
    with pytest.raises(BatchRefused, match="overlap must be a whole number"):
        CLOCK.start(CLOCK.kept(17), timedelta(minutes=1))
    with pytest.raises(BatchRefused, match="overlap must be one as well"):
        CLOCK.start(CLOCK.kept(NOW), 10)


def test_text_written_day_first_is_no_watermark() -> None:
    with pytest.raises(BatchRefused, match="does not sort by time"):
        refuse_day_first("22/11/2026 14:05")
    refuse_day_first("2026-11-22")
    refuse_day_first(None)
