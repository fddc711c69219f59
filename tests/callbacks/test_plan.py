"""Saving a plan over the wire: what was typed stays, the baseline cannot be forged, two editors lose nothing."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import dash
import pytest
from flask.testing import FlaskClient

from layouts import ids, urls
from tests.support.asking import ask, body_of, components, post, props_of, visit, words
from tests.support.small import VIEWERS, Small, signed_in

NEW = urls.new_plan_href("E2", "open")
SMART = {
    "plan-specific": "Close the three oldest",
    "plan-target-direction": "at_most",
    "plan-target-value": "6",
    "plan-support": "Two days off response",
    "plan-relevant": "Victims wait",
    "plan-due-on": "2027-01-31",
    "plan-review-on": "2026-12-20",
    "plan-officer-comment": "",
    "plan-status": "active",
    "plan-result": "",
    "plan-closed-reason": "",
}


class Editor:
    """Somebody with a plan's form open."""

    def __init__(self, app: dash.Dash, persona: str, address: str = NEW, client: FlaskClient | None = None) -> None:
        self.app, self.client = app, client or signed_in(app, persona)
        self.main = visit(app, self.client, address)[ids.MAIN]["children"]
        self.state = props_of(self.main, ids.PLAN_STATE)["data"]
        self.typed = {name: props_of(self.main, name).get("value", "") for name in ids.PLAN_FIELDS}

    def save(self, button: str = ids.PLAN_SAVE, **typed: Any) -> dict[str, Any]:
        self.typed |= {f"plan-{name.replace('_', '-')}": value for name, value in typed.items()}
        values = {f"{name}.value": value for name, value in self.typed.items()}
        values |= {f"{ids.PLAN_STATE}.data": self.state, f"{button}.n_clicks": 1}
        answer = ask(self.app, self.client, f"{button}.n_clicks", values)
        main = answer.get(ids.MAIN, {}).get("children")
        if main:
            self.main, self.state = main, props_of(main, ids.PLAN_STATE)["data"]
        return answer

    def fill(self) -> None:
        self.typed |= SMART


@pytest.fixture
def saved(app: dash.Dash) -> str:
    """Address of a saved plan."""
    editor = Editor(app, "sgt")
    editor.fill()
    return str(editor.save()[ids.URL]["href"])


def errors_in(answer: dict[str, Any]) -> str:
    return words(props_of(answer[ids.MAIN]["children"], ids.PLAN_ERRORS).get("children"))


def test_an_incomplete_plan_is_sent_back_with_what_was_typed(app: dash.Dash) -> None:
    editor = Editor(app, "sgt")
    answer = editor.save(support="Time on Tuesdays", target_value="many")
    said = errors_in(answer)
    assert "There is a problem" in said
    assert "Say what will be done" in said
    assert "must be a number" in said
    main = answer[ids.MAIN]["children"]
    assert props_of(main, "plan-support")["value"] == "Time on Tuesdays"
    assert props_of(main, "plan-target-value")["value"] == "many"
    assert "to put right" in answer[ids.ANNOUNCE]["children"]


def test_a_good_plan_is_saved_and_shown(app: dash.Dash, deployment: Small, saved: str) -> None:
    (plan,) = deployment.plans.list(VIEWERS["sgt"])
    assert saved == urls.plan_href(plan.plan_id)
    assert (plan.aim, plan.baseline_text, plan.status) == ("6 or fewer open investigations", "9", "active")
    page = words(visit(app, signed_in(app, "sgt"), saved)[ids.MAIN]["children"])
    assert "History: 1 edit" in page
    assert "6 or fewer" in words(visit(app, signed_in(app, "sgt"), "/plans")[ids.MAIN]["children"])
    assert "6 or fewer" in words(visit(app, signed_in(app, "pc"), "/officer/E2")[ids.MAIN]["children"])


