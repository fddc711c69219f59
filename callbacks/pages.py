"""A URL and a viewer become everything a browser must show: one question after another to the ports, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from dash.development.base_component import Component

from callbacks.administration import AdministrationPages
from callbacks.boundary import explain
from callbacks.consultations import Consultations, as_it_was
from callbacks.drawn import STALE, Drawn, Looked, kept_for, plan_subject, refs_of, wish
from callbacks.drawn_before import DrawnBefore
from callbacks.last_good import Kept, LastGood
from callbacks.plan_state import PlanStates
from callbacks.typed_form import Typed
from cspdash.domain.consulted import Subject, subject_of
from cspdash.domain.errors import AuditUnavailable, DatabaseUnavailable, DomainError, NotPermitted, ReasonNeeded
from cspdash.domain.looking_outside import LookReasons
from cspdash.domain.ports import AsAt, Headline, PlanPage, Plans, Reader, Viewer
from cspdash.domain.view import (
    ADMINISTRATION,
    AUDIT,
    CORRECTIONS,
    OFFICER,
    PLANS,
    RECORD,
    RESTATEMENTS,
    SOURCES,
    SUMMARY,
    TEAM,
    View,
)
from layouts import (
    ask_why,
    audit,
    officer,
    plan_form,
    plans,
    record,
    restatements,
    shell,
    sources,
    stale,
    summary,
    team,
    unit_page,
    urls,
)


@dataclass(frozen=True)
class Pages:
    """Draws pages. Shared by the callbacks that put one on screen."""

    reader: Reader
    plans: Plans
    states: PlanStates
    consultations: Consultations
    administration: AdministrationPages
    typed: Typed
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    looking: LookReasons = field(default_factory=LookReasons)
    before: DrawnBefore = field(default_factory=DrawnBefore)
    last: LastGood[Drawn] = field(default_factory=LastGood)

    def draw(self, pathname: str, search: str, viewer: Viewer, *, is_redraw: bool = False) -> Drawn:
        """The page of a URL, logged; if it cannot be had, a page that says why.

        While the database does not answer: the page as it last was, said to be so, where this process drew it. Raises
        AuditUnavailable, and no other domain error: what cannot be logged is not shown.
        """
        try:
            with self.reader.as_one():
                drawn = self._drawn(pathname, search, viewer)
        except DatabaseUnavailable as error:
            main = explain(error, "/")
            return self.as_it_was(pathname, search, viewer) or Drawn(main, [], shell.not_answering(), STALE)
        if drawn.subject is not None:
            self.consultations.shown(viewer, f"{pathname}?{search}", drawn.subject, is_redraw=is_redraw)
        return self._under_banner(drawn, viewer)

    def _under_banner(self, drawn: Drawn, viewer: Viewer) -> Drawn:
        """Said above every page while an administrator looks as this viewer."""
        if not viewer.is_read_only:
            return drawn
        return replace(drawn, main=self.administration.under_banner(drawn.main, viewer))

    def as_it_was(self, pathname: str, search: str, viewer: Viewer) -> Drawn | None:
        """The page as it was when the database last answered; None where it is not known, or a form.

        Looking at it is a consultation like any other: what cannot be logged is not shown.
        """
        address = f"{pathname}?{search}"
        kept: Kept[Drawn] | None = self.last.find(viewer, address) or self.last.find(replace(viewer, looks=()), address)
        if kept is None:
            return None
        try:
            if kept.page.subject is not None:
                seen = as_it_was(kept.page.subject, kept.at)
                self.consultations.shown(viewer, address, seen)
        except AuditUnavailable:
            return None
        return replace(
            kept.page,
            main=stale.as_it_was(kept.page.main, kept.at.astimezone(self.zone)),
            freshness=shell.not_answering(),
            version=STALE,
        )

    def _drawn(self, pathname: str, search: str, viewer: Viewer) -> Drawn:
        version = self.reader.live(viewer).state
        try:
            view = urls.parse(pathname, search)
            address = f"{pathname}?{search}"
            if view.page in (OFFICER, PLANS, CORRECTIONS, AUDIT, *ADMINISTRATION):  # these change without the data
                drawn = self._draw(view, pathname, search, viewer, version)
            else:
                state, scope = (version, self._due(viewer)), self.reader.scope_key(viewer)
                drawn = self.before.get(
                    scope, viewer, address, state, lambda: self._draw(view, pathname, search, viewer, version)
                )
            return drawn if urls.has_form(pathname) else self.last.keep(kept_for(viewer, drawn), address, drawn)
        except (AuditUnavailable, DatabaseUnavailable):
            raise
        except ReasonNeeded as needed:
            return self._asking(needed, view, f"{pathname}?{search}", viewer, version)
        except NotPermitted as error:
            self.consultations.refused(viewer, wish(pathname, search))
            main = explain(error, self.home_href(viewer))
        except Exception as error:  # noqa: BLE001  whatever it is, the reader is told in words and the log in full
            main = explain(error, self.home_href(viewer))
        return Drawn(main, self.side(View(), viewer), self.freshness(viewer), version)

    def _draw(self, view: View, pathname: str, search: str, viewer: Viewer, version: str) -> Drawn:
        main, subject = self._page(view, pathname, search, viewer)
        return Drawn(main, self.side(view, viewer), self.freshness(viewer), version, subject)

    def _asking(self, needed: ReasonNeeded, view: View, address: str, viewer: Viewer, version: str) -> Drawn:
        """The question before what is outside the viewer's own team: nothing of it is read, and nothing shown."""
        reasons, minutes = self.looking.reasons, self.looking.minutes
        main = ask_why.ask_why(needed.place, reasons, minutes, address, self.home_href(viewer))
        side = self.side(view if view.unit else view.but(unit=needed.unit_id), viewer)
        return Drawn(main, side, self.freshness(viewer), version, is_question=True)

    def reason_needed(self, pathname: str, search: str, viewer: Viewer) -> ReasonNeeded | None:
        """What has first to be said before the page of an address; None for nothing, or where there is no page."""
        try:
            with self.reader.as_one():
                self._page(urls.parse(pathname, search), pathname, search, viewer)
        except ReasonNeeded as needed:
            return needed
        except DomainError:
            return None
        return None

    def home_href(self, viewer: Viewer) -> str:
        """Where this viewer belongs; the summary if that cannot be told."""
        try:
            return urls.href(self.reader.home(viewer))
        except DatabaseUnavailable:
            raise
        except DomainError:
            return "/"

    def side(self, view: View, viewer: Viewer) -> list[Component]:
        return shell.side(
            self._headlines(view, viewer), view, self._due(viewer), self.reader.allowed(viewer), self._waiting(viewer)
        )

    def _waiting(self, viewer: Viewer) -> int:
        return self.administration.team.waiting(viewer)

    def freshness(self, viewer: Viewer) -> list[Component]:
        return shell.freshness(self._as_at(viewer))

    # --- pages ---
    def _page(self, view: View, pathname: str, search: str, viewer: Viewer) -> Looked:
        drawers: Mapping[str, Callable[[], Looked]] = {
            SUMMARY: lambda: self._summary(view, viewer),
            OFFICER: lambda: self._officer(view, viewer),
            TEAM: lambda: self._team(view, viewer),
            SOURCES: lambda: self._sources(view, viewer),
            RESTATEMENTS: lambda: self._restatements(view, viewer),
            RECORD: lambda: self._record(view, viewer),
            PLANS: lambda: self._plans(view, pathname, search, viewer),
            AUDIT: lambda: self._audit(search, viewer),
            CORRECTIONS: lambda: self._corrections(pathname, search, viewer),
            **dict.fromkeys(ADMINISTRATION, lambda: self._administration(view, pathname, search, viewer)),
        }
        return drawers.get(view.page, lambda: self._family(view, viewer))()

    def _summary(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.summary_page(view, viewer)
        rows = tuple(ref for ref, _name, _view in page.rows)
        return Looked(summary.summary_page(page), subject_of(view.but(unit=page.unit), len(rows), rows))

    def _family(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.unit_page(view, viewer)
        bars = tuple(bar.key for bar in page.bars)
        if not view.bar:
            about = subject_of(page.view, len(bars), bars, look_reason=page.look_reason)
            return Looked(unit_page.unit_page(page), about)
        records = self.reader.records(view, viewer)
        why = records.look_reason or page.look_reason
        about = subject_of(page.view.but(bar=view.bar), len(records.rows), (bars, refs_of(records)), look_reason=why)
        return Looked(unit_page.with_records(page, records), about)

    def _officer(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.officer_page(view, viewer)
        page = replace(page, plans=self.plans.list(viewer, view.officer))
        unit = page.crumbs[-1].view.unit if page.crumbs else ""
        refs = refs_of(page.records) if page.records else ()
        is_own = page.officer == viewer.officer_id and not viewer.seen_by
        looked = self.consultations.audit.looks_at(viewer) if is_own else ()
        looks = audit.looks_panel(looked, self.zone, self.looking) if is_own else None
        about = subject_of(page.view.but(unit=unit), len(refs), refs, look_reason=page.look_reason)
        return Looked(officer.officer_page(page, looks), about)

    def _record(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.record(view, viewer)
        officers = [crumb.view.officer for crumb in page.crumbs if crumb.view.officer]
        units = [crumb.view.unit for crumb in page.crumbs if crumb.view.unit]
        whose = view.but(officer=officers[-1] if officers else view.officer, unit=units[-1] if units else view.unit)
        return Looked(record.record_page(page), subject_of(whose, 1, look_reason=page.look_reason))

    def _team(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.team_page(view, viewer)
        members = tuple(member.officer for member in page.members)
        about = subject_of(view.but(unit=page.unit), len(members), members, look_reason=page.look_reason)
        return Looked(team.team_page(page), about)

    def _sources(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.sources_page(view, viewer)
        return Looked(sources.sources_page(page), subject_of(view, len(page.rows)))

    def _administration(self, view: View, pathname: str, search: str, viewer: Viewer) -> Looked:
        kind, entry_id = urls.administration_in(pathname)
        subject = Subject(kind or view.page, entry_id)
        return Looked(self.administration.draw(pathname, search, view, viewer), subject)

    def _corrections(self, pathname: str, search: str, viewer: Viewer) -> Looked:
        main, why = self.administration.team_correction(pathname, search, viewer)
        return Looked(main, Subject(CORRECTIONS, look_reason=why))

    def _audit(self, search: str, viewer: Viewer) -> Looked:
        found = self.consultations.audit.search(urls.audit_query_in(search), viewer)
        return Looked(audit.audit_page(found, self.zone, self.looking), None)

    def _restatements(self, view: View, viewer: Viewer) -> Looked:
        page = self.reader.restatements_page(view, viewer)
        return Looked(restatements.restatements_page(page), subject_of(view, len(page.rows)))

    def _plans(self, view: View, pathname: str, search: str, viewer: Viewer) -> Looked:
        plan_id = urls.plan_in(pathname)
        if not plan_id:
            listed, why = self.plans.of_unit(view.unit, viewer) if view.unit else (self.plans.list(viewer), "")
            about = subject_of(view, len(listed), tuple(each.plan_id for each in listed), look_reason=why)
            return Looked(plans.plans_page(listed, view, () if view.unit else self.plans.elsewhere(viewer)), about)
        is_new = plan_id == "new"
        page = self.plans.new(*urls.new_plan_in(search), viewer) if is_new else self.plans.page(plan_id, viewer)
        page, kept_at = (page, "") if urls.is_as_saved(search) else self.typed.into(page, viewer)
        told = plan_form.restored(kept_at) if kept_at else None
        about = plan_subject(plan_id, page.officer, look_reason=page.look_reason)
        return Looked(self.plan(page, viewer, told=told), about)

    def plan(
        self,
        page: PlanPage,
        viewer: Viewer,
        errors: Mapping[str, str] | None = None,
        told: Component | None = None,
        key: str = "",
    ) -> Component:
        """A plan's form beside its officer's figures; what the browser keeps for saving is sealed."""
        try:
            beside = self.reader.officer_page(page.officer_view, viewer)
        except DatabaseUnavailable:
            raise
        except DomainError:
            beside = None  # the officer or the metric is no longer there; the plan still is
        return self.states.keep(plan_form.plan_page(page, beside, errors, told), page, viewer, key)

    # --- what stands beside every page ---
    def _headlines(self, view: View, viewer: Viewer) -> tuple[Headline, ...]:
        try:
            return self.reader.headlines(view, viewer)
        except DatabaseUnavailable:
            raise
        except DomainError:
            return ()

    def _as_at(self, viewer: Viewer) -> tuple[AsAt, ...]:
        try:
            return self.reader.as_at(viewer)
        except NotPermitted:
            return ()

    def _due(self, viewer: Viewer) -> int:
        try:
            return self.plans.due(viewer)
        except NotPermitted:
            return 0
