"""A supervisor's word on who is in the team, where sources disagree, and how officers are posted and on duty.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import MetaData

from cspdash.domain.datasets import load_datasets
from data_access.column_types import Day, Instant
from data_access.correction_tables import correction_tables
from data_access.row_security import lock
from data_access.schema import NAMING

revision = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

ADDED = (
    ("officer", "duty_state", sa.Text),
    ("officer", "duty_since_on", Day),
    ("posting", "kind", sa.Text),
    ("posting_resolved", "kind", sa.Text),
)


def upgrade() -> None:
    metadata = MetaData(naming_convention=NAMING)
    correction_tables(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)
    op.create_table(
        "posting_discrepancy",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text()),
        sa.Column("unit_id", sa.Text()),
        sa.Column("changed_at", Instant()),
        sa.Column("kind", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.Column("starts_on", Day()),
        sa.Column("ends_before", Day()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("row_hash", sa.Text(), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant()),
        sa.PrimaryKeyConstraint("ref", name="pk_posting_discrepancy"),
    )
    for column in ("officer_id", "unit_id", "starts_on", "ends_before"):
        op.create_index(f"ix_posting_discrepancy_{column}", "posting_discrepancy", [column])
    still_open = sa.text("ends_before IS NULL")
    op.create_index(
        "ix_posting_discrepancy_open",
        "posting_discrepancy",
        ["officer_id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    for table, column, kind in ADDED:
        op.add_column(table, sa.Column(column, kind()))
    lock(op.get_bind(), load_datasets().values())


def downgrade() -> None:
    for table, column, _ in ADDED:
        op.drop_column(table, column)
    op.drop_table("posting_discrepancy")
    op.drop_table("team_correction")
