"""What the loads of one run share, and what each of them answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, MetaData, Table, exists, select

from cspdash.domain.datasets import Dataset, Relation
from cspdash.domain.shaping import shape_of, shape_version
from data_access.lock import Check
from data_access.mapped import DatasetMapping, Source
from data_access.rederive import Derive, Deriver
from data_access.sources.opened import OpenSources
from data_access.sources.watermark import Clock
from data_access.state import Memory, State
from data_access.storage import Row
from data_access.upsert import Standing
from data_access.validate import Refusal, Version

LoadLog = Callable[[str, str, int, int], None]  # source, dataset, rows written, rows taken away
CombinationLog = Callable[[str, Sequence[str], int], None]  # dataset, its parts, records put together of them
Progress = Callable[[str, str, int, int | None], None]  # source, dataset, rows done, rows in all where known


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What came of one mapping. `skipped` rows were left out as the mapping says; `result` is "ok" or says why not."""

    source: str
    dataset: str
    mapping: str
    read: int = 0
    changed: int = 0
    refused: int = 0
    skipped: int = 0
    seconds: float = 0.0
    result: str = "ok"
    ok: bool = True


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How to ingest. `home` is the deployment's folder.

    `connections` maps a name to its URL, `credentials` to its secret: neither is ever shown.
    """

    zone: ZoneInfo
    home: Path
    connections: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_refused_percent: float = 10
    max_lost_percent: float = 30
    chunk_rows: int = 10_000
    correction_precedence: int = 5
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    log: LoadLog = lambda _source, _dataset, _written, _taken_away: None
    log_combined: CombinationLog = lambda _dataset, _parts, _rows: None


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every load of a run works with."""

    engine: Engine
    metadata: MetaData
    datasets: Mapping[str, Dataset]
    standings: Mapping[str, Mapping[tuple[str, str], Standing]]  # by dataset, then source and mapping
    clocks: Any
    derive: Derive
    options: IngestOptions
    state: State
    opened: OpenSources
    still_held: Check

    def shape(self, dataset: Dataset) -> Callable[[Row], list[Row]] | None:
        """How one of the source's rows becomes several of ours, where the dataset says so."""
        found = shape_of(dataset)
        return None if found is None else lambda row: found(row, self.clocks)

    def deriver(self, connection: Connection, dataset: Dataset) -> Deriver:
        return Deriver(connection, self.metadata, self.datasets, dataset, self.clocks, self.derive)

    def dependents(self, connection: Connection, dataset: str) -> dict[str, list[Relation]]:
        """Datasets with rows (and the dataset itself) whose rules look at this one, and by which relations.

        Not those that await their first derivation.
        """
        found: dict[str, list[Relation]] = {}
        for other in self.datasets.values():
            relations = [relation for relation in other.related if relation.dataset == dataset]
            if not relations or self.awaits_derivation(connection, other):
                continue
            if other.name == dataset or self.has_rows(connection, other.name):
                found[other.name] = relations
        return found

    def awaits_derivation(self, connection: Connection, dataset: Dataset) -> bool:
        """Whether its rows are derived only at the end of its first run.

        So it is with rows that look at others of their own dataset: all of these must be there. Until then the dataset
        has no data version and counts as not loaded, also where the run was killed.
        """
        looks_at_itself = any(relation.dataset == dataset.name for relation in dataset.related)
        return looks_at_itself and dataset.name not in self.state.data_versions(connection)

    def has_rows(self, connection: Connection, dataset: str) -> bool:
        table = self.metadata.tables[dataset]
        return bool(connection.execute(select(exists(select(table.c.ref)))).scalar_one())


@dataclass(slots=True)
class Counts:
    """What a load has met so far."""

    read: int = 0
    changed: int = 0
    refused: int = 0
    newly_refused: int = 0  # of those, rows not refused before for the same reason
    skipped: int = 0
    newest: datetime | None = None  # source event
    sample: list[Refusal] = field(default_factory=list)  # the first refused rows


@dataclass(frozen=True, slots=True)
class Job:
    """One mapping to load at one time. `latest` is the last instant that can be true: the end of tomorrow."""

    place: Workplace
    source: Source
    mapping: DatasetMapping
    memory: Memory
    now: datetime
    latest: datetime
    is_a_trial: bool = False  # looks at the source alone, never at our own database
    counts: Counts = field(default_factory=Counts)

    @property
    def dataset(self) -> Dataset:
        return self.place.datasets[self.mapping.dataset]

    @property
    def is_anew(self) -> bool:
        """Whether the mapping is new or different, so that everything is read and counts afresh."""
        return self.memory.digest != self.digest

    @property
    def digest(self) -> str:
        """Changes with anything that changes what a row becomes before it is derived."""
        shape = shape_version(self.dataset, self.place.clocks) if self.dataset.shape else ""
        return (
            hashlib.sha256(f"{self.mapping.digest} {shape}".encode()).hexdigest()[:32] if shape else self.mapping.digest
        )

    @property
    def number(self) -> str:
        """The number of this load among those of a mapping whose rows tell no version; later ones sort after."""
        before = self.memory_number
        return f"{int(before) + 1 if before.isdecimal() else 1:012d}"

    @property
    def memory_number(self) -> str:
        """The number of the last load."""
        return (self.memory.watermark or "").partition("\t")[0]

    @property
    def since(self) -> str | None:
        """Where the last good load got to; None where everything is to be read."""
        if self.is_anew or self.mapping.is_compared_whole:
            return None
        return (
            (self.memory.watermark or "").partition("\t")[2] or None
            if self.mapping.list_name
            else self.memory.watermark
        )

    def kept_watermark(self, reached: str | None) -> str | None:
        """What to remember of where this load got to: its number, or (and, of a list) what the source calls it."""
        if not self.mapping.is_numbered:
            return reached
        return f"{self.number}\t{reached or ''}" if self.mapping.list_name else self.number

    @property
    def clock(self) -> Clock:
        """What judges watermarks of this mapping, in the zone of the column of ours that takes them, if one does."""
        column = self.mapping.watermark or self.mapping.version
        zones = [rule.zone for rule in self.mapping.columns if rule.takes == (column,) and rule.type == "instant"]
        return Clock(zones[0] if zones and zones[0] else self.mapping.zone, self.now, self.latest)

    @property
    def version(self) -> Version:
        """How rows tell their version: by their own column, by their file, or by the number of this load."""
        column = self.mapping.version or self.mapping.watermark
        if not column:
            return Version() if self.mapping.files else Version(load=self.number)
        times = [r for r in self.mapping.columns if r.takes == (column,) and (r.type == "instant" or r.format)]
        ours = next((rule.name for rule in times if not (rule.when or rule.map or rule.regex)), "")
        return Version(column, ours, self.clock.version)

    def table(self, name: str) -> Table:
        return self.place.metadata.tables[name]
