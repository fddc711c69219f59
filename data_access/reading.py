"""One request's ground: data versions, organisation, scope and moment, fixed once, so that all of a page agrees.

`Figures` lives as long as the process and knows how to get a cube; a `Reading` is made anew for every request.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, MetaData, func, select

from cspdash.domain.catalogue import Catalogue, Family, LookAhead, Metric, within
from cspdash.domain.cube import Cube
from cspdash.domain.datasets import Dataset
from cspdash.domain.disclosure import Disclosure, posted_by_day, without
from cspdash.domain.entitlement import NOTHING, Entitlements
from cspdash.domain.errors import BadFilter, UnknownMetric
from cspdash.domain.freshness import is_covered, old_words
from cspdash.domain.organisation import Ints, Organisation
from cspdash.domain.periods import Moment, Period, local_day, period_of
from cspdash.domain.ports import AsAt, Viewer
from cspdash.domain.scope import Scope, scope_of
from cspdash.domain.view import View
from data_access.cache import CubeCache
from data_access.discrepancy_rows import DISCREPANCIES, MADE_FROM
from data_access.entitlements import ACCESS, granted
from data_access.freshness import SourceInfo, freshness_of
from data_access.pulse import Beat, Pulse
from data_access.queries.figures import Question, cube_of, placed_rows
from data_access.queries.organisation import ORGANISATION, read_organisation, versions
from data_access.row_security import counting, directory

T = TypeVar("T")
_SEEN: ContextVar[dict[Any, Any] | None] = ContextVar("seen", default=None)


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """How a deployment wants its figures read."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    force_name: str = "Force"
    min_peers: int = 20
    min_volume: int = 5
    few_denominator: int = 5
    min_officers_in_total: int = 3
    asks_reason: bool = False  # why, of whoever opens names outside their own team
    summary_level: str = "CSP"
    unposted_owner: str = "HR systems lead"
    look_ahead_days: tuple[int, ...] = (7, 14, 28)
    sources: Mapping[str, SourceInfo] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, eq=False)
class Due:
    """Rows of one look-ahead clock due within the days looked ahead to: where each belongs and its due day (ordinal)."""

    officer: Ints
    unit: Ints
    named: Ints
    day: Ints


