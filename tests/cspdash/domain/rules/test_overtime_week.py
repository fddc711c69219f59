"""The half hour of casual overtime, and overtime across the start of a force day: rows, hours, rates and pence."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.derivation import derive
from cspdash.domain.rules.overtime_spells import force_days
from tests.support.clocks import clocks, datasets, day, local

MONDAY = day("2026-03-02")


def kept(row: dict[str, Any], changes: str = "") -> list[dict[str, Any]]:
    """A claim as finance gives it to the rows it is kept in."""
    full = {column.name: None for column in datasets()["overtime_claim"].kept_columns}
    return [dict(part) for part in force_days({**full, "officer_id": "E1", **row}, clocks(changes))]


def worked(*claims: dict[str, Any], changes: str = "") -> dict[str, dict[str, Any]]:
    """All claims of a week derived with each other in sight, by reference."""
    rows = [part for claim in claims for part in kept(claim, changes)]
    return {
        row["ref"]: derive(
            datasets()["overtime_claim"],
            row,
            {"siblings": [other for other in rows if other["week_key"] == row["week_key"]]},
            clocks(changes),
        )
        for row in rows
    }


def casual(ref: str, days: int = 0, hours: float = 2, **columns: Any) -> dict[str, Any]:
    start = local("2026-03-02 15:00") + timedelta(days=days)
    end = start + timedelta(hours=hours)
    return {"ref": ref, "overtime_type": "casual", "worked_at": start, "ended_at": end, "settlement": "pay", **columns}


# --- the half hour ------------------------------------------------------------------------------------------------


def test_the_first_four_occasions_of_a_week_lose_half_an_hour_and_the_fifth_does_not():
    found = worked(*(casual(f"C{n}", n) for n in range(5)))
    assert [found[f"C{n}"]["payable_hours"] for n in range(5)] == [1.5, 1.5, 1.5, 1.5, 2.0]
    assert [found[f"C{n}"]["hours"] for n in range(5)] == [2.0] * 5
    assert "First 30 minutes not paid" in found["C3"]["overtime_reason"]
    assert found["C4"]["lost_minutes"] == 0


def test_a_new_week_begins_again_and_when_it_does_is_configuration():
    claims = [casual(f"C{n}", n) for n in range(5)] + [casual("NEXT", 7)]
    assert worked(*claims)["NEXT"]["payable_hours"] == 1.5
    tuesday = '[overtime]\nweek_starts = "tuesday"\n'  # Monday's claim belongs to the week before
    assert worked(*claims, changes=tuesday)["C4"]["payable_hours"] == 1.5


def test_planned_overtime_is_no_occasion_and_loses_nothing():
    planned = {**casual("P", 0), "overtime_type": "planned"}
    found = worked(planned, *(casual(f"C{n}", n + 1) for n in range(4)))
    assert found["P"]["payable_hours"] == 2.0
    assert found["C3"]["payable_hours"] == 1.5  # the fourth casual occasion, though the fifth claim


def test_twenty_minutes_of_casual_overtime_pay_nothing():
    found = worked(casual("C", hours=1 / 3))["C"]
    assert (found["hours"], found["payable_hours"]) == (0.25, 0.0)


def test_a_line_taken_back_and_its_reversal_cancel_out_and_are_no_occasion():
    first, back = casual("A", 0, amount_pence=3000), casual("A-", 0, amount_pence=-3000)
    again = casual("B", 0, 3, amount_pence=4500)
    found = worked(first, back, again, *(casual(f"C{n}", n) for n in range(1, 5)))
    assert found["A"]["payable_hours"] == -found["A-"]["payable_hours"] == 1.5
    # The corrected claim is the first occasion, so the fifth is that of the last day.
    assert found["B"]["payable_hours"] == 2.5
    assert [found[f"C{n}"]["payable_hours"] for n in range(1, 5)] == [1.5, 1.5, 1.5, 2.0]
    cancelled = worked(first, back, *(casual(f"C{n}", n) for n in range(1, 5)))
    assert [cancelled[f"C{n}"]["payable_hours"] for n in range(1, 5)] == [1.5] * 4


def test_minutes_and_occasions_are_configuration():
    changes = "[overtime]\nunpaid_minutes = 15\nunpaid_occasions = 1\n"
    found = worked(casual("A"), casual("B", 1), changes=changes)
    assert (found["A"]["payable_hours"], found["B"]["payable_hours"]) == (1.75, 2.0)


# --- across the start of a force day ------------------------------------------------------------------------------


def spanning(kind: str, start: str, end: str, **columns: Any) -> dict[str, Any]:
    return {"ref": "X", "overtime_type": kind, "worked_at": local(start), "ended_at": local(end), **columns}


def test_a_claim_within_a_force_day_stays_one_row():
    assert [row["ref"] for row in kept(spanning("planned", "2026-03-03 22:00", "2026-03-04 07:00"))] == ["X"]


def test_into_a_bank_holiday_it_is_two_rows_each_at_its_own_rate_and_together_the_claim():
    """Christmas Day begins with the force's day, not at midnight: Police Regulations 2003, Annex H."""
    claim = spanning("planned", "2026-12-24 23:00", "2026-12-25 09:00", amount_pence=30_001, settlement="pay")
    found = worked(claim)
    first, second = found["X"], found["X/2026-12-25"]
    assert (first["worked_on"], first["hours"], first["counted_type"]) == (day("2026-12-24"), 8.0, "planned")
    assert (second["worked_on"], second["hours"], second["counted_type"]) == (day("2026-12-25"), 2.0, "public_holiday")
    assert (first["rate"], second["rate"]) == (pytest.approx(4 / 3), 2.0)
    assert second["payable_hours"] == 4.0  # kept on for more than an hour: the minimum
    assert first["paid_pence"] + second["paid_pence"] == 30_001
    assert first["paid_pence"] == round(30_001 * (8 * 4 / 3) / (8 * 4 / 3 + 4 * 2))


