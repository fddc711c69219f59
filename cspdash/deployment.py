"""A deployment at work: its definitions, database, cache and sources put together. No web: commands and workers use it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from threading import Event
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, MetaData, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from cspdash.auth.known_people import DirectoryAsPeople, PersonasAsPeople
from cspdash.auth.personas import Persona, load_personas
from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.catalogue import Catalogue, load_catalogue
from cspdash.domain.clocks import Clocks, load_clocks
from cspdash.domain.datasets import Dataset, load_datasets
from cspdash.domain.errors import DatabaseUnavailable
from cspdash.domain.identity import Identity
from cspdash.domain.ports import Viewer
from cspdash.settings import Problem, Settings, SettingsError
from data_access import migrations
from data_access.administration import ScorecardAdministration
from data_access.audit.anchor import Anchor
from data_access.audit.log import AuditLog
from data_access.audit.trail import AuditTrail
from data_access.breaker import Breaker
from data_access.cache import CubeCache
from data_access.corrections import ScorecardCorrections
from data_access.database import missing, prepare
from data_access.engine import open_engine
from data_access.follow.follower import Follower, Say, Told
from data_access.freshness import SourceInfo
from data_access.ingest import Ingest, IngestOptions, LoadResult, Progress
from data_access.looking import ScorecardLooks
from data_access.mapped import Source
from data_access.mapping import load_sources
from data_access.people import DatabaseDirectory
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from data_access.restating import Restater
from data_access.schema import build as build_tables
from data_access.sessions import DatabaseSessions
from data_access.sources.opened import OpenSources
from data_access.trial import Trial, trial_of

# The person at the machine itself, who could read the database anyway; the audit knows them by their login.
OPERATOR = Viewer(
    f"operator:{pwd.getpwuid(os.getuid()).pw_name}", "Operator", "operator", title="At the machine itself"
)


@dataclass(frozen=True)
class Definitions:
    """What a deployment's files say, read and checked; no database needed."""

    datasets: Mapping[str, Dataset]
    catalogue: Catalogue
    clocks: Clocks
    sources: tuple[Source, ...]
    personas: tuple[Persona, ...]


