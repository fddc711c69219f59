"""When a source is asked again."""

from __future__ import annotations

from data_access.follow.pace import LONGEST_WAIT_SECONDS, OPENS_AFTER, Pace


def test_all_well_keeps_a_steady_pace() -> None:
    pace = Pace(2.0, 100.0)
    assert pace.is_due(100.0)
    pace.went_well(began=100.0, now=100.3)
    assert (pace.next, pace.is_due(101.9), pace.is_due(102.0)) == (102.0, False, True)
    pace.went_well(began=102.0, now=109.0)
    assert pace.next == 109.0, "a slow look is followed by the next, not by those it missed"


def test_failures_wait_longer_by_some_chance_and_open_the_breaker() -> None:
    waits: list[float] = []
    pace = Pace(2.0, 0.0)
    for failure in range(1, 12):
        pace.failed(now=0.0)
        waits.append(pace.next)
        assert pace.breaker == ("open" if failure >= OPENS_AFTER else "closed")
    assert waits[0] < waits[2] < waits[4]
    assert max(waits) <= LONGEST_WAIT_SECONDS
    again = Pace(2.0, 0.0)
    for _ in range(3):
        again.failed(now=0.0)
    assert again.next != waits[2], "two that failed together do not come back together"


def test_an_open_breaker_lets_one_try_through() -> None:
    pace = Pace(2.0, 0.0)
    for _ in range(OPENS_AFTER):
        pace.failed(now=0.0)
    pace.began()
    assert pace.breaker == "half_open"
    pace.failed(now=0.0)
    assert pace.breaker == "open"
    pace.began()
    pace.went_well(began=0.0, now=0.0)
    assert (pace.breaker, pace.failures, pace.next) == ("closed", 0, 2.0)


def test_what_cannot_be_used_is_no_reason_to_open_the_breaker() -> None:
    pace = Pace(2.0, 0.0)
    for _ in range(OPENS_AFTER + 3):
        pace.failed(now=0.0, is_down=False)
    assert pace.breaker == "closed"
    assert pace.next > 2.0
