"""The contact contract and key-event updates of the Victims' Code."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import day, derived, local

CRIME = {"ref": "C1", "recorded_at": local("2026-03-02 09:00"), "is_victim_based": True}
PERSON = {"ref": "V1", "investigation_ref": "C1", "victim_kind": "person"}
ATTEMPTS_COUNT = "[victim_updates]\nattempt_counts = true\n"
LINKED_DO_NOT = "[victim_updates]\nlinked_contact_counts = false\n"


def entry(kind, at, ref="e"):
    return {"ref": ref, "kind": kind, "happened_at": local(at), "victim_ref": "V1"}


def contract(victim=None, log=(), crime=CRIME, changes="", disposals=()):
    related = {"events": list(log), "investigations": [crime] if crime else [], "disposals": list(disposals)}
    return derived("victim", {**PERSON, **(victim or {})}, changes, **related)


# --- the contract ---------------------------------------------------------------------------------


def test_without_contact_or_agreement_28_days_from_recording():
    found = contract()
    assert found["is_in_scope"] is True
    assert (found["interval_days"], found["update_due_on"], found["last_contact_at"]) == (28, day("2026-03-30"), None)
    assert found["opened_at"] == CRIME["recorded_at"]
    assert found["scope_reason"] == (
        "No contact yet. Recorded 2 Mar 2026 + 28 days (none agreed, the force's interval): update due by 30 Mar 2026."
    )


def test_the_agreed_interval_runs_from_the_last_contact():
    log = [entry("contact", "2026-03-20 10:00"), entry("contact", "2026-03-10 10:00")]
    found = contract({"agreed_interval_days": 14}, log)
    assert found["last_contact_at"] == local("2026-03-20 10:00")
    assert found["update_due_on"] == day("2026-04-03")


def test_contact_at_half_past_midnight_in_summer_belongs_to_that_day():
    assert contract({}, [entry("contact", "2026-06-10 00:30")])["update_due_on"] == day("2026-07-08")


def test_a_key_event_is_not_contact():
    assert contract({}, [entry("arrest", "2026-03-20 10:00")])["last_contact_at"] is None


def test_attempts_count_only_where_the_force_says_so_and_one_in_a_row():
    log = [
        entry("contact", "2026-03-05 10:00"),
        entry("attempt", "2026-03-10 10:00"),
        entry("attempt", "2026-03-15 10:00"),
    ]
    assert contract({}, log)["last_contact_at"] == local("2026-03-05 10:00")
    assert contract({}, log, changes=ATTEMPTS_COUNT)["last_contact_at"] == local("2026-03-10 10:00")


def test_an_attempt_after_another_contact_counts_again():
    log = [
        entry("attempt", "2026-03-05 10:00"),
        entry("contact", "2026-03-06 10:00"),
        entry("attempt", "2026-03-10 10:00"),
    ]
    assert contract({}, log, changes=ATTEMPTS_COUNT)["last_contact_at"] == local("2026-03-10 10:00")


def test_contact_on_a_linked_investigation_counts_and_is_said():
    log = [entry("linked_contact", "2026-03-12 10:00")]
    found = contract({}, log)
    assert found["last_contact_at"] == local("2026-03-12 10:00")
    assert "on a linked investigation" in found["scope_reason"]
    assert contract({}, log, changes=LINKED_DO_NOT)["last_contact_at"] is None


@pytest.mark.parametrize(
    ("victim", "crime", "why"),
    [
        ({}, {**CRIME, "is_victim_based": False}, "no person or business"),
        ({"victim_kind": "business"}, CRIME, "named no contact point"),
        ({"opted_out_at": local("2026-03-09 00:30")}, CRIME, "recorded 9 Mar 2026"),
        ({"unsafe_reason": "perpetrator at home", "unsafe_by": "S1"}, CRIME, "decided by S1"),
        ({"unsafe_reason": "perpetrator at home"}, CRIME, "no supervisor named"),
    ],
)
def test_out_of_scope_has_no_due_day_and_a_reason(victim, crime, why):
    found = contract(victim, crime=crime)
    assert (found["is_in_scope"], found["update_due_on"], found["interval_days"]) == (False, None, None)
    assert why in found["scope_reason"]


def test_a_business_with_a_named_contact_is_in_scope():
    assert contract({"victim_kind": "business", "has_named_contact": True})["is_in_scope"] is True


def test_the_contract_ends_with_the_investigation():
    given_at = local("2026-04-01 10:00")
    disposals = [{"ref": "d", "given_at": given_at, "outcome_code": "16"}]
    assert contract(disposals=disposals)["ended_at"] == given_at
    assert contract()["ended_at"] is None


def test_an_investigation_not_loaded_is_said():
    found = contract(crime=None)
    assert (found["opened_at"], found["is_in_scope"]) == (None, False)
    assert "not loaded" in found["scope_reason"]


def test_the_default_interval_is_dated_by_the_start_of_the_clock():
    changes = (
        "[victim_updates]\ndefault_interval_days = [{from = 2015-01-01, value = 28}, {from = 2026-03-10, value = 21}]\n"
    )
    assert contract(changes=changes)["interval_days"] == 28
    assert contract({}, [entry("contact", "2026-03-12 10:00")], changes=changes)["interval_days"] == 21


@given(st.lists(st.integers(0, 400), max_size=8), st.integers(0, 400))
def test_one_more_contact_never_brings_the_due_day_forward(days, extra):
    def due(offsets):
        start = local("2026-03-02 10:00")
        log = [{"ref": str(n), "kind": "contact", "happened_at": start + timedelta(days=n)} for n in offsets]
        return contract({}, log)["update_due_on"]

    assert due([*days, extra]) >= due(days)


# --- key events -----------------------------------------------------------------------------------


def told(event, log=(), victim=PERSON, changes=""):
    return derived("victim_event", event, changes, siblings=[event, *log], victims=[victim] if victim else [])


@pytest.mark.parametrize(
    ("happened", "standard", "enhanced"),
    [
        ("2026-03-04 10:00", "2026-03-11", "2026-03-05"),  # Wednesday
        ("2026-03-06 10:00", "2026-03-13", "2026-03-09"),  # Friday
        ("2026-03-07 10:00", "2026-03-13", "2026-03-09"),  # Saturday
        ("2026-04-02 10:00", "2026-04-13", "2026-04-07"),  # Thursday before Easter: Good Friday and Easter Monday off
        ("2026-12-24 10:00", "2027-01-05", "2026-12-29"),  # Boxing Day is a Saturday, Monday 28th its substitute
        ("2026-03-30 00:30", "2026-04-08", "2026-03-31"),  # in UTC still the day before
    ],
)
def test_five_working_days_or_one(happened, standard, enhanced):
    event = entry("arrest", happened)
    assert told(event)["told_due_on"] == day(standard)
    assert told(event, victim={**PERSON, "is_enhanced": True})["told_due_on"] == day(enhanced)


def test_enhanced_rights_count_as_known_at_the_event():
    event = entry("arrest", "2026-03-04 10:00")
    after = {**PERSON, "is_enhanced": True, "enhanced_at": local("2026-03-05 10:00")}
    before = {**PERSON, "is_enhanced": True, "enhanced_at": local("2026-03-04 10:00")}
    assert told(event, victim=after)["told_due_on"] == day("2026-03-11")
    assert told(event, victim=before)["told_due_on"] == day("2026-03-05")


@pytest.mark.parametrize(
    ("contact", "status", "in_time"),
    [("2026-03-04 10:00", "in_time", True), ("2026-03-11 23:59", "in_time", True), ("2026-03-12 00:01", "late", False)],
)
def test_told_on_the_due_day_is_in_time(contact, status, in_time):
    found = told(entry("interview_under_caution", "2026-03-04 10:00"), [entry("contact", contact)])
    assert (found["told_status"], found["told_in_time"]) == (status, in_time)
    assert found["updated_at"] == local(contact)


def test_contact_before_the_event_does_not_tell():
    found = told(entry("release_bail", "2026-03-04 10:00"), [entry("contact", "2026-03-04 09:59")])
    assert (found["told_status"], found["told_in_time"], found["updated_at"]) == ("pending", None, None)


def test_the_first_contact_after_the_event_counts():
    log = [
        entry("contact", "2026-03-20 10:00"),
        entry("contact", "2026-03-05 10:00"),
        entry("contact", "2026-03-01 10:00"),
    ]
    assert told(entry("release_rui", "2026-03-04 10:00"), log)["updated_at"] == local("2026-03-05 10:00")


def test_a_later_contact_never_makes_a_late_update_good():
    event, late = entry("arrest", "2026-03-04 10:00"), entry("contact", "2026-03-20 10:00")
    assert told(event, [late])["told_in_time"] is False
    assert told(event, [late, entry("contact", "2026-04-01 10:00")])["told_in_time"] is False


@pytest.mark.parametrize("kind", ["contact", "attempt", "linked_contact"])
def test_entries_of_the_log_are_no_key_events(kind):
    found = told(entry(kind, "2026-03-04 10:00"))
    assert (found["is_key_event"], found["told_status"], found["told_due_on"]) == (False, "not_applicable", None)


def test_an_opt_out_frees_later_events_only():
    victim = {**PERSON, "opted_out_at": local("2026-03-05 10:00")}
    assert told(entry("arrest", "2026-03-04 10:00"), victim=victim)["is_key_event"] is True
    assert told(entry("arrest", "2026-03-06 10:00"), victim=victim)["is_key_event"] is False


def test_a_victim_not_loaded_is_owed_the_standard():
    assert told(entry("arrest", "2026-03-04 10:00"), victim=None)["told_due_on"] == day("2026-03-11")


def test_which_events_are_key_is_configuration():
    changes = '[victim_updates]\nkey_events = ["arrest"]\n'
    assert told(entry("charge", "2026-03-04 10:00"))["is_key_event"] is True
    assert told(entry("charge", "2026-03-04 10:00"), changes=changes)["is_key_event"] is False


def test_an_attempt_tells_only_where_the_force_says_so():
    event, log = entry("arrest", "2026-03-04 10:00"), [entry("attempt", "2026-03-05 10:00")]
    assert told(event, log)["told_status"] == "pending"
    assert told(event, log, changes=ATTEMPTS_COUNT)["told_status"] == "in_time"
