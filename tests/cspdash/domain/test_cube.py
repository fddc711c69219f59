"""Cubes travel as bytes and come back whole, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.cube import Cube


@given(
    st.lists(
        st.tuples(
            st.integers(-1, 9),
            st.integers(0, 9),
            st.integers(-1, 9),
            st.integers(0, 99),
            st.floats(-1e9, 1e9),
            st.floats(0, 1e9),
        ),
        max_size=20,
    ),
    st.booleans(),
)
def test_bytes_and_back(rows: list[tuple[int, int, int, int, float, float]], is_median: bool) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * 6
    officer, unit, named, records = (np.array(column, dtype=np.int64) for column in columns[:4])
    cube = Cube(
        officer, unit, named, np.array(columns[4], dtype=float), np.array(columns[5], dtype=float), records, is_median
    )
    back = Cube.from_bytes(cube.to_bytes())
    for name in ("officer", "unit", "named", "numerator", "denominator", "records"):
        assert np.array_equal(getattr(back, name), getattr(cube, name))
    assert back.is_median is is_median


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a cube"):
        Cube.from_bytes(data)


def test_a_cut_cube_is_refused() -> None:
    one = np.array([1], dtype=np.int64)
    whole = Cube(one, one, one, np.array([1.0]), np.array([1.0]), one).to_bytes()
    with pytest.raises(ValueError, match="not a cube"):
        Cube.from_bytes(whole[:-1])


@given(st.lists(st.floats(0, 500, allow_nan=False), min_size=1, max_size=60), st.integers(1, 99))
def test_a_percentile_is_the_least_value_that_so_many_in_a_hundred_do_not_exceed(
    values: list[float], percentile: int
) -> None:
    count = len(values)
    none = np.zeros(count, dtype=np.int64)
    cube = Cube(none, none, none, np.array(values), np.zeros(count), none + 1, is_median=True)
    found = cube.middle(np.arange(count), percentile)
    if percentile == 50:
        assert found == np.median(values)
        return
    enough = [value for value in sorted(values) if sum(other <= value for other in values) * 100 >= percentile * count]
    assert found == enough[0]
    assert cube.middle(np.arange(0), percentile) is None
