"""Past figures that are watched, and what became of them.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import MetaData

from data_access.restatement_tables import restatement_tables
from data_access.schema import NAMING

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    metadata = MetaData(naming_convention=NAMING)
    restatement_tables(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    for name in ("restatement", "watched_metric", "watched_figure"):
        op.drop_table(name)
