"""Versioned upsert: of all versions of a row that ever arrive the newest stays, whatever their order and batches.

The state of a table is a function of the versions that were given, so that a load may be repeated, split or late:

- of one mapping's versions of a row the greatest (version, then hash) wins; a row taken away is a version like any
  other and leaves its key behind, so that a late older version cannot revive it;
- but of a row read while the second (or day) of its version was still running, what is read later is the newer;
- where several sources hold one row, that of the lower precedence number keeps it;
- of a table that is compared whole, what is there now wins.

One process writes at a time (data_access.lock), so that reading first and deciding in Python is safe.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, select

from data_access import bulk
from data_access.column_types import instant_text
from data_access.mapped import DatasetMapping
from data_access.storage import among, update_statement
from data_access.validate import DELETED_HASH, Arrival

_SLACK = timedelta(minutes=1)  # for versions written to the minute or second, and clocks that differ

Kind = Literal["live", "deleted", "left_out"]
Verdict = Literal["keep", "touch", "write"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One mapping among those that fill a dataset."""

    rank: tuple[int, str, int]  # precedence, source, place in its file: the smaller keeps a row that both hold
    has_versions: bool  # its versions can be compared with those of another mapping of the same source


class Before(NamedTuple):
    """What is stored of a row."""

    source: str
    mapping: str
    version: str
    row_hash: str
    loaded_at: datetime
    keys: tuple[Any, ...]  # its values in the columns that relations of other datasets look at


class Entry(NamedTuple):
    """One version of a row that arrived; `position` is where in the arrival a live one is."""

    ref: str
    version: str
    row_hash: str
    kind: Kind
    position: int = -1


@dataclass(slots=True)
class Touched:
    """What a load changed, for whoever depends on it."""

    changed: int = 0
    rows: int = 0  # rows of the mapping more than before
    taken_away: int = 0  # of those changed
    refs: set[str] = field(default_factory=set)
    keys: dict[str, set[Any]] = field(default_factory=dict)  # column a relation looks at -> values, old and new


class Lost(NamedTuple):
    """Rows that are no longer there: their refs, and how many rows there were of whatever was read again."""

    refs: frozenset[str]
    held: int


