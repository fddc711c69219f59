"""Records that became one at their source: which was merged into which, as long as that is so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, MetaData, delete, select

from data_access.state import upsert
from data_access.storage import among
from data_access.validate import Arrival


class Merges:
    """Notes merges of one dataset within the connection's transaction. The rows themselves are taken away by the upsert."""

    def __init__(self, connection: Connection, metadata: MetaData, dataset: str, source: str, now: datetime) -> None:
        self.connection, self.dataset, self.source, self.now = connection, dataset, source, now
        self.table, self.rows = metadata.tables["merged_record"], metadata.tables[dataset]
        known = select(self.table.c.ref).where(self.table.c.dataset == dataset)
        self.known = set(connection.execute(known).scalars())
        self.noted = 0  # merges that were not known before

    def note(self, arrival: Arrival) -> None:
        """After the arrival was written: what stands now counts, whatever order versions came in."""
        touched = sorted({*(ref for ref, _ in arrival.merged), *self.known.intersection(arrival.refs)})
        if not touched:
            return
        c = self.rows.c
        query = select(c.ref, c.version, c.deleted_at).where(self._among(c.ref, touched))
        found = {row.ref: row for row in self.connection.execute(query)}
        if back := sorted(ref for ref in self.known.intersection(found) if found[ref].deleted_at is None):
            of_it = (self.table.c.dataset == self.dataset, self._among(self.table.c.ref, back))
            self.connection.execute(delete(self.table).where(*of_it))
            self.known.difference_update(back)
        for (ref, version), into in arrival.merged.items():
            row = found.get(ref)
            if row is None or (row.deleted_at is not None and row.version == version):
                values = {"into_ref": into, "source": self.source, "noted_at": self.now}
                upsert(self.connection, self.table, {"dataset": self.dataset, "ref": ref, **values})
                self.noted += ref not in self.known
                self.known.add(ref)

    def _among(self, column: Any, refs: Sequence[str]) -> Any:
        return among(column, refs, self.connection.dialect)


def merged_into(connection: Connection, metadata: MetaData, dataset: str, ref: str) -> str:
    """The record this one was merged into; "" where it was not."""
    table = metadata.tables["merged_record"]
    query = select(table.c.into_ref).where(table.c.dataset == dataset, table.c.ref == ref)
    return str(connection.execute(query).scalar_one_or_none() or "")


def merged_from(connection: Connection, metadata: MetaData, dataset: str, ref: str) -> list[str]:
    """The records that were merged into this one."""
    table = metadata.tables["merged_record"]
    query = select(table.c.ref).where(table.c.dataset == dataset, table.c.into_ref == ref)
    return sorted(connection.execute(query).scalars())