def test_kept_on_for_an_hour_into_a_public_holiday_counts_by_the_quarter_hour():
    found = worked(spanning("planned", "2026-12-24 23:00", "2026-12-25 08:00"))
    assert found["X/2026-12-25"]["payable_hours"] == 1.0


def test_a_public_holiday_claim_that_began_the_evening_before_is_ordinary_until_the_day_begins():
    told = worked(spanning("public_holiday", "2026-12-24 22:00", "2026-12-25 12:00", told_at=local("2026-12-01 09:00")))
    untold = worked(spanning("public_holiday", "2026-12-24 22:00", "2026-12-25 12:00"))
    assert (told["X"]["counted_type"], told["X/2026-12-25"]["counted_type"]) == ("planned", "public_holiday")
    assert untold["X"]["counted_type"] == "casual"


def test_money_of_a_claim_too_short_to_count_is_not_lost():
    found = worked(spanning("planned", "2026-03-04 06:50", "2026-03-04 07:10", amount_pence=500))
    assert [each["hours"] for each in found.values()] == [0.0, 0.0]
    assert sum(each["paid_pence"] for each in found.values()) == 500


def test_what_a_claim_ran_into_is_the_sources_word():
    claim = spanning("casual", "2026-03-04 05:00", "2026-03-04 12:00", next_day_type="rest_day")
    found = worked(claim)
    assert (found["X"]["counted_type"], found["X/2026-03-04"]["counted_type"]) == ("casual", "rest_day")
    assert (found["X"]["payable_hours"], found["X/2026-03-04"]["payable_hours"]) == (1.5, 5.0)


def test_the_four_hours_are_owed_once_for_a_rest_day_claim_over_two_force_days():
    found = worked(spanning("rest_day", "2026-03-04 06:00", "2026-03-04 08:00"))
    assert found["X"]["payable_hours"] + found["X/2026-03-04"]["payable_hours"] == 4.0


