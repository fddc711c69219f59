"""What is spooled comes back as it was, from memory or from disk."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.follow.spool import Spool
from data_access.sources.reading import Chunk, Malformed

VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=5)
    | st.just("\udcff")
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.binary(max_size=4)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC) | st.none())
    | st.times()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(VALUES, VALUES), max_size=4), max_size=4), st.integers(0, 6))
def test_rows_come_back_with_their_types(tmp_path: Path, chunks: list[list[tuple[object, object]]], room: int) -> None:
    spool = Spool(tmp_path / "reading", room)
    for number, rows in enumerate(chunks):
        columns = dict(zip(("a", "b"), zip(*rows, strict=True), strict=True)) if rows else {"a": (), "b": ()}
        spool.add(Chunk(columns, len(rows), lambda i, number=number: f"{number}.{i}"))  # type: ignore[misc]

    for number, (chunk, rows) in enumerate(zip(spool, chunks, strict=True)):
        found = list(zip(chunk.columns["a"], chunk.columns["b"], strict=True))
        assert found == rows
        assert [tuple(map(type, row)) for row in found] == [tuple(map(type, row)) for row in rows]
        assert [chunk.place(i) for i in range(chunk.size)] == [f"{number}.{i}" for i in range(chunk.size)]
    spool.close()


def test_what_goes_with_rows_comes_back_too_and_nothing_stays_on_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "reading", 0)
    chunk = Chunk(
        {"a": [Decimal("1.10"), date(2026, 1, 2), time(3), datetime(2026, 1, 2, tzinfo=UTC)]}, 4, str,
        order=["1", "2", "3", "4"], malformed=[Malformed("x.csv, line 9", "is no row", "[]")], file="x.csv",
        gone=[(7, "5")],
    )  # fmt: skip
    spool.add(chunk)

    assert list((tmp_path / "reading").iterdir()) == [], "the file has no name"
    assert (tmp_path / "reading").stat().st_mode & 0o077 == 0
    (found,) = spool
    assert (found.order, found.malformed, found.file, found.gone) == (
        chunk.order, chunk.malformed, chunk.file, chunk.gone,
    )  # fmt: skip
    spool.close()


@pytest.mark.parametrize("room", [0, 10])
def test_a_spool_gives_its_rows_once(tmp_path: Path, room: int) -> None:
    spool = Spool(tmp_path, room)
    spool.add(Chunk({"a": ["x"]}, 1, str))
    assert len(list(spool)) == 1
    spool.close()
