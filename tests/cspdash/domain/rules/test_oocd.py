"""Outcome groups: which are out of court, and the switch for 22."""

import pytest

from tests.support.clocks import derived, local


def outcome(code, changes="", given="2026-03-04 10:00"):
    return derived("disposal", {"outcome_code": code, "given_at": local(given)}, changes)


@pytest.mark.parametrize(
    ("code", "group"),
    [
        *((code, "out_of_court") for code in ("2", "2a", "3", "3a", "6", "7", "8", "22", "02", "3A")),
        ("1", "charge"),
        ("1a", "charge"),
        ("4", "taken_into_consideration"),
        ("17", "time_limit_expired"),
        ("18", "no_suspect"),
        *((code, "other") for code in ("5", "9", "10", "11", "12", "13", "14", "15", "16", "19", "20", "21")),
        ("0", "not_assigned"),
        ("", "not_assigned"),
        (None, "not_assigned"),
    ],
)
def test_groups(code, group):
    found = outcome(code)
    assert found["outcome_group"] == group
    assert found["is_positive"] is (group in ("charge", "out_of_court"))


def test_letters_are_counted_in_their_number():
    assert outcome("2a")["main_code"] == outcome("2")["main_code"] == "2"


def test_22_can_be_switched_off_from_a_day_on():
    changes = "[oocd]\ninclude_22 = [{from = 2014-01-01, value = true}, {from = 2026-04-01, value = false}]\n"
    assert outcome("22", changes)["outcome_group"] == "out_of_court"
    assert outcome("22", changes, "2026-04-01 00:30")["outcome_group"] == "other"
    assert outcome("22", changes, "2026-04-01 00:30")["is_positive"] is False