@dataclass(frozen=True)
class Deployment:
    """A deployment at work. Close it, or use it in a `with`."""

    settings: Settings
    definitions: Definitions
    engine: Engine
    metadata: MetaData
    reader: ScorecardReader
    plans: ScorecardPlans
    audit: AuditTrail

    @property
    def catalogue(self) -> Catalogue:
        return self.definitions.catalogue

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        return self.definitions.datasets

    @property
    def clocks(self) -> Clocks:
        return self.definitions.clocks

    @cached_property
    def audit_log(self) -> AuditLog:
        """The audit, to write to and to read."""
        zone = ZoneInfo(self.settings.force_timezone)
        return AuditLog(self.audit, zone, self._users, self._units_below, self.reader.may_audit)

    def _users(self, text: str) -> dict[str, str]:
        """Ids and names of the users whose name holds the text; of all without one."""
        known = {OPERATOR.user_id: OPERATOR.name, **{each.id: each.name for each in self.personas}}
        people = self.metadata.tables["person"]
        with self.engine.connect() as connection:
            known |= {row.person_id: row.name for row in connection.execute(select(people.c.person_id, people.c.name))}
        return {user_id: name for user_id, name in known.items() if text.casefold() in name.casefold()}

    def _units_below(self, unit: str) -> list[str]:
        tree = self.reader.figures.reading(OPERATOR).organisation.tree
        top = tree.position.get(unit, -1)
        return [each.ref for place, each in enumerate(tree.units) if top >= 0 and tree.is_below(place, top)]

    @property
    def personas(self) -> tuple[Persona, ...]:
        return self.definitions.personas

    @property
    def identity(self) -> Identity:
        """Who may sign in, and who is signed in."""
        zone = ZoneInfo(self.settings.force_timezone)
        return Identity(
            DatabaseDirectory(self.engine, self.metadata, zone), DatabaseSessions(self.engine, self.metadata)
        )

    def ingest(self, only: Collection[str] = (), progress: Progress | None = None) -> list[LoadResult]:
        """Loads what changed at the sources, or at those named. Raises IngestBusy."""
        return self._ingest().run(only, progress)

    def follower(self, every_seconds: float, only: Collection[str], stop: Event, say: Say, told: Told) -> Follower:
        """Whoever loads again and again until `stop`. Raises DefinitionError for a source that is not declared."""
        return Follower(self._ingest(), every_seconds, only, stop, say, told)

    def _ingest(self) -> Ingest:
        options = replace(ingest_options(self.settings), log=self._log_load, log_combined=self._log_combined)
        return Ingest(self.engine, self.datasets, self.definitions.sources, self.clocks, options)

    def _log_load(self, source: str, dataset: str, written: int, taken_away: int) -> None:
        """Collection and erasure, by whoever runs the load. Raises AuditUnavailable: then the load is rolled back."""
        for operation, rows in ((Operation.COLLECTION, written), (Operation.ERASURE, taken_away)):
            if rows:
                facts = {"subject": "dataset", "subject_id": dataset, "detail": source, "rows": rows}
                self.audit.write(AuditEntry.by(OPERATOR, operation, **facts))

    def _log_combined(self, dataset: str, parts: Sequence[str], rows: int) -> None:
        """Combination, by whoever runs the load. Raises AuditUnavailable, as above."""
        facts = {"subject": "dataset", "subject_id": dataset, "detail": ", ".join(parts), "rows": rows}
        self.audit.write(AuditEntry.by(OPERATOR, Operation.COMBINATION, **facts))

    def restate(self, at_most_every: timedelta | None = None) -> int:
        """Notes which past figures became others since the last look; returns how many. Raises IngestBusy."""
        return self.restater.look(at_most_every)

    @cached_property
    def restater(self) -> Restater:
        return Restater(self.reader.figures)

    def viewer(self, user_id: str) -> Viewer:
        """A persona by id; without one the operator, who sees everything. Raises SettingsError."""
        if not user_id:
            return OPERATOR
        for persona in self.personas:
            if persona.id == user_id:
                return persona.viewer
        known = ", ".join(persona.id for persona in self.personas) or "none"
        raise SettingsError(Problem(f"nobody is called {user_id!r}", "--as", f"Personas here: {known}"))

    def administering(self) -> tuple[ScorecardAdministration, ScorecardLooks, ScorecardCorrections]:
        """Administration, looking as somebody else, and team corrections, over whoever may sign in here."""
        figures, identity = self.reader.figures, self.identity
        is_demo = self.settings.mode == "demo"
        people = PersonasAsPeople(self.personas) if is_demo else DirectoryAsPeople(identity.directory)
        looks = ScorecardLooks(figures, people, self.audit, self.settings.view_as_minutes)
        corrections = ScorecardCorrections(figures, self.audit, self.settings.correction_policy)
        return ScorecardAdministration(figures, people, identity.sessions, self.audit), looks, corrections

    def trouble(self) -> str:
        """What keeps this deployment from answering just now; "" for nothing. At once while it is known."""
        try:
            is_current = migrations.current(self.engine) == migrations.head() and self.audit.is_ready()
        except (SQLAlchemyError, DatabaseUnavailable):
            return "the database cannot be reached"
        return "" if is_current else "the database needs an upgrade"

    def close(self) -> None:
        self.audit.close()
        self.reader.figures.cache.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def ingest_options(settings: Settings) -> IngestOptions:
    """How this deployment loads."""
    return IngestOptions(
        zone=ZoneInfo(settings.force_timezone),
        home=settings.home,
        connections=settings.connections,
        credentials={name: secret.get_secret_value() for name, secret in settings.credentials.items()},
        max_refused_percent=settings.ingest_max_refused_percent,
        max_lost_percent=settings.ingest_max_lost_percent,
        chunk_rows=settings.ingest_chunk_rows,
        correction_precedence=settings.correction_precedence,
    )


def trials(settings: Settings, name: str, rows: int) -> list[Trial]:
    """The first rows of a source as a load would take them; neither our database nor the source is changed.

    Raises DefinitionError for a source that is not declared.
    """
    definitions, options = read_definitions(settings), ingest_options(settings)
    ours = create_engine("sqlite://")  # where a database must be named; a trial asks it nothing
    ingest = Ingest(ours, definitions.datasets, definitions.sources, definitions.clocks, options)
    (source,) = ingest.named([name])
    opened = OpenSources(options)
    try:
        place = ingest.workplace(opened, lambda: None)
        return [trial_of(place, source, mapping, rows) for mapping in source.mappings]
    finally:
        opened.close()
        ours.dispose()


def read_definitions(settings: Settings) -> Definitions:
    """Everything a deployment's folder declares. Raises DefinitionError."""
    home, zone = settings.home, ZoneInfo(settings.force_timezone)
    datasets = load_datasets([home / "datasets"])
    return Definitions(
        datasets,
        load_catalogue(datasets, [home / "catalogue"], settings.families),
        load_clocks(zone, [home], settings.bank_holiday_additions),
        tuple(load_sources([home / "sources"], datasets, home=home, zone=zone)),
        load_personas(home),
    )


def open_database(settings: Settings) -> Engine:
    """As the owner of its tables: for migrations, loads and commands."""
    return open_engine(settings.database_owner_url or settings.database_url)


def open_audit(settings: Settings, breaker: Breaker | None = None) -> AuditTrail:
    """The audit alone, for what must work when nothing else does. `breaker` is that of the pages' database."""
    anchor = Anchor(settings.audit_anchor_file, settings.audit_anchor_syslog)
    is_same = settings.audit_database_url == settings.database_url
    return AuditTrail.open(settings.audit_database_url, anchor, breaker if is_same else None)


