"""Records that became one at their source.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import MetaData

from data_access.merging_tables import merging_tables
from data_access.schema import NAMING

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    metadata = MetaData(naming_convention=NAMING)
    merging_tables(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    op.drop_table("merged_record")
