"""The plan form: every field once, errors on top and beside the field, readers before anything is typed."""

from dataclasses import replace

import pytest

from cspdash.domain.plans import FIELD_LABELS
from cspdash.domain.ports import PlanPage
from layouts import ids, plan_fields
from layouts.components.form_parts import notice, saved
from layouts.plan_form import plan_page, state_of
from layouts.plans import plans_page
from tests.support.drawn import Drawn, drawn
from tests.support.examples import officers
from tests.support.examples.pieces import WORKLOAD

KINDS = ("Input", "Textarea", "Select")


def form_of(page: PlanPage, errors: dict[str, str] | None = None) -> Drawn:
    return drawn(plan_page(page, officers.officer(), errors))


def controls(page: Drawn) -> dict[str, Drawn]:
    found = [each for kind in KINDS for each in page.all(kind)]
    made = {str(each.props["id"]): each for each in found}
    assert len(made) == len(found)
    return made


@pytest.mark.parametrize("page", [officers.new_plan(), officers.kept_plan(), officers.wrong_plan()[0]])
def test_every_field_is_there_once_for_saving(page: PlanPage) -> None:
    assert set(controls(form_of(page))) == set(ids.PLAN_FIELDS)
    assert set(controls(drawn(plan_page(page, None)))) == set(ids.PLAN_FIELDS)


def test_the_fields_are_those_of_a_draft() -> None:
    names = {each.name for each in vars(plan_fields).values() if isinstance(each, plan_fields.Field)}
    assert names == set(FIELD_LABELS)
    assert {plan_fields.control_id(name) for name in names} == set(ids.PLAN_FIELDS)


def test_the_form_holds_what_was_typed() -> None:
    page, errors = officers.wrong_plan()
    made = controls(form_of(page, errors))
    assert made["plan-specific"].props["value"] == page.draft.specific
    assert made["plan-due-on"].props["value"] == "2026-11-01"
    assert made["plan-due-on"].props["type"] == "date"


def test_errors_stand_on_top_with_links_and_beside_their_fields() -> None:
    page, errors = officers.wrong_plan()
    form = form_of(page, errors)
    summary = form.one("div", id=ids.PLAN_ERRORS).one("div", "error-summary", role="alert")
    assert summary.links == [(words, f"#{plan_fields.control_id(name)}") for name, words in errors.items()]
    beside = {each.props["id"]: each.text for each in form.all("div", "problem")}
    assert beside["plan-support-problem"] == f"Error: {errors['support']}"
    assert controls(form)["plan-support"].props["invalid"] is True
    assert form.props["data-title"].startswith("Error: ")


def test_no_errors_no_summary() -> None:
    form = form_of(officers.new_plan())
    assert form.one("div", id=ids.PLAN_ERRORS).text == ""
    assert form.props["data-title"] == "New plan: PC 2207 Adeyemi"


def test_readers_are_named_before_the_first_field() -> None:
    text = form_of(officers.new_plan()).text
    assert "chief officers" in text
    assert text.index("Who will read this") < text.index("What will be done")
    assert "supportive, not UPP" in text


def test_the_evidence_is_frozen_in_words() -> None:
    evidence = form_of(officers.new_plan()).one("div", "evidence")
    assert evidence.one("b").text == "28"
    assert "as at 22 Nov 2026, definition 3f2a9c01d4, 28 records, 212 peers" in evidence.text


def test_the_state_holds_the_baseline_as_json() -> None:
    page = officers.new_plan()
    store = form_of(page).one("Store", id=ids.PLAN_STATE)
    assert store.props["data"] == state_of(page)
    assert state_of(page)["baseline"]["as_at"] == "2026-11-22T14:05:12+00:00"


def test_a_new_plan_can_be_shared_or_kept_as_a_draft() -> None:
    form = form_of(officers.new_plan())
    assert form.one("button", id=ids.PLAN_SAVE).text == "Save and share with PC 2207 Adeyemi"
    assert form.one("button", id=ids.PLAN_DRAFT).props.get("hidden") is None


def test_the_officer_can_answer_and_nothing_else() -> None:
    form = form_of(officers.kept_plan())
    made = controls(form)
    assert made["plan-specific"].props["readOnly"] is True
    assert made["plan-officer-comment"].props["readOnly"] is False
    assert made["plan-status"].props["disabled"] is True
    assert form.one("button", id=ids.PLAN_SAVE).text == "Save the answer"
    assert form.one("button", id=ids.PLAN_DRAFT).props["hidden"] is True


def test_who_may_do_neither_has_no_buttons() -> None:
    page = replace(officers.kept_plan(), may_comment=False)
    assert form_of(page).all("button", id=ids.PLAN_SAVE) == []


def test_the_past_of_a_plan_says_who_changed_what() -> None:
    history = form_of(officers.kept_plan()).one("details", "history")
    assert history.one("summary").text == "History: 3 edits"
    assert "Figure: 15 → 19" in history.text
    assert "The officer's answer: nothing → Agreed." in history.text


def test_what_became_of_saving_is_said() -> None:
    told = drawn(notice("Not saved", "Somebody saved first.", "/plans/p-1", "See it"))
    assert told.props["role"] == "alert"
    assert told.links == [("See it", "/plans/p-1")]
    assert drawn(saved("Plan saved.")).props["role"] == "status"
    page = drawn(plan_page(officers.kept_plan(), None, told=saved("Plan saved.")))
    assert page.one("div", id=ids.PLAN_ERRORS).text == "Plan saved."


def test_plans_to_look_at_now_come_first() -> None:
    page = drawn(plans_page(officers.plans(), WORKLOAD.but(page="plans")))
    groups = [row.text for row in page.all("tr", "group")]
    assert groups == ["Review overdue · 2", "Active · 1", "Drafts · 1", "Closed · 1"]
    assert page.one("p", "lede").text == "2 to review now · 3 active plans"
    assert ("PC 1840 Brennan", "/plans/p-998") in page.links
    assert "No plans yet." in drawn(plans_page((), WORKLOAD.but(page="plans"))).text
