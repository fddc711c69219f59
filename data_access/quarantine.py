"""Rows that were refused: kept with column and reason until a good version of the row arrives."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, select

from data_access.mapped import DatasetMapping
from data_access.storage import among
from data_access.upsert import Before
from data_access.validate import Refusal

_AT_A_TIME = 1_000
_QUOTED = re.compile(r"'[^']*'")
Kind = tuple[str, str, str, str]  # source, dataset, column, reason without values


class Quarantine:
    """The refused rows of one mapping, within the connection's transaction. A row without a ref is known by its text."""

    def __init__(self, connection: Connection, table: Table, mapping: DatasetMapping, now: datetime) -> None:
        self.connection, self.table, self.mapping, self.now = connection, table, mapping, now
        c = table.c
        self.own = and_(c.source == mapping.source, c.dataset == mapping.dataset, c.mapping == mapping.name)
        query = select(c.ref, c.version).where(self.own, c.ref.is_not(None))
        self.known: dict[str, str] = {row.ref: row.version for row in connection.execute(query)}
        self.met: set[str] = set()  # refs and texts refused in this load

    def add(self, refusals: Sequence[Refusal], before: Mapping[str, Before]) -> list[Refusal]:
        """Keeps refused rows, not those of which a newer good version is stored. Returns those not kept already."""
        wanted: dict[str, Refusal] = {}
        for refusal in refusals:
            key = _key(refusal)
            self.met.add(key)
            if not self._is_past(refusal, before) and (key not in wanted or refusal.version >= wanted[key].version):
                wanted[key] = refusal
        kept = self._kept(wanted)
        new = [refusal for key, refusal in wanted.items() if _said(refusal) != kept.get(key, ("", "", ""))[:2]]
        moved = [refusal for key, refusal in wanted.items() if (*_said(refusal), refusal.place) != kept.get(key)]
        self._remove([refusal for refusal in moved if _key(refusal) in kept])
        self._insert(moved)
        self.known.update((refusal.ref, refusal.version) for refusal in moved if refusal.ref is not None)
        return new

    def _is_past(self, refusal: Refusal, before: Mapping[str, Before]) -> bool:
        """Whether a newer version of the row is known, good or bad."""
        if refusal.ref is None or not refusal.version:
            return False
        known, stored = self.known.get(refusal.ref, ""), before.get(refusal.ref)
        own = stored is not None and (stored.source, stored.mapping) == (self.mapping.source, self.mapping.name)
        return refusal.version < known or (stored is not None and own and refusal.version < stored.version)

    def _kept(self, wanted: Mapping[str, Refusal]) -> dict[str, tuple[str, str, str]]:
        """What is kept of these rows: row, reason and place, by ref or text."""
        if not wanted:
            return {}
        c = self.table.c
        query = select(c.ref, c.row, c.reason, c.place).where(self.own)
        named = [refusal.ref for refusal in wanted.values() if refusal.ref in self.known]
        nameless = [refusal.row for refusal in wanted.values() if refusal.ref is None]
        found = [
            *self.connection.execute(query.where(self._among(c.ref, named))),
            *self.connection.execute(query.where(c.ref.is_(None), self._among(c.row, nameless))),
        ]
        return {ref or row: (row, reason, place) for ref, row, reason, place in found}

    def settle(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Good versions (ref, version) arrived: what was refused before them is no longer of interest."""
        if self.known:
            good = [ref for ref, version in pairs if ref in self.known and version >= self.known[ref]]
            if good:
                self.connection.execute(delete(self.table).where(self.own, self._among(self.table.c.ref, good)))
            for ref in good:
                self.known.pop(ref, None)

    def sweep(self, file: str = "") -> None:
        """Forgets rows that were not refused this time: of everything, or of one file that was read again."""
        c = self.table.c
        prefix = f"{file}, " if file else ""
        found = self.connection.execute(select(c.id, c.ref, c.row, c.place).where(self.own)).all()
        gone = [each for each in found if each.place.startswith(prefix) and (each.ref or each.row) not in self.met]
        if gone:
            is_gone = self._among(c.id, [each.id for each in gone])
            self.connection.execute(delete(self.table).where(is_gone))
        for each in gone:
            self.known.pop(each.ref, None)

    def count(self) -> int:
        """How many rows of this mapping are refused at present."""
        return int(self.connection.execute(select(func.count()).select_from(self.table).where(self.own)).scalar_one())

    def _among(self, column: Any, keys: Collection[Any]) -> Any:
        return among(column, keys, self.connection.dialect)

    def _remove(self, refusals: Sequence[Refusal]) -> None:
        named = [refusal.ref for refusal in refusals if refusal.ref is not None]
        nameless = [refusal.row for refusal in refusals if refusal.ref is None]
        c = self.table.c
        if named:
            self.connection.execute(delete(self.table).where(self.own, self._among(c.ref, named)))
        if nameless:
            is_there = self._among(c.row, nameless)
            self.connection.execute(delete(self.table).where(self.own, c.ref.is_(None), is_there))

    def _insert(self, refusals: Sequence[Refusal]) -> None:
        fixed = {
            "source": self.mapping.source,
            "dataset": self.mapping.dataset,
            "mapping": self.mapping.name,
            "refused_at": self.now,
        }
        for start in range(0, len(refusals), _AT_A_TIME):
            rows = [
                {
                    **fixed,
                    "ref": refusal.ref,
                    "version": refusal.version,
                    "place": refusal.place,
                    "column": refusal.column,
                    "reason": refusal.reason,
                    "row": refusal.row,
                }
                for refusal in refusals[start : start + _AT_A_TIME]
            ]
            self.connection.execute(insert(self.table), rows)


def reasons_of(connection: Connection, table: Table) -> dict[Kind, dict[str, int]]:
    """Every kind of refusal with its reasons word by word, and how many rows each of them refused."""
    c = table.c
    by = (c.source, c.dataset, c.column, c.reason)
    found: dict[Kind, dict[str, int]] = {}
    for row in connection.execute(select(*by, func.count().label("n")).group_by(*by).order_by(*by)):
        found.setdefault((row.source, row.dataset, row.column, without_values(row.reason)), {})[row.reason] = row.n
    return found


def without_values(reason: str) -> str:
    """A reason without what the row held: "'OC77' is not in the value map" becomes "'…' is not in the value map"."""
    return _QUOTED.sub("'…'", reason)


def _key(refusal: Refusal) -> str:
    return refusal.ref or refusal.row


def _said(refusal: Refusal) -> tuple[str, str]:
    return refusal.row, refusal.reason
