"""Statutory time limits against the cases and statutes they come from."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.clocks import ends_beginning_with, ends_from
from tests.support.clocks import clocks, day, derived, local

DAYS = st.dates(date(2022, 11, 1), date(2030, 12, 31))


def crime(**columns):
    """A summary offence recorded the day after it was committed, unless told otherwise."""
    return {
        "offence_class": "summary",
        "recorded_at": local("2023-09-20 09:00"),
        "offence_title": "Drunk and disorderly",
        **columns,
    }


def assault(**columns):
    return crime(offence_code="105/01", offence_title="Common assault", is_domestic_abuse=True, **columns)


def limit(row, changes=""):
    return derived("investigation", row, changes)


# --- the corresponding date -----------------------------------------------------------------------


def test_jackson_statement_27_september_requisition_27_march_is_in_time():
    """DPP v Jackson [2025] EWHC 2797 (Admin): the magistrates' 26 March was wrong."""
    found = limit(
        assault(
            offence_from_on=day("2023-09-18"),
            first_statement_on=day("2023-09-27"),
            written_charge_at=local("2024-03-27 23:59"),
        )
    )
    assert found["stl_rule"] == "STL_S39A"
    assert found["stl_start_on"] == day("2023-09-27")
    assert found["stl_due_on"] == found["stl_expires_on"] == day("2024-03-27")
    assert found["stl_met_on"] == day("2024-03-27")
    assert found["stl_reason"] == (
        "Common assault, domestic abuse. Statement 27 Sep 2023. Six months end at midnight on 27 Mar 2024. "
        "Written charge issued 27 Mar 2024: in time."
    )


def test_a_minute_past_midnight_is_out_of_time():
    found = limit(crime(offence_from_on=day("2023-09-27"), charged_at=local("2024-03-28 00:01")))
    assert found["stl_due_on"] == day("2024-03-27")
    assert found["stl_met_on"] is None
    assert "Charged 28 Mar 2024: out of time by 1 day" in found["stl_reason"]


def test_the_last_hour_counts_in_local_time_when_the_clocks_have_changed():
    """23:30 in London on 31 July is 22:30 UTC, and still the last day; 00:30 on 1 August is not."""
    offence = crime(offence_from_on=day("2024-01-31"))
    assert limit({**offence, "charged_at": local("2024-07-31 23:30")})["stl_met_on"] == day("2024-07-31")
    assert limit({**offence, "charged_at": local("2024-08-01 00:30")})["stl_met_on"] is None


@pytest.mark.parametrize(
    ("offence", "due"),
    [
        ("2023-08-31", "2024-02-29"),  # leap year
        ("2022-08-31", "2023-02-28"),
        ("2024-03-31", "2024-09-30"),
        ("2024-02-29", "2024-08-29"),
        ("2024-12-31", "2025-06-30"),
        ("2024-05-05", "2024-11-05"),
    ],
)
def test_short_months_end_with_their_last_day(offence, due):
    """Dodds v Walker [1981]."""
    assert limit(crime(offence_from_on=day(offence)))["stl_due_on"] == day(due)


@given(DAYS, st.integers(1, 40))
def test_beginning_with_ends_a_day_before_from_except_in_a_short_month(start, months):
    by_from, by_with = ends_from(start, months), ends_beginning_with(start, months)
    assert by_from - by_with in (timedelta(0), timedelta(days=1))
    assert (by_from == by_with) == (by_from.day != start.day)


@given(DAYS, DAYS)
def test_a_later_offence_never_ends_sooner(one, other):
    first, second = sorted((one, other))
    due = [limit(crime(offence_from_on=start))["stl_due_on"] for start in (first, second)]
    assert due[0] <= due[1]


@given(DAYS, DAYS)
def test_a_later_statement_never_ends_sooner(one, other):
    offence = day("2022-11-01")
    due = [
        limit(assault(offence_from_on=offence, first_statement_on=start))["stl_due_on"]
        for start in sorted((one, other))
    ]
    assert due[0] <= due[1]


# --- domestic abuse -------------------------------------------------------------------------------


def test_the_two_year_long_stop_bites_when_the_statement_is_late():
    found = limit(assault(offence_from_on=day("2023-01-10"), first_statement_on=day("2024-12-01")))
    assert found["stl_due_on"] == found["stl_expires_on"] == day("2025-01-10")
    assert "Two years from the offence on 10 Jan 2023 end first, on 10 Jan 2025." in found["stl_reason"]


