"""Administration pages: an address becomes a page, a form's button a change. What was typed stays, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import dash
from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks import sent
from callbacks.boundary import in_words
from callbacks.consultations import Consultations
from callbacks.corrections import CorrectionPages
from cspdash.auth.sealed import Seal
from cspdash.domain.administration import Administration, Looks
from cspdash.domain.consulted import Subject
from cspdash.domain.correcting import Corrections
from cspdash.domain.corrections import CorrectionInvalid
from cspdash.domain.entitlement import EntitlementInvalid
from cspdash.domain.errors import AuditUnavailable, BadFilter
from cspdash.domain.ports import Viewer
from cspdash.domain.view import COVER, LOOK_AS, PEOPLE, SESSIONS, View
from layouts import ids, urls
from layouts.administration import decision, fields, pages
from layouts.components import tags as html
from layouts.components.form_parts import notice
from layouts.components.look_banner import look_banner

Answer = tuple[Any, Any, Any, Any]  # main, errors, href, what is announced
Typed = Mapping[str, str]
NOTHING: Typed = {}
OUT_OF_DATE = "This form is out of date. Open the page again."


@dataclass(frozen=True)
class AdministrationPages:
    """Draws them. What a form is about is sealed for the viewer it was drawn for."""

    administration: Administration
    looks: Looks
    team: Corrections
    seal: Seal
    zone: ZoneInfo

    @property
    def corrections(self) -> CorrectionPages:
        return CorrectionPages(self.team)

    def team_correction(self, pathname: str, search: str, viewer: Viewer) -> tuple[Component, str]:
        """The page of an address below /corrections, and why outside the own team it is looked at. Raises domain errors."""
        page, look_reason = self.corrections.draw(pathname, search, viewer)
        return self.sealed(page, viewer), look_reason

    def draw(self, pathname: str, search: str, view: View, viewer: Viewer) -> Component:
        """The page of any other address. Raises domain errors."""
        kind, entry_id = urls.administration_in(pathname)
        if kind == "people":
            return self.person(entry_id, viewer)
        if kind:
            return self.sealed(decision.decision_page(self.administration.decision(kind, entry_id, viewer)), viewer)
        if view.page == PEOPLE:
            return pages.people_page(self.administration.people_page(urls.find_in(search), viewer))
        if view.page == SESSIONS:
            return pages.sessions_page(self.administration.sessions_page(viewer))
        return self.cover(viewer) if view.page == COVER else self.look(viewer)

    def person(self, user_id: str, viewer: Viewer, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
        page = self.administration.person_page(user_id, viewer)
        return self.sealed(pages.person_page(page, typed, errors), viewer)

    def cover(self, viewer: Viewer, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
        return self.sealed(pages.cover_page(self.administration.cover_page(viewer), typed, errors), viewer)

    def look(self, viewer: Viewer, typed: Typed = NOTHING, errors: Typed = NOTHING) -> Component:
        return self.sealed(pages.look_page(self.looks.page(viewer), typed, errors), viewer)

    def decision(
        self, kind: str, entry_id: str, viewer: Viewer, typed: Typed = NOTHING, errors: Typed = NOTHING, told: str = ""
    ) -> Component:
        page = self.administration.decision(kind, entry_id, viewer)
        return self.sealed(decision.decision_page(page, typed, errors, told), viewer)

    def under_banner(self, main: Component, viewer: Viewer) -> list[Component]:
        """The page of somebody an administrator looks as, below words that say so."""
        looking = self.looks.now(replace(viewer, user_id=viewer.seen_by, seen_by=""))
        until = looking.until.astimezone(self.zone) if looking else None
        return [
            html.whole(look_banner(viewer.name, viewer.title, until)),
            main,
        ]  # side by side: arrive.js looks for the page

    def sealed(self, page: Component, viewer: Viewer) -> Component:
        try:
            store = page[ids.ADMIN_STATE]
        except KeyError:  # nothing can be done here
            return page
        store.data = self.seal.close({**store.data, "viewer": viewer.user_id})
        return page

    def opened(self, sealed: object, viewer: Viewer) -> dict[str, str]:
        """What a form is about. Raises BadFilter for a form that is not this viewer's, is too old, or was changed."""
        facts = self.seal.open(sealed)
        if facts is None or facts.pop("viewer", None) != viewer.user_id:
            raise BadFilter(OUT_OF_DATE)
        return facts


def register(
    app: dash.Dash, drawn: AdministrationPages, consultations: Consultations, viewer: Callable[[], Viewer]
) -> None:
    """`viewer` is who sits at the screen, never whom they look as: nothing is changed as somebody else."""

    @app.callback(
        Output(ids.MAIN, "children", allow_duplicate=True),
        Output(ids.ADMIN_ERRORS, "children"),
        Output(ids.URL, "href", allow_duplicate=True),
        Output(ids.ANNOUNCE, "children", allow_duplicate=True),
        Input(ids.ADMIN_DO, "n_clicks"),
        Input(ids.ADMIN_OTHER, "n_clicks"),
        State(ids.ADMIN_STATE, "data"),
        *(State(name, "value") for name in ids.ADMIN_FIELDS),
        prevent_initial_call=True,
        running=[(Output(ids.ADMIN_DO, "disabled"), True, False), (Output(ids.ADMIN_OTHER, "disabled"), True, False)],
        on_error=_not_done,
    )
    def change(first: object, second: object, state: object, *typed: object) -> Answer:
        if not sent.count(first) and not sent.count(second):
            raise PreventUpdate  # the form has just been drawn
        who = viewer()
        facts = drawn.opened(state, who)
        words = {name: sent.text(value, "form") for name, value in zip(fields.NAMES, typed, strict=True)}
        with consultations.asked(who, Subject(facts.get("kind", ""), facts.get("subject", ""))):
            return _change(drawn, facts, words, is_second=ctx.triggered_id == ids.ADMIN_OTHER, viewer=who)

    @app.callback(
        Output(ids.URL, "href", allow_duplicate=True), Input(ids.LOOK_STOP, "n_clicks"), prevent_initial_call=True
    )
    def stop(clicks: object) -> str:
        if not sent.count(clicks):
            raise PreventUpdate
        who = viewer()
        with consultations.asked(who, Subject("look")):
            drawn.looks.end(who)
        return f"/{LOOK_AS}"