class Upsert:
    """Writes arrivals of one mapping into its dataset's table, within the connection's transaction.

    `rewrites`: the mapping is new or different, so that what it wrote before counts for nothing. `sweeps`: it wrote
    rows before. `key_columns` and `keeps_refs` say what `touched` is to hold.
    """

    def __init__(
        self,
        connection: Connection,
        table: Table,
        mapping: DatasetMapping,
        standings: Mapping[tuple[str, str], Standing],
        now: datetime,
        *,
        rewrites: bool,
        sweeps: bool,
        key_columns: Sequence[str] = (),
        keeps_refs: bool = False,
    ) -> None:
        self.connection, self.table, self.mapping, self.standings = connection, table, mapping, standings
        self.now, self.rewrites, self.key_columns, self.keeps_refs = now, rewrites, tuple(key_columns), keeps_refs
        self.touched = Touched(keys={name: set() for name in key_columns})
        self.sweeps = sweeps
        self.seen: set[str] = set()  # refs met so far
        dialect = connection.dialect
        self.stored_now = instant_text(now) if dialect.name == "sqlite" else now
        self.columns = bulk.columns_of(connection, table)
        self.touch_sql = update_statement(table, ("source", "mapping", "version", "loaded_at"), dialect)

    # --- deciding ---
    def stored(self, refs: Collection[str]) -> dict[str, Before]:
        """What is stored of these rows."""
        c = self.table.c
        keys = [c[name] for name in self.key_columns]
        query = select(c.ref, c.source, c.mapping, c.version, c.row_hash, c.loaded_at, *keys)
        found = self.connection.execute(query.where(among(c.ref, refs, self.connection.dialect)))
        return {row[0]: Before(row[1], row[2], row[3], row[4], row[5], tuple(row[6:])) for row in found}

    def decide(self, entry: Entry, before: Before | None) -> Verdict:
        """Whether the entry replaces what is stored; "touch" when it is the same but for its version."""
        if before is None:
            leaves_no_trace = entry.kind == "left_out" or (entry.kind == "deleted" and self.mapping.is_numbered)
            return "keep" if leaves_no_trace else "write"
        if not self._wins(entry, before):
            return "keep"
        return "touch" if entry.row_hash == before.row_hash else "write"

    def _wins(self, entry: Entry, before: Before) -> bool:
        newer = (entry.version, entry.row_hash) > (before.version, before.row_hash)
        if (before.source, before.mapping) == (self.mapping.source, self.mapping.name):
            if before.loaded_at == self.now or entry.ref in self.seen:  # another version in this same load
                return newer
            if self.mapping.is_numbered and not self.rewrites:
                own_version = bool(self.mapping.version) and entry.version != before.version
                return own_version or entry.row_hash != before.row_hash
            return newer or self.rewrites or _was_young(entry, before)
        mine = self.standings[self.mapping.source, self.mapping.name]
        other = self.standings.get((before.source, before.mapping))
        if other is None:  # that mapping is no more
            return True
        if before.source == self.mapping.source and mine.has_versions and other.has_versions:
            return newer
        return mine.rank < other.rank

    # --- writing ---
    def take(self, arrival: Arrival) -> tuple[Sequence[int], dict[str, Before]]:
        """Decides on everything that arrived and writes all but live rows.

        Returns the positions of live rows to write (see `write`), once derived, and what was stored of each row.
        """
        refused = [refusal.ref for refusal in arrival.refused if refusal.ref]
        others = [ref for ref, _ in (*arrival.deleted, *arrival.left_out)]
        before = self.stored([*arrival.refs, *others, *refused])
        if not before and not others and len(set(arrival.refs)) == len(arrival):  # a first load, above all
            positions: Sequence[int] = range(len(arrival))
        else:
            positions = self._sort_out(newest_of(arrival), before)
        if self.sweeps:
            self.seen.update(arrival.refs, (ref for ref, _ in arrival.deleted), refused)
        return positions, before

    def _sort_out(self, entries: Sequence[Entry], before: Mapping[str, Before]) -> list[int]:
        """Writes what is taken away or only has a newer version; returns the positions of live rows to write."""
        verdicts = [(entry, self.decide(entry, before.get(entry.ref))) for entry in entries]
        written = [entry for entry, verdict in verdicts if verdict == "write"]
        touched = [entry for entry, verdict in verdicts if verdict == "touch"]
        self._touch(touched)
        self.touched.rows += sum(e.kind == "live" and not self._is_held(before[e.ref]) for e in touched)
        self._take_away([entry for entry in written if entry.kind != "live"], before)
        return [entry.position for entry in written if entry.kind == "live"]

    def write(self, columns: Mapping[str, Sequence[Any]], before: Mapping[str, Before]) -> None:
        """Writes live rows: `columns` holds, in stored form, every column but those this module fills."""
        refs = columns["ref"]
        count = len(refs)
        every = {
            **columns,
            "source": [self.mapping.source] * count,
            "mapping": [self.mapping.name] * count,
            "loaded_at": [self.stored_now] * count,
            "deleted_at": [None] * count,
        }
        rows = list(zip(*(every[name] for name in self.columns), strict=True))
        bulk.upsert(self.connection, self.table, rows)
        self._note(refs, before)
        self.touched.rows += count - sum(map(self._is_held, map(before.get, refs)) if before else ())
        for name in self.key_columns:
            self.touched.keys[name].update(columns[name])

    def _touch(self, entries: Sequence[Entry]) -> None:
        fixed = {"source": self.mapping.source, "mapping": self.mapping.name, "loaded_at": self.stored_now}
        values = [{**fixed, "version": entry.version, "key": entry.ref} for entry in entries]
        self.touch_sql.run(self.connection, [tuple(row[name] for name in self.touch_sql.names) for row in values])

    def _take_away(self, entries: Sequence[Entry], before: Mapping[str, Before]) -> None:
        """Leaves of each row its key alone: what was taken away at the source is not kept here."""
        fixed = {
            "source": self.mapping.source,
            "mapping": self.mapping.name,
            "row_hash": DELETED_HASH,
            "loaded_at": self.stored_now,
            "deleted_at": self.stored_now,
        }
        values = [{**fixed, "ref": entry.ref, "version": entry.version} for entry in entries]
        bulk.upsert(self.connection, self.table, [tuple(row.get(name) for name in self.columns) for row in values])
        live = [entry.ref for entry in entries if entry.ref in before and before[entry.ref].row_hash != DELETED_HASH]
        self._note(live, before)
        self.touched.taken_away += len(live)
        self.touched.rows -= sum(self._is_held(before[ref]) for ref in live)

    def _is_held(self, before: Before | None) -> bool:
        """Whether this is a row of this mapping that was not taken away."""
        own = before is not None and (before.source, before.mapping) == (self.mapping.source, self.mapping.name)
        return own and before.row_hash != DELETED_HASH  # type: ignore[union-attr]

    def _note(self, refs: Sequence[str], before: Mapping[str, Before]) -> None:
        self.touched.changed += len(refs)
        if self.keeps_refs:
            self.touched.refs.update(refs)
        if before and self.key_columns:
            for known in filter(None, map(before.get, refs)):
                for name, value in zip(self.key_columns, known.keys, strict=True):
                    self.touched.keys[name].add(value)

    # --- rows that are no longer there ---
    def sweep(self, version: str = "") -> Lost:
        """Takes away this mapping's rows that were not met, of the whole table; by this version, or by their own."""
        unmet, held = self._unmet("")
        self._lose({ref: max(version, old) for ref, old in unmet.items()})
        return Lost(frozenset(unmet), held)

    def sweep_file(self, name: str) -> Lost:
        """Takes away rows that an earlier content of a file gave and this one did not.

        They get the lowest version: what any other file says of them, earlier or later, holds again.
        """
        unmet, held = self._unmet(f"{name}\t")
        self._lose(dict.fromkeys(unmet, ""))
        return Lost(frozenset(unmet), held)

    def lose(self, lost: Mapping[str, str]) -> None:
        """Takes away rows that others of the table contradict, by these versions."""
        self._lose(lost)

    def _unmet(self, prefix: str) -> tuple[dict[str, str], int]:
        """Ref and version of this mapping's rows whose version begins so and that were not met; how many begin so."""
        if not self.sweeps:
            return {}, 0
        c = self.table.c
        query = select(c.ref, c.version).where(self._own(), c.version.startswith(prefix, autoescape=True))
        found = self.connection.execute(query).all()
        # The prefix once more: on SQLite LIKE takes A for a.
        held = [(ref, version) for ref, version in found if version.startswith(prefix)]
        return {ref: version for ref, version in held if ref not in self.seen}, len(held)

    def _lose(self, lost: Mapping[str, str]) -> None:
        entries = [Entry(ref, version, DELETED_HASH, "deleted") for ref, version in lost.items()]
        self._take_away(entries, self.stored(lost) if lost else {})

    def _own(self) -> ColumnElement[bool]:
        c = self.table.c
        return and_(c.source == self.mapping.source, c.mapping == self.mapping.name, c.deleted_at.is_(None))


