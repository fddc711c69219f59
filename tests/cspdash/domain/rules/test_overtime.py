"""Overtime: completed quarter hours, force day, notice, minimums, rates, reversals."""

import pytest

from tests.support.clocks import day, derived, local


def claim(kind="casual", start="2026-03-04 15:00", end="2026-03-04 17:20", **columns):
    row = {"overtime_type": kind, "worked_at": local(start), "ended_at": local(end) if end else None}
    return derived("overtime_claim", {**row, **columns})


def test_only_completed_quarter_hours_count():
    assert claim(end="2026-03-04 17:14")["hours"] == 2.0
    assert claim(end="2026-03-04 17:15")["hours"] == 2.25


@pytest.mark.parametrize(
    ("start", "worked_on"),
    [("2026-03-04 07:00", "2026-03-04"), ("2026-03-04 06:59", "2026-03-03"), ("2026-03-04 00:30", "2026-03-03")],
)
def test_the_force_day_begins_at_seven(start, worked_on):
    assert claim(start=start, end="2026-03-04 12:00")["worked_on"] == day(worked_on)


def test_the_nights_the_clocks_change_count_hours_really_worked():
    assert claim(start="2026-03-28 23:00", end="2026-03-29 03:00")["hours"] == 3.0
    assert claim(start="2026-10-24 23:00", end="2026-10-25 03:00")["hours"] == 5.0


def test_without_times_finances_hours_count():
    assert claim(end=None, source_hours=2.4)["hours"] == 2.25
    assert claim(end="2026-03-04 14:00", source_hours=3.0)["hours"] == 3.0  # an end before the start is none


def test_with_neither_there_are_no_hours_and_it_says_so():
    found = claim(end=None)
    assert (found["hours"], found["payable_hours"], found["toil_hours"]) == (None, None, 0.0)
    assert "no hours" in found["overtime_reason"]


def test_a_reversal_takes_its_hours_back():
    assert claim(amount_pence=-5000)["hours"] == -2.25
    assert claim(end=None, source_hours=-2.25, amount_pence=-5000)["hours"] == -2.25


@pytest.mark.parametrize(
    ("kind", "hours", "payable"),
    [
        ("rest_day", "17:00", 4.0),
        ("rest_day", "20:00", 5.0),
        ("rest_day", "16:00", 4.0),
        ("public_holiday", "17:00", 4.0),
        ("casual", "17:00", 1.5),
        ("recall", "17:00", 2.0),
    ],
)
def test_four_hours_at_least_on_a_rest_day_or_public_holiday(kind, hours, payable):
    assert claim(kind, end=f"2026-03-04 {hours}")["payable_hours"] == payable


@pytest.mark.parametrize(
    ("told", "rate"),
    [
        ("2026-03-16", 0.0),  # 15 clear days: another rest day, no money
        ("2026-03-17", 1.5),  # 14
        (None, 1.5),
    ],
)
def test_notice_of_a_rest_day_leaves_out_the_day_told_and_the_day_worked(told, rate):
    told_at = local(f"{told} 12:00") if told else None
    assert claim("rest_day", "2026-04-01 10:00", "2026-04-01 16:00", told_at=told_at)["rate"] == rate


@pytest.mark.parametrize(("told", "another"), [("2026-03-24", True), ("2026-03-23", False), (None, True)])
def test_short_notice_of_a_public_holiday_gives_another_day_off(told, another):
    told_at = local(f"{told} 12:00") if told else None
    found = claim("public_holiday", "2026-04-01 10:00", "2026-04-01 16:00", told_at=told_at)
    assert found["rate"] == 2.0
    assert ("another day off" in found["overtime_reason"]) is another


def test_time_off_is_owed_at_its_rate_and_pay_owes_none():
    assert claim("planned", end="2026-03-04 18:00", settlement="toil")["toil_hours"] == 4.0  # three hours at 1 1/3
    assert claim("rest_day", end="2026-03-04 17:00", settlement="toil")["toil_hours"] == 6.0
    assert claim(settlement="pay")["toil_hours"] == 0.0


def test_rates_are_configuration():
    row = {"overtime_type": "casual", "worked_at": local("2026-03-04 15:00"), "ended_at": local("2026-03-04 17:00")}
    assert derived("overtime_claim", row, '[overtime.rates]\ncasual = "3/2"\n')["rate"] == 1.5
