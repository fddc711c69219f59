"""Reads the organisation (units, officers, resolved postings) and the data versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, MetaData, Select, func, select

from cspdash.domain.org import FOR_EVER, Resolved, Tree, UnitRow
from cspdash.domain.organisation import Officer, Organisation

ORGANISATION = "organisation"


def versions(connection: Connection, metadata: MetaData) -> dict[str, str]:
    """Data version of every dataset ever loaded, and of the organisation.

    With the instant it was given: a database begun anew counts from 1 again, and must not meet figures cached of the old.
    """
    rows = connection.execute(_versions(metadata))
    return {dataset: f"{version}@{bumped_at.timestamp()}" for dataset, version, bumped_at in rows}


@lru_cache(maxsize=8)
def _versions(metadata: MetaData) -> Select[Any]:
    """Built once: it is asked at every drill."""
    table = metadata.tables["data_version"]
    return select(table.c.dataset, table.c.version, table.c.bumped_at)


def read_organisation(connection: Connection, metadata: MetaData, version: str, force_name: str) -> Organisation:
    """One version of the force, whole."""
    unit, officer, posting = (metadata.tables[name] for name in ("unit", "officer", "posting_resolved"))
    units = [
        UnitRow(row.ref, row.name, row.level, row.parent_ref, row.unit_type, row.sort_order)
        for row in connection.execute(
            select(unit.c.ref, unit.c.name, unit.c.level, unit.c.parent_ref, unit.c.unit_type, unit.c.sort_order).where(
                unit.c.deleted_at.is_(None)
            )
        )
    ]
    officers = [
        Officer(
            row.ref,
            row.name,
            row.rank or "",
            row.collar_number or "",
            row.joined_on,
            row.left_on,
            bool(row.is_probationer),
            row.duty_state or "",
            row.duty_since_on,
        )
        for row in connection.execute(
            select(
                officer.c.ref,
                officer.c.name,
                officer.c.rank,
                officer.c.collar_number,
                officer.c.joined_on,
                officer.c.left_on,
                officer.c.is_probationer,
                officer.c.duty_state,
                officer.c.duty_since_on,
            ).where(officer.c.deleted_at.is_(None))
        )
    ]
    postings = [
        Resolved(
            row.officer_id,
            row.unit_id,
            row.role,
            row.fte,
            row.acting_rank,
            row.starts_on,
            row.ends_before,
            row.source,
            row.posting_ref,
            row.kind,
        )
        for row in connection.execute(select(posting))
    ]
    return Organisation(
        Tree.grow(units, force_name)[0], officers, postings, version, _attached(connection, metadata, postings)
    )


def _attached(connection: Connection, metadata: MetaData, counting: Sequence[Resolved]) -> list[Resolved]:
    """Postings that say themselves they are not the officer's first one, beside the one that counts."""
    posting = metadata.tables["posting"]
    beside = select(posting).where(posting.c.is_primary.is_(False), posting.c.deleted_at.is_(None))
    refs = {each.posting_ref for each in counting}
    found = []
    for row in connection.execute(beside):
        last = row.ends_on
        if row.ref in refs or not row.officer_id or not row.unit_id or (last and last < row.starts_on):
            continue
        ends = FOR_EVER if last is None or last >= FOR_EVER else last + timedelta(days=1)
        found.append(
            Resolved(
                row.officer_id,
                row.unit_id,
                row.role,
                0.0,
                row.acting_rank,
                row.starts_on,
                ends,
                row.source,
                row.ref,
                row.kind,
            )
        )
    return found


def issue_counts(connection: Connection, metadata: MetaData) -> dict[str, int]:
    """How many oddities of each kind units and postings hold."""
    table = metadata.tables["org_issue"]
    return {
        row.kind: row.n
        for row in connection.execute(select(table.c.kind, func.count().label("n")).group_by(table.c.kind))
    }
