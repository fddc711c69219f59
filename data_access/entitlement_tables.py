"""Tables of what people may see beyond their posting: roles granted, cover, and looking as somebody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, Text

from data_access.column_types import Day, Instant


def entitlement_tables(metadata: MetaData) -> None:
    grant = Table(
        "role_grant",
        metadata,
        Column("grant_id", Text, primary_key=True),
        Column("user_id", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("unit_id", Text, nullable=False, default=""),
        Column("starts_on", Day, nullable=False),
        Column("ends_on", Day),  # the last day; none: until ended
        *_decided(),
    )
    cover = Table(
        "cover",
        metadata,
        Column("cover_id", Text, primary_key=True),
        Column("officer_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("starts_on", Day, nullable=False),
        Column("ends_on", Day, nullable=False),
        *_decided(),
    )
    for table, column in ((grant, grant.c.user_id), (cover, cover.c.officer_id)):
        is_open = table.c.ended_at.is_(None)
        Index(f"ix_{table.name}_open", column, sqlite_where=is_open, postgresql_where=is_open)
    Table(
        "view_as",  # an administrator looks at pages as somebody else; the latest row of an administrator counts
        metadata,
        Column("view_id", Text, primary_key=True),
        Column("user_id", Text, nullable=False, index=True),
        Column("as_user_id", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("ends_at", Instant, nullable=False),
        Column("ended_at", Instant),
    )


def _decided() -> tuple[Column[Any], ...]:
    """Who asked, who approved, who ended it. Counts once approved and until ended, on the days it is for."""
    return (
        Column("reason", Text, nullable=False),
        Column("asked_by", Text, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("approved_by", Text, nullable=False, default=""),
        Column("approved_at", Instant),
        Column("ended_by", Text, nullable=False, default=""),  # refused, where it was never approved
        Column("ended_at", Instant),
    )
