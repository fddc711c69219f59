"""Suspects and offences one by one, who held what when, further arrests; overtime by force day; more derived columns.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.column_types import Day, Instant

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

ADDED: dict[str, dict[str, type[Any]]] = {
    "disposal": {
        "offender_first_ref": sa.Text,
        "sub_type": sa.Text,
        "conditions_met_on": Day,
        "outcome_words": sa.Text,
    },
    "incident": {"en_route_at": Instant, "clock_stopped_at": Instant, "left_out_as": sa.Text},
    "investigation": {
        "charged_suspect_count": sa.BigInteger,
        "reclassified_at": Instant,
        "former_offence_code": sa.Text,
        "former_offence_title": sa.Text,
        "former_offence_class": sa.Text,
        "stl_started_at": Instant,
        "stl_new_at": Instant,
        "stl_officer_id": sa.Text,
        "stl_counted_on": Day,
    },
    "overtime_budget": {"covers": sa.Text, "line_ref": sa.Text, "month_key": sa.Text, "is_in_use": sa.Boolean},
    "overtime_claim": {
        "rank": sa.Text,
        "next_day_type": sa.Text,
        "claim_ref": sa.Text,
        "claim_from_at": Instant,
        "claim_to_at": Instant,
        "week_key": sa.Text,
        "counted_type": sa.Text,
        "standing": sa.Text,
        "lost_minutes": sa.BigInteger,
        "paid_pence": sa.BigInteger,
    },
    "stop_search_form": {"signed_off_at": Instant, "is_no_suspicion": sa.Boolean},
    "suspect_release": {
        "is_street_bail": sa.Boolean,
        "last_inspector_review_at": Instant,
        "rui_inspector_due_on": Day,
        "is_legacy": sa.Boolean,
    },
    "victim": {"opted_out_by": sa.Text, "is_contact_linked": sa.Boolean},
}
INDEXED = (("overtime_budget", "month_key"), ("overtime_claim", "week_key"))
NEW = ("investigation_holder", "suspect_arrest", "suspect_offence")


def record_table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text()),
        sa.Column("unit_id", sa.Text()),
        sa.Column("changed_at", Instant()),
        *columns,
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("row_hash", sa.Text(), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant()),
        sa.PrimaryKeyConstraint("ref", name=f"pk_{name}"),
    )


def index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def open_index(table: str, closes: str) -> None:
    still_open = sa.column(closes).is_(None)
    op.create_index(f"ix_{table}_open", table, ["officer_id"], sqlite_where=still_open, postgresql_where=still_open)


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind()))
    for table, column in INDEXED:
        index(table, column)
    forms_close("reviewed_at", "signed_off_at")
    new_tables()


def forms_close(before: str, after: str) -> None:
    """A form waits until somebody other than the searching officer signs it off."""
    op.drop_index("ix_stop_search_form_open", "stop_search_form")
    op.drop_index(f"ix_stop_search_form_{before}", "stop_search_form")
    open_index("stop_search_form", after)
    index("stop_search_form", after)


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text())


def instant(name: str) -> sa.Column[Any]:
    return sa.Column(name, Instant())


def day(name: str) -> sa.Column[Any]:
    return sa.Column(name, Day())


def new_tables() -> None:
    record_table("investigation_holder", text("investigation_ref"), instant("from_at"), instant("to_at"))
    index("investigation_holder", "from_at", "investigation_ref", "officer_id", "to_at", "unit_id")
    open_index("investigation_holder", "to_at")
    record_table("suspect_arrest", text("release_ref"), instant("arrested_at"), text("offence_title"))
    index("suspect_arrest", "arrested_at", "officer_id", "release_ref", "unit_id")
    record_table(
        "suspect_offence",
        *(text(name) for name in ("investigation_ref", "suspect_ref", "offence_code", "offence_title")),
        text("offence_class"),
        sa.Column("is_domestic_abuse", sa.Boolean()),
        *(day(name) for name in ("offence_from_on", "offence_to_on", "first_statement_on", "evidence_known_on")),
        *(instant(name) for name in ("charged_at", "written_charge_at", "ended_at")),
        text("stl_rule"),
        *(day(name) for name in ("stl_start_on", "stl_due_on", "stl_expires_on", "stl_met_on")),
        text("stl_basis_missing"),
        instant("stl_started_at"),
        text("stl_reason"),
    )
    index("suspect_offence", "ended_at", "investigation_ref", "officer_id", "unit_id")
    open_index("suspect_offence", "ended_at")


def downgrade() -> None:
    for name in NEW:
        op.drop_table(name)
    forms_close("signed_off_at", "reviewed_at")
    for table, column in INDEXED:
        op.drop_index(f"ix_{table}_{column}", table)
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
