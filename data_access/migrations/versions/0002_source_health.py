"""How asking each source goes.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from data_access.column_types import Instant

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "source_health",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("tried_at", Instant()),
        sa.Column("succeeded_at", Instant()),
        sa.Column("next_at", Instant()),
        sa.Column("every_seconds", sa.Float(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("breaker", sa.Text(), nullable=False),
        sa.Column("lag_seconds", sa.Float()),
        sa.Column("read_seconds", sa.Float()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant()),
        sa.PrimaryKeyConstraint("source", name="pk_source_health"),
    )


def downgrade() -> None:
    op.drop_table("source_health")
