"""Ingest: from what others hold to our record tables, only what changed, one transaction a mapping.

    Ingest(engine, datasets, sources, clocks, options).run() -> list[LoadResult]

Units, officers and postings come first, then records in such an order that a rule finds the rows it looks at. What a
source cannot give is said in its result and kept in source_state; the others go on.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, MetaData

from cspdash.domain import derivation
from cspdash.domain.corrections import SOURCE as CORRECTION
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError
from data_access.combining import combined_by
from data_access.load import load_mapping
from data_access.loading import IngestOptions, LoadResult, Progress, Workplace
from data_access.lock import Check, ingest_lock
from data_access.mapped import DatasetMapping, Source
from data_access.organisation import Organisation
from data_access.rederive import Derive, Deriver
from data_access.schema import build
from data_access.sources.opened import OpenSources
from data_access.state import State, writing
from data_access.upsert import Standing

__all__ = ["Ingest", "IngestOptions", "LoadResult", "Progress"]


class Ingest:
    """Loads sources into the database that data_access.database.prepare made ready.

    `clocks` is a cspdash.domain.clocks.Clocks; `derive` stands in for cspdash.domain.derivation.derive in tests.
    """

    def __init__(
        self,
        engine: Engine,
        datasets: Mapping[str, Dataset],
        sources: Sequence[Source],
        clocks: Any,
        options: IngestOptions,
        derive: Derive = derivation.derive,
    ) -> None:
        self.engine, self.datasets, self.sources = engine, datasets, sources
        self.clocks, self.options, self.derive = clocks, options, derive
        self.metadata = tables_of(tuple(datasets.values()))

    def run(self, only: Collection[str] = (), progress: Progress | None = None) -> list[LoadResult]:
        """Loads the sources (those named, or all). Raises IngestBusy, and DefinitionError for an unknown name."""
        self.named(only)
        opened = OpenSources(self.options)
        with ingest_lock(self.engine) as still_held, rarely_collecting():
            try:
                return self._run(self.workplace(opened, still_held), only, progress)
            finally:
                opened.close()

    def workplace(self, opened: OpenSources, still_held: Check) -> Workplace:
        """What loads of these sources work with."""
        return Workplace(
            engine=self.engine,
            metadata=self.metadata,
            datasets=self.datasets,
            standings=standings(self.sources),
            clocks=self.clocks,
            derive=self.derive,
            options=self.options,
            state=State(self.metadata),
            opened=opened,
            still_held=still_held,
        )

    def named(self, only: Collection[str]) -> list[Source]:
        """The sources of these names, all for none. Raises DefinitionError for a name that no source has."""
        unknown = sorted(set(only) - {source.name for source in self.sources})
        if unknown:
            names = ", ".join(source.name for source in self.sources)
            raise DefinitionError(f"there is no source {unknown[0]!r}", remedy=f"Sources: {names}")
        return [source for source in self.sources if not only or source.name in only]

    def _run(self, place: Workplace, only: Collection[str], progress: Progress | None) -> list[LoadResult]:
        results = derive_by_new_clocks(place)
        pairs = [(source, mapping) for source in self.sources for mapping in source.mappings]
        wanted = [(source, mapping) for source, mapping in pairs if not only or source.name in only]
        order = {name: number for number, name in enumerate(load_order(self.datasets))}
        wanted.sort(key=lambda pair: (order[pair[1].dataset], pair[0].precedence, pair[0].name))
        organisation = [pair for pair in wanted if self.datasets[pair[1].dataset].kind == "organisation"]
        results += [load_mapping(place, source, mapping, progress) for source, mapping in organisation]
        self.rebuild_organisation(place)
        records = [pair for pair in wanted if self.datasets[pair[1].dataset].kind != "organisation"]
        results += [load_mapping(place, source, mapping, progress) for source, mapping in records]
        derive_what_awaits(place, {result.dataset for result in results if result.ok})
        return results

    def has_corrections_to_apply(self) -> bool:
        """Whether supervisors' corrections changed since postings were last resolved; cheap."""
        with self.engine.connect() as connection:
            return Organisation(connection, self.metadata, self.datasets, {}).lacks_corrections()

    def rebuild_organisation(self, place: Workplace) -> None:
        """Resolves postings anew where units, officers or postings changed since."""
        precedence = {source.name: source.precedence for source in self.sources}
        precedence[CORRECTION] = self.options.correction_precedence
        with place.engine.connect() as connection:
            if Organisation(connection, place.metadata, place.datasets, precedence).is_current():
                return
        with writing(place.engine) as connection:
            organisation = Organisation(connection, place.metadata, place.datasets, precedence)
            combined = organisation.rebuild(place.options.zone, place.options.now())
            if combined.rows:
                place.options.log_combined(combined.dataset, combined.parts, combined.rows)
            place.still_held()


