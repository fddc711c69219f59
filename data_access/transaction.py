"""Everything one load writes about rows: the rows, those that depend on them, quarantine and data versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from cspdash.domain.errors import BatchRefused
from cspdash.domain.periods import day_start
from data_access.combining import Combined, combined_by
from data_access.loading import Job
from data_access.merging import Merges
from data_access.quarantine import Quarantine
from data_access.shaping import shape_rows, stale_parts
from data_access.sources.reading import Chunk, Reading
from data_access.upsert import Lost, Upsert
from data_access.validate import Arrival, Refusal, RowReader

FEW_REFUSED = 20  # so many refused rows never refuse a batch, and a table of so few rows may be empty next time
_SAMPLE = 100  # refused rows kept of a batch that was refused whole


class LoadTransaction:
    """take() for every chunk, then end(); raises BatchRefused where nothing of it may stay."""

    def __init__(self, job: Job, connection: Connection, reading: Reading) -> None:
        self.job, self.connection, self.reading = job, connection, reading
        self.dependents = job.place.dependents(connection, job.dataset.name)
        self.awaits_derivation = job.place.awaits_derivation(connection, job.dataset)
        looks_at_itself = any(relation.dataset == job.dataset.name for relation in job.dataset.related)
        keys = {relation.there for relations in self.dependents.values() for relation in relations}
        self.upsert = Upsert(
            connection,
            job.table(job.dataset.name),
            job.mapping,
            job.place.standings[job.dataset.name],
            job.now,
            rewrites=job.is_anew,
            sweeps=job.memory.rows > 0,
            key_columns=sorted(keys),
            keeps_refs=job.dataset.name in self.dependents,
        )
        self.quarantine = Quarantine(connection, job.table("quarantine"), job.mapping, job.now)
        self.merges = (
            Merges(connection, job.place.metadata, job.dataset.name, job.mapping.source, job.now)
            if job.mapping.merged_into
            else None
        )
        self.rows = RowReader(job.dataset, job.mapping, job.latest, job.version)
        self.shape = job.place.shape(job.dataset)
        self.deriver = job.place.deriver(connection, job.dataset)
        # Rows that look at others of their own dataset are derived when all of these are there.
        self.derives_on_the_way = bool(job.dataset.rule) and not looks_at_itself
        self.derivers = [self.deriver]
        self.file = ""

    def take(self, chunk: Chunk) -> None:
        """Writes what is good of a chunk and quarantines the rest."""
        if chunk.file != self.file:
            self._end_file()
            self.file = chunk.file
        self._count(*self._write(self._read(chunk)))

    def _read(self, chunk: Chunk) -> Arrival:
        """The rows of a chunk as they are kept."""
        arrival = self.rows.read(chunk)
        if self.shape and arrival.refs:
            shape_rows(arrival, self.job.dataset, self.shape, self.job.mapping.place)
        return arrival

    def _write(self, arrival: Arrival) -> tuple[Arrival, list[Refusal]]:
        """Writes what arrived. Returns it with the rows added whose rule failed, and what is newly refused."""
        positions, before = self.upsert.take(arrival)
        columns, failures = self._columns(arrival, positions)
        self.upsert.write(columns, before)
        if self.merges:
            self.merges.note(arrival)
        new = self.quarantine.add(arrival.refused, before)
        failed = {failure.ref for failure in failures}
        live = zip(arrival.refs, arrival.versions, strict=True)
        self.quarantine.settle(pair for pair in chain(live, arrival.deleted, arrival.left_out) if pair[0] not in failed)
        new += self.quarantine.add(failures, before)
        arrival.refused += failures
        return arrival, new

    def end(self) -> None:
        """What can only be judged or done once everything is there."""
        job = self.job
        self._end_file()
        if self.reading.is_whole:
            self._refuse_an_empty_table()
            lost = self.upsert.sweep(version=job.number if job.mapping.is_numbered else "")
            self._refuse_a_part(lost, f"{job.source.title}, {job.mapping.place}")
            self.quarantine.sweep()
        self._refuse_too_many()
        if job.dataset.part_of and self.upsert.touched.changed:
            self.upsert.lose(stale_parts(self.connection, job.table(job.dataset.name), job.dataset))
        job.counts.changed = self.upsert.touched.changed
        self._derive_dependents()
        self._bump()
        job.counts.newest = self._event_at()

    def combined(self) -> list[Combined]:
        """What was put together here of several sources' data, merged records included; after end()."""
        found = combined_by(self.derivers, self.connection, self.job.place.metadata)
        if self.merges and self.merges.noted:
            source, name = self.job.source.name, self.job.dataset.name
            found.append(Combined(name, (f"{source} {name}, merged there",), self.merges.noted))
        return found

    def rows_held(self) -> int:
        """How many rows of this mapping there are now."""
        return self.job.memory.rows + self.upsert.touched.rows

    def _end_file(self) -> None:
        """Rows that an earlier content of the file gave and this one does not are gone."""
        if not self.file:
            return
        if self.file in self.reading.progress.replaced:
            self.quarantine.sweep(self.file)
            lost = self.upsert.sweep_file(self.file)
            self._refuse_a_part(lost, self.file)
            for chunk in self.reading.before(self.file) if lost.refs else ():
                self._write(self._read(chunk).only(lost.refs))
        self.upsert.seen.clear()
        self.quarantine.met.clear()

    def _count(self, arrival: Arrival, new: Sequence[Refusal]) -> None:
        """Counts rows. Refused ones that the overlap reads again count once: they must not outvote the few new rows."""
        counts, is_part = self.job.counts, bool(self.job.mapping.watermark) and not self.job.is_anew
        repeated = len(arrival.refused) - len(new) if is_part else 0
        counts.read += arrival.read - repeated
        counts.skipped += arrival.skipped
        counts.refused += len(arrival.refused) - repeated
        counts.newly_refused += len(new)
        counts.sample += arrival.refused[: max(0, _SAMPLE - len(counts.sample))]
        counts.newest = max(filter(None, (counts.newest, self._newest(arrival))), default=None)

    def _columns(self, arrival: Arrival, positions: Sequence[int]) -> tuple[dict[str, Sequence[Any]], list[Refusal]]:
        """The rows at these positions in stored form with their derived columns, and rows whose rule failed."""
        failures: list[Refusal] = []
        if self.derives_on_the_way:
            columns = zip(*at(arrival.values, positions), strict=True)
            rows = [dict(zip(arrival.names, row, strict=True)) for row in columns]
            found, failed = self.deriver.derive_all(rows)
            failures = [self._failure(arrival, positions[i], reason) for i, reason in failed.items()]
            self.deriver.wrote(i for i in range(len(positions)) if i not in failed)
            positions = [position for i, position in enumerate(positions) if i not in failed]
            derived = self.deriver.columns([each for each in found if each is not None])
        else:
            derived = {name: [None] * len(positions) for name in self.deriver.names}
        own = arrival.texts if self.connection.dialect.name == "sqlite" else arrival.values
        versions, hashes = at([arrival.versions, arrival.hashes], positions)
        columns_of = dict(zip(arrival.names, at(own, positions), strict=True))
        return {**columns_of, **derived, "version": versions, "row_hash": hashes}, failures

    def _failure(self, arrival: Arrival, position: int, reason: str) -> Refusal:
        ref, version = arrival.refs[position], arrival.versions[position]
        return Refusal(f"{self.job.mapping.place}, {ref}", ref, version, self.job.dataset.rule, reason, "{}")

    # --- the age of what was read ---
    def _newest(self, arrival: Arrival) -> datetime | None:
        """The newest source event among these rows: their change, or of files at least what they are about."""
        if arrival.newest or not self.job.mapping.files:
            return arrival.newest
        lifecycle = (self.job.dataset.opens, self.job.dataset.closes)
        known = [arrival.values[arrival.names.index(name)] for name in lifecycle if name in arrival.names]
        zone = self.job.place.options.zone
        values = [value for value in set(chain(*known)) if isinstance(value, date)]
        instants = [value if isinstance(value, datetime) else day_start(value, zone) for value in values]
        return max((instant for instant in instants if instant <= self.job.now), default=None)

    def _event_at(self) -> datetime | None:
        """A table that is read whole is as at now; otherwise the newest event that the source tells of."""
        if self.job.mapping.is_compared_whole:
            return self.job.now
        told = self.reading.progress.event_at
        if not self.job.mapping.files:
            return told or self.job.counts.newest or self.job.now
        return self.job.counts.newest or told

    # --- the batch as a whole ---
    def _refuse_too_many(self) -> None:
        counts, limit = self.job.counts, self.job.place.options.max_refused_percent
        if counts.refused > FEW_REFUSED and counts.refused * 100 > limit * counts.read:
            share = f"{counts.refused * 100 / counts.read:.1f} %, at most {limit:g} %"
            first = counts.sample[0]
            raise BatchRefused(
                f"{counts.refused:,} of {counts.read:,} rows were refused ({share}), so nothing was changed. "
                f"The first: {first.place}: {first.column} {first.reason}"
            )

    def _refuse_an_empty_table(self) -> None:
        """A table that is being filled anew is empty for a moment; that is no reason to take everything away."""
        held = self.job.memory.rows
        if self.job.counts.read == 0 and held > FEW_REFUSED:
            place = f"{self.job.source.title}, {self.job.mapping.place}"
            raise BatchRefused(f"{place}, is empty, and {held:,} rows of it are here; nothing was changed.")

    def _refuse_a_part(self, lost: Lost, place: str) -> None:
        """An export that broke off looks like rows taken away. After a change of the mapping that is what is meant."""
        limit = self.job.mapping.may_lose_percent
        if limit is None:
            limit = self.job.place.options.max_lost_percent
        count = len(lost.refs)
        if not self.job.is_anew and count > FEW_REFUSED and count * 100 > limit * lost.held:
            share = f"{count * 100 / lost.held:.0f} %, at most {limit:g} %"
            raise BatchRefused(
                f"{place}, no longer has {count:,} of the {lost.held:,} rows that are here ({share}), "
                "so nothing was changed. If they are meant to go, set may_lose_percent = 100 for this one load."
            )

    # --- what follows from a change ---
    def _derive_dependents(self) -> None:
        place, touched, own = self.job.place, self.upsert.touched, self.job.dataset.name
        for name, relations in self.dependents.items():
            deriver = place.deriver(self.connection, place.datasets[name])
            self.derivers.append(deriver)
            batches = [deriver.by(relation.here, touched.keys[relation.there]) for relation in relations]
            if name == own:
                batches.append(deriver.by("ref", touched.refs))
            changed = deriver.refresh(chain.from_iterable(batches))
            if changed and name != own:
                place.state.bump(self.connection, name, self.job.now)

    def _bump(self) -> None:
        state, name = self.job.place.state, self.job.dataset.name
        if self.awaits_derivation:
            return
        if name not in state.data_versions(self.connection):
            state.bump(self.connection, name, self.job.now, self.job.place.clocks.version)
        elif self.job.counts.changed:
            state.bump(self.connection, name, self.job.now)


def at(columns: Iterable[Sequence[Any]], positions: Sequence[int]) -> list[Sequence[Any]]:
    """The columns cut down to these positions."""
    columns = list(columns)
    if not columns or len(positions) == len(columns[0]):
        return columns
    return [[column[position] for position in positions] for column in columns]