def _was_young(entry: Entry, before: Before) -> bool:
    """Whether the stored row of the same version was read so soon that its source could change it again unseen."""
    if entry.version != before.version or entry.row_hash == before.row_hash:
        return False
    try:
        at = datetime.fromisoformat(entry.version).replace(tzinfo=UTC)
    except ValueError:
        return False
    is_day = at.minute == at.second == at.microsecond == 0  # or an hour exactly, which does no harm
    return before.loaded_at < at + (timedelta(days=1) if is_day else timedelta()) + _SLACK


def newest_of(arrival: Arrival) -> list[Entry]:
    """Of each ref that arrived, the version that wins among these."""
    live = zip(arrival.refs, arrival.versions, arrival.hashes, range(len(arrival)), strict=True)
    entries = [Entry(ref, version, row_hash, "live", position) for ref, version, row_hash, position in live]
    entries += [Entry(ref, version, DELETED_HASH, "deleted") for ref, version in arrival.deleted]
    entries += [Entry(ref, version, DELETED_HASH, "left_out") for ref, version in arrival.left_out]
    best: dict[str, Entry] = {}
    for entry in entries:
        other = best.get(entry.ref)
        if other is None or (entry.version, entry.row_hash) > (other.version, other.row_hash):
            best[entry.ref] = entry
    return entries if len(best) == len(entries) else list(best.values())
