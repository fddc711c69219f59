"""When an investigation is finished, and its next review."""

import pytest

from tests.support.clocks import day, derived, local

RECORDED = {"recorded_at": local("2026-01-05 09:00")}


def outcome(code, at, ref="d1", **columns):
    return {"ref": ref, "outcome_code": code, "given_at": local(at), **columns}


def finished(row=None, *disposals):
    found = derived("investigation", {**RECORDED, **(row or {})}, disposals=list(disposals))
    return found["finalised_at"], found["final_outcome"]


def test_open_without_any_outcome():
    assert finished() == (None, None)
    assert finished({"outcome_code": "0"}) == (None, None)


def test_closing_comes_first_then_cancelling_then_the_newest_outcome():
    closed, cancelled = local("2026-02-01 10:00"), local("2026-02-02 10:00")
    feed = outcome("16", "2026-02-03 10:00")
    assert finished({"closed_at": closed, "cancelled_at": cancelled, "outcome_code": "18"}, feed) == (closed, "18")
    assert finished({"cancelled_at": cancelled}, feed) == (cancelled, "16")
    assert finished({}, feed) == (feed["given_at"], "16")


def test_the_newest_of_several_outcomes_counts_in_whatever_order_they_come():
    older, newer = outcome("18", "2026-02-01 10:00", "a"), outcome("1", "2026-03-01 10:00", "b")
    assert finished({}, older, newer) == finished({}, newer, older) == (newer["given_at"], "1")


def test_two_outcomes_at_the_same_instant_are_settled_by_their_reference():
    one, two = outcome("18", "2026-02-01 10:00", "a"), outcome("1", "2026-02-01 10:00", "b")
    assert finished({}, one, two)[1] == finished({}, two, one)[1] == "1"


def test_an_outcome_of_nought_opens_it_again():
    assert finished({}, outcome("16", "2026-02-01 10:00", "a"), outcome("0", "2026-02-09 10:00", "b")) == (None, None)
    assert finished({"closed_at": local("2026-02-01 10:00")}, outcome("0", "2026-02-09 10:00")) == (None, None)


def test_a_nought_from_before_the_closing_does_not():
    closed = local("2026-02-10 10:00")
    assert finished({"closed_at": closed, "outcome_code": "16"}, outcome("0", "2026-02-09 10:00")) == (closed, "16")


def test_a_reversed_outcome_is_as_if_not_given():
    """A breached caution: the crime is open until it is charged."""
    caution = outcome("3", "2026-02-01 10:00", "a", reversed_at=local("2026-03-01 10:00"))
    charge = outcome("1", "2026-03-20 10:00", "b")
    assert finished({}, caution) == (None, None)
    assert finished({}, caution, charge) == (charge["given_at"], "1")


@pytest.mark.parametrize(("written", "meant"), [("02A", "2a"), ("17", "17"), ("1a", "1a"), ("00", None), ("", None)])
def test_outcome_codes_have_one_spelling(written, meant):
    assert finished({"outcome_code": written})[1] == meant


def review(**columns):
    return derived("investigation", {**RECORDED, **columns})["review_due_on"]


def test_review_is_due_when_the_supervisor_said_else_after_the_interval():
    assert review() == day("2026-02-02")
    assert review(last_review_at=local("2026-01-20 23:30")) == day("2026-02-17")
    assert review(last_review_at=local("2026-01-20 23:30"), next_review_on=day("2026-03-01")) == day("2026-03-01")


def test_review_counts_local_days_in_summer():
    assert review(last_review_at=local("2026-07-01 00:30")) == day("2026-07-29")


def test_review_interval_is_configuration():
    found = derived("investigation", RECORDED, "[workload]\nreview_interval_days = 14\n")
    assert found["review_due_on"] == day("2026-01-19")
