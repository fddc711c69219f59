"""Several suspects and offences, an offence classified anew, who answers for a lost limit; and laws of every limit."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.clocks import ends_beginning_with, ends_from
from tests.support.clocks import clocks, datasets, day, derived, local
from tests.support.rows import rows


def crime(**columns: Any) -> dict[str, Any]:
    return {"ref": "C1", "offence_class": "summary", "offence_title": "Common assault", "offence_from_on": day("2026-01-10"),
            "recorded_at": local("2026-01-11 08:00"), "officer_id": "NOW", **columns}  # fmt: skip


def accused(ref: str, **columns: Any) -> dict[str, Any]:
    return {"ref": ref, "investigation_ref": "C1", "suspect_ref": ref, **columns}


def limit(row: dict[str, Any], **related: Any) -> dict[str, Any]:
    return derived("investigation", row, **related)


# --- several ------------------------------------------------------------------------------------------------------


def test_a_charge_of_one_suspect_does_not_meet_it_for_another():
    charged = accused("S1", charged_at=local("2026-02-01 10:00"))
    found = limit(crime(charged_at=local("2026-02-01 10:00")), accused=[charged, accused("S2")])
    assert (found["stl_due_on"], found["stl_met_on"], found["stl_started_at"]) == (day("2026-07-10"), None, None)
    assert "1 not yet proceeded against" in found["stl_reason"]


def test_met_once_every_suspect_is_proceeded_against_in_time():
    both = [accused("S1", charged_at=local("2026-02-01 10:00")), accused("S2", charged_at=local("2026-07-10 23:00"))]
    found = limit(crime(), accused=both)
    assert (found["stl_met_on"], found["stl_started_at"]) == (day("2026-07-10"), local("2026-07-10 23:00"))


def test_one_suspect_late_is_a_limit_not_met():
    both = [accused("S1", charged_at=local("2026-02-01 10:00")), accused("S2", charged_at=local("2026-07-11 00:00"))]
    found = limit(crime(), accused=both)
    assert (found["stl_met_on"], found["stl_started_at"]) == (None, local("2026-07-11 00:00"))


def test_no_further_action_against_one_leaves_the_others():
    ended = accused("S1", ended_at=local("2026-02-01 10:00"))
    assert limit(crime(), accused=[ended, accused("S2")])["stl_started_at"] is None
    charged = accused("S2", charged_at=local("2026-03-01 10:00"))
    assert limit(crime(), accused=[ended, charged])["stl_met_on"] == day("2026-03-01")


def test_of_several_offences_the_earliest_unmet_summary_one_counts():
    offences = [
        accused("A", offence_class="either_way", offence_title="Actual bodily harm"),
        accused("B", offence_from_on=day("2026-03-01")),
        accused("C", offence_from_on=day("2026-02-01")),
        accused("D", offence_from_on=day("2026-01-01"), charged_at=local("2026-02-01 10:00")),
    ]
    assert limit(crime(), accused=offences)["stl_due_on"] == day("2026-08-01")


def test_either_way_offences_alone_have_no_limit():
    offences = [accused("A", offence_class="either_way", offence_title="Actual bodily harm")]
    assert limit(crime(), accused=offences)["stl_rule"] == "NONE"


def test_suspects_counted_but_not_listed_run_on_until_all_are_charged():
    one = crime(suspect_count=3, charged_at=local("2026-02-01 10:00"))
    assert limit(one)["stl_started_at"] is None
    assert limit({**one, "charged_suspect_count": 2})["stl_met_on"] is None
    assert limit({**one, "charged_suspect_count": 3})["stl_met_on"] == day("2026-02-01")


# --- classified anew ----------------------------------------------------------------------------------------------


def test_a_limit_that_appears_with_a_new_class_is_told():
    row = crime(reclassified_at=local("2026-06-20 09:00"), former_offence_title="Actual bodily harm",
                former_offence_class="either_way")  # fmt: skip
    assert limit(row)["stl_new_at"] == local("2026-06-20 09:00")
    assert limit({**row, "former_offence_class": "summary"})["stl_new_at"] is None  # it had one before
    assert limit({**row, "offence_class": "either_way", "offence_title": "Robbery"})["stl_new_at"] is None
    assert limit(crime(reclassified_at=local("2026-06-20 09:00")))["stl_new_at"] is None  # from what is not known


# --- who answers --------------------------------------------------------------------------------------------------


def spell(officer: str, start: str, end: str | None) -> dict[str, Any]:
    return {
        "ref": f"{officer}{start}",
        "officer_id": officer,
        "from_at": local(start),
        "to_at": local(end) if end else None,
    }


def test_a_lost_limit_is_whoever_held_it_the_day_it_ran_out():
    lost = crime(outcome_code="17", closed_at=local("2026-09-01 12:00"))
    holders = [spell("THEN", "2026-01-11 09:00", "2026-08-01 09:00"), spell("NOW", "2026-08-01 09:00", None)]
    found = limit(lost, holders=holders)
    assert (found["stl_officer_id"], found["stl_counted_on"]) == ("THEN", day("2026-07-10"))


def test_handed_over_on_the_last_day_it_is_the_receivers():
    lost = crime(outcome_code="17", closed_at=local("2026-09-01 12:00"))
    holders = [spell("THEN", "2026-01-11 09:00", "2026-07-10 09:00"), spell("LATER", "2026-07-10 09:00", None)]
    assert limit(lost, holders=holders)["stl_officer_id"] == "LATER"


def test_a_history_that_stops_before_the_day_names_nobody():
    lost = crime(outcome_code="17", closed_at=local("2026-09-01 12:00"))
    assert limit(lost, holders=[spell("THEN", "2026-01-11 09:00", "2026-03-01 09:00")])["stl_officer_id"] == "NOW"


def test_without_a_history_or_a_loss_it_is_whoever_holds_it():
    lost = crime(outcome_code="17", closed_at=local("2026-09-01 12:00"))
    assert limit(lost)["stl_officer_id"] == "NOW"
    found = limit(
        crime(outcome_code="1", closed_at=local("2026-09-01 12:00")), holders=[spell("X", "2026-01-11 09:00", None)]
    )
    assert (found["stl_officer_id"], found["stl_counted_on"]) == ("NOW", day("2026-09-01"))


# --- the cited cases ------------------------------------------------------------------------------------------------


def test_jackson_a_written_charge_on_the_corresponding_date_is_in_time():
    """DPP v Jackson [2025] EWHC 2797 (Admin): statement 27 Sep 2023, issued 27 Mar 2024; the CPS had it on 21 March."""
    row = crime(offence_code="105/01", is_domestic_abuse=True, offence_from_on=day("2023-09-20"),
                first_statement_on=day("2023-09-27"))  # fmt: skip
    assert limit(row)["stl_due_on"] == day("2024-03-27")  # referral to the CPS alone meets nothing
    assert limit({**row, "written_charge_at": local("2024-03-27 23:59")})["stl_met_on"] == day("2024-03-27")
    assert limit({**row, "written_charge_at": local("2024-03-28 00:00")})["stl_met_on"] is None


def test_dodds_v_walker_a_month_without_the_day_ends_with_its_last():
    """Dodds v Walker [1981] 1 WLR 1027, and the short-month limb for 28 and 29 February."""
    assert limit(crime(offence_from_on=day("2026-08-31")))["stl_due_on"] == day("2027-02-28")
    assert limit(crime(offence_from_on=day("2027-08-31")))["stl_due_on"] == day("2028-02-29")
    assert limit(crime(offence_from_on=day("2026-09-30")))["stl_due_on"] == day("2027-03-30")


def test_jobson_low_value_shoplifting_has_no_limit():
    """Jobson v DPP [2025] EWHC 1385: indictable until the first appearance."""
    row = crime(offence_code="46/00", offence_title="Theft from shop", offence_class="summary", stolen_value_pence=1999)
    assert limit(row)["stl_rule"] == "NONE"


def test_brown_only_the_issue_of_a_written_charge_counts():
    """Brown v DPP [2019] EWHC 798 (Admin): issued when complete; an outcome, a caution or a decision is no issue."""
    row = crime(outcome_code="3", closed_at=local("2026-03-01 10:00"))
    assert (limit(row)["stl_met_on"], limit(row)["stl_started_at"]) == (None, None)


# --- laws of every limit ----------------------------------------------------------------------------------------------

RULES = [(name, rule.months.first, rule.counting) for name, rule in clocks().stl_rule.items()]
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize("count", [ends_from, ends_beginning_with])
@given(start=DAYS, later=st.integers(0, 400), months=st.integers(1, 40))
def test_a_period_never_ends_earlier_for_beginning_later(count, start, later, months):
    assert count(start, months) <= count(start + timedelta(days=later), months)
    assert start < count(start, months)


@given(offence=DAYS, later=st.integers(0, 60), title=st.sampled_from(["Common assault", "No insurance", "Animal cruelty"]),
       domestic=st.booleans(), event=st.none() | st.integers(0, 900))  # fmt: skip
def test_an_offence_a_day_later_never_runs_out_earlier(offence, later, title, domestic, event):
    def at(first: date) -> dict[str, Any]:
        known = None if event is None else first + timedelta(days=event)
        return limit(crime(offence_title=title, offence_from_on=first, is_domestic_abuse=domestic,
                           first_statement_on=known, evidence_known_on=known))  # fmt: skip

    for column in ("stl_due_on", "stl_expires_on"):
        one, other = at(offence)[column], at(offence + timedelta(days=later))[column]
        assert one is None or other is None or one <= other


@given(st.data())
def test_later_events_never_make_a_breach_vanish(data):
    """Whatever is charged after the last possible end, the limit stays unmet."""
    row = data.draw(rows(datasets()["investigation"]))
    row |= {"offence_class": "summary", "charged_at": None, "written_charge_at": None}
    before = limit(row)
    expires = before["stl_expires_on"]
    if expires is None:
        return
    late = local(f"{expires + timedelta(days=data.draw(st.integers(1, 500)))} 09:00")
    after = limit({**row, data.draw(st.sampled_from(["charged_at", "written_charge_at"])): late})
    assert after["stl_met_on"] is None
    assert after["stl_expires_on"] == expires
