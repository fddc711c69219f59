"""One load of one mapping, and what is remembered of it whether it goes well or not."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from cspdash.domain.periods import day_start, local_day
from data_access.bulk import filling
from data_access.loading import Job, LoadResult, Progress, Workplace
from data_access.mapped import DatasetMapping, Source
from data_access.quarantine import Quarantine
from data_access.sources.files import FilesReading
from data_access.sources.http import HttpReading
from data_access.sources.reading import Chunk, Reading, SeenFile
from data_access.sources.sharepoint import ListReading
from data_access.sources.sql import SqlReading
from data_access.state import Memory, writing
from data_access.transaction import LoadTransaction


def load_mapping(place: Workplace, source: Source, mapping: DatasetMapping, progress: Progress | None) -> LoadResult:
    """Loads what changed. Never raises for what is wrong at the source: the result says it."""
    began = time.monotonic()
    job = job_of(place, source, mapping)
    try:
        reading = open_reading(job, counts=progress is not None)
        with closing(reading.chunks()) as chunks:
            # The first rows are awaited before the transaction begins: a slow source must not hold up other writers.
            first = next(chunks, None)
            write_load(job, reading, chain([first] if first else [], chunks), progress)
    except (SourceUnavailable, BatchRefused) as error:
        return failed(job, error, time.monotonic() - began)
    return loaded(job, time.monotonic() - began)


def loaded(job: Job, seconds: float) -> LoadResult:
    """What is said of a load that went well."""
    return _result(job, seconds, "ok")


def failed(job: Job, error: SourceUnavailable | BatchRefused, seconds: float) -> LoadResult:
    """Notes a load that did not go well; what is said of it."""
    _note_failure(job, str(error), is_down=isinstance(error, SourceUnavailable))
    return _result(job, seconds, str(error))


def _result(job: Job, seconds: float, result: str) -> LoadResult:
    counts, ok = job.counts, result == "ok"
    return LoadResult(
        source=job.source.name,
        dataset=job.mapping.dataset,
        mapping=job.mapping.name,
        read=counts.read,
        changed=counts.changed if ok else 0,
        refused=counts.refused,
        skipped=counts.skipped,
        seconds=seconds,
        result=result,
        ok=ok,
    )


def job_of(place: Workplace, source: Source, mapping: DatasetMapping) -> Job:
    """The mapping to load now, with what is remembered of it."""
    with place.engine.connect() as connection:
        memory = place.state.recall(connection, mapping)
    return job_at(place, source, mapping, memory)


def job_at(place: Workplace, source: Source, mapping: DatasetMapping, memory: Memory) -> Job:
    """The mapping to load now, after what the memory says."""
    now, zone = place.options.now(), place.options.zone
    latest = day_start(local_day(now, zone) + timedelta(days=2), zone) - timedelta(microseconds=1)
    if memory.loaded_at is not None:  # what a load wrote is told by its time, which no two may share
        now = max(now, memory.loaded_at + timedelta(microseconds=1))
    return Job(place, source, mapping, memory, now, latest)


def _files_seen(job: Job) -> dict[str, SeenFile]:
    with job.place.engine.connect() as connection:
        return job.place.state.recall_files(connection, job.mapping)


def write_load(job: Job, reading: Reading, chunks: Iterator[Chunk], progress: Progress | None) -> None:
    """Everything that was read, and what is remembered of it, in one transaction. Raises BatchRefused, IngestBusy."""
    first = next(chunks, None)
    with writing(job.place.engine) as connection:
        if first is not None or reading.is_whole or job.is_anew:
            _write(job, connection, reading, chain([first] if first else [], chunks), progress)
        else:
            _remember(job, connection, reading, job.memory.rows)
        job.place.still_held()


def open_reading(job: Job, *, counts: bool = False) -> Reading:
    """A look at what the mapping names. `counts`: where that is cheap, say how many rows will come."""
    chunk_rows, title = job.place.options.chunk_rows, job.source.title
    if job.source.kind == "http":
        return HttpReading(job.place.opened.client(job.source), job.mapping, title, job.clock, job.since)
    if job.source.kind == "sharepoint":
        return ListReading(job.place.opened.site(job.source), job.mapping, title, job.since, job.number)
    if job.source.folder is not None:
        known = {} if job.is_a_trial else _files_seen(job)
        return FilesReading(job.source.folder, job.mapping, title, known, chunk_rows, everything=job.is_anew)
    engine = job.place.opened.engine(job.source)
    return SqlReading(engine, job.mapping, title, job.clock, job.since, chunk_rows, counts=counts)


def _write(
    job: Job, connection: Connection, reading: Reading, chunks: Iterator[Chunk], progress: Progress | None
) -> None:
    transaction = LoadTransaction(job, connection, reading)
    with filling(connection, job.table(job.dataset.name)):
        for chunk in chunks:
            transaction.take(chunk)
            if progress:
                progress(job.source.name, job.dataset.name, job.counts.read, reading.total)
    transaction.end()
    _remember(job, connection, reading, transaction.rows_held())
    touched = transaction.upsert.touched
    if touched.changed:  # before the commit: what cannot be logged is not loaded
        job.place.options.log(
            job.source.name, job.dataset.name, touched.changed - touched.taken_away, touched.taken_away
        )
        for each in transaction.combined():
            job.place.options.log_combined(each.dataset, each.parts, each.rows)


def _remember(job: Job, connection: Connection, reading: Reading, rows: int) -> None:
    """Where this good load got to."""
    state, counts = job.place.state, job.counts
    events = [at for at in (job.memory.event_at, counts.newest) if at]
    state.remember_files(connection, job.mapping, reading.progress.files, job.now)
    values = {
        "mapping_hash": job.digest,
        "watermark": job.kept_watermark(reading.progress.watermark),
        "event_at": max(events, default=None),
        "loaded_at": job.now,
        "tried_at": job.now,
        "rows": rows,
        "refused": _quarantine(job, connection).count(),
        "result": "ok",
        "is_down": False,
    }
    state.remember(connection, job.mapping, values)
    if counts.changed or counts.newly_refused or job.memory.result != "ok":  # not every poll that finds nothing
        _note_load(job, connection, "ok")


def note_unchanged(jobs: Iterable[tuple[Job, Reading]]) -> None:
    """Remembers, in one transaction, good loads of one run that found nothing new."""
    jobs = list(jobs)
    with writing(jobs[0][0].place.engine) as connection:
        for job, reading in jobs:
            values: dict[str, Any] = {"loaded_at": job.now, "tried_at": job.now, "result": "ok", "is_down": False}
            if job.mapping.is_compared_whole:
                values["event_at"] = job.now
            if job.mapping.list_name and reading.progress.watermark:
                values["watermark"] = f"{job.memory_number}\t{reading.progress.watermark}"
            job.place.state.remember(connection, job.mapping, values)


def _note_failure(job: Job, result: str, *, is_down: bool) -> None:
    with writing(job.place.engine) as connection:
        if job.counts.sample:
            _quarantine(job, connection).add(job.counts.sample, {})
        values = {"tried_at": job.now, "result": result, "is_down": is_down}
        job.place.state.remember(connection, job.mapping, values)
        if result != job.memory.result:
            _note_load(job, connection, result)


def _note_load(job: Job, connection: Connection, result: str) -> None:
    values: dict[str, Any] = {
        "source": job.source.name,
        "dataset": job.dataset.name,
        "mapping": job.mapping.name,
        "started_at": job.now,
        "ended_at": job.place.options.now(),
        "read": job.counts.read,
        "changed": job.counts.changed if result == "ok" else 0,
        "refused": job.counts.refused,
        "skipped": job.counts.skipped,
        "result": result,
    }
    job.place.state.note_load(connection, values)


def _quarantine(job: Job, connection: Connection) -> Quarantine:
    return Quarantine(connection, job.table("quarantine"), job.mapping, job.now)
