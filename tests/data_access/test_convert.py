"""Values of theirs to values of ours: what is taken, what is refused and in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.datasets import COLUMN_TYPES
from data_access.columns import ColumnReader, one_by_one
from data_access.convert import Refused, converter
from data_access.mapped import ColumnRule

LONDON = ZoneInfo("Europe/London")
LATEST = datetime(2026, 11, 24, tzinfo=UTC) - timedelta(microseconds=1)


def rule(column_type: str, **given: Any) -> ColumnRule:
    return ColumnRule(**{"name": "x", "type": column_type, "takes": ("x",), "zone": LONDON, **given})


def convert(column_type: str, value: Any, **given: Any) -> Any:
    return converter(rule(column_type, **given), LATEST)(value)


@pytest.mark.parametrize(
    ("column_type", "value", "given", "expected"),
    [
        ("text", "  Rex ", {}, "Rex"),
        ("text", "  Rex ", {"strip": False}, "  Rex "),
        ("text", "   ", {}, None),
        ("text", "", {"strip": False}, None),
        ("text", 17, {}, "17"),
        ("text", 17.0, {}, "17"),
        ("text", True, {}, "true"),
        ("text", b"Rex", {}, "Rex"),
        ("text", "N/A", {"null": frozenset({"N/A"})}, None),
        ("text", "Watford 004B", {"regex": "^(.+).{5}$"}, "Watford"),
        ("text", "X", {"regex": "^(.+).{5}$"}, None),
        ("text", "123", {"prefix": "C-"}, "C-123"),
        ("text", None, {"prefix": "C-"}, None),
        ("text", "Watford 004B", {"regex": "^(.+).{5}$", "prefix": "csp ", "map": (("csp Watford", "w"),)}, "w"),
        ("text", "nowhere", {"map": (("a", "b"),), "default": "outside"}, "outside"),
        ("text", None, {"map": (("a", "b"),), "default": "outside"}, None),
        ("text", " ", {"map": (("", "none"),)}, "none"),
        ("choice", "rough", {"choices": ("rough",)}, "rough"),
        ("choice", 3, {"choices": ("rough",), "map": (("3", "rough"),)}, "rough"),
        ("bool", "Y", {}, True),
        ("bool", "false", {}, False),
        ("bool", 0, {}, False),
        ("bool", 1.0, {}, True),
        ("bool", "J", {"map": (("J", True), ("N", False))}, True),
        ("integer", "42", {}, 42),
        ("integer", "42.0", {}, 42),
        ("integer", Decimal("42"), {}, 42),
        ("integer", -3, {}, -3),
        ("integer", "1.5", {"scale": Decimal(60)}, 90),
        ("pence", "12.34", {"scale": Decimal(100)}, 1234),
        ("pence", 12.34, {"scale": Decimal(100)}, 1234),
        ("pence", 0.285, {"scale": Decimal(100)}, 29),
        ("pence", "-0.07", {"scale": Decimal(100)}, -7),
        ("number", "7.5", {}, 7.5),
        ("number", "1e3", {}, 1000.0),
        ("number", "0.1", {"scale": Decimal(60)}, 6.0),
        ("date", "2026-11-22", {}, date(2026, 11, 22)),
        ("date", "2026-11-22 23:59:00", {}, date(2026, 11, 22)),
        ("date", "2026-06-30T23:30:00Z", {}, date(2026, 7, 1)),
        ("date", "22/11/2026", {"format": "%d/%m/%Y"}, date(2026, 11, 22)),
        ("date", "2026-11", {"format": "%Y-%m"}, date(2026, 11, 1)),
        ("date", datetime(2026, 6, 30, 23, 30, tzinfo=UTC), {}, date(2026, 7, 1)),
        ("date", date(2026, 6, 30), {}, date(2026, 6, 30)),
        ("date", "9999-12-31", {}, date(9999, 12, 31)),
        ("instant", "2026-11-22T14:05:00", {}, datetime(2026, 11, 22, 14, 5, tzinfo=UTC)),
        ("instant", "2026-06-22 14:05:00", {}, datetime(2026, 6, 22, 13, 5, tzinfo=UTC)),
        ("instant", "2026-06-22T00:30:00", {}, datetime(2026, 6, 21, 23, 30, tzinfo=UTC)),
        ("instant", "2026-06-22T14:05:00.25", {}, datetime(2026, 6, 22, 13, 5, 0, 250_000, tzinfo=UTC)),
        ("instant", "2026-06-22T14:05:00Z", {}, datetime(2026, 6, 22, 14, 5, tzinfo=UTC)),
        ("instant", "2026-06-22T14:05:00-05:00", {}, datetime(2026, 6, 22, 19, 5, tzinfo=UTC)),
        ("instant", "2026-06-22", {}, datetime(2026, 6, 21, 23, tzinfo=UTC)),
        ("instant", "22/06/2026 14:05", {"format": "%d/%m/%Y %H:%M"}, datetime(2026, 6, 22, 13, 5, tzinfo=UTC)),
        ("instant", "2026-06-22T14:05:00", {"zone": ZoneInfo("UTC")}, datetime(2026, 6, 22, 14, 5, tzinfo=UTC)),
        ("instant", datetime(2026, 6, 22, 14, 5), {}, datetime(2026, 6, 22, 13, 5, tzinfo=UTC)),  # noqa: DTZ001
        ("instant", datetime(2026, 6, 22, 14, tzinfo=timezone(timedelta(hours=2))), {}, datetime(2026, 6, 22, 12, tzinfo=UTC)),
        # The night the clocks go back has 01:30 twice: the first is meant. In spring it has none: an hour later.
        ("instant", "2026-10-25T01:30:00", {}, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("instant", "2026-03-29T01:30:00", {}, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("instant", "2026-11-23T23:59:59", {}, datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_taken(column_type: str, value: Any, given: dict[str, Any], expected: Any) -> None:
    found = convert(column_type, value, **given)

    assert found == expected
    assert type(found) is type(expected)
    column = ColumnReader(rule(column_type, **given), LATEST).read([value, None, value, value])
    assert list(column.values)[0::2] == [expected, expected], "the quick way says the same"
    assert column.bad == {}


@pytest.mark.parametrize(
    ("column_type", "value", "given", "words"),
    [
        ("text", "nowhere", {"map": (("a", "b"),)}, "'nowhere' is not in the value map"),
        ("text", "a\x00b", {}, "holds a NUL character"),
        ("text", "caf\udce9", {}, "is not in the encoding that was named"),
        ("text", b"\xff", {}, "bytes that are no text"),
        ("choice", "curly", {"choices": ("rough", "smooth")}, "'curly' is not one of rough, smooth"),
        ("bool", "maybe", {}, "'maybe' is neither yes nor no"),
        ("bool", 2, {}, "is neither yes nor no"),
        ("integer", "4.5", {}, "'4.5' is not a whole number"),
        ("integer", "four", {}, "'four' is not a number"),
        ("integer", "9" * 30, {}, "is not a number"),
        ("integer", 2**63, {}, "is not a"),
        ("integer", "1_000", {}, "is not a number"),
        ("integer", float("nan"), {}, "is not a number"),
        ("pence", "12.34", {}, "for pounds, say scale = 100"),
        ("pence", "£12.34", {"scale": Decimal(100)}, "is not a number"),
        ("pence", Decimal("1e400"), {"scale": Decimal(100)}, "is not a number"),
        ("number", "nan", {}, "is not a number"),
        ("number", "1e999", {}, "is not a number"),
        ("number", float("inf"), {}, "is not a number"),
        ("date", "2026-02-30", {}, "is not a date as 2026-11-22"),
        ("date", "22/11/2026", {}, "is not a date as 2026-11-22"),
        ("date", "2026-11-22", {"format": "%d/%m/%Y"}, "is not written as %d/%m/%Y"),
        ("date", "0001-01-01", {}, "lies before 1900"),
        ("instant", "soon", {}, "is not a date and time"),
        ("instant", "0001-01-01T00:00:00", {}, "lies before 1900"),
        ("instant", "9999-12-31T23:59:59", {}, "lies after tomorrow"),
        ("instant", "2026-11-24T00:00:00", {}, "lies after tomorrow"),
        ("instant", "x" * 100, {}, "'" + "x" * 40 + "…'"),
    ],
)
def test_refused(column_type: str, value: Any, given: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=r".") as refusal:
        convert(column_type, value, **given)

    assert words in str(refusal.value)
    column = ColumnReader(rule(column_type, **given), LATEST).read([None, value, None])
    assert column.bad == {1: str(refusal.value)}
    assert list(column.values) == [None, None, None]


anything = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.binary(), st.dates(), st.datetimes(),
    st.datetimes(timezones=st.just(UTC)), st.decimals(), st.from_regex(r"[+-]?\d{1,25}(\.\d*)?(e\d+)?", fullmatch=True),
    st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", fullmatch=True),
)  # fmt: skip


@given(value=anything, column_type=st.sampled_from(COLUMN_TYPES), scale=st.sampled_from([None, Decimal(100)]))
def test_whatever_comes_is_taken_or_refused(value: Any, column_type: str, scale: Decimal | None) -> None:
    try:
        found = convert(column_type, value, choices=("rough",), scale=scale if column_type == "pence" else None)
    except Refused:
        return
    if isinstance(found, datetime):
        assert found <= LATEST
        assert found.tzinfo is UTC
    if isinstance(found, int):
        assert abs(found) < 2**63
    if isinstance(found, str):
        assert found.encode()
        assert "\x00" not in found


moments = st.one_of(
    st.datetimes(datetime(1890, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.isoformat(" ", "seconds")),  # noqa: DTZ001
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26)).map(lambda moment: moment.isoformat(timespec="seconds")),  # noqa: DTZ001
    st.sampled_from(["", " ", "2026-10-25", "2026-06-22T14:05:00Z", "2026-06-22T14:05", "2026-06-22TAB:05:00", "x" * 19]),
    st.text(max_size=20),
    st.none(),
)  # fmt: skip


@given(
    column=st.lists(moments, max_size=12), zone=st.sampled_from(["Europe/London", "America/Chicago", "Asia/Kolkata"])
)
def test_the_quick_way_and_the_slow_way_agree(column: list[Any], zone: str) -> None:
    for column_type in ("instant", "text"):
        own = rule(column_type, zone=ZoneInfo(zone))

        quick = ColumnReader(own, LATEST).read(column)

        slow = one_by_one(column, converter(own, LATEST), column_type)
        assert (list(quick.values), list(quick.texts), quick.bad) == (list(slow.values), list(slow.texts), slow.bad)
