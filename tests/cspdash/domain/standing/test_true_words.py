"""What a record's clocks say is true of the record: read as a solicitor and as a sergeant would."""

from __future__ import annotations

from typing import Any

import pytest

from cspdash.domain.periods import Moment
from cspdash.domain.standing.clock import Standing
from cspdash.domain.standing.victims import key_event
from tests.cspdash.domain.standing.test_of_record import judged
from tests.support.clocks import LONDON, day, local

ASSAULT = {
    "offence_title": "Common assault",
    "offence_class": "summary",
    "offence_from_on": day("2026-01-01"),
    "recorded_at": local("2026-01-02 09:00"),
}
BAILED = {"status": "bail", "suspect_ref": "S", "arrested_at": local("2026-09-20 10:00")}


def limit(at: str, **columns: Any) -> Standing:
    return judged("investigation", at, **ASSAULT, **columns)[0]


def released(at: str, **columns: Any) -> tuple[Standing, ...]:
    return judged("suspect_release", at, **{**BAILED, "released_at": local("2026-09-20 20:00"), **columns})


@pytest.mark.parametrize("outcome", ["1", "1a", "01A"])
def test_finalised_as_charged_is_never_said_to_be_without_proceedings(outcome: str) -> None:
    """Outcome 1 is a charge or summons; only its day is missing, and with it whether it was in time."""
    found = limit("2026-11-26", outcome_code=outcome, closed_at=local("2026-04-01 10:00"))
    assert (found.state, found.missing) == ("unknown", "day of the charge")
    assert "as charged or summonsed" in found.judged
    assert "without proceedings" not in found.words


def test_before_it_was_finalised_as_charged_the_limit_ran() -> None:
    found = limit("2026-03-31", outcome_code="1", closed_at=local("2026-04-01 10:00"))
    assert (found.state, found.missing) == ("running", "")


def test_a_caution_is_no_start_of_proceedings() -> None:
    """The clock keeps running: a breached conditional caution must still be prosecuted in time."""
    found = limit("2026-06-01", outcome_code="3", closed_at=local("2026-04-01 10:00"))
    assert (found.state, found.due) == ("ended", day("2026-07-01"))
    assert "they could be started until 1 Jul 2026" in found.judged


def test_one_charge_of_several_is_not_called_no_proceedings() -> None:
    some = {"suspect_count": 3, "charged_suspect_count": 1, "charged_at": local("2026-02-01 10:00")}
    found = limit("2026-06-29", **some)
    assert (found.state, found.judged) == ("running", "2 days left, proceedings not started against every suspect.")
    late = limit("2026-07-03", **some)
    assert late.judged == "Expired 2 days ago, proceedings not started against every suspect."


def test_bail_with_the_cps_is_suspended_also_where_custody_gives_no_end() -> None:
    bail = released("2026-11-26", suspended_from=day("2026-11-01"))[0]
    assert (bail.state, bail.missing) == ("suspended", "")
    assert "Arrested 20 Sep 2026. Three months beginning with 21 Sep 2026 (initial period)" in bail.sentence


@pytest.mark.parametrize(
    ("returns", "words"),
    [
        ("2026-11-01", "Return date 1 Nov 2026 has passed; that does not end the period."),
        ("2026-12-01", "To return 1 Dec 2026, which does not end the period."),
        ("2027-01-10", "To return 10 Jan 2027, which is after the period has ended."),
    ],
)
def test_a_return_date_is_said_once(returns: str, words: str) -> None:
    bail = released("2026-11-26", return_on=day(returns))[0]
    assert bail.words.lower().count("return") == 1
    assert words in bail.judged


def test_no_return_date_is_said_where_it_is_the_end_of_the_period() -> None:
    assert "eturn" not in released("2026-11-26", return_on=day("2026-12-20"))[0].words


def test_what_ended_without_a_time_is_not_running() -> None:
    period, spell = released("2026-11-26", ended_as="post_charge_bail")
    assert (period.state, period.missing, spell.state) == ("ended", "time it ended", "ended")
    assert "so far" not in spell.judged


@pytest.mark.parametrize(("at", "state"), [("2026-10-18", "running"), ("2026-10-19", "overdue")])
def test_an_inspectors_review_has_a_clock_of_its_own(at: str, state: str) -> None:
    """A sergeant's review in time does not hide an inspector's overdue."""
    own = {"status": "rui", "released_at": local("2026-07-20 20:00"), "last_review_at": local("2026-10-10 09:00")}
    supervisor, inspector, _ = released(at, **own, last_reviewer_rank="PS")
    assert (supervisor.state, supervisor.due) == ("running", day("2026-11-07"))
    assert (inspector.state, inspector.due, inspector.clock) == (state, day("2026-10-18"), "Inspector's review")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("bail", "Released 20 Sep 2026 on pre-charge bail."),
        ("rui", "Released 20 Sep 2026 under investigation."),
        ("voluntary", "Attended voluntarily, left 20 Sep 2026, awaiting decision."),
    ],
)
def test_how_somebody_left_in_plain_english(status: str, words: str) -> None:
    assert released("2026-11-26", status=status)[-1].sentence == words


def test_an_item_due_in_hours_says_the_hour_in_local_time() -> None:
    """24 hours across the night the clocks go back end an hour earlier by the clock."""
    found = judged("acro_item", "2026-10-24", item_type="record_not_created", opened_at=local("2026-10-24 12:00"))[0]
    assert "Due by 11:00 on 25 Oct 2026, 24 hours allowed." in found.sentence


def test_an_outcome_is_named_by_the_forces_label_where_the_source_gives_no_title() -> None:
    found = judged("disposal", "2026-11-26", outcome_code="08", given_at=local("2026-11-01 10:00"))[0]
    assert found.sentence.startswith("Outcome 08 (Community resolution): an out-of-court disposal")


def test_an_event_told_later_was_not_told_on_the_day_looked_at() -> None:
    columns = {"victim_ref": "V", "kind": "arrest", "happened_at": local("2026-11-18 10:00")}
    row = {**columns, "told_due_on": day("2026-11-25"), "told_status": "late", "updated_at": local("2026-11-26 10:00")}
    found = key_event({**row, "told_reason": "Told 26 Nov 2026: late."}, Moment.of_day(day("2026-11-24"), LONDON))[0]
    assert found.state == "pending"
    assert "On 24 Nov 2026 that had not happened: 1 day left." in found.judged


def test_another_rest_day_is_no_minimum_and_a_reversal_says_so() -> None:
    hours = {"overtime_type": "rest_day", "worked_at": local("2026-11-20 09:00"), "ended_at": local("2026-11-20 11:00")}
    rest = judged("overtime_claim", "2026-11-26", **hours, told_at=local("2026-11-04 10:00"))[0]
    assert (
        rest.sentence
        == "Force day 20 Nov 2026. 2 hours, on a rest day with 15 days' notice: another rest day, no money."
    )
    back = judged("overtime_claim", "2026-11-26", **hours, amount_pence=-100)[0]
    assert "Takes an earlier claim back." in back.sentence
