"""Roles granted, cover, and looking as somebody else.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.column_types import Day, Instant

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def instant(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=null)


def decided() -> list[sa.Column[Any]]:
    return [
        text("reason"),
        text("asked_by"),
        instant("asked_at", null=False),
        text("approved_by"),
        instant("approved_at"),
        text("ended_by"),
        instant("ended_at"),
    ]


def upgrade() -> None:
    op.create_table(
        "role_grant",
        text("grant_id"),
        text("user_id"),
        text("role"),
        text("unit_id"),
        sa.Column("starts_on", Day(), nullable=False),
        sa.Column("ends_on", Day()),
        *decided(),
        sa.PrimaryKeyConstraint("grant_id", name="pk_role_grant"),
    )
    op.create_table(
        "cover",
        text("cover_id"),
        text("officer_id"),
        text("unit_id"),
        sa.Column("starts_on", Day(), nullable=False),
        sa.Column("ends_on", Day(), nullable=False),
        *decided(),
        sa.PrimaryKeyConstraint("cover_id", name="pk_cover"),
    )
    op.create_table(
        "view_as",
        text("view_id"),
        text("user_id"),
        text("as_user_id"),
        text("reason"),
        instant("started_at", null=False),
        instant("ends_at", null=False),
        instant("ended_at"),
        sa.PrimaryKeyConstraint("view_id", name="pk_view_as"),
    )
    is_open = sa.text("ended_at IS NULL")
    for table, column in (("role_grant", "user_id"), ("cover", "officer_id")):
        op.create_index(f"ix_{table}_open", table, [column], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_view_as_user_id", "view_as", ["user_id"])


def downgrade() -> None:
    for table in ("view_as", "cover", "role_grant"):
        op.drop_table(table)
