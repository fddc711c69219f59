"""The reader port's implementation: the one way to a figure. Scope first, then cubes, then the answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

from sqlalchemy import Engine, MetaData

from cspdash.domain.catalogue import Catalogue
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import NotPermitted
from cspdash.domain.freshness import drawn_state, look_seconds
from cspdash.domain.ports import (
    Allowed,
    AsAt,
    Headline,
    Hit,
    Live,
    OfficerPage,
    RecordPage,
    RecordsPage,
    RestatementsPage,
    SourcesPage,
    SummaryPage,
    TeamPage,
    UnitPage,
    Viewer,
)
from cspdash.domain.view import AUDIT, OFFICER, PLANS, RECORD, RESTATEMENTS, SOURCES, SUMMARY, TEAM, View
from data_access.answers.officer import officer_page
from data_access.answers.people import search, team_page
from data_access.answers.record import record_page
from data_access.answers.records import records_page
from data_access.answers.restatements import restatements_page
from data_access.answers.sources import sources_page
from data_access.answers.summary import summary_page
from data_access.answers.unit import complete, headlines, unit_page
from data_access.cache import CubeCache
from data_access.reading import Figures, ReaderOptions, Reading, data_version


class ScorecardReader:
    """Implements cspdash.domain.ports.Reader over a database. Safe to share between threads."""

    def __init__(
        self,
        engine: Engine,
        metadata: MetaData,
        datasets: Mapping[str, Dataset],
        catalogue: Catalogue,
        options: ReaderOptions | None = None,
        cache: CubeCache | None = None,
    ) -> None:
        self.figures = Figures(
            engine, metadata, datasets, catalogue, options or ReaderOptions(), cache or CubeCache(None)
        )

    def _reading(self, view: View, viewer: Viewer) -> Reading:
        return self.figures.reading(viewer, view.as_at)

    def complete(self, view: View, viewer: Viewer) -> View:
        """The view with unit and metric filled in; raises when it does not exist or is out of scope."""
        reading = self._reading(view, viewer)
        if view.page in (SUMMARY, PLANS, SOURCES, RESTATEMENTS, OFFICER, AUDIT, RECORD):
            return view
        if view.page == TEAM:
            return team_page(reading, view).view
        return complete(reading, view)

    def home(self, viewer: Viewer) -> View:
        """Constables land on their own page, sergeants and inspectors on their team's workload, others on the summary."""
        reading = self.figures.reading(viewer)
        scope = reading.scope
        if viewer.role == "administrator":
            return View(page=SOURCES)
        if viewer.role == "data_protection":
            return View(page=AUDIT)
        if viewer.role == "constable" and scope.own >= 0:
            return View(page=OFFICER, officer=viewer.officer_id)
        if viewer.role in ("sergeant", "inspector") and scope.home >= 0 and self.figures.catalogue.families:
            return View(
                page=self.figures.catalogue.families[0].slug, unit=reading.organisation.unit_row(scope.home).ref
            )
        if viewer.role in ("superintendent", "chief_inspector") and scope.home >= 0:
            return View(page=SUMMARY, unit=reading.organisation.unit_row(scope.home).ref)
        return View()

    def unit_page(self, view: View, viewer: Viewer) -> UnitPage:
        return unit_page(self._reading(view, viewer), view)

    def officer_page(self, view: View, viewer: Viewer) -> OfficerPage:
        return officer_page(self._reading(view, viewer), view)

    def summary_page(self, view: View, viewer: Viewer) -> SummaryPage:
        return summary_page(self._reading(view, viewer), view)

    def team_page(self, view: View, viewer: Viewer) -> TeamPage:
        return team_page(self._reading(view, viewer), view)

    def sources_page(self, view: View, viewer: Viewer) -> SourcesPage:
        return sources_page(self._reading(view, viewer), view)

    def restatements_page(self, view: View, viewer: Viewer) -> RestatementsPage:
        return restatements_page(self._reading(view, viewer), view)

    def headlines(self, view: View, viewer: Viewer) -> tuple[Headline, ...]:
        reading = self._reading(view, viewer)
        if view.page == OFFICER:  # the side list follows the officer's unit
            unit = (
                int(reading.organisation.posted(reading.today).unit[number])
                if (number := reading.organisation.number.get(view.officer, -1)) >= 0
                else -1
            )
            may = number >= 0 and reading.scope.may_officer(number, reading.today)
            view = view.but(unit=reading.organisation.unit_row(unit).ref if unit >= 0 and may else "")
        return headlines(reading, view)

    def records(self, view: View, viewer: Viewer, page_size: int = 25) -> RecordsPage:
        reading = self._reading(view, viewer)
        filled = view if view.page == OFFICER else complete(reading, view)
        if filled.page == OFFICER and not filled.metric:
            filled = filled.but(metric=self.figures.catalogue.families[0].headline.slug)
        return records_page(reading, filled, min(max(page_size, 1), 100_000))

    def record(self, view: View, viewer: Viewer) -> RecordPage:
        return record_page(self._reading(view, viewer), view)

    def search(self, text: str, viewer: Viewer, limit: int = 12) -> tuple[Hit, ...]:
        return search(self.figures.reading(viewer), text[:100], limit)

    def as_at(self, viewer: Viewer) -> tuple[AsAt, ...]:
        reading = self.figures.reading(viewer)
        if not (reading.scope.may_sources or reading.scope.own >= 0):
            raise NotPermitted
        return reading.as_at()

    def scope_key(self, viewer: Viewer) -> str:
        return self.figures.reading(viewer).scope.digest

    def allowed(self, viewer: Viewer) -> Allowed:
        scope = self.figures.reading(viewer).scope
        sets_cover = scope.may_supervise or scope.may_administer
        return Allowed(scope.note, scope.may_administer, sets_cover, scope.may_audit, scope.may_supervise)

    def may_audit(self, viewer: Viewer) -> bool:
        """Whether this viewer reads the audit."""
        return self.figures.reading(viewer).scope.may_audit

    def data_version(self) -> str:
        return data_version(self.figures.versions())

    def live(self, viewer: Viewer) -> Live:
        with self.figures.as_one():
            return self._live(viewer)

    def glance(self, viewer: Viewer) -> Live:
        with self.figures.as_one():
            beat = self.figures.pulse.beat()
            self.figures.seen("versions", lambda: beat.versions)
            self.figures.seen("source states", lambda: beat.states)
            return replace(self._live(viewer), look_seconds=look_seconds(beat.every_seconds))

    def mark(self) -> str:
        return self.figures.pulse.beat().mark

    def _live(self, viewer: Viewer) -> Live:
        reading = self.figures.reading(viewer)
        may_see = reading.scope.may_sources or reading.scope.own >= 0
        sources = reading.as_at() if may_see else ()
        return Live(drawn_state(reading.data_version, sources, reading.today), reading.data_version, sources)

    def as_one(self) -> AbstractContextManager[None]:
        return self.figures.as_one()

    def with_options(self, options: ReaderOptions) -> ScorecardReader:
        """The same reader with other options (tests)."""
        figures = self.figures
        return ScorecardReader(
            figures.engine, figures.metadata, figures.datasets, figures.catalogue, replace(options), figures.cache
        )
