"""Writes what was read: one load at a time under the ingest lock, and as little as can be where nothing is new."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.follow.poll import Look
from data_access.ingest import Ingest, derive_by_new_clocks, derive_what_awaits, load_order, rarely_collecting
from data_access.load import failed, job_of, loaded, note_unchanged, write_load
from data_access.loading import LoadResult, Workplace
from data_access.lock import Check, ingest_lock
from data_access.sources.opened import OpenSources
from data_access.sources.reading import Chunk
from data_access.state import writing

NOTED_EVERY = timedelta(seconds=10)  # good loads that found nothing
_NOTED_A_PROMISE = 4  # so often at least within the time a source promises to be fresh


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one look. No result: nothing was new, and nothing is worth saying."""

    look: Look
    result: LoadResult | None = None
    error: BatchRefused | SourceUnavailable | None = None
    event_at: datetime | None = None  # newest source event seen
    is_stale: bool = False  # another load came between reading and writing
    is_news: bool = False  # rows were newly refused


class Stopped(Exception):
    """Told to stop in the middle of a load, nothing of which stays."""


class Desk:
    """The one who writes. Raises IngestBusy where another process loads, SQLAlchemyError where our database is down."""

    def __init__(self, ingest: Ingest, stop: threading.Event) -> None:
        self.ingest, self.stop = ingest, stop
        self._order = {name: number for number, name in enumerate(load_order(ingest.datasets))}
        self._is_fresh = False  # clocks looked at, since this process began

    def writing(self) -> AbstractContextManager[Connection]:
        return writing(self.ingest.engine)

    def settle(self, looks: Sequence[Look]) -> list[Settled]:
        for look in looks:
            if isinstance(look.error, SQLAlchemyError):
                raise look.error
        same = [look for look in looks if look.is_same]
        bad = [look for look in looks if look.error is not None]
        new = [look for look in looks if look.error is None and not look.is_same]
        self._note_same(same)
        settled = [Settled(look, event_at=look.job.memory.event_at) for look in same if look.job]
        settled += [self._failed(look) for look in bad]
        has_work = new or not self._is_fresh or self.ingest.has_corrections_to_apply()
        return settled + (self._written(new) if has_work else [])

    def _note_same(self, looks: Sequence[Look]) -> None:
        due = [(look.job, look.reading) for look in looks if look.job and look.reading and _is_to_note(look)]
        if due:
            note_unchanged(due)

    def _failed(self, look: Look) -> Settled:
        assert isinstance(look.error, BatchRefused | SourceUnavailable)
        job = look.job or job_of(self._place(lambda: None), look.source, look.mapping)
        return Settled(look, failed(job, look.error, look.seconds), look.error, job.memory.event_at)

    def _place(self, still_held: Check) -> Workplace:
        return self.ingest.workplace(OpenSources(self.ingest.options), still_held)

    def _written(self, looks: Sequence[Look]) -> list[Settled]:
        """Organisation first, then records, each after those its rule looks at."""
        settled: list[Settled] = []
        with ingest_lock(self.ingest.engine) as still_held, rarely_collecting():
            place = self._place(still_held)
            if not self._is_fresh:
                derive_by_new_clocks(place)
            ours = [look for look in looks if self.ingest.datasets[look.mapping.dataset].kind == "organisation"]
            records = [look for look in looks if look not in ours]
            try:
                settled += [self._write(look, place) for look in self._in_order(ours)]
                self.ingest.rebuild_organisation(place)
                settled += [self._write(look, place) for look in self._in_order(records)]
            except Stopped:
                return settled
            derive_what_awaits(place, {each.look.mapping.dataset for each in settled if each.error is None})
            self._is_fresh = True
        return settled

    def _in_order(self, looks: Sequence[Look]) -> list[Look]:
        return sorted(looks, key=lambda look: (self._order[look.mapping.dataset], look.source.precedence))

    def _write(self, look: Look, place: Workplace) -> Settled:
        assert look.job is not None
        assert look.reading is not None
        with place.engine.connect() as connection:
            memory = place.state.recall(connection, look.mapping)
        if memory != look.job.memory:
            return Settled(look, is_stale=True)
        job = replace(look.job, place=place)
        try:
            write_load(job, look.reading, self._chunks(look), None)
        except (SourceUnavailable, BatchRefused) as error:
            return Settled(look, failed(job, error, look.seconds), error, memory.event_at)
        events = [at for at in (memory.event_at, job.counts.newest, look.reading.progress.event_at) if at]
        result = loaded(job, look.seconds)
        return Settled(look, result, None, max(events, default=None), is_news=job.counts.newly_refused > 0)

    def _chunks(self, look: Look) -> Iterator[Chunk]:
        assert look.spool is not None
        for chunk in look.spool:
            if self.stop.is_set():
                raise Stopped
            yield chunk


def _is_to_note(look: Look) -> bool:
    assert look.job is not None
    before, promise = look.job.memory.loaded_at, look.source.stale_after
    every = min(NOTED_EVERY, promise / _NOTED_A_PROMISE) if promise else NOTED_EVERY
    return before is None or look.job.now - before >= every
