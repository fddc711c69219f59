"""The rules where two times, days or counts are equal: a boundary moved by one would go unnoticed elsewhere."""

import pytest

from cspdash.domain.periods import Moment
from cspdash.domain.standing.clock import has_happened
from tests.cspdash.domain.rules.test_bail_edges import bail, rui
from tests.cspdash.domain.rules.test_overtime_week import casual, worked
from tests.cspdash.domain.rules.test_stl_investigation import crime, limit, spell
from tests.cspdash.domain.rules.test_stop_search import form
from tests.cspdash.domain.rules.test_workload import finished, outcome
from tests.support.clocks import LONDON, day, derived, local


def test_of_two_who_held_it_at_once_the_later_answers_for_a_lost_limit():
    lost = crime(outcome_code="17", closed_at=local("2026-09-01 12:00"))
    holders = [spell("FIRST", "2026-01-11 09:00", None), spell("SECOND", "2026-03-01 09:00", None)]
    assert limit(lost, holders=holders)["stl_officer_id"] == "SECOND"


def test_the_earliest_warning_is_shown_not_the_earliest_last_end():
    """No statement: due in July, last end two years on. The other's only end is in August. July is shown."""
    domestic = {"ref": "A", "offence_title": "Battery", "offence_class": "summary", "is_domestic_abuse": True,
                "offence_from_on": day("2026-01-10")}  # fmt: skip
    other = {"ref": "B", "offence_title": "Drunk", "offence_class": "summary", "is_domestic_abuse": False,
             "offence_from_on": day("2026-02-10")}  # fmt: skip
    assert limit(crime(), accused=[other, domestic])["stl_due_on"] == day("2026-07-10")


@pytest.mark.parametrize(("began", "due"), [("2024-04-01", "2024-04-11"), ("2024-04-02", "2024-04-01")])
def test_a_suspension_may_begin_on_the_last_day_and_no_later(began, due):
    found = bail(suspended_from=day(began), suspended_to=day(began).replace(day=day(began).day + 10))
    assert found["bail_due_on"] == day(due)
    assert ("revives nothing" in found["bail_reason"]) == (began == "2024-04-02")


def test_an_inspectors_review_from_before_the_release_under_investigation_does_not_count():
    found = rui(last_inspector_review_at=local("2023-12-01 09:00"))
    assert found["rui_inspector_due_on"] == day("2024-04-01")


def test_an_interval_below_nothing_is_none_agreed():
    crimes = [{"ref": "C1", "recorded_at": local("2026-03-01 10:00")}]
    assert derived("victim", {"agreed_interval_days": -7}, investigations=crimes)["interval_days"] == 28


def test_the_half_hour_is_lost_once_over_two_force_days():
    found = worked(casual("C", worked_at=local("2026-03-03 06:45"), ended_at=local("2026-03-03 08:45")))
    assert [row["lost_minutes"] for row in found.values()] == [15, 15]


def test_of_two_outcomes_at_the_closing_instant_a_nought_does_not_open_it():
    closed = local("2026-02-10 10:00")
    assert finished({"closed_at": closed, "outcome_code": "16"}, outcome("0", "2026-02-10 10:00")) == (closed, "16")


def test_police_there_as_the_grade_changed_keep_the_first_grade():
    at = local("2026-03-04 10:10")
    row = {"first_grade": "immediate", "grade": "prompt", "created_at": local("2026-03-04 10:00"),
           "graded_at": at, "attended_at": at}  # fmt: skip
    found = derived("incident", row)
    assert (found["timed_grade"], found["elapsed_seconds"]) == ("immediate", 600)


def test_sent_again_as_it_was_returned_is_with_the_supervisor():
    found = form(submitted="02 08:00", returned="03 08:00", resubmitted="03 08:00")
    assert found["awaits"] == "supervisor"


def test_what_happens_at_the_moment_has_happened():
    moment = Moment.of_day(day("2026-03-04"), LONDON)
    assert has_happened(moment.day, moment)
    assert has_happened(moment.at, moment)
