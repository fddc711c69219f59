"""Saving a plan: as a draft, for both to see, or as the officer's answer. Whatever goes wrong, what was typed stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import dash
from dash import Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.boundary import in_words
from callbacks.drawn import plan_subject
from callbacks.pages import Pages
from callbacks.plan_state import PlanState
from callbacks.typed_form import NAMES
from cspdash.domain.audit import Operation
from cspdash.domain.errors import AuditUnavailable, NotPermitted, PlanChanged, PlanInvalid
from cspdash.domain.ports import PlanDraft, PlanPage, Viewer
from layouts import ids, urls
from layouts.components.form_parts import notice, saved

Answer = tuple[Any, Any, Any, Any]  # main, errors, href, what is announced


def register(app: dash.Dash, pages: Pages, viewer: Callable[[], Viewer]) -> None:
    @app.callback(
        Output(ids.MAIN, "children", allow_duplicate=True),
        Output(ids.PLAN_ERRORS, "children"),
        Output(ids.URL, "href", allow_duplicate=True),
        Output(ids.ANNOUNCE, "children", allow_duplicate=True),
        Input(ids.PLAN_SAVE, "n_clicks"),
        Input(ids.PLAN_DRAFT, "n_clicks"),
        State(ids.PLAN_STATE, "data"),
        *(State(name, "value") for name in ids.PLAN_FIELDS),
        prevent_initial_call=True,
        running=[(Output(ids.PLAN_SAVE, "disabled"), True, False), (Output(ids.PLAN_DRAFT, "disabled"), True, False)],
        on_error=_not_saved,
    )
    def save(saves: object, drafts: object, state: object, *typed: object) -> Answer:
        if not sent.count(saves) and not sent.count(drafts):
            raise PreventUpdate  # the form has just been drawn
        is_draft, who = ctx.triggered_id == ids.PLAN_DRAFT, viewer()
        opened = pages.states.open(state, who)
        with pages.consultations.asked(who, plan_subject(opened.plan_id, opened.officer)):
            return _save(pages, who, opened, dict(zip(NAMES, typed, strict=True)), is_draft=is_draft)


def _save(pages: Pages, viewer: Viewer, state: PlanState, typed: dict[str, object], *, is_draft: bool) -> Answer:
    draft = _draft(state, {name: sent.text(value, "form") for name, value in typed.items()}, is_draft=is_draft)
    baseline = None if state.plan_id else state.baseline
    try:
        with _logged(pages, viewer, state, draft):
            plan_id = pages.plans.save(state.plan_id, state.revision, draft, baseline, viewer, state.key)
    except PlanInvalid as wrong:
        page = replace(_page(pages, state, viewer), draft=draft)
        errors = f"{len(wrong.problems)} to put right. Nothing is saved yet."
        return pages.plan(page, viewer, wrong.problems, key=state.key), no_update, no_update, errors
    except PlanChanged as changed:
        return _changed(pages, replace(pages.plans.page(state.plan_id, viewer), draft=draft), viewer, changed)
    pages.typed.forget(state, viewer)
    said = "Draft kept." if draft.status == "draft" else "Plan saved."
    if not state.plan_id:
        return no_update, no_update, urls.plan_href(plan_id), said
    form = pages.plan(pages.plans.page(plan_id, viewer), viewer, told=saved(said))
    return form, no_update, no_update, said


@contextmanager
def _logged(pages: Pages, viewer: Viewer, state: PlanState, draft: PlanDraft) -> Iterator[None]:
    """Logs what is about to be saved, and where it then was not, that too. Raises AuditUnavailable before anything."""
    operation = Operation.ALTERATION if state.plan_id else Operation.COLLECTION
    about = plan_subject(state.plan_id, state.officer, draft.status)
    number = pages.consultations.write(viewer, operation, about)
    try:
        yield
    except NotPermitted:
        pages.consultations.refused(viewer, about, reason="not_done", reference=f"entry {number}")
        raise
    except Exception:
        pages.consultations.write(viewer, operation, about, reason="not_done", reference=f"entry {number}")
        raise


def _draft(state: PlanState, fields: dict[str, str], *, is_draft: bool) -> PlanDraft:
    """What was typed. The button says what the plan becomes, unless the form closes it."""
    if is_draft:
        fields["status"] = "draft"
    elif fields["status"] in ("", "draft"):
        fields["status"] = "active"
    return PlanDraft(officer=state.officer, metric=state.metric, period=state.period, **fields)


def _page(pages: Pages, state: PlanState, viewer: Viewer) -> PlanPage:
    """The form again, on the evidence and revision it was opened with."""
    if state.plan_id:
        return replace(pages.plans.page(state.plan_id, viewer), revision=state.revision)
    return replace(pages.plans.new(state.officer, state.metric, state.period, viewer), baseline=state.baseline)


def _changed(pages: Pages, page: PlanPage, viewer: Viewer, changed: PlanChanged) -> Answer:
    """Somebody else was first: their plan is in the history, what was typed here is still in the form."""
    words = (
        f"{changed.changed_by} saved this plan at {changed.changed_at}, after you opened it. What you typed is still "
        "in the form and is not saved. Compare it with the other version, then save yours if it should stand."
    )
    told = notice("Not saved", words, urls.saved_plan_href(page.plan_id), "See the version that was saved")
    return pages.plan(page, viewer, told=told), no_update, no_update, "Not saved: somebody else saved this plan first."


def _not_saved(error: Exception) -> Answer:
    """Anything else that stops saving is said above the form, which stays as it is; what cannot be logged is a 503."""
    if isinstance(error, AuditUnavailable):
        raise error
    return no_update, notice("Not saved", in_words(error)), no_update, "Not saved."