def _change(
    drawn: AdministrationPages, facts: dict[str, str], typed: Typed, *, is_second: bool, viewer: Viewer
) -> Answer:
    kind, subject = facts.get("kind", ""), facts.get("subject", "")
    changes: Mapping[str, Callable[[], Answer]] = {
        "grant": lambda: _grant(drawn, subject, typed, viewer),
        "cover": lambda: _cover(drawn, typed, viewer),
        "look": lambda: _look(drawn, typed, viewer),
        "correction": lambda: _say(drawn, facts, typed, viewer),
    }
    if kind in changes:
        return changes[kind]()
    act = facts.get("second" if is_second else "first", "")
    if kind == "decide-correction":
        page, said = drawn.corrections.decide(subject, act, viewer)
        return drawn.sealed(page, viewer), no_update, no_update, said
    return _decide(drawn, kind.removeprefix("decide-"), subject, act, typed, viewer)


def _say(drawn: AdministrationPages, facts: dict[str, str], typed: Typed, viewer: Viewer) -> Answer:
    try:
        made = drawn.corrections.say(facts, typed, _days(typed), viewer)
    except EntitlementInvalid as wrong:  # what is no day
        page = drawn.corrections.again(facts, typed, CorrectionInvalid(wrong.problems), viewer)
        return _wrong(drawn.sealed(page, viewer), wrong)
    except CorrectionInvalid as wrong:
        return _wrong(drawn.sealed(drawn.corrections.again(facts, typed, wrong, viewer), viewer), wrong)
    return no_update, no_update, urls.correction_href(made), "Noted. The bars are marked as disputed."


def _grant(drawn: AdministrationPages, user_id: str, typed: Typed, viewer: Viewer) -> Answer:
    try:
        days = _days(typed)
        made = drawn.administration.ask_grant(user_id, typed["role"], typed["unit"], *days, typed["reason"], viewer)
    except EntitlementInvalid as wrong:
        return _wrong(drawn.person(user_id, viewer, typed, wrong.problems), wrong)
    return (
        no_update,
        no_update,
        urls.administration_href("grant", made),
        "Asked for. Another administrator approves it.",
    )


def _cover(drawn: AdministrationPages, typed: Typed, viewer: Viewer) -> Answer:
    try:
        days = _days(typed)
        made = drawn.administration.set_cover(typed["officer"], typed["unit"], *days, typed["reason"], viewer)
    except EntitlementInvalid as wrong:
        return _wrong(drawn.cover(viewer, typed, wrong.problems), wrong)
    return no_update, no_update, urls.administration_href("cover", made), "Cover is noted."


def _look(drawn: AdministrationPages, typed: Typed, viewer: Viewer) -> Answer:
    if not typed["officer"]:
        wrong = EntitlementInvalid({"officer": "Choose whom to look as."})
        return _wrong(drawn.look(viewer, typed, wrong.problems), wrong)
    try:
        drawn.looks.begin(typed["officer"], typed["reason"], viewer)
    except EntitlementInvalid as wrong:
        return _wrong(drawn.look(viewer, typed, wrong.problems), wrong)
    return no_update, no_update, "/", "You look as somebody else now."


def _decide(drawn: AdministrationPages, kind: str, subject: str, act: str, typed: Typed, viewer: Viewer) -> Answer:
    try:
        said = drawn.administration.decide(kind, subject, act, typed["reason"], viewer)
    except EntitlementInvalid as wrong:
        return _wrong(drawn.decision(kind, subject, viewer, typed, wrong.problems), wrong)
    if kind == "session":  # it is over, so there is no page of it any more
        return no_update, no_update, f"/{SESSIONS}", said
    return drawn.decision(kind, subject, viewer, told=said), no_update, no_update, said


def _wrong(page: Component, wrong: EntitlementInvalid | CorrectionInvalid) -> Answer:
    return page, no_update, no_update, f"{len(wrong.problems)} to put right. Nothing is changed yet."


def _days(typed: Typed) -> tuple[date | None, date | None]:
    """First and last day. Raises EntitlementInvalid for what is no day."""
    found: list[date | None] = []
    for name in ("starts_on", "ends_on"):
        try:
            found.append(date.fromisoformat(typed[name]) if typed[name] else None)
        except ValueError:
            raise EntitlementInvalid({name: "Enter a day, such as 3 December 2026."}) from None
    return found[0], found[1]


def _not_done(error: Exception) -> Answer:
    """Anything else is said above the form, which stays as it is; what cannot be logged is a 503."""
    if isinstance(error, AuditUnavailable):
        raise error
    return no_update, notice("Nothing was changed", in_words(error)), no_update, "Nothing was changed."
