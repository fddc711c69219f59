"""What is typed and not saved is there again after a session's end, for whoever typed it and for nobody else."""

from __future__ import annotations

from typing import Any

import dash
from sqlalchemy import update

from layouts import ids, urls
from tests.callbacks.test_plan import NEW, SMART, Editor
from tests.support.asking import ask, body_of, post, props_of, visit, words
from tests.support.force import NOW
from tests.support.small import Small, signed_in


def pause(editor: Editor, **typed: str) -> str:
    """The typist pauses, and the page keeps what is in the form. What the page then says."""
    editor.typed |= {f"plan-{name.replace('_', '-')}": value for name, value in typed.items()}
    values: dict[str, Any] = {f"{name}.value": value for name, value in editor.typed.items()}
    values |= {f"{ids.PLAN_STATE}.data": editor.state, f"{ids.PLAN_TYPED}.data": 1}
    answer = ask(editor.app, editor.client, f"{ids.PLAN_TYPED}.data", values)
    return words(answer[ids.PLAN_KEPT]["children"])


def told(main: Any) -> str:
    return words(props_of(main, ids.PLAN_ERRORS).get("children"))


def test_it_is_there_again_in_another_session(app: dash.Dash) -> None:
    first = Editor(app, "sgt")
    assert "Kept for you since" in pause(first, specific="Half a sentence", target_value="6")
    again = Editor(app, "sgt")  # a session of its own
    assert again.typed["plan-specific"] == "Half a sentence"
    assert again.typed["plan-target-value"] == "6"
    assert "what you typed until" in told(again.main)


def test_nobody_else_is_shown_it(app: dash.Dash) -> None:
    pause(Editor(app, "sgt"), specific="About somebody")
    for persona in ("supt", "chief"):
        other = Editor(app, persona)
        assert other.typed["plan-specific"] == ""
        assert told(other.main) == ""


def test_each_form_has_its_own(app: dash.Dash) -> None:
    pause(Editor(app, "sgt"), specific="About Adeyemi")
    other = Editor(app, "sgt", urls.new_plan_href("E3", "open"))
    assert other.typed["plan-specific"] == ""


def test_saving_forgets_it(app: dash.Dash) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    pause(editor)
    address = editor.save()[ids.URL]["href"]
    assert told(Editor(app, "sgt").main) == ""
    assert told(Editor(app, "sgt", address).main) == ""


def test_saving_that_fails_keeps_it(app: dash.Dash) -> None:
    editor = Editor(app, "sgt")
    pause(editor, specific="Half a sentence")
    editor.save()
    assert Editor(app, "sgt").typed["plan-specific"] == "Half a sentence"


def test_starting_afresh_forgets_it(app: dash.Dash) -> None:
    pause(Editor(app, "sgt"), specific="Half a sentence")
    editor = Editor(app, "sgt")
    values = {f"{ids.PLAN_STATE}.data": editor.state, f"{ids.PLAN_AFRESH}.n_clicks": 1}
    answer = ask(app, editor.client, f"{ids.PLAN_AFRESH}.n_clicks", values)
    assert props_of(answer[ids.MAIN]["children"], "plan-specific")["value"] == ""
    assert Editor(app, "sgt").typed["plan-specific"] == ""


def test_words_typed_over_an_older_plan_do_not_undo_a_newer_one(app: dash.Dash) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    address = editor.save()[ids.URL]["href"]
    typist = Editor(app, "sgt", address)
    pause(typist, support="Mine")
    other = Editor(app, "supt", address)
    other.save(relevant="Theirs")
    again = Editor(app, "sgt", address)
    assert again.typed["plan-support"] == "Mine"
    assert "after you opened it" in told(again.save()[ids.MAIN]["children"])


def test_a_week_later_it_is_gone(app: dash.Dash, deployment: Small) -> None:
    pause(Editor(app, "sgt"), specific="Half a sentence")
    table = deployment.reader.figures.metadata.tables["kept_form"]
    with deployment.engine.begin() as connection:
        connection.execute(update(table).values(kept_at=NOW.replace(year=2020)))
    assert Editor(app, "sgt").typed["plan-specific"] == ""


def test_who_may_not_see_the_plan_any_more_is_not_shown_what_they_typed(app: dash.Dash, deployment: Small) -> None:
    pause(Editor(app, "sgt"), specific="About somebody")
    table = deployment.reader.figures.metadata.tables["posting_resolved"]
    with deployment.engine.begin() as connection:
        connection.execute(update(table).where(table.c.officer_id == "E2").values(unit_id="stevenage-int-a"))
    deployment.bump("organisation")
    page = visit(app, signed_in(app, "sgt"), NEW)[ids.MAIN]["children"]
    assert "Not permitted" in words(page)
    assert "About somebody" not in str(page)


def test_another_forms_state_keeps_nothing(app: dash.Dash) -> None:
    """A state that was sealed for somebody else."""
    theirs = Editor(app, "supt").state
    editor = Editor(app, "sgt")
    values = {f"{name}.value": value for name, value in SMART.items()}
    values |= {f"{ids.PLAN_STATE}.data": theirs, f"{ids.PLAN_TYPED}.data": 1}
    answer = post(editor.client, body_of(app, f"{ids.PLAN_TYPED}.data", values))
    assert "could not be kept" in answer.text
    assert Editor(app, "supt").typed["plan-specific"] == ""


def test_the_version_that_was_saved_is_shown_without_them(app: dash.Dash) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    address = editor.save()[ids.URL]["href"]
    pause(Editor(app, "sgt", address), support="Mine")
    assert Editor(app, "sgt", f"{address}?saved=1").typed["plan-support"] == SMART["plan-support"]
    assert Editor(app, "sgt", address).typed["plan-support"] == "Mine"
