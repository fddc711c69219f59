"""A trial of one mapping: its first rows as a load would take them, and nothing written anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.load import job_at, open_reading
from data_access.loading import Job, Workplace
from data_access.mapped import DatasetMapping, Source
from data_access.sources.reading import Chunk, part
from data_access.sources.sampling import MOST_ROWS, newest_of, sample_of
from data_access.state import Memory
from data_access.validate import RowReader


@dataclass(frozen=True, slots=True)
class Trial:
    """What a load of a mapping would make of the first rows; `problem` where it could not be read at all."""

    mapping: DatasetMapping
    problem: str = ""
    rows: Sequence[Mapping[str, Any]] = ()  # in our columns
    read: int = 0
    left_out: int = 0
    gone: int = 0
    refused: Sequence[tuple[str, str, int, str]] = ()  # column, reason, how many, where the first is
    newest_at: datetime | None = None  # newest source event among these rows
    unmapped: Sequence[str] = ()  # their columns that the mapping does not use
    missing: Sequence[str] = ()  # columns that the mapping uses and the source does not have


def trial_of(place: Workplace, source: Source, mapping: DatasetMapping, most: int) -> Trial:
    """Never raises for what is wrong at the source: the answer says it."""
    job = replace(job_at(place, source, mapping, Memory()), is_a_trial=True)
    try:
        theirs = list(sample_of(place.opened, source, mapping).columns)
    except (SourceUnavailable, BatchRefused) as error:
        return Trial(mapping, str(error))
    used = mapping.source_columns
    unmapped = [name for name in theirs if name not in used and name.partition(".")[0] not in used]
    may_miss = mapping.pages.absent if mapping.pages else ()
    missing = [name for name in used if theirs and name not in theirs and name not in may_miss and "." not in name]
    try:
        chunk = _first(job)
        latest = job.clock.instant(newest_of(place.opened, source, mapping))
    except (SourceUnavailable, BatchRefused) as error:
        return Trial(mapping, str(error), unmapped=unmapped, missing=missing)
    if chunk is None:
        return Trial(mapping, unmapped=unmapped, missing=missing)
    arrival = RowReader(job.dataset, mapping, job.latest, job.version).read(chunk)
    reasons: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for refusal in arrival.refused:
        reasons[refusal.column, refusal.reason] += 1
        first.setdefault((refusal.column, refusal.reason), refusal.place)
    rows = [dict(zip(arrival.names, row, strict=True)) for row in zip(*arrival.values, strict=True)]
    return Trial(
        mapping,
        rows=[{name: row[name] for name in (rule.name for rule in mapping.columns)} for row in rows[:most]],
        read=arrival.read,
        left_out=arrival.skipped,
        gone=len(arrival.deleted),
        refused=[(column, why, count, first[column, why]) for (column, why), count in reasons.most_common()],
        newest_at=max(filter(None, [latest, _newest(job, chunk, arrival.newest)]), default=None),
        unmapped=unmapped,
        missing=missing,
    )


def _first(job: Job) -> Chunk | None:
    """The first rows; of files those of the first, of everything else those that come first."""
    reading = open_reading(job)
    with closing(reading.chunks()) as chunks:
        for chunk in chunks:
            if chunk.size or chunk.malformed:
                return part(chunk, range(min(chunk.size, MOST_ROWS))) if chunk.size > MOST_ROWS else chunk
    return None


def _newest(job: Job, chunk: Chunk, changed: datetime | None) -> datetime | None:
    name = job.mapping.watermark
    found = [job.clock.instant(value) for value in chunk.columns.get(name, ())] if name else []
    return max(filter(None, [*found, changed]), default=None)
