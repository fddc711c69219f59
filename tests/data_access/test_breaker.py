"""The breaker lets one caller try while the rest need not wait, and closes when that one was answered."""

from __future__ import annotations

import pytest

from cspdash.domain.errors import DatabaseUnavailable
from data_access.breaker import Breaker


def test_it_opens_lets_one_try_a_rest_and_closes_by_an_answer() -> None:
    now = [0.0]
    breaker = Breaker(rest_seconds=1, clock=lambda: now[0])
    breaker.enter()
    breaker.failed()
    for now[0] in (0.0, 0.5, 0.99):
        with pytest.raises(DatabaseUnavailable):
            breaker.enter()

    now[0] = 1.0
    breaker.enter()  # one may try
    with pytest.raises(DatabaseUnavailable):
        breaker.enter()  # and only one
    breaker.failed()
    now[0] = 1.9
    with pytest.raises(DatabaseUnavailable):
        breaker.enter()

    now[0] = 2.1
    breaker.enter()
    breaker.answered()
    breaker.enter()
    breaker.enter()
    assert not breaker.is_open
    assert breaker.times_opened == 1