@lru_cache(maxsize=8)
def tables_of(datasets: tuple[Dataset, ...]) -> MetaData:
    """The tables, and with them the statements compiled for them: a poll every few seconds must not start anew."""
    return build({dataset.name: dataset for dataset in datasets})


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Millions of short-lived tuples make no cycles; looking for some among them takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def derive_by_new_clocks(place: Workplace) -> list[LoadResult]:
    """Derives every row again of datasets that were derived with other clocks; one result for each such dataset."""
    with place.engine.connect() as connection:
        known = place.state.data_versions(connection)
    results = []
    for name, (_, rules_version) in sorted(known.items()):
        dataset = place.datasets.get(name)
        if dataset is None or not dataset.rule or rules_version == place.clocks.version:
            continue
        began = monotonic()
        with writing(place.engine) as connection:
            deriver = place.deriver(connection, dataset)
            changed = deriver.refresh(deriver.every_row())
            _log_combined(place, connection, deriver)
            if changed:
                place.state.bump(connection, name, place.options.now(), place.clocks.version)
            else:
                place.state.note_rules(connection, name, place.clocks.version)
            place.still_held()
        results.append(LoadResult("clocks", name, "", changed=changed, seconds=monotonic() - began))
    return results


def derive_what_awaits(place: Workplace, loaded: Collection[str]) -> None:
    """Derives, for the first time, datasets whose rows look at each other: those loaded now, or before a kill."""
    for dataset in place.datasets.values():
        with place.engine.connect() as connection:
            awaits = place.awaits_derivation(connection, dataset)
            is_there = dataset.name in loaded or place.has_rows(connection, dataset.name)
        if awaits and is_there:
            with writing(place.engine) as connection:
                deriver = place.deriver(connection, dataset)
                deriver.refresh(deriver.every_row())
                _log_combined(place, connection, deriver)
                place.state.bump(connection, dataset.name, place.options.now(), place.clocks.version)
                place.still_held()


def _log_combined(place: Workplace, connection: Connection, deriver: Deriver) -> None:
    """Before the commit, like all that is logged of a load."""
    for each in combined_by([deriver], connection, place.metadata):
        place.options.log_combined(each.dataset, each.parts, each.rows)


def load_order(datasets: Mapping[str, Dataset]) -> list[str]:
    """Names of datasets so that each comes after those its rule looks at, as far as they do not look at each other.

    In such a circle one that looks at its own rows comes first: its rows are derived at the end anyway.
    """
    ordered: list[str] = []
    under_way: set[str] = set()

    def visit(dataset: Dataset) -> None:
        if dataset.name in ordered or dataset.name in under_way:
            return
        under_way.add(dataset.name)
        for name in sorted({relation.dataset for relation in dataset.related}):
            visit(datasets[name])
        ordered.append(dataset.name)

    def reluctance(dataset: Dataset) -> tuple[bool, bool, str]:
        looks_at_itself = any(relation.dataset == dataset.name for relation in dataset.related)
        return dataset.kind != "organisation", looks_at_itself, dataset.name

    for dataset in sorted(datasets.values(), key=reluctance):
        visit(dataset)
    return ordered


def standings(sources: Iterable[Source]) -> dict[str, dict[tuple[str, str], Standing]]:
    """For each dataset, how the mappings that fill it stand to each other."""
    found: dict[str, dict[tuple[str, str], Standing]] = {}
    for source in sources:
        for place, mapping in enumerate(source.mappings):
            standing = Standing((source.precedence, source.name, place), has_own_versions(mapping))
            found.setdefault(mapping.dataset, {})[source.name, mapping.name] = standing
    return found


def has_own_versions(mapping: DatasetMapping) -> bool:
    """Whether versions are the source's own, and not the number of a load."""
    return not mapping.is_numbered or bool(mapping.version)
