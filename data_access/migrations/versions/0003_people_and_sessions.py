"""Who may sign in, and who is signed in.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.column_types import Instant

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def instant(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=null)


def upgrade() -> None:
    op.create_table(
        "person",
        text("person_id"),
        text("issuer"),
        text("subject"),
        text("name"),
        text("title"),
        text("roles"),
        text("officer_id"),
        text("unit_id"),
        instant("added_at", null=False),
        instant("signed_in_at"),
        instant("disabled_at"),
        text("disabled_by"),
        text("disabled_why"),
        sa.PrimaryKeyConstraint("person_id", name="pk_person"),
        sa.UniqueConstraint("issuer", "subject", name="uq_person_issuer_subject"),
    )
    op.create_table(
        "session",
        text("sid_hash"),
        text("user_id"),
        text("name"),
        text("role"),
        text("method"),
        text("idp_sid"),
        text("id_token"),
        instant("created_at", null=False),
        instant("seen_at", null=False),
        instant("ended_at"),
        text("ended_why"),
        text("ended_by"),
        sa.PrimaryKeyConstraint("sid_hash", name="pk_session"),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index("ix_session_open", "session", ["user_id"], sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    op.drop_table("session")
    op.drop_table("person")
