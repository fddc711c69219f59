"""Which reports count."""

import pytest

from tests.support.clocks import derived


@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ({"status": "submitted"}, True),
        ({"status": "accepted"}, True),
        ({"status": "rejected"}, True),
        ({"status": "duplicate"}, False),
        ({"status": "accepted", "is_automatic": True}, False),
    ],
)
def test_systems_and_duplicates_do_not_count(columns, counts):
    assert derived("intel_report", columns) == {"is_countable": counts}
