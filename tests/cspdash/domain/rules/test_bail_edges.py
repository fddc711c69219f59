"""Bail and RUI at their edges: several arrests, suspension, old regime, street bail, inspectors' reviews, ends without a time."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import day, derived, local


def bail(changes: str = "", arrests: Any = (), **columns: Any) -> dict[str, Any]:
    row = {
        "ref": "R1",
        "status": "bail",
        "arrested_at": local("2024-01-01 10:00"),
        "released_at": local("2024-01-01 20:00"),
    }
    again = [{"ref": f"A{n}", "release_ref": "R1", "arrested_at": local(at)} for n, at in enumerate(arrests)]
    return derived("suspect_release", {**row, **columns}, changes, arrests=again)


def rui(**columns: Any) -> dict[str, Any]:
    return derived("suspect_release", {"status": "rui", "released_at": local("2024-01-02 20:00"), **columns})


def test_of_several_arrests_the_earliest_drives_and_the_others_are_said():
    found = bail(arrests=["2024-01-20 10:00", "2023-12-20 10:00"])
    assert (found["bail_start_on"], found["bail_due_on"]) == (day("2023-12-21"), day("2024-03-20"))
    assert "Arrested again 1 Jan 2024, 20 Jan 2024" in found["bail_reason"]


@given(st.lists(st.integers(0, 300), max_size=4))
def test_a_later_arrest_never_moves_the_end(later):
    """Monotone: an arrest after the first changes nothing of what the first one's period is."""
    again = [f"2024-{1 + days // 28:02d}-{1 + days % 28:02d} 11:00" for days in later if days < 300]
    assert bail(arrests=again)["bail_due_on"] == bail()["bail_due_on"]


@pytest.mark.parametrize(("case", "months"), [("standard", 18), ("non_standard", 24), ("exceptionally_complex", 24)])
def test_exceptional_cases_before_the_court(case, months):
    found = bail(case_type=case, bail_stage="court_first_exceptional")
    assert found["bail_due_on"] == day("2024-01-01").replace(year=2024 + months // 12, month=1 + months % 12)
    assert "court" in found["next_authority"]


def test_days_with_the_cps_are_added_once_they_are_over_and_custody_gives_no_end():
    over = bail(suspended_from=day("2024-02-01"), suspended_to=day("2024-02-15"))
    assert over["bail_due_on"] == day("2024-04-01") + timedelta(days=14)
    assert "14 days later" in over["bail_reason"]
    assert bail(suspended_from=day("2024-02-01"))["bail_due_on"] is None
    custody = bail(
        suspended_from=day("2024-02-01"), suspended_to=day("2024-02-15"), source_bail_ends_on=day("2024-04-20")
    )
    assert custody["bail_due_on"] == day("2024-04-20")
    off = "[bail]\nsuspension_extends = false\n"
    assert bail(off, suspended_from=day("2024-02-01"), suspended_to=day("2024-02-15"))["bail_due_on"] is None


def test_a_suspension_after_the_period_had_ended_revives_nothing():
    found = bail(suspended_from=day("2024-04-02"), suspended_to=day("2024-05-02"))
    assert found["bail_due_on"] == day("2024-04-01")
    assert "revives nothing" in found["bail_reason"]


@pytest.mark.parametrize(
    ("stage", "given", "end"),
    [
        ("first_extension", "2024-04-01 23:59", "2024-07-01"),
        ("first_extension", "2024-04-02 00:01", "2024-04-01"),
        ("second_extension", "2024-07-01 09:00", "2024-10-01"),
        ("second_extension", "2024-07-02 09:00", "2024-07-01"),
        ("court_first", "2024-12-24 09:00", "2025-01-01"),
    ],
)
def test_an_officers_extension_after_the_end_revives_nothing(stage, given, end):
    found = bail(bail_stage=stage, extension_authorised_at=local(given))
    assert found["bail_due_on"] == day(end)
    assert ("too late" in found["bail_reason"]) is (found["next_authority"] is None)


def test_the_period_of_bail_that_became_rui_is_kept_for_past_days():
    now = rui(previous_status="bail", converted_at=local("2024-05-01 10:00"), arrested_at=local("2024-01-01 10:00"))
    assert (now["bail_due_on"], now["rui_review_due_on"]) == (day("2024-04-01"), day("2024-05-29"))
    assert "On bail before, with a period to 1 Apr 2024." in now["bail_reason"]


def test_arrests_of_the_old_regime_are_flagged_and_not_computed():
    old = bail(arrested_at=local("2022-10-27 23:00"))
    assert (old["is_legacy"], old["bail_due_on"]) == (True, None)
    assert bail(arrested_at=local("2022-10-28 00:30"))["is_legacy"] is False
    assert bail(arrested_at=None)["is_legacy"] is None


def test_street_bail_runs_from_the_day_after_the_arrest_too():
    found = bail(is_street_bail=True)
    assert found["bail_due_on"] == day("2024-04-01")
    assert "street bail (PACE s.30A)" in found["bail_reason"]


def test_the_return_date_does_not_end_the_period():
    assert bail(return_on=day("2024-02-10"))["bail_due_on"] == day("2024-04-01")


def test_a_suspended_period_says_what_it_began_as():
    found = bail(suspended_from=day("2024-02-01"), suspended_to=day("2024-02-11"))
    assert found["bail_due_on"] == day("2024-04-11")
    assert found["bail_reason"].startswith(
        "Arrested 1 Jan 2024. Three months beginning with 2 Jan 2024 (initial period) would have ended on 1 Apr 2024. "
    )


@pytest.mark.parametrize("ended", ["charged", "post_charge_bail", "no_further_action"])
@pytest.mark.parametrize("status", ["bail", "rui"])
def test_ended_without_a_time_is_not_released_pending_decision(ended, status):
    found = bail(status=status, ended_as=ended)
    assert {found[name] for name in ("bail_from_at", "rui_from_at", "bail_due_on", "rui_review_due_on")} == {None}
    assert "not counted" in found["bail_reason"]


def test_a_sergeants_review_every_28_days_and_an_inspectors_every_90():
    found = rui()
    assert (found["rui_review_due_on"], found["rui_inspector_due_on"]) == (day("2024-01-30"), day("2024-04-01"))
    sergeant = rui(last_review_at=local("2024-02-01 10:00"), last_reviewer_rank="Sgt")
    assert (sergeant["rui_review_due_on"], sergeant["rui_inspector_due_on"]) == (day("2024-02-29"), day("2024-04-01"))
    inspector = rui(last_review_at=local("2024-02-01 10:00"), last_reviewer_rank="T/Insp")
    assert inspector["rui_inspector_due_on"] == day("2024-05-01")
    both = rui(
        last_review_at=local("2024-02-01 10:00"),
        last_reviewer_rank="PS",
        last_inspector_review_at=local("2024-03-01 10:00"),
    )
    assert (both["rui_review_due_on"], both["rui_inspector_due_on"]) == (day("2024-03-29"), day("2024-05-30"))
