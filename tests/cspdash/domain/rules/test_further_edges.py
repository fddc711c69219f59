"""Edges of response, stop and search, victims and outcomes that are settings or own columns."""

from datetime import timedelta

import pytest

from tests.support.clocks import day, derived, local

GRADED = local("2026-03-04 10:00")
INCIDENT = {"grade": "immediate", "created_at": GRADED, "graded_at": GRADED, "attended_at": GRADED + timedelta(minutes=14),
            "dispatched_at": GRADED + timedelta(minutes=2), "en_route_at": GRADED + timedelta(minutes=5)}  # fmt: skip


@pytest.mark.parametrize(("stop", "seconds"), [("at_scene", 840), ("en_route", 300), ("dispatched", 120)])
def test_where_the_clock_stops_is_the_forces_choice(stop, seconds):
    found = derived("incident", INCIDENT, f'[response]\nclock_stop = "{stop}"\n')
    assert found["elapsed_seconds"] == seconds
    assert found["over_at"] == INCIDENT["attended_at"]  # whoever waits, waits for somebody to come


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({}, None),
        ({"exclusion": "held_back"}, "held_back"),
        ({"attended_at": None, "closed_at": GRADED}, "no_arrival_time"),
        ({"attended_at": GRADED - timedelta(minutes=1)}, "impossible_time"),
    ],
)
def test_every_incident_left_out_has_a_counted_reason(columns, reason):
    assert derived("incident", {**INCIDENT, **columns})["left_out_as"] == reason


FORM = {"officer_id": "1001", "searched_at": local("2026-03-01 22:00"), "submitted_at": local("2026-03-02 08:00")}


def test_a_form_signed_off_by_the_officer_who_searched_still_waits_for_a_supervisor():
    own = derived("stop_search_form", {**FORM, "reviewed_at": local("2026-03-03 08:00"), "reviewer_id": "1001"})
    other = derived("stop_search_form", {**FORM, "reviewed_at": local("2026-03-03 08:00"), "reviewer_id": "2002"})
    assert (own["awaits"], own["signed_off_at"]) == ("supervisor", None)
    assert (other["awaits"], other["signed_off_at"]) == ("nobody", local("2026-03-03 08:00"))


@pytest.mark.parametrize(
    ("power", "apart"),
    [
        ("Criminal Justice and Public Order Act 1994 (section 60)", True),
        ("CJPOA S.60", True),
        ("PACE 1984 s.1", False),
        ("", None),
        (None, None),
    ],
)
def test_searches_that_need_no_suspicion_are_kept_apart_and_blank_is_unknown(power, apart):
    assert derived("stop_search_form", {**FORM, "power": power})["is_no_suspicion"] is apart


def test_contact_on_a_linked_crime_counts_and_is_flagged():
    crimes = [{"ref": "C1", "recorded_at": local("2026-03-01 09:00"), "is_victim_based": True}]
    linked = [{"ref": "E1", "kind": "linked_contact", "happened_at": local("2026-03-05 09:00")}]
    found = derived("victim", {"ref": "V1", "victim_kind": "person"}, investigations=crimes, events=linked)
    assert (found["is_contact_linked"], found["update_due_on"]) == (True, day("2026-04-02"))
    off = "[victim_updates]\nlinked_contact_counts = false\n"
    found = derived("victim", {"ref": "V1", "victim_kind": "person"}, off, investigations=crimes, events=linked)
    assert (found["is_contact_linked"], found["update_due_on"]) == (None, day("2026-03-29"))


def test_who_recorded_an_opt_out_is_said():
    found = derived(
        "victim",
        {"ref": "V1", "victim_kind": "person", "opted_out_at": local("2026-03-01 09:00"), "opted_out_by": "E7"},
        investigations=[{"ref": "C1", "recorded_at": local("2026-02-01 09:00")}],
    )
    assert found["scope_reason"] == "Out of scope: asked for no updates, recorded 1 Mar 2026 by E7."


def test_an_outcome_is_named_by_the_source_or_else_by_the_forces_label():
    row = {"outcome_code": "8", "given_at": GRADED}
    assert derived("disposal", row)["outcome_words"] == "Community resolution"
    tiers = '[oocd.labels]\n8 = "Community resolution, lower tier"\n'
    assert derived("disposal", row, tiers)["outcome_words"] == "Community resolution, lower tier"
    assert derived("disposal", {**row, "outcome_title": "CR"}, tiers)["outcome_words"] == "CR"
