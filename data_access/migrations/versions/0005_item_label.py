"""What a criminal record item is called, in the force's own words.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("acro_item", sa.Column("item_label", sa.Text()))


def downgrade() -> None:
    op.drop_column("acro_item", "item_label")
