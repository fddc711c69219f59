"""Response times: inclusive limits in seconds, upgrades, exclusions, impossible times."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import derived, local

GRADED = local("2026-03-04 10:01")


def incident(seconds=None, changes="", **columns):
    row = {
        "grade": "immediate",
        "created_at": local("2026-03-04 10:00"),
        "graded_at": GRADED,
        "attended_at": None if seconds is None else GRADED + timedelta(seconds=seconds),
        **columns,
    }
    return derived("incident", row, changes)


@pytest.mark.parametrize(
    ("grade", "seconds", "status"),
    [
        ("immediate", 720, "in_time"),
        ("immediate", 721, "late"),
        ("immediate", 720.4, "late"),
        ("prompt", 3600, "in_time"),
        ("prompt", 3601, "late"),
        ("immediate", 0, "impossible_time"),
        ("immediate", -5, "impossible_time"),
        ("scheduled", 60, "not_timed"),
    ],
)
def test_limits_are_inclusive_in_seconds(grade, seconds, status):
    found = incident(seconds, grade=grade)
    assert found["response_status"] == status
    assert found["is_in_time"] is {"in_time": True, "late": False}.get(status)
    assert (found["elapsed_seconds"] is None) == (status in ("impossible_time", "not_timed"))


def test_no_arrival_waits_until_the_log_is_closed_and_is_then_counted_apart():
    assert incident()["response_status"] == "waiting"
    assert incident(closed_at=local("2026-03-04 12:00"))["response_status"] == "no_arrival_time"
    assert incident(closed_at=local("2026-03-04 12:00"))["is_in_time"] is None


@pytest.mark.parametrize(
    "why", ["cancelled", "no_deployment", "duplicate", "appointment", "officer_generated", "out_of_force", "held_back"]
)
def test_exclusions_come_first_and_have_words(why):
    found = incident(60, exclusion=why)
    assert (found["response_status"], found["is_in_time"], found["elapsed_seconds"]) == ("excluded", None, None)
    assert found["response_reason"].startswith("Left out: ")


def test_an_upgrade_restarts_the_clock_whatever_starts_it():
    for start in ("graded", "created", "answered"):
        changes = f'[response]\nclock_start = "{start}"\n'
        found = incident(
            600,
            changes,
            first_grade="prompt",
            created_at=local("2026-03-04 09:00"),
            answered_at=local("2026-03-04 08:59"),
        )
        assert (found["clock_started_at"], found["response_status"]) == (GRADED, "in_time")


def test_an_upgrade_need_not_restart_the_clock():
    changes = '[response]\nclock_start = "created"\nupgrade_restarts = false\n'
    found = incident(600, changes, first_grade="prompt", created_at=local("2026-03-04 09:00"))
    assert (found["elapsed_seconds"], found["response_status"]) == (61 * 60 + 600, "late")


def test_a_downgrade_is_measured_at_the_final_grade():
    found = incident(1800, grade="prompt", first_grade="immediate")
    assert (found["timed_grade"], found["target_seconds"], found["response_status"]) == ("prompt", 3600, "in_time")


def test_a_downgrade_restarts_nothing():
    created = local("2026-03-04 09:30")
    changes = '[response]\nclock_start = "created"\n'
    found = incident(60, changes, grade="prompt", first_grade="immediate", created_at=created)
    assert (found["clock_started_at"], found["elapsed_seconds"]) == (created, 32 * 60)


def test_police_there_before_the_downgrade_keep_the_first_grade():
    found = incident(-30, grade="prompt", first_grade="immediate", created_at=local("2026-03-04 09:45"))
    assert (found["timed_grade"], found["target_seconds"]) == ("immediate", 720)
    assert (found["elapsed_seconds"], found["response_status"]) == (15 * 60 + 30, "late")
    assert "before the grade changed to prompt" in found["response_reason"]


@pytest.mark.parametrize(
    ("start", "column"),
    [("answered", "answered_at"), ("created", "created_at"), ("graded", "graded_at"), ("dispatched", "dispatched_at")],
)
def test_where_the_clock_starts_is_configuration(start, column):
    times = {"answered_at": local("2026-03-04 09:59"), "dispatched_at": local("2026-03-04 10:03")}
    found = incident(300, f'[response]\nclock_start = "{start}"\n', **times)
    expected = {**times, "created_at": local("2026-03-04 10:00"), "graded_at": GRADED}[column]
    assert found["clock_started_at"] == expected
    assert found["target_at"] == expected + timedelta(seconds=720)


def test_a_clock_that_never_started_is_impossible():
    found = incident(60, '[response]\nclock_start = "dispatched"\n')
    assert (found["response_status"], found["clock_started_at"], found["target_at"]) == ("impossible_time", None, None)


def test_over_is_arrival_or_closing_and_at_once_for_what_does_not_count():
    closed = local("2026-03-04 12:00")
    assert incident(60, closed_at=closed)["over_at"] == GRADED + timedelta(seconds=60)
    assert incident(closed_at=closed)["over_at"] == closed
    assert incident()["over_at"] is None
    assert incident(exclusion="duplicate")["over_at"] == GRADED


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_arriving_sooner_is_never_worse(one, other):
    sooner, later = (incident(seconds)["is_in_time"] for seconds in sorted((one, other)))
    assert sooner or not later