def test_a_bank_holiday_is_found_whatever_was_claimed_with_the_forces_own_days():
    claim = {
        **casual("C"),
        "worked_at": local("2026-04-06 15:00"),
        "ended_at": local("2026-04-06 17:00"),
    }  # Easter Monday
    found = worked(claim)["C"]
    assert (found["counted_type"], found["rate"], found["lost_minutes"]) == ("public_holiday", 2.0, 0)
    royal = "[working_days]\nadditional_holidays = [2026-03-02]\n"
    assert worked(casual("C"), changes=royal)["C"]["counted_type"] == "public_holiday"
    assert worked({**claim, "overtime_type": "other"})["C"]["counted_type"] == "other"


def test_a_claim_on_no_bank_holiday_stays_as_claimed_and_says_so():
    found = worked({**casual("C"), "overtime_type": "public_holiday"})["C"]
    assert found["counted_type"] == "public_holiday"
    assert "No bank holiday that day" in found["overtime_reason"]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (
            "2026-03-28 22:00",
            "2026-03-29 09:00",
            (8.0, 2.0),
        ),  # clocks go forward: nine hours on the clock, eight worked
        ("2026-10-24 22:00", "2026-10-25 09:00", (10.0, 2.0)),
    ],
)
def test_the_split_falls_at_seven_by_the_clock_on_nights_it_changes(start, end, hours):
    rows = kept(spanning("planned", start, end))
    found = worked(spanning("planned", start, end))
    assert rows[0]["ended_at"] == local(f"{end[:10]} 07:00") == rows[1]["worked_at"]
    assert tuple(each["hours"] for each in found.values()) == hours


def test_where_the_force_day_begins_is_configuration():
    at_six = "[overtime]\nforce_day_start = 06:00:00\n"
    claim = spanning("planned", "2026-03-04 05:00", "2026-03-04 06:30")
    assert len(kept(claim)) == 1
    assert [row["ref"] for row in kept(claim, at_six)] == ["X", "X/2026-03-04"]


KINDS = st.sampled_from(["casual", "planned", "recall", "rest_day", "public_holiday", "other"])


@given(
    kind=KINDS,
    start=st.integers(0, 800 * 24 * 4),
    quarters=st.integers(0, 4 * 60),
    pence=st.integers(-100_000, 100_000),
    told=st.none() | st.integers(0, 40),
)
def test_the_rows_of_a_claim_are_the_claim(kind, start, quarters, pence, told):
    """Time joins on without gap or overlap, hours add up as worked, and money adds up to the penny."""
    at = local("2025-01-01 00:00") + timedelta(minutes=15 * start)
    claim = {"ref": "X", "overtime_type": kind, "worked_at": at, "ended_at": at + timedelta(minutes=15 * quarters),
             "amount_pence": pence, "told_at": None if told is None else at - timedelta(days=told)}  # fmt: skip
    rows, found = kept(claim), worked(claim)
    assert rows[0]["worked_at"] == at
    assert rows[-1]["ended_at"] == claim["ended_at"]
    assert all(before["ended_at"] == after["worked_at"] for before, after in pairwise(rows))
    assert sum(each["paid_pence"] or 0 for each in found.values()) == pence
    assert len({each["worked_on"] for each in found.values()}) == len(rows)
    if quarters:
        assert sum(abs(each["hours"]) for each in found.values()) == pytest.approx(quarters / 4)
        assert all((each["hours"] < 0) == (pence < 0) for each in found.values())


# --- whose ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "standing"),
    [
        ({}, "counted"),
        ({"rank": "PC"}, "counted"),
        ({"rank": "T/Sgt"}, "counted"),
        ({"rank": "Insp"}, "other_rank"),
        ({"rank": "PCSO"}, "other_rank"),
        ({"rank": "Staff"}, "other_rank"),
        ({"is_recharged": True}, "recharged"),
        ({"rank": "Insp", "is_recharged": True}, "recharged"),
    ],
)
def test_only_constables_and_sergeants_and_only_what_the_team_pays(columns, standing):
    assert worked(casual("C", **columns))["C"]["standing"] == standing


def test_operation_codes_that_others_pay_for_are_configuration():
    changes = '[overtime]\nrecharged_operations = ["MUTAID"]\n'
    assert worked(casual("C", operation_code="MUTAID"), changes=changes)["C"]["standing"] == "recharged"