@given(DAYS, st.integers(0, 900))
def test_domestic_abuse_with_a_statement_is_never_shorter_than_the_general_limit(offence, later):
    found = limit(assault(offence_from_on=offence, first_statement_on=offence + timedelta(days=later)))
    assert ends_from(offence, 6) <= found["stl_due_on"] <= ends_from(offence, 24)


def test_without_a_statement_six_months_warn_and_two_years_expire():
    found = limit(assault(offence_from_on=day("2024-02-10")))
    assert (found["stl_due_on"], found["stl_expires_on"]) == (day("2024-08-10"), day("2026-02-10"))
    assert found["stl_basis_missing"] == "first witness statement or video-recorded interview"
    assert found["stl_met_on"] is None


def test_without_a_statement_a_charge_after_six_months_is_in_time_only_perhaps():
    early = limit(assault(offence_from_on=day("2024-02-10"), charged_at=local("2024-08-10 12:00")))
    late = limit(assault(offence_from_on=day("2024-02-10"), charged_at=local("2024-08-11 12:00")))
    assert early["stl_met_on"] == day("2024-08-10")
    assert late["stl_met_on"] is None
    assert "in time only if the missing day allows it" in late["stl_reason"]


def test_s39a_revives_nothing_out_of_time_when_it_began():
    """In force 28 June 2022: an offence of 27 December 2021 was out of time the day before."""
    gone = limit(assault(offence_from_on=day("2021-12-27"), first_statement_on=day("2022-02-01")))
    alive = limit(assault(offence_from_on=day("2021-12-28"), first_statement_on=day("2022-02-01")))
    assert (gone["stl_rule"], gone["stl_due_on"]) == ("STL_S127", day("2022-06-27"))
    assert (alive["stl_rule"], alive["stl_due_on"]) == ("STL_S39A", day("2022-08-01"))


def test_a_statement_dated_before_the_offence_shortens_nothing():
    found = limit(assault(offence_from_on=day("2024-05-05"), first_statement_on=day("2024-01-05")))
    assert found["stl_due_on"] == day("2024-11-05")
    assert "lies before the offence" in found["stl_reason"]


# --- the rule table -------------------------------------------------------------------------------

REACHING = {
    "STL_S127": crime(),
    "STL_S39A": assault(),
    "STL_TWOC": crime(offence_code="130/01", offence_title="Unauthorised taking of a motor vehicle"),
    "STL_RTOA6": crime(offence_title="Drive whilst disqualified"),
    "STL_COMMS": crime(offence_title="Improper use of public electronic communications network"),
    "STL_AWA31": crime(offence_title="Cause unnecessary suffering to a protected animal"),
    "NONE": crime(offence_class="either_way"),
}


@pytest.mark.parametrize("rule", [*clocks().stl_rule, "NONE"])
def test_every_rule_is_reached(rule):
    assert limit({**REACHING[rule], "offence_from_on": day("2024-03-01")})["stl_rule"] == rule


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"offence_class": "either_way"}, "Crown Court"),
        ({"offence_class": "indictable"}, "Crown Court"),
        ({"offence_class": "non_crime"}, "not a crime"),
        ({"offence_code": "046/00", "offence_title": "Theft from shop"}, "Jobson"),
        ({"offence_code": "149/00", "offence_title": "Damage to a vehicle under £5,000"}, "either way by nature"),
        ({"offence_title": "Racially aggravated common assault"}, "either way"),
        ({"offence_title": "Common assault of an emergency worker"}, "either way"),
    ],
)
def test_no_limit_and_why(columns, why):
    found = limit(crime(**columns, offence_from_on=day("2024-03-01")))
    assert found["stl_rule"] == "NONE"
    assert why in found["stl_reason"]
    assert {
        found[name] for name in ("stl_start_on", "stl_due_on", "stl_expires_on", "stl_met_on", "stl_basis_missing")
    } == {None}


def test_summary_only_harassment_keeps_its_limit_whatever_its_class_of_code():
    row = crime(offence_code="8/65", offence_title="Harassment without violence", offence_from_on=day("2024-01-10"))
    assert limit(row)["stl_due_on"] == day("2024-07-10")


