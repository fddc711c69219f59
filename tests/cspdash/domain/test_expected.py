"""The usual range as printed is the range judged by; too little is never judged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.expected import is_concern, judge, usual_range


@given(st.lists(st.integers(0, 60), min_size=1, max_size=300))
def test_at_least_nineteen_in_twenty_peers_lie_within_the_printed_range(values: list[int]) -> None:
    usual = usual_range(np.array(values, dtype=float))
    assert usual is not None
    assert usual.low == int(usual.low)
    assert usual.high == int(usual.high)
    inside = sum(usual.low <= value <= usual.high for value in values)
    assert inside >= 0.95 * len(values) - 2
    assert usual.peers == len(values)


def test_nobody_to_compare_with() -> None:
    assert usual_range(np.array([np.nan, np.nan])) is None


@pytest.mark.parametrize(
    ("value", "peers", "volume", "expected"),
    [
        (20.0, 40, 20, "high"),
        (19.0, 40, 19, "usual"),
        (9.0, 40, 9, "usual"),
        (8.0, 40, 8, "low"),
        (20.0, 19, 20, "too_few"),
        (8.0, 40, 4, "too_few"),
        (None, 40, 9, "not_judged"),
    ],
)
def test_judged_by_the_range_as_printed(value: float | None, peers: int, volume: float, expected: str) -> None:
    from cspdash.domain.expected import Usual

    assert judge(value, Usual(9, 19, peers), volume=volume, min_volume=5, min_peers=20) == expected


def test_a_neutral_metric_is_never_a_concern() -> None:
    assert is_concern("high", "lower")
    assert is_concern("low", "higher")
    assert not is_concern("low", "lower")
    assert not any(is_concern(outside, "neutral") for outside in ("high", "low"))  # type: ignore[arg-type]