def open_database_of_pages(settings: Settings, breaker: Breaker) -> Engine:
    is_file = settings.database_url.startswith("sqlite")  # which waits for another writer, not for a server
    patience = None if is_file else settings.database_patience_seconds
    return open_engine(settings.database_url, patience_seconds=patience, breaker=breaker)


def upgrade_database(settings: Settings) -> None:
    """Brings the database to this release, and makes what the deployment's own datasets need."""
    engine = open_database(settings)
    try:
        prepare(engine, load_datasets([settings.home / "datasets"]))
    finally:
        engine.dispose()
    audit = open_audit(settings)
    try:
        audit.prepare()
    finally:
        audit.close()


def open_deployment(settings: Settings, *, for_pages: bool = False) -> Deployment:
    """Opens everything. Raises DefinitionError, and SettingsError where the database is not of this release.

    `for_pages`: the database has seconds to answer, and is left alone for a moment when it does not.
    """
    definitions = read_definitions(settings)
    breaker = Breaker()
    audit = open_audit(settings, breaker)
    engine = open_database_of_pages(settings, breaker) if for_pages else open_database(settings)
    try:
        _need_current(engine, definitions.datasets, settings)
        _need_audit(audit, settings)
    except BaseException:
        engine.dispose()
        audit.close()
        raise
    metadata = build_tables(definitions.datasets)
    cache = CubeCache(settings.cache_dir)
    options = _reader_options(settings, definitions.sources)
    reader = ScorecardReader(engine, metadata, definitions.datasets, definitions.catalogue, options, cache)
    return Deployment(settings, definitions, engine, metadata, reader, ScorecardPlans(reader.figures), audit)


def _reader_options(settings: Settings, sources: Iterable[Source]) -> ReaderOptions:
    return replace(
        ReaderOptions(),
        zone=ZoneInfo(settings.force_timezone),
        force_name=settings.force_name,
        summary_level=settings.summary_level,
        unposted_owner=settings.unposted_owner,
        min_peers=settings.min_peers,
        min_volume=settings.min_volume,
        few_denominator=settings.few_denominator,
        min_officers_in_total=settings.min_officers_in_total,
        asks_reason=settings.look_reason == "ask",
        look_ahead_days=settings.look_ahead_days,
        sources={source.name: SourceInfo(source.title, _stale_seconds(source), _takes(source)) for source in sources},
    )


def _takes(source: Source) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The source's own columns behind each of ours."""
    return {
        (mapping.dataset, mapping.name, rule.name): tuple(rule.takes)
        for mapping in source.mappings
        for rule in mapping.columns
    }


def _stale_seconds(source: Source) -> int | None:
    return int(source.stale_after.total_seconds()) if source.stale_after else None


def _need_current(engine: Engine, datasets: Mapping[str, Dataset], settings: Settings) -> None:
    """Raises SettingsError, saying what to do, unless the database is there and of this release."""
    where = f"database {engine.url.render_as_string(hide_password=True)}"
    home = f"--home {settings.home} "
    try:
        found, wanted = migrations.current(engine), migrations.head()
        lacking = _lacking(engine, datasets) if found == wanted else []
    except (SQLAlchemyError, DatabaseUnavailable) as failed:
        error = failed.__cause__ or failed if isinstance(failed, DatabaseUnavailable) else failed
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise SettingsError(
            Problem(f"cannot be opened ({reason})", where, "Check database_url and the server")
        ) from error
    if found is None:
        raise SettingsError(Problem("holds no tables yet", where, f"Run `cspdash {home}db upgrade`"))
    if found != wanted or lacking:
        what = f"lacks {lacking[0]}" if lacking else f"is at {found}, this release needs {wanted}"
        raise SettingsError(Problem(what, where, f"Run `cspdash {home}db upgrade`"))


def _need_audit(audit: AuditTrail, settings: Settings) -> None:
    """Raises SettingsError unless entries can go there: nothing is shown that cannot be logged."""
    where, home = f"audit {audit.engine.url.render_as_string(hide_password=True)}", f"--home {settings.home} "
    try:
        is_ready = audit.is_ready()
    except SQLAlchemyError as error:
        raise SettingsError(Problem("cannot be opened", where, "Check audit_database_url and the server")) from error
    if not is_ready:
        raise SettingsError(Problem("holds no tables yet", where, f"Run `cspdash {home}db upgrade`"))


def _lacking(engine: Engine, datasets: Mapping[str, Dataset]) -> list[str]:
    """Tables, columns and indexes of datasets that the database does not have."""
    tables, inspector = build_tables(datasets).tables, inspect(engine)
    return [str(part.name) for name in datasets for part in missing(inspector, tables[name])]
