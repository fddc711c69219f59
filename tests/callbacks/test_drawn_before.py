"""A page is drawn again for anybody else, any other address, any change of the data, and each minute: for nothing less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from callbacks.drawn_before import MOST, DrawnBefore
from cspdash.domain.ports import Viewer

NOW = datetime(2026, 11, 22, 14, 5, 12, tzinfo=UTC)
SERGEANT = Viewer("sgt", "Nair", "sergeant", "E1", "t1")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_same_page_is_drawn_once(clock: Clock) -> None:
    before, drawn = DrawnBefore(clock), iter(range(9))
    assert [before.get("s1", SERGEANT, "/", ("v1",), lambda: next(drawn)) for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("scope", "viewer", "address", "state", "later"),
    [
        ("s1", Viewer("other", "Nair", "sergeant", "E1", "t1"), "/", ("v1",), 0),
        ("s1", Viewer("sgt", "Nair", "constable", "E1", "t1"), "/", ("v1",), 0),
        ("s1", Viewer("sgt", "Nair", "sergeant", "E2", "t1"), "/", ("v1",), 0),
        ("s1", Viewer("sgt", "Nair", "sergeant", "E1", "t2"), "/", ("v1",), 0),
        ("s1", SERGEANT, "/stl", ("v1",), 0),
        ("s1", SERGEANT, "/", ("v2",), 0),
        ("s1", SERGEANT, "/", ("v1",), 60),
        ("s2", SERGEANT, "/", ("v1",), 0),
    ],
)
def test_whatever_a_page_depends_on_draws_it_again(
    clock: Clock, scope: str, viewer: Viewer, address: str, state: tuple[object, ...], later: int
) -> None:
    before, drawn = DrawnBefore(clock), iter(range(9))
    assert before.get("s1", SERGEANT, "/", ("v1",), lambda: next(drawn)) == 0
    clock.now += timedelta(seconds=later)
    assert before.get(scope, viewer, address, state, lambda: next(drawn)) == 1


def test_a_page_that_could_not_be_drawn_is_not_kept(clock: Clock) -> None:
    before = DrawnBefore(clock)
    with pytest.raises(ZeroDivisionError):
        before.get("s1", SERGEANT, "/", (), lambda: 1 // 0)
    assert before.get("s1", SERGEANT, "/", (), lambda: 7) == 7


def test_only_so_many_are_kept(clock: Clock) -> None:
    before, drawn = DrawnBefore(clock), iter(range(9_999))
    for number in range(MOST + 1):
        before.get("s1", SERGEANT, f"/{number}", (), lambda: next(drawn))
    assert before.get("s1", SERGEANT, "/0", (), lambda: -1) == -1
    assert before.get("s1", SERGEANT, f"/{MOST}", (), lambda: -1) == MOST
