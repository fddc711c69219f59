"""Who has to act on a form, and whether its review came in time."""

import pytest

from tests.support.clocks import day, derived, local

SEARCHED = {"searched_at": local("2026-03-01 22:00"), "officer_id": "1001"}


def form(**columns):
    times = {f"{name}_at": local(f"2026-03-{text}") for name, text in columns.items() if not name.endswith("_id")}
    ids = {name: text for name, text in columns.items() if name.endswith("_id")}
    return derived("stop_search_form", {**SEARCHED, **times, **ids})


@pytest.mark.parametrize(
    ("times", "who", "since"),
    [
        ({}, "officer", "01 22:00"),
        ({"submitted": "02 08:00"}, "supervisor", "02 08:00"),
        ({"submitted": "02 08:00", "returned": "03 08:00"}, "officer", "03 08:00"),
        ({"submitted": "02 08:00", "returned": "03 08:00", "resubmitted": "04 08:00"}, "supervisor", "04 08:00"),
        ({"submitted": "02 08:00", "returned": "05 08:00", "resubmitted": "04 08:00"}, "officer", "05 08:00"),
        ({"submitted": "02 08:00", "returned": "03 08:00", "reviewed": "04 08:00"}, "nobody", None),
    ],
)
def test_who_has_to_act_and_since_when(times, who, since):
    found = form(**times)
    assert found["awaits"] == who
    assert found["waiting_since_at"] == (local(f"2026-03-{since}") if since else None)


def test_seven_days_from_submission_and_again_from_sending_again():
    assert form(submitted="02 23:30")["review_due_on"] == day("2026-03-09")
    assert form(submitted="02 23:30", returned="03 08:00", resubmitted="05 08:00")["review_due_on"] == day("2026-03-12")
    assert form()["review_due_on"] is None


@pytest.mark.parametrize(("reviewed", "in_time"), [("09 23:59", True), ("10 00:01", False)])
def test_reviewed_on_the_due_day_is_in_time(reviewed, in_time):
    assert form(submitted="02 08:00", reviewed=reviewed)["is_reviewed_in_time"] is in_time


def test_not_reviewed_is_neither_in_time_nor_late():
    assert form(submitted="02 08:00")["is_reviewed_in_time"] is None


def test_a_sign_off_by_the_officer_who_searched_is_no_review():
    own = form(submitted="02 08:00", reviewed="03 08:00", reviewer_id="1001")
    other = form(submitted="02 08:00", reviewed="03 08:00", reviewer_id="2002")
    assert (own["is_self_reviewed"], own["is_reviewed_in_time"]) == (True, False)
    assert (other["is_self_reviewed"], other["is_reviewed_in_time"]) == (False, True)
