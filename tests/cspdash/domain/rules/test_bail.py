"""Bail periods of PACE 1984 Part 4, and release under investigation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.clocks import ends_beginning_with
from tests.support.clocks import clocks, day, derived, local


def bail(arrested="2024-01-01 10:00", **columns):
    row = {
        "status": "bail",
        "arrested_at": local(arrested) if arrested else None,
        "released_at": local("2024-01-01 20:00"),
    }
    return derived("suspect_release", {**row, **columns})


def rui(**columns):
    return derived("suspect_release", {"status": "rui", "released_at": local("2024-01-02 20:00"), **columns})


def test_three_months_beginning_with_2_january_end_on_1_april():
    found = bail()
    assert (found["bail_start_on"], found["bail_due_on"]) == (day("2024-01-02"), day("2024-04-01"))
    assert found["bail_reason"] == (
        "Arrested 1 Jan 2024. Three months beginning with 2 Jan 2024 (initial period) end on 1 Apr 2024."
    )


@pytest.mark.parametrize(
    ("arrested", "due"),
    [
        ("2023-11-29 10:00", "2024-02-29"),  # starts 30 Nov: no such day in February, so its last day
        ("2022-11-29 10:00", "2023-02-28"),
        ("2023-11-28 10:00", "2024-02-28"),  # starts 29 Nov; 2024 has a 29th
        ("2023-06-30 23:30", "2023-09-30"),  # starts 1 July
        ("2023-07-01 00:30", "2023-10-01"),  # half an hour past midnight in summer is the next local day
    ],
)
def test_short_months_and_local_days(arrested, due):
    assert bail(arrested)["bail_due_on"] == day(due)


STAGES = [
    ("standard", "initial", 3),
    ("standard", "first_extension", 6),
    ("standard", "second_extension", 9),
    ("standard", "complex_extension", 12),
    ("standard", "court_first", 12),
    ("non_standard", "initial", 6),
    ("non_standard", "first_extension", 12),
    ("non_standard", "court_first", 18),
    ("exceptionally_complex", "complex_extension", 12),
    ("exceptionally_complex", "court_first", 18),
]


@pytest.mark.parametrize(("case", "stage", "months"), STAGES)
def test_months_by_stage_and_kind_of_case(case, stage, months):
    assert bail(case_type=case, bail_stage=stage)["bail_due_on"] == ends_beginning_with(day("2024-01-02"), months)


@pytest.mark.parametrize(
    ("case", "stage", "words"),
    [
        ("standard", "initial", "Inspector or above, to 6 months (PACE s.47ZD)"),
        ("standard", "first_extension", "Superintendent or above, to 9 months (PACE s.47ZDA)"),
        ("standard", "second_extension", "Magistrates' court"),
        ("non_standard", "initial", "Appropriate decision-maker"),
        ("exceptionally_complex", "second_extension", "Qualifying officer"),
        ("standard", "court_first", "s.47ZG"),
    ],
)
def test_who_may_extend_next(case, stage, words):
    assert words in bail(case_type=case, bail_stage=stage)["next_authority"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"arrested": "2022-10-27 23:30"}, "before the present law"),
        ({"arrested": None}, "Arrest time not given"),
        ({"suspended_from": day("2024-02-01")}, "Suspended from 1 Feb 2024, with the CPS (PACE s.47ZL)"),
        ({"bail_stage": "court_further"}, "No period is set for the further extension by a court"),
        ({"case_type": "non_standard", "bail_stage": "second_extension"}, "No period is set"),
    ],
)
def test_what_the_law_does_not_let_us_compute_is_the_custody_systems_to_say(columns, said):
    without, with_end = bail(**columns), bail(**columns, source_bail_ends_on=day("2024-05-05"))
    assert without["bail_due_on"] is None
    assert "gives no end" in without["bail_reason"]
    assert with_end["bail_due_on"] == day("2024-05-05")
    assert said in with_end["bail_reason"]


def test_arrest_on_28_october_2022_follows_the_present_law():
    assert bail("2022-10-28 00:10")["bail_due_on"] == day("2023-01-28")


def test_another_end_in_the_custody_system_is_said_and_does_not_replace_the_law():
    found = bail(source_bail_ends_on=day("2024-03-25"))
    assert found["bail_due_on"] == day("2024-04-01")
    assert "The custody system says 25 Mar 2024." in found["bail_reason"]


def test_an_earlier_return_date_does_not_end_the_period():
    assert bail(return_on=day("2024-02-01"))["bail_due_on"] == day("2024-04-01")


@given(
    st.datetimes(
        min_value=local("2022-10-29 00:00").replace(tzinfo=None),
        max_value=local("2030-01-01 00:00").replace(tzinfo=None),
    )
)
def test_the_period_never_shrinks_when_extended(naive):
    arrested = naive.isoformat(sep=" ")
    ends = [
        bail(arrested, bail_stage=stage)["bail_due_on"] for stage in ("initial", "first_extension", "second_extension")
    ]
    assert ends == sorted(set(ends))


# --- RUI, conversions, voluntary attendance -------------------------------------------------------


def test_rui_review_runs_from_release_and_then_from_the_last_review():
    assert rui()["rui_review_due_on"] == day("2024-01-30")
    assert rui(last_review_at=local("2024-01-20 10:00"))["rui_review_due_on"] == day("2024-02-17")


def test_a_review_made_while_on_bail_does_not_count_for_rui():
    found = rui(
        previous_status="bail", converted_at=local("2024-03-01 10:00"), last_review_at=local("2024-02-20 10:00")
    )
    assert found["rui_review_due_on"] == day("2024-03-29")


def test_a_conversion_ends_one_spell_and_begins_the_other():
    converted, ended = local("2024-03-01 10:00"), local("2024-05-01 10:00")
    found = rui(previous_status="bail", converted_at=converted, ended_at=ended)
    assert (found["bail_from_at"], found["bail_to_at"]) == (local("2024-01-02 20:00"), converted)
    assert (found["rui_from_at"], found["rui_to_at"]) == (converted, ended)


def test_without_a_conversion_there_is_one_spell():
    found = rui()
    assert (found["rui_from_at"], found["rui_to_at"]) == (local("2024-01-02 20:00"), None)
    assert (found["bail_from_at"], found["bail_to_at"]) == (None, None)


def test_a_conversion_to_the_same_is_none():
    found = rui(previous_status="rui", converted_at=local("2024-03-01 10:00"))
    assert (found["rui_from_at"], found["rui_to_at"]) == (local("2024-01-02 20:00"), None)


def test_voluntary_attendance_is_neither():
    found = derived("suspect_release", {"status": "voluntary", "released_at": local("2024-01-02 20:00")})
    reason = found.pop("bail_reason")
    assert set(found.values()) == {None}
    assert "neither bail nor under investigation" in reason


def test_every_stage_and_case_of_the_declaration_has_words():
    dataset = clocks().bail.next_authority
    assert set(dataset) == {"standard", "non_standard", "exceptionally_complex"}
