"""Budgets: a year's line spread over its months to the penny, and a month's own line before it."""

from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.rules.overtime_budget import budget_months, line
from tests.support.clocks import clocks, day


def year(pence: int = 1_200_001) -> list[dict]:
    row = {
        "ref": "CC1/26",
        "cost_centre": "CC1",
        "month_on": day("2026-04-01"),
        "amount_pence": pence,
        "covers": "year",
    }
    return budget_months(row, clocks())


@given(st.integers(-10_000_000, 10_000_000))
def test_a_years_line_is_twelve_months_that_add_up(pence):
    months = year(pence)
    assert [row["month_on"].isoformat()[:7] for row in months][::11] == ["2026-04", "2027-03"]
    assert sum(row["amount_pence"] for row in months) == pence
    assert max(abs(row["amount_pence"] - pence / 12) for row in months) <= 1
    assert len({row["ref"] for row in months}) == 12
    assert {row["line_ref"] for row in months} == {"CC1/26"}


def test_a_month_of_its_own_stays_as_it_is():
    row = {"ref": "A", "cost_centre": "CC1", "month_on": day("2026-05-01"), "amount_pence": 5, "covers": None}
    assert budget_months(row, clocks()) == [{**row, "line_ref": "A", "month_key": "CC1/2026-05"}]


def test_a_months_own_line_is_used_instead_of_its_share_of_the_year():
    share, own = {"covers": "year"}, {"covers": "month"}
    assert line(share, {"siblings": [share]})["is_in_use"] is True
    assert line(share, {"siblings": [share, own]})["is_in_use"] is False
    assert line(own, {"siblings": [share, own]})["is_in_use"] is True