def test_taking_a_vehicle_counts_from_knowledge_and_includes_that_day():
    """Theft Act 1968 s.12(4A): six months beginning with the day, three years beginning with the offence."""
    taken = REACHING["STL_TWOC"]
    found = limit({**taken, "offence_from_on": day("2024-01-10"), "evidence_known_on": day("2024-03-15")})
    stopped = limit({**taken, "offence_from_on": day("2024-01-10"), "evidence_known_on": day("2026-12-01")})
    assert found["stl_due_on"] == day("2024-09-14")
    assert stopped["stl_due_on"] == day("2027-01-09")


@pytest.mark.parametrize(
    ("rule", "due", "stopped"),
    [
        ("STL_RTOA6", "2024-09-15", "2027-01-10"),  # "from the date": the day is left out
        ("STL_COMMS", "2024-09-14", "2027-01-09"),  # "beginning with the day", s.127(5)
        ("STL_AWA31", "2024-09-14", "2027-01-09"),  # "beginning with the date", s.31(1)
    ],
)
def test_knowledge_rules_count_as_their_acts_say_and_stop_after_three_years(rule, due, stopped):
    row = {**REACHING[rule], "offence_from_on": day("2024-01-10")}
    assert limit({**row, "evidence_known_on": day("2024-03-15")})["stl_due_on"] == day(due)
    assert limit({**row, "evidence_known_on": day("2026-12-01")})["stl_due_on"] == day(stopped)


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Keeping an animal while disqualified (Animal Welfare Act 2006 s.34)", "STL_AWA31"),
        ("Acting as director while a disqualified person", "STL_S127"),
        ("Driving a motor vehicle while disqualified", "STL_RTOA6"),
        ("Disqualified driving", "STL_RTOA6"),
    ],
)
def test_only_disqualified_drivers_follow_the_road_traffic_rule(title, rule):
    assert limit(crime(offence_title=title))["stl_rule"] == rule


def test_a_long_stop_of_an_offence_over_days_says_both_ends():
    over_days = {"offence_from_on": day("2024-01-10"), "offence_to_on": day("2024-02-20"), "is_domestic_abuse": True}
    found = limit(crime(**over_days, offence_title="Battery", first_statement_on=day("2025-12-01")))
    assert (found["stl_due_on"], found["stl_expires_on"]) == (day("2026-01-10"), day("2026-02-20"))
    assert "Two years from the offence on 10 Jan 2024 end first, on 10 Jan 2026." in found["stl_reason"]
    assert "From its last day, 20 Feb 2024, the limit ends on 20 Feb 2026." in found["stl_reason"]


def test_knowledge_missing_leaves_only_the_long_stop():
    found = limit({**REACHING["STL_RTOA6"], "offence_from_on": day("2024-01-10")})
    assert found["stl_due_on"] is None
    assert found["stl_expires_on"] == day("2027-01-10")
    assert found["stl_basis_missing"] == "day sufficient evidence was known to the prosecutor"


def test_a_force_adds_its_own_codes_before_the_packaged_ones():
    changes = '[[stl_offence]]\nrule = "STL_RTOA6"\ncodes = ["809/*"]\n'
    row = crime(offence_code="809/01", offence_title="Motor policy", offence_from_on=day("2024-01-10"))
    assert limit(row)["stl_rule"] == "STL_S127"
    assert limit(row, changes)["stl_rule"] == "STL_RTOA6"


def test_reclassified_from_actual_bodily_harm_the_limit_appears():
    row = {"offence_from_on": day("2024-01-10"), "recorded_at": local("2024-01-11 08:00"), "is_domestic_abuse": False}
    before = limit({**row, "offence_code": "8/06", "offence_class": "either_way", "offence_title": "ABH"})
    after = limit({**row, "offence_code": "105/01", "offence_class": "summary", "offence_title": "Common assault"})
    assert (before["stl_rule"], before["stl_due_on"]) == ("NONE", None)
    assert (after["stl_rule"], after["stl_due_on"]) == ("STL_S127", day("2024-07-10"))


# --- what is missing, ranges, what meets a limit --------------------------------------------------


