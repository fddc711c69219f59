"""What makes a plan SMART, and the words about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.errors import PlanInvalid
from cspdash.domain.plan_words import OfficerFacts, aim, differences, is_due, readers, warnings
from cspdash.domain.plans import FIELD_LABELS, PlanFields, check, check_comment, draft_of, new_draft
from cspdash.domain.ports import Baseline, PlanDraft

TODAY = date(2026, 11, 22)
BASELINE = Baseline(
    "open",
    "Open investigations",
    28.0,
    "28",
    "",
    28,
    None,
    28,
    "usual 9 to 19",
    40,
    datetime(2026, 11, 22, tzinfo=UTC),
    "v",
    "d",
)
SMART = PlanDraft(
    officer="E2",
    metric="open",
    specific="Close the three oldest",
    target_value="19",
    target_direction="at_most",
    support="Two days off response",
    relevant="Victims wait",
    due_on="2027-01-31",
    review_on="2026-12-20",
)


def problems(draft: PlanDraft, before: PlanFields | None = None, **kwargs: bool) -> dict[str, str]:
    with pytest.raises(PlanInvalid) as raised:
        check(draft, BASELINE, TODAY, before, **kwargs)
    return raised.value.problems


def test_a_smart_plan_is_taken_as_it_is() -> None:
    fields = check(SMART, BASELINE, TODAY)
    assert (fields.target_value, fields.due_on, fields.status) == (19.0, date(2027, 1, 31), "active")
    assert draft_of("E2", "open", "28d", fields.as_typed()) == SMART


def test_an_empty_active_plan_lacks_every_part() -> None:
    found = problems(PlanDraft("E2", "open"))
    assert set(found) == {"specific", "target_value", "target_direction", "support", "relevant", "due_on", "review_on"}


def test_a_draft_may_be_empty() -> None:
    assert check(PlanDraft("E2", "open", status="draft"), BASELINE, TODAY).status == "draft"


def test_a_new_form_has_the_usual_dates() -> None:
    draft = new_draft("E2", "open", "28d", "lower", date(2026, 11, 30))
    assert (draft.due_on, draft.review_on, draft.target_direction) == ("2027-02-28", "2026-12-28", "at_most")
    assert new_draft("E2", "open", "28d", "neutral", TODAY).target_direction == ""


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"target_value": "fewer"}, "target_value", "must be a number"),
        ({"target_value": "nan"}, "target_value", "must be a number"),
        ({"target_value": "inf"}, "target_value", "must be a number"),
        ({"target_value": "1e999"}, "target_value", "must be a number"),
        ({"target_value": "1_9"}, "target_value", "must be a number"),
        ({"target_value": "-1"}, "target_value", "below zero"),
        ({"target_value": "28"}, "target_value", "met already"),
        ({"target_value": "10", "target_direction": "at_least"}, "target_value", "met already"),
        ({"target_direction": "sideways"}, "target_direction", "at most or at least"),
        ({"due_on": "31/01/2027"}, "due_on", "Give a date"),
        ({"due_on": "2027-02-30"}, "due_on", "Give a date"),
        ({"due_on": "2026-11-22"}, "due_on", "after today"),
        ({"due_on": "2027-11-23"}, "due_on", "At most 12 months"),
        ({"review_on": "2027-02-01"}, "review_on", "on or before"),
        ({"specific": "  "}, "specific", "Say what will be done"),
        ({"specific": "x" * 2001}, "specific", "At most 2,000 characters"),
        ({"status": "suspended"}, "status", "Choose draft"),
        ({"status": "closed"}, "closed_reason", "Choose why"),
        ({"status": "closed"}, "result", "what came of the plan"),
    ],
)
def test_each_mistake_is_named_at_its_field(change: dict[str, str], field: str, said: str) -> None:
    assert said in problems(replace(SMART, **change))[field]


def test_a_share_ends_at_a_hundred() -> None:
    assert (
        "0 to 100"
        in problems(replace(SMART, target_value="101", target_direction="at_least"), is_share=True)["target_value"]
    )


@pytest.mark.parametrize(
    ("typed", "value"), [("19", 19), (" 19 ", 19), ("1,200", 1200), ("£1,200", 1200), ("91 %", 91), ("9.5", 9.5)]
)
def test_numbers_are_read_as_people_write_them(typed: str, value: float) -> None:
    baseline = replace(BASELINE, value=5000.0)
    assert check(replace(SMART, target_value=typed), baseline, TODAY).target_value == value


def test_states_go_one_way() -> None:
    active = check(SMART, BASELINE, TODAY)
    assert "cannot become a draft" in problems(replace(SMART, status="draft"), active)["status"]
    ended = replace(SMART, status="closed", result="Down to 17", closed_reason="met")
    closed = check(ended, BASELINE, TODAY, active)
    assert (closed.status, closed.closed_reason) == ("closed", "met")
    assert "no longer be changed" in problems(replace(SMART, specific="More"), closed)["status"]


def test_a_day_that_has_passed_since_may_stay() -> None:
    kept = check(SMART, BASELINE, TODAY)
    later = date(2027, 1, 5)
    assert check(replace(SMART, support="More"), BASELINE, later, kept).review_on == date(2026, 12, 20)
    with pytest.raises(PlanInvalid):
        check(replace(SMART, review_on="2026-12-21"), BASELINE, later, kept)


def test_an_officer_may_answer_until_the_end() -> None:
    active = check(SMART, BASELINE, TODAY)
    assert check_comment("  I agree.\r\n", active) == "I agree."
    with pytest.raises(PlanInvalid):
        check_comment("Too late", replace(active, status="closed"))


DRAFTS = st.builds(
    PlanDraft,
    *[st.text(max_size=40)] * 3,
    status=st.sampled_from(["draft", "active", "closed", ""]),
    target_value=st.text(max_size=12),
    due_on=st.text(max_size=12),
    specific=st.text(max_size=20),
)


@given(DRAFTS)
def test_no_typing_breaks_the_check(draft: PlanDraft) -> None:
    try:
        fields = check(draft, BASELINE, TODAY)
    except PlanInvalid as wrong:
        named = set(wrong.problems)
    else:
        named = set()
        assert not set("\x00\x08\x1b") & set(fields.specific)
    assert named <= set(FIELD_LABELS)


def test_what_a_supervisor_is_warned_of() -> None:
    draft = replace(SMART, due_on="2027-04-30")
    found = warnings(OfficerFacts("PC Marsh", is_probationer=True, is_posted=False), draft, TODAY)
    assert "on probation" in found[0]
    assert "posted to no team" in found[1]
    assert "within 3 months; this one ends on 30 Apr 2027" in found[2]
    assert "left on 1 Nov 2026" in warnings(OfficerFacts("PC Gone", left_on=date(2026, 11, 1)), SMART, TODAY)[0]
    assert warnings(OfficerFacts("PC Doyle"), SMART, TODAY) == ()


def test_readers_are_named_from_the_officer_upwards() -> None:
    said = readers("PC 2207 Adeyemi", ["Team C", "Intervention", "Watford", "Hertfordshire"])
    assert said == (
        "PC 2207 Adeyemi",
        "sergeants and above posted to Team C",
        "inspectors and superintendents of Intervention and Watford",
        "chief officers",
    )
    assert readers("PC Gone", []) == ("PC Gone", "chief officers")


def test_an_aim_reads_as_a_phrase() -> None:
    assert aim("at_most", "19", "open investigations") == "19 or fewer open investigations"
    assert aim("at_least", "95 %", "victims") == "95 % or more"
    assert aim("at_most", "", "x") == "no aim yet"


def test_a_plan_is_due_when_its_day_comes() -> None:
    assert is_due("active", date(2027, 1, 1), TODAY, TODAY)
    assert not is_due("active", date(2027, 1, 1), date(2026, 11, 23), TODAY)
    assert not is_due("draft", TODAY, TODAY, TODAY)


def test_changes_are_told_in_words() -> None:
    before = check(SMART, BASELINE, TODAY).as_typed()
    after = {**before, "due_on": "2027-02-01", "target_direction": "at_least", "support": ""}
    assert differences(before, after) == (
        ("Aim", "or fewer", "or more"),
        ("By", "31 Jan 2027", "1 Feb 2027"),
        ("Support offered", "Two days off response", ""),
    )
