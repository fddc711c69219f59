"""Criminal record items: due times by kind."""

import pytest

from tests.support.clocks import day, derived, local


def item(kind, **columns):
    return derived("acro_item", {"item_type": kind, "opened_at": local("2026-03-04 10:00"), **columns})


@pytest.mark.parametrize(
    ("kind", "due_at"),
    [
        ("biometrics", "2026-03-18 23:59:59.999999"),
        ("record_not_created", "2026-03-05 10:00"),
        ("result_not_updated", "2026-03-14 23:59:59.999999"),
        ("impending_stale", "2027-03-04 23:59:59.999999"),
    ],
)
def test_periods(kind, due_at):
    found = item(kind)
    assert found["due_at"] == local(due_at)
    assert found["due_on"] == local(due_at).date()


def test_twenty_four_hours_are_hours_when_the_clocks_change():
    found = item("record_not_created", opened_at=local("2026-03-28 12:00"))
    assert found["due_at"] == local("2026-03-29 13:00")


def test_days_end_at_local_midnight_in_summer():
    found = item("biometrics", opened_at=local("2026-03-20 12:00"))
    assert (found["due_at"], found["due_on"]) == (local("2026-04-03 23:59:59.999999"), day("2026-04-03"))


def test_requests_are_due_as_supplied():
    assert item("request_open", source_due_on=day("2026-05-01"))["due_on"] == day("2026-05-01")
    without = item("request_open")
    assert (without["due_at"], without["due_on"]) == (None, None)
    assert "No due day supplied" in without["acro_reason"]


def test_biometrics_drop_out_when_the_case_ended_without_action():
    assert item("biometrics", is_no_further_action=True)["is_in_scope"] is False
    assert item("result_not_updated", is_no_further_action=True)["is_in_scope"] is True