def test_a_missing_class_or_offence_day_is_named():
    unclassed = limit({"recorded_at": local("2024-01-11 08:00"), "offence_from_on": day("2024-01-10")})
    undated = limit(crime())
    assert (unclassed["stl_rule"], unclassed["stl_basis_missing"]) == (None, "class of the offence")
    assert (undated["stl_rule"], undated["stl_basis_missing"], undated["stl_due_on"]) == (
        "STL_S127",
        "day of the offence",
        None,
    )


def test_a_range_warns_by_its_first_day_and_expires_by_its_last():
    found = limit(
        crime(offence_from_on=day("2024-01-01"), offence_to_on=day("2024-03-01"), charged_at=local("2024-08-15 10:00"))
    )
    assert (found["stl_due_on"], found["stl_expires_on"]) == (day("2024-07-01"), day("2024-09-01"))
    assert found["stl_met_on"] == day("2024-08-15")
    assert "by the first day" in found["stl_reason"]


def test_a_range_written_the_wrong_way_round_is_the_same_range():
    one = limit(crime(offence_from_on=day("2024-01-01"), offence_to_on=day("2024-03-01")))
    other = limit(crime(offence_from_on=day("2024-03-01"), offence_to_on=day("2024-01-01")))
    assert one == other


def test_the_first_of_charge_and_written_charge_meets_it():
    found = limit(
        crime(
            offence_from_on=day("2024-01-01"),
            charged_at=local("2024-08-01 10:00"),
            written_charge_at=local("2024-06-30 10:00"),
        )
    )
    assert found["stl_met_on"] == day("2024-06-30")


def test_an_outcome_does_not_meet_it():
    """A caution or community resolution does not stop the clock: a breached one must still be prosecuted in time."""
    found = limit(crime(offence_from_on=day("2024-01-01"), outcome_code="3", closed_at=local("2024-02-01 10:00")))
    assert found["stl_met_on"] is None


def test_several_suspects_are_said():
    found = limit(crime(offence_from_on=day("2024-01-01"), charged_at=local("2024-02-01 10:00"), suspect_count=2))
    assert "one charge does not meet it for another" in found["stl_reason"]


def test_a_weekend_or_bank_holiday_does_not_extend_it():
    assert limit(crime(offence_from_on=day("2024-06-25")))["stl_due_on"] == day("2024-12-25")


def test_months_are_configuration_dated_by_the_offence():
    changes = "[stl_rule.STL_S127]\nmonths = [{from = 1980-01-01, value = 6}, {from = 2027-01-01, value = 9}]\n"
    assert limit(crime(offence_from_on=day("2026-12-31")), changes)["stl_due_on"] == day("2027-06-30")
    assert limit(crime(offence_from_on=day("2027-01-01")), changes)["stl_due_on"] == day("2027-10-01")


def test_over_several_days_the_last_day_decides_whether_s39a_still_found_the_offence_open():
    over_days = {"offence_from_on": day("2021-12-20"), "offence_to_on": day("2021-12-28")}
    assert limit(assault(**over_days, first_statement_on=day("2022-07-10")))["stl_rule"] == "STL_S39A"


def test_without_a_statement_over_several_days_the_first_warns_and_the_last_expires():
    over_days = {"offence_from_on": day("2024-02-10"), "offence_to_on": day("2024-03-15")}
    found = limit(assault(**over_days, charged_at=local("2024-09-15 23:59")))
    assert (found["stl_due_on"], found["stl_expires_on"]) == (day("2024-08-10"), day("2026-03-15"))
    assert found["stl_met_on"] == day("2024-09-15")
    assert limit(assault(**over_days, charged_at=local("2024-09-16 00:00")))["stl_met_on"] is None


def test_without_knowledge_over_several_days_only_the_first_days_six_months_are_sure():
    over_days = {"offence_from_on": day("2024-01-10"), "offence_to_on": day("2024-02-20")}

    def charged(at: str):
        return limit({**REACHING["STL_RTOA6"], **over_days, "charged_at": local(at)})

    assert charged("2024-07-10 12:00")["stl_met_on"] == day("2024-07-10")
    assert charged("2024-07-11 12:00")["stl_met_on"] is None
    assert "in time only if the missing day allows it" in charged("2027-02-20 12:00")["stl_reason"]
    assert "out of time by 1 day" in charged("2027-02-21 12:00")["stl_reason"]
