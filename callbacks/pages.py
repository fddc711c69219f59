"""A URL and a viewer become everything a browser must show: one question after another to the ports, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from dash.development.base_component import Component

from callbacks.boundary import explain
from callbacks.drawn_before import DrawnBefore
from callbacks.last_good import Kept, LastGood
from callbacks.plan_state import PlanStates
from cspdash.domain.audit import AuditEntry, AuditLog, Operation
from cspdash.domain.errors import AuditUnavailable, DatabaseUnavailable, DomainError, NotPermitted
from cspdash.domain.ports import AsAt, Headline, PlanPage, Plans, Reader, Viewer
from cspdash.domain.view import OFFICER, PLANS, RECORD, SOURCES, SUMMARY, TEAM, View
from layouts import officer, plan_form, plans, record, shell, sources, stale, summary, team, unit_page, urls

STALE = "stale"  # the data version of a page that is shown although the database does not answer


@dataclass(frozen=True)
class Drawn:
    """What one answer sets. `version` is the state (cspdash.domain.ports.Live) from before anything was read, or STALE."""

    main: Component
    side: list[Component]
    freshness: list[Component]
    version: str


@dataclass(frozen=True)
class Pages:
    """Draws pages. Shared by the callbacks that put one on screen."""

    reader: Reader
    plans: Plans
    states: PlanStates
    audit: AuditLog
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    before: DrawnBefore = field(default_factory=DrawnBefore)
    last: LastGood[Drawn] = field(default_factory=LastGood)

    def draw(self, pathname: str, search: str, viewer: Viewer) -> Drawn:
        """The page of a URL; if it cannot be had, a page that says why. Never raises a domain error.

        While the database does not answer: the page as it last was, said to be so, where this process drew it.
        """
        try:
            with self.reader.as_one():
                return self._drawn(pathname, search, viewer)
        except DatabaseUnavailable as error:
            main = explain(error, "/")
            return self.as_it_was(pathname, search, viewer) or Drawn(main, [], shell.not_answering(), STALE)

    def as_it_was(self, pathname: str, search: str, viewer: Viewer) -> Drawn | None:
        """The page as it was when the database last answered; None where it is not known, or a form.

        Looking at it is a consultation like any other: what cannot be logged is not shown.
        """
        kept: Kept[Drawn] | None = self.last.find(viewer, f"{pathname}?{search}")
        if kept is None:
            return None
        seen = f"{pathname}{search}, as it was at {kept.at:%Y-%m-%d %H:%M} UTC"
        try:
            self.audit.write(AuditEntry.by(viewer, Operation.CONSULTATION, subject="page", detail=seen))
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
            if view.page in (OFFICER, PLANS):  # these show plans, which change without the data
                drawn = self._draw(view, pathname, search, viewer, version)
            else:
                state, scope = (version, self._due(viewer)), self.reader.scope_key(viewer)
                drawn = self.before.get(
                    scope, viewer, address, state, lambda: self._draw(view, pathname, search, viewer, version)
                )
            return drawn if urls.plan_in(pathname) else self.last.keep(viewer, address, drawn)
        except (AuditUnavailable, DatabaseUnavailable):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the reader is told in words and the log in full
            main = explain(error, self.home_href(viewer))
        return Drawn(main, self.side(View(), viewer), self.freshness(viewer), version)

    def _draw(self, view: View, pathname: str, search: str, viewer: Viewer, version: str) -> Drawn:
        main = self._page(view, pathname, search, viewer)
        return Drawn(main, self.side(view, viewer), self.freshness(viewer), version)

    def home_href(self, viewer: Viewer) -> str:
        """Where this viewer belongs; the summary if that cannot be told."""
        try:
            return urls.href(self.reader.home(viewer))
        except DatabaseUnavailable:
            raise
        except DomainError:
            return "/"

    def side(self, view: View, viewer: Viewer) -> list[Component]:
        return shell.side(self._headlines(view, viewer), view, self._due(viewer))

    def freshness(self, viewer: Viewer) -> list[Component]:
        return shell.freshness(self._as_at(viewer))

    # --- pages ---
    def _page(self, view: View, pathname: str, search: str, viewer: Viewer) -> Component:
        drawers: Mapping[str, Callable[[], Component]] = {
            SUMMARY: lambda: self._summary(view, viewer),
            OFFICER: lambda: self._officer(view, viewer),
            TEAM: lambda: self._team(view, viewer),
            SOURCES: lambda: self._sources(view, viewer),
            RECORD: lambda: self._record(view, viewer),
            PLANS: lambda: self._plans(view, pathname, search, viewer),
        }
        return drawers.get(view.page, lambda: self._family(view, viewer))()

    def _summary(self, view: View, viewer: Viewer) -> Component:
        return summary.summary_page(self.reader.summary_page(view, viewer))

    def _family(self, view: View, viewer: Viewer) -> Component:
        page = self.reader.unit_page(view, viewer)
        if not view.bar:
            return unit_page.unit_page(page)
        return unit_page.with_records(page, self.reader.records(view, viewer))

    def _officer(self, view: View, viewer: Viewer) -> Component:
        page = self.reader.officer_page(view, viewer)
        page = replace(page, plans=self.plans.list(viewer, view.officer))
        return officer.officer_page(page)

    def _record(self, view: View, viewer: Viewer) -> Component:
        return record.record_page(self.reader.record(view, viewer))

    def _team(self, view: View, viewer: Viewer) -> Component:
        return team.team_page(self.reader.team_page(view, viewer))

    def _sources(self, view: View, viewer: Viewer) -> Component:
        return sources.sources_page(self.reader.sources_page(view, viewer))

    def _plans(self, view: View, pathname: str, search: str, viewer: Viewer) -> Component:
        plan_id = urls.plan_in(pathname)
        if not plan_id:
            return plans.plans_page(self.plans.list(viewer), view)
        if plan_id == "new":
            return self.plan(self.plans.new(*urls.new_plan_in(search), viewer), viewer)
        return self.plan(self.plans.page(plan_id, viewer), viewer)

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