def test_a_draft_needs_nothing_and_is_its_owners_alone(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    answer = editor.save(ids.PLAN_DRAFT, specific="Perhaps this")
    assert answer[ids.ANNOUNCE]["children"] == "Draft kept."
    address = answer[ids.URL]["href"]
    assert "Perhaps this" in str(visit(app, editor.client, address))
    for persona in ("pc", "supt", "chief", "other"):
        assert "Not permitted" in words(visit(app, signed_in(app, persona), address)[ids.MAIN]["children"])
    assert deployment.plans.list(VIEWERS["supt"]) == ()


def test_a_draft_becomes_active_by_saving(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    address = editor.save(ids.PLAN_DRAFT)[ids.URL]["href"]
    again = Editor(app, "sgt", address, editor.client)
    again.save()
    assert [plan.status for plan in deployment.plans.list(VIEWERS["pc"])] == ["active"]


def test_the_baseline_saved_is_the_one_that_was_on_screen(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    deployment.add_crime("LATER", "E2")
    editor.fill()
    editor.save()
    (plan,) = deployment.plans.list(VIEWERS["sgt"])
    assert (plan.baseline_text, plan.now_text) == ("9", "10")


def test_a_form_sent_twice_makes_one_plan(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    first, second = editor.save(), editor.save()
    assert first[ids.URL] == second[ids.URL]
    assert len(deployment.plans.list(VIEWERS["sgt"])) == 1


def test_the_second_of_two_editors_is_told_and_loses_nothing(app: dash.Dash, deployment: Small, saved: str) -> None:
    first, second = Editor(app, "sgt", saved), Editor(app, "supt", saved)
    first.save(support="Three days")
    answer = second.save(relevant="Something else")
    said = errors_in(answer)
    assert "PS Priya Nair saved this plan" in said
    assert props_of(answer[ids.MAIN]["children"], "plan-relevant")["value"] == "Something else"
    plan_id = urls.plan_in(saved)
    assert deployment.plans.page(plan_id, VIEWERS["sgt"]).draft.support == "Three days"
    second.save()  # told, and sure
    page = deployment.plans.page(plan_id, VIEWERS["sgt"])
    assert page.draft.relevant == "Something else"
    assert "Three days" in str(page.history)


def test_the_officer_answers_and_changes_nothing_else(app: dash.Dash, deployment: Small, saved: str) -> None:
    officer = Editor(app, "pc", saved)
    officer.save(officer_comment="Yes, with cover on Tuesdays.")
    plan_id = urls.plan_in(saved)
    assert deployment.plans.page(plan_id, VIEWERS["sgt"]).draft.officer_comment == "Yes, with cover on Tuesdays."
    told = officer.save(target_value="9")
    assert "your supervisor changes the rest" in words(told[ids.PLAN_ERRORS]["children"])
    assert deployment.plans.page(plan_id, VIEWERS["sgt"]).draft.target_value == "6"


def test_the_supervisor_does_not_speak_for_the_officer(app: dash.Dash, saved: str) -> None:
    answer = Editor(app, "sgt", saved).save(officer_comment="They are delighted.")
    assert "Only the officer" in errors_in(answer)


@pytest.mark.parametrize("forged", [None, "", "x", 3, [], {}, {"plan_id": "", "officer": "E5"}, "eyJhIjoxfQ.aaaa.bbbb"])
def test_a_forged_state_saves_nothing(app: dash.Dash, deployment: Small, forged: object) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    editor.state = forged
    answer = editor.save()
    assert "out of date" in words(answer[ids.PLAN_ERRORS]["children"])
    assert ids.MAIN not in answer  # the form stays as it is
    assert deployment.plans.list(VIEWERS["chief"]) == ()


def test_a_state_belongs_to_the_one_it_was_given(app: dash.Dash, deployment: Small) -> None:
    theirs = Editor(app, "other", urls.new_plan_href("E5", "open"))
    mine = Editor(app, "sgt")
    mine.fill()
    mine.state = theirs.state
    assert "out of date" in words(mine.save()[ids.PLAN_ERRORS]["children"])
    assert deployment.plans.list(VIEWERS["chief"]) == ()


@pytest.mark.parametrize("value", [3, ["x"], {"a": 1}, True, "x" * 20_000])
def test_fields_are_text(app: dash.Dash, deployment: Small, value: object) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    answer = editor.save(specific=value)
    assert "cannot be read" in words(answer[ids.PLAN_ERRORS]["children"])
    assert deployment.plans.list(VIEWERS["chief"]) == ()


def test_a_fault_of_ours_leaves_the_form(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    with patch.object(deployment.plans, "save", side_effect=RuntimeError("INSERT INTO plan")):
        answer = editor.save()
    assert "reference" in words(answer[ids.PLAN_ERRORS]["children"])
    assert "INSERT" not in str(answer)
    assert ids.MAIN not in answer


def test_nothing_is_saved_when_a_form_is_drawn(app: dash.Dash) -> None:
    client = signed_in(app, "sgt")
    body = body_of(app, f"{ids.PLAN_SAVE}.n_clicks", {f"{ids.PLAN_SAVE}.n_clicks": 0, f"{ids.PLAN_DRAFT}.n_clicks": 0})
    assert post(client, body).status_code == 204


def test_words_typed_are_never_markup(app: dash.Dash, saved: str) -> None:
    editor = Editor(app, "sgt", saved)
    payload = "<img src=x onerror=alert(1)>"
    answer = editor.save(specific=payload)
    drawn = [each for each in components(answer[ids.MAIN]["children"]) if payload in str(each["props"].get("children"))]
    assert all(each["type"] != "Markdown" for each in drawn)
    assert "dangerously" not in str(answer)
