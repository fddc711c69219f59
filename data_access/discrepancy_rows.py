"""Discrepancies between sources of postings, as records like any other: with bars, drill and export."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, MetaData, delete, insert, select

from cspdash.domain.discrepancies import Discrepancy
from cspdash.domain.org import FOR_EVER
from data_access.state import State
from data_access.storage import among

DISCREPANCIES = "posting_discrepancy"
MADE_FROM = ("officer", "posting", "unit")  # whose sources' age is the age of these rows
_SOURCE = "organisation"


def replace_discrepancies(
    connection: Connection, metadata: MetaData, found: Sequence[Discrepancy], names: Mapping[str, str], now: datetime
) -> None:
    """Writes only what is different, and bumps the dataset's version where anything is. `names` are those of units."""
    table = metadata.tables.get(DISCREPANCIES)
    if table is None:  # a deployment of other datasets
        return
    state = State(metadata)
    wanted = {row["ref"]: row for row in (_row(each, names, now) for each in found)}
    there = dict(connection.execute(select(table.c.ref, table.c.row_hash)).all())
    gone = [ref for ref in there if ref not in wanted or wanted[ref]["row_hash"] != there[ref]]
    new = [row for ref, row in wanted.items() if there.get(ref) != row["row_hash"]]
    if gone:
        connection.execute(delete(table).where(among(table.c.ref, gone, connection.dialect)))
    for start in range(0, len(new), 1_000):
        connection.execute(insert(table), new[start : start + 1_000])
    if gone or new or DISCREPANCIES not in state.data_versions(connection):
        state.bump(connection, DISCREPANCIES, now)


def _row(each: Discrepancy, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    ends = None if each.ends_before >= FOR_EVER else each.ends_before
    values = {
        "officer_id": each.officer_id,
        "unit_id": each.unit_id,
        "kind": each.kind,
        "words": _words(each, names),
        "starts_on": each.starts_on,
        "ends_before": ends,
    }
    return {
        "ref": f"{each.officer_id}/{each.source or 'nobody'}/{each.starts_on:%Y-%m-%d}",
        **values,
        "source": _SOURCE,
        "mapping": "",
        "version": "",
        "row_hash": hashlib.sha256(repr(sorted(values.items(), key=lambda item: item[0])).encode()).hexdigest()[:32],
        "loaded_at": now,
    }


def _words(each: Discrepancy, names: Mapping[str, str]) -> str:
    def name(unit: str | None) -> str:
        return names.get(unit or "", unit or "no unit")

    if each.kind == "unposted":
        return "No source places this officer in a unit."
    counts = f"{each.counts} says {name(each.unit_id)}, which counts"
    return f"{counts}; {each.source} {f'says {name(each.says_unit)}' if each.says_unit else 'knows nothing of it'}."
