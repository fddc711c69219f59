"""Why somebody looks outside their own team, kept with the session it was said in.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("session", sa.Column("looks", sa.Text()))


def downgrade() -> None:
    op.drop_column("session", "looks")