class Figures:
    """Cubes by key, from this process, the shared cache, or one query."""

    def __init__(
        self,
        engine: Engine,
        metadata: MetaData,
        datasets: Mapping[str, Dataset],
        catalogue: Catalogue,
        options: ReaderOptions,
        cache: CubeCache,
    ) -> None:
        self.engine, self.metadata, self.datasets, self.catalogue, self.options, self.cache = (
            engine,
            metadata,
            datasets,
            catalogue,
            options,
            cache,
        )
        self.pulse = Pulse(self._beat)
        self._organisation: Organisation | None = None
        self._guard = threading.Lock()
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def _beat(self) -> Beat:
        tables = self.metadata.tables
        with self.engine.connect() as connection:
            states = connection.execute(select(tables["source_state"])).all()
            ended_at = connection.execute(select(func.max(tables["session"].c.ended_at))).scalar_one()
            every = connection.execute(select(func.min(tables["source_health"].c.every_seconds))).scalar_one()
            return Beat(versions(connection, self.metadata), states, ended_at, every)

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """All that is asked within, in this thread, sees the data and the clock of one moment, asked for once."""
        if _SEEN.get() is not None:
            yield
            return
        token = _SEEN.set({})
        try:
            yield
        finally:
            _SEEN.reset(token)

    def seen(self, name: object, read: Callable[[], T]) -> T:
        """What `read` finds; within `as_one` what it found the first time."""
        found = _SEEN.get()
        if found is None:
            return read()
        key = (self, name)
        if key not in found:
            found[key] = read()
        return found[key]

    def versions(self) -> Mapping[str, str]:
        def read() -> Mapping[str, str]:
            with self.engine.connect() as connection:
                return versions(connection, self.metadata)

        return self.seen("versions", read)

    def source_states(self) -> Sequence[Any]:
        """Rows of source_state."""

        def read() -> Sequence[Any]:
            with self.engine.connect() as connection:
                return connection.execute(select(self.metadata.tables["source_state"])).all()

        return self.seen("source states", read)

    def reading(self, viewer: Viewer, as_at: date | None = None) -> Reading:
        """Fixes versions, organisation, scope and moment. Raises BadFilter for a day that is not past."""
        return self.seen(("reading", viewer, as_at), lambda: self._reading(viewer, as_at))

    def _reading(self, viewer: Viewer, as_at: date | None) -> Reading:
        now = self.seen("now", self.options.clock)
        today = local_day(now, self.options.zone)
        if as_at is not None and as_at > today:
            raise BadFilter("The as-at day in this address lies in the future.")
        found = self.versions()
        organisation = self.organisation(found.get(ORGANISATION, "0"))
        moment = (
            Moment.of_day(as_at, self.options.zone) if as_at and as_at != today else Moment.live(now, self.options.zone)
        )
        granted, asks = self.granted(viewer, found), self.options.asks_reason
        scope = scope_of(viewer, organisation, today, granted, asks_reason=asks)
        return Reading(self, viewer, organisation, scope, moment, today, now, found)

    def granted(self, viewer: Viewer, found: Mapping[str, str]) -> Entitlements:
        """Roles granted to the viewer and cover, as at the version of access in `found`."""
        version = found.get(ACCESS)
        if version is None:  # nobody was ever granted anything
            return NOTHING

        def read() -> Entitlements:
            with self.engine.connect() as connection:
                return granted(connection, self.metadata, viewer.user_id, viewer.officer_id)

        return self.kept((ACCESS, version, viewer.user_id, viewer.officer_id), read)

    def organisation(self, version: str) -> Organisation:
        with self._guard:
            if self._organisation is None or self._organisation.version != version:
                with self.engine.connect() as connection, directory(connection):
                    self._organisation = read_organisation(connection, self.metadata, version, self.options.force_name)
            return self._organisation

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """Something worked out from cubes, kept in this process under everything it depends on."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = make()
        with self._guard:
            self._kept[key] = value
            while len(self._kept) > 1024:
                self._kept.popitem(last=False)
        return value


@dataclass(frozen=True, eq=False)
class Reading:
    """See above. `today` is the local day of asking, `moment` what figures are judged at."""

    figures: Figures
    viewer: Viewer
    organisation: Organisation
    scope: Scope
    moment: Moment
    today: date
    now: datetime
    versions: Mapping[str, str]
    _keys: dict[tuple[object, ...], str] = field(default_factory=dict)
    _as_ats: dict[tuple[str, ...], tuple[AsAt, ...]] = field(default_factory=dict)

    @property
    def options(self) -> ReaderOptions:
        return self.figures.options

    @property
    def catalogue(self) -> Catalogue:
        """The definitions in force on the moment's day."""
        catalogue, day = self.figures.catalogue, self.moment.day
        return self.figures.kept(("catalogue", day), lambda: catalogue.on(day))

    @property
    def data_version(self) -> str:
        return data_version(self.versions)

    # --- what is asked for ---
    def metric(self, slug: str) -> Metric:
        """A metric of the catalogue, or a look-ahead with its days ("stl_ahead_14"). Raises UnknownMetric."""
        try:
            return self.catalogue.metric(slug)
        except UnknownMetric:
            base, _, days = slug.rpartition("_")
            for family in self.catalogue.families:
                for look in family.look_ahead:
                    if look.metric.slug == base and days.isdecimal() and int(days) in self.options.look_ahead_days:
                        return self.ahead(look, int(days))
            raise

    def ahead(self, look: LookAhead, days: int) -> Metric:
        key = ("ahead", look.metric.slug, days)
        return self.figures.kept(key, lambda: within(look, days, self.figures.datasets)).on(self.moment.day)

    def family_of(self, metric: Metric) -> Family:
        return self.catalogue.family(metric.family)

    def period(self, metric: Metric, key: str) -> Period | None:
        """The period a flow is asked for; None for a stock."""
        return period_of(key, self.moment.day) if metric.kind == "flow" else None

    def is_loaded(self, metric: Metric) -> bool:
        """Whether the metric's datasets have ever been loaded: if not, there is no figure, not a zero."""
        return all(name in self.versions for name in metric.depends_on)

    def has_figure(self, metric: Metric, moment: Moment | None = None) -> bool:
        """Whether there is a figure at the moment: loaded, and for a past day not overwritten by its source."""
        is_past_stock = metric.kind == "stock" and not (moment or self.moment).is_live
        return self.is_loaded(metric) and (metric.has_past or not is_past_stock)

    def has_answer(self, question: Question) -> bool:
        """Whether there is a figure for the question: `has_figure`, and of a flow's period something can have arrived."""
        metric, period = question.metric, question.period
        if not self.has_figure(metric, question.moment):
            return False
        return period is None or is_covered(self.as_at(metric.depends_on), period.first, self.options.zone)

    def may_say_zero(self, question: Question) -> bool:
        """Whether nothing found is a zero: not while a source is later than it promised, unless it was read since."""
        period = question.period
        last = question.moment.day if period is None else period.last
        return not question.moment.is_live or all(
            source.loaded_at is not None and source.loaded_at.astimezone(self.options.zone).date() > last
            for source in self.as_at(question.metric.depends_on)
            if source.is_stale
        )

    # --- cubes ---
    def question(
        self,
        metric: Metric,
        view: View,
        *,
        back_days: int = 0,
        moment: Moment | None = None,
        period: Period | None = None,
    ) -> Question:
        """The metric as the view asks for it; `back_days` earlier for a comparison (a flow: the period before).

        The definition is the one in force on the figure's own day: the moment's, or the last of the period.
        """
        at = moment or self.moment
        if metric.kind == "flow":
            span = period or period_of(view.period, at.day)
            if back_days:
                span = span.before()
            return Question(metric.on(min(span.last, at.day)), at, span, view.team == "then")
        if back_days:
            at = Moment.of_day(at.day - timedelta(days=back_days), at.zone)
        return Question(metric.on(at.day), at, None, True)

    def key(self, question: Question) -> str:
        """Everything the cube depends on, as short text."""
        metric, moment, period = question.metric, question.moment, question.period
        asked = (metric.version, moment.day, moment.is_live, period and (period.first, period.last), question.as_was)
        if asked not in self._keys:
            self._keys[asked] = self._key(question)
        return self._keys[asked]

    def _key(self, question: Question) -> str:
        metric, moment = question.metric, question.moment
        instant = (
            moment.at.isoformat() if metric.looks_at_hours and moment.is_live else ("live" if moment.is_live else "end")
        )
        parts = (
            metric.version,
            self.organisation.version,
            *(f"{name}={self.versions.get(name, 0)}" for name in metric.depends_on),
            moment.day.isoformat(),
            instant,
            str(moment.zone),
            f"{question.period.first}..{question.period.last}" if question.period else "",
            "was" if question.as_was else "now",
            "" if self.has_answer(question) else "no answer",
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()

    def cube(self, question: Question) -> Cube:
        """The cube, scope-free: callers show parts of it only as the scope allows."""
        if not self.has_answer(question):
            return Cube.empty()

        def make() -> Cube:
            with self.figures.engine.connect() as connection, counting(connection):
                return cube_of(connection, question, self.figures.metadata, self.organisation)

        return self.figures.cache.cube(self.key(question), make)

    def cube_of_officers(self, question: Question) -> Cube:
        """A cube of the rows that name a few officers: for their past, quicker than the whole force's."""

        def make() -> Cube:
            with self.figures.engine.connect() as connection, counting(connection):
                return cube_of(connection, question, self.figures.metadata, self.organisation)

        return self.figures.kept(("officers", self.key(question), question.officers), make)

    def due(self, look: LookAhead) -> Due:
        """Everything of one clock due as far ahead as is looked (28 days)."""
        question = Question(self.ahead(look, self.options.look_ahead_days[-1]), self.moment, None)

        def make() -> Due:
            if not self.is_loaded(look.metric):
                none = np.empty(0, dtype=np.int64)
                return Due(none, none, none, none)
            with self.figures.engine.connect() as connection, counting(connection):
                tables, due = self.figures.metadata, look.due
                found = placed_rows(connection, question, tables, self.organisation, value=due, are_named=False)
            days = [
                value.astimezone(self.options.zone).date() if isinstance(value, datetime) else value
                for value in found.value
            ]
            due_on = np.array([day.toordinal() for day in days], dtype=np.int64)
            return Due(found.officer, found.unit, found.named, due_on)

        return self.figures.kept(("due", self.key(question)), make)

    # --- what may be shown of it ---
    def disclosure(self, question: Question, found: Cube | Due) -> Disclosure:
        """Which totals of a figure this viewer may be shown."""

        def make() -> Disclosure:
            posted, least = self._posted_by_day(question), self.options.min_officers_in_total
            return Disclosure.of(self.scope, posted, found.officer, found.unit, found.named, least)

        return self.figures.seen(("disclosure", self.scope.digest, self.key(question)), make)

    def _posted_by_day(self, question: Question) -> NDArray[np.int64]:
        """On the days whose postings say whose the figure's records are."""
        day, period = question.moment.day, question.period
        first, last = (period.first, period.last) if period and question.as_was else (day, day)
        since, until = first.toordinal(), max(first, min(last, day)).toordinal()
        key = ("posted", self.organisation.version, since, until)
        everybody = self.figures.kept(key, lambda: posted_by_day(self.organisation, since, until))
        return without(everybody, self.organisation, since, self.scope.own)

    def due_disclosure(self, look: LookAhead) -> Disclosure:
        question = Question(self.ahead(look, self.options.look_ahead_days[-1]), self.moment, None)
        return self.disclosure(question, self.due(look))

    # --- freshness ---
    def as_at(self, datasets: tuple[str, ...] = ()) -> tuple[AsAt, ...]:
        """Freshness of every source, or of those that feed the named datasets."""
        if datasets not in self._as_ats:
            self._as_ats[datasets] = self._as_at(datasets)
        return self._as_ats[datasets]

    def old_words(self, sources: tuple[AsAt, ...]) -> str:
        """Why figures of these sources are hatched, in a sentence or two; "" where they keep their promise."""
        return old_words(sources, self.today, self.options.zone)

    def _as_at(self, datasets: tuple[str, ...]) -> tuple[AsAt, ...]:
        if DISCREPANCIES in datasets:  # made from these
            datasets = (*datasets, *MADE_FROM)
        rows = self.figures.source_states()
        found = []
        for source in dict.fromkeys([*self.options.sources, *(row.source for row in rows)]):
            own = [row for row in rows if row.source == source and (not datasets or row.dataset in datasets)]
            if own or not datasets:
                found.append(self.as_at_of(source, own))
        return tuple(found)

    def as_at_of(self, source: str, rows: Sequence[Any]) -> AsAt:
        """Freshness of one source from rows of source_state."""
        return freshness_of(source, self._info(source), rows, self.now, self.options.zone)

    def source_title(self, source: str) -> str:
        """What the screen calls a source; "" for none."""
        return self._info(source).title if source else ""

    def _info(self, source: str) -> SourceInfo:
        return self.options.sources.get(source) or SourceInfo(source.replace("_", " ").capitalize())


def data_version(found: Mapping[str, str]) -> str:
    """One short text for all data versions; who may see what is no data, and has a key of its own (Reader.scope_key)."""
    parts = [f"{name}={version}" for name, version in sorted(found.items()) if name != ACCESS]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]
