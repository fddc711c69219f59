"""The table of supervisors' corrections to who is in a team."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text

from data_access.column_types import Day, Instant


def correction_tables(metadata: MetaData) -> None:
    table = Table(
        "team_correction",  # cspdash.domain.corrections.Correction
        metadata,
        Column("correction_id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("officer_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("starts_on", Day, nullable=False),
        Column("ends_on", Day),
        Column("reason", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposed_by_name", Text, nullable=False),
        Column("proposed_at", Instant, nullable=False),
        Column("decided_by", Text, nullable=False, default=""),
        Column("decided_at", Instant),
        Column("is_applied", Boolean, nullable=False, default=False),
        Column("ended_by", Text, nullable=False, default=""),
        Column("ended_at", Instant),
        Column("agreed_from", Day),
    )
    Index(None, table.c.officer_id)
