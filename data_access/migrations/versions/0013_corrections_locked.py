"""Row-level security for supervisors' corrections, on PostgreSQL; nothing on SQLite.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from alembic import op

from cspdash.domain.datasets import load_datasets
from data_access.row_security import lock, unlock

revision = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    lock(op.get_bind(), load_datasets().values())


def downgrade() -> None:
    unlock(op.get_bind(), load_datasets().values(), "team_correction")
