"""Grants, cover and looking as somebody else, as rows. Who may write them is data_access.administration's to say.

Whatever changes what somebody may see bumps the version of "access" in the same transaction: readers keep what they found
under that version, so a change counts from the next request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Row, Table, insert, select, update

from cspdash.domain.entitlement import Cover, Entitlements, RoleGrant
from data_access.state import State

ACCESS = "access"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of role_grant or cover. `whose` is a user (grant) or an employee number (cover); `role` "" for cover."""

    entry_id: str
    whose: str
    role: str
    unit_id: str
    starts_on: date
    ends_on: date | None
    reason: str
    asked_by: str
    approved_by: str
    ended_by: str
    is_approved: bool
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """Where one kind of entry is kept."""

    table: str
    key: str
    whose: str


GRANT, COVER = Kind("role_grant", "grant_id", "user_id"), Kind("cover", "cover_id", "officer_id")
KINDS = {"grant": GRANT, "cover": COVER}


def granted(connection: Connection, metadata: MetaData, user_id: str, officer_id: str) -> Entitlements:
    """All that is approved and not ended for one person."""
    grants = [
        row for row in entries(connection, metadata, GRANT, whose=user_id) if row.is_approved and not row.is_ended
    ]
    covers = [
        row
        for row in (entries(connection, metadata, COVER, whose=officer_id) if officer_id else ())
        if row.is_approved and not row.is_ended
    ]
    return Entitlements(
        tuple(RoleGrant(row.role, row.unit_id, row.starts_on, row.ends_on) for row in grants),
        tuple(Cover(row.unit_id, row.starts_on, row.ends_on) for row in covers if row.ends_on is not None),
    )


def entries(connection: Connection, metadata: MetaData, kind: Kind, *, whose: str = "") -> Sequence[Kept]:
    """Entries of one person or of all, the latest asked for first."""
    table = metadata.tables[kind.table]
    query = select(table).order_by(table.c.asked_at.desc(), table.c[kind.key]).limit(_MOST)
    if whose:
        query = query.where(table.c[kind.whose] == whose)
    return [_kept(kind, row) for row in connection.execute(query)]


def entry(connection: Connection, metadata: MetaData, kind: Kind, entry_id: str) -> Kept | None:
    table = metadata.tables[kind.table]
    row = connection.execute(select(table).where(table.c[kind.key] == entry_id)).one_or_none()
    return _kept(kind, row) if row is not None else None


def add(connection: Connection, metadata: MetaData, kind: Kind, values: Mapping[str, Any], now: datetime) -> None:
    connection.execute(insert(metadata.tables[kind.table]).values(dict(values)))
    State(metadata).bump(connection, ACCESS, now)


def approve(connection: Connection, metadata: MetaData, kind: Kind, entry_id: str, by: str, now: datetime) -> bool:
    """Whether it still waited to be approved."""
    table = metadata.tables[kind.table]
    waits = (table.c[kind.key] == entry_id, table.c.approved_at.is_(None), table.c.ended_at.is_(None))
    return _change(connection, metadata, table, waits, {"approved_by": by, "approved_at": now}, now)


def end(connection: Connection, metadata: MetaData, kind: Kind, entry_id: str, by: str, now: datetime) -> bool:
    """Ends or refuses; whether there was anything to end."""
    table = metadata.tables[kind.table]
    is_open = (table.c[kind.key] == entry_id, table.c.ended_at.is_(None))
    return _change(connection, metadata, table, is_open, {"ended_by": by, "ended_at": now}, now)


def _change(
    connection: Connection,
    metadata: MetaData,
    table: Table,
    which: Sequence[Any],
    values: dict[str, Any],
    now: datetime,
) -> bool:
    if connection.execute(update(table).where(*which).values(values)).rowcount != 1:
        return False
    State(metadata).bump(connection, ACCESS, now)
    return True


def _kept(kind: Kind, row: Row[Any]) -> Kept:
    values = row._mapping  # noqa: SLF001  SQLAlchemy's public name for it
    return Kept(
        values[kind.key],
        values[kind.whose],
        values.get("role", ""),
        values["unit_id"],
        values["starts_on"],
        values["ends_on"],
        values["reason"],
        values["asked_by"],
        values["approved_by"],
        values["ended_by"],
        values["approved_at"] is not None,
        values["ended_at"] is not None,
    )


# --- looking as somebody else ----------------------------------------------------------------------------------------


def start_looking(connection: Connection, metadata: MetaData, values: Mapping[str, Any]) -> None:
    connection.execute(insert(metadata.tables["view_as"]).values(dict(values)))


def looking(connection: Connection, metadata: MetaData, user_id: str, now: datetime) -> tuple[str, datetime] | None:
    """(as whom, until when) an administrator looks now."""
    table = metadata.tables["view_as"]
    query = select(table.c.as_user_id, table.c.ends_at).where(
        table.c.user_id == user_id, table.c.ended_at.is_(None), table.c.ends_at > now
    )
    row = connection.execute(query.order_by(table.c.started_at.desc()).limit(1)).one_or_none()
    return (row.as_user_id, row.ends_at) if row is not None else None


def stop_looking(connection: Connection, metadata: MetaData, user_id: str, now: datetime) -> None:
    table = metadata.tables["view_as"]
    is_open = (table.c.user_id == user_id, table.c.ended_at.is_(None))
    connection.execute(update(table).where(*is_open).values(ended_at=now))


def past_looks(connection: Connection, metadata: MetaData, most: int = 50) -> list[Row[Any]]:
    """Who looked as whom, the latest first."""
    table = metadata.tables["view_as"]
    return list(connection.execute(select(table).order_by(table.c.started_at.desc()).limit(most)))
