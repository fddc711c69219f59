"""Record tables of the packaged datasets and the program's own tables.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.column_types import Day, Instant

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "acro_item",
    "disposal",
    "duty_hours",
    "incident",
    "intel_report",
    "investigation",
    "officer",
    "overtime_budget",
    "overtime_claim",
    "posting",
    "stop_search_form",
    "suspect_release",
    "unit",
    "victim",
    "victim_event",
    "data_version",
    "load",
    "org_issue",
    "plan",
    "plan_revision",
    "posting_resolved",
    "quarantine",
    "source_file",
    "source_state",
)


def text(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def whole(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def number_of(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null)


def number(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Float(), nullable=null)


def boolean(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=null)


def day(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Day(), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=null)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def record_table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        text("ref", null=False),
        text("officer_id"),
        text("unit_id"),
        instant("changed_at"),
        *columns,
        text("source", null=False),
        text("mapping", null=False),
        text("version", null=False),
        text("row_hash", null=False),
        instant("loaded_at", null=False),
        instant("deleted_at"),
        key(name, "ref"),
    )


def indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def open_index(table: str, closes: str) -> None:
    """Open rows by officer."""
    still_open = sa.column(closes).is_(None)
    op.create_index(f"ix_{table}_open", table, ["officer_id"], sqlite_where=still_open, postgresql_where=still_open)


def upgrade() -> None:
    record_tables()
    program_tables()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def record_tables() -> None:
    record_table(
        "acro_item",
        text("item_type"),
        text("investigation_ref"),
        instant("opened_at"),
        day("source_due_on"),
        instant("closed_at"),
        boolean("is_no_further_action"),
        instant("due_at"),
        day("due_on"),
        boolean("is_in_scope"),
        text("acro_reason"),
    )
    indexes("acro_item", "closed_at", "officer_id", "opened_at", "unit_id")
    open_index("acro_item", "closed_at")
    record_table(
        "disposal",
        text("investigation_ref"),
        text("outcome_code"),
        text("outcome_title"),
        instant("given_at"),
        instant("recorded_at"),
        text("authoriser_id"),
        boolean("is_youth"),
        boolean("is_victim_consulted"),
        instant("reversed_at"),
        day("sampled_on"),
        text("sample_verdict"),
        text("main_code"),
        text("outcome_group"),
        boolean("is_positive"),
    )
    indexes("disposal", "given_at", "investigation_ref", "officer_id", "unit_id")
    record_table(
        "duty_hours",
        day("month_on"),
        number("hours"),
        number("abstracted_hours"),
    )
    indexes("duty_hours", "month_on", "officer_id", "unit_id")
    record_table(
        "incident",
        text("grade"),
        text("first_grade"),
        instant("created_at"),
        instant("answered_at"),
        instant("graded_at"),
        instant("dispatched_at"),
        instant("attended_at"),
        instant("closed_at"),
        text("exclusion"),
        text("callsign"),
        text("opening_code"),
        text("timed_grade"),
        whole("target_seconds"),
        instant("clock_started_at"),
        instant("target_at"),
        whole("elapsed_seconds"),
        number("elapsed_minutes"),
        boolean("is_in_time"),
        instant("over_at"),
        text("response_status"),
        text("response_reason"),
    )
    indexes("incident", "graded_at", "officer_id", "over_at", "unit_id")
    open_index("incident", "over_at")
    record_table(
        "intel_report",
        instant("submitted_at"),
        instant("assessed_at"),
        text("status"),
        text("grading"),
        text("handling"),
        boolean("is_automatic"),
        boolean("is_countable"),
    )
    indexes("intel_report", "assessed_at", "officer_id", "submitted_at", "unit_id")
    open_index("intel_report", "assessed_at")
    record_table(
        "investigation",
        text("offence_code"),
        text("offence_title"),
        text("offence_class"),
        boolean("is_domestic_abuse"),
        boolean("is_victim_based"),
        day("offence_from_on"),
        day("offence_to_on"),
        instant("recorded_at"),
        instant("allocated_at"),
        instant("plan_at"),
        instant("last_review_at"),
        day("next_review_on"),
        text("outcome_code"),
        instant("closed_at"),
        day("first_statement_on"),
        day("evidence_known_on"),
        instant("charged_at"),
        instant("written_charge_at"),
        whole("stolen_value_pence"),
        whole("suspect_count"),
        instant("cancelled_at"),
        instant("finalised_at"),
        text("final_outcome"),
        day("review_due_on"),
        text("stl_rule"),
        day("stl_start_on"),
        day("stl_due_on"),
        day("stl_expires_on"),
        day("stl_met_on"),
        text("stl_basis_missing"),
        text("stl_reason"),
    )
    indexes("investigation", "finalised_at", "officer_id", "recorded_at", "unit_id")
    open_index("investigation", "finalised_at")
    record_table(
        "officer",
        text("name"),
        text("rank"),
        text("collar_number"),
        day("joined_on"),
        day("left_on"),
        boolean("is_probationer"),
    )
    record_table(
        "overtime_budget",
        text("cost_centre"),
        day("month_on"),
        whole("amount_pence"),
    )
    indexes("overtime_budget", "month_on", "officer_id", "unit_id")
    record_table(
        "overtime_claim",
        instant("worked_at"),
        instant("ended_at"),
        instant("told_at"),
        text("overtime_type"),
        number("source_hours"),
        text("settlement"),
        whole("amount_pence"),
        text("cost_centre"),
        text("operation_code"),
        boolean("is_recharged"),
        instant("claimed_at"),
        day("paid_on"),
        day("toil_taken_on"),
        day("worked_on"),
        number("hours"),
        number("payable_hours"),
        number("rate"),
        number("toil_hours"),
        text("overtime_reason"),
    )
    indexes("overtime_claim", "officer_id", "unit_id", "worked_at")
    record_table(
        "posting",
        text("role"),
        number("fte"),
        day("starts_on"),
        day("ends_on"),
        boolean("is_primary"),
        text("acting_rank"),
    )
    indexes("posting", "officer_id", "unit_id")
    record_table(
        "stop_search_form",
        instant("searched_at"),
        instant("submitted_at"),
        instant("returned_at"),
        instant("resubmitted_at"),
        instant("reviewed_at"),
        text("reviewer_id"),
        text("power"),
        text("object_sought"),
        boolean("is_object_found"),
        boolean("is_outcome_linked"),
        boolean("has_body_worn_video"),
        boolean("are_grounds_sufficient"),
        boolean("is_receipt_given"),
        text("subject_kind"),
        text("awaits"),
        instant("waiting_since_at"),
        day("review_due_on"),
        boolean("is_reviewed_in_time"),
        boolean("is_self_reviewed"),
        text("review_reason"),
    )
    indexes("stop_search_form", "officer_id", "reviewed_at", "submitted_at", "unit_id")
    open_index("stop_search_form", "reviewed_at")
    record_table(
        "suspect_release",
        text("investigation_ref"),
        text("suspect_ref"),
        text("status"),
        text("previous_status"),
        instant("converted_at"),
        instant("arrested_at"),
        instant("released_at"),
        boolean("has_conditions"),
        day("return_on"),
        text("case_type"),
        text("bail_stage"),
        instant("extension_authorised_at"),
        text("extension_rank"),
        day("source_bail_ends_on"),
        day("suspended_from"),
        day("suspended_to"),
        instant("last_review_at"),
        text("last_reviewer_rank"),
        instant("ended_at"),
        text("ended_as"),
        day("bail_start_on"),
        day("bail_due_on"),
        day("rui_review_due_on"),
        text("next_authority"),
        instant("rui_from_at"),
        instant("rui_to_at"),
        instant("bail_from_at"),
        instant("bail_to_at"),
        text("bail_reason"),
    )
    indexes("suspect_release", "ended_at", "officer_id", "released_at", "unit_id")
    open_index("suspect_release", "ended_at")
    record_table(
        "unit",
        text("name"),
        text("level"),
        text("parent_ref"),
        text("unit_type"),
        whole("sort_order"),
    )
    record_table(
        "victim",
        text("investigation_ref"),
        text("victim_kind"),
        boolean("has_named_contact"),
        boolean("is_enhanced"),
        instant("enhanced_at"),
        instant("needs_assessed_at"),
        whole("agreed_interval_days"),
        instant("contract_at"),
        instant("opted_out_at"),
        text("unsafe_reason"),
        text("unsafe_by"),
        instant("opened_at"),
        instant("ended_at"),
        boolean("is_in_scope"),
        instant("last_contact_at"),
        whole("interval_days"),
        day("update_due_on"),
        text("scope_reason"),
    )
    indexes("victim", "ended_at", "investigation_ref", "officer_id", "opened_at", "unit_id")
    open_index("victim", "ended_at")
    record_table(
        "victim_event",
        text("victim_ref"),
        text("investigation_ref"),
        text("kind"),
        instant("happened_at"),
        text("method"),
        boolean("is_key_event"),
        day("told_due_on"),
        instant("updated_at"),
        boolean("told_in_time"),
        text("told_status"),
        text("told_reason"),
    )
    indexes("victim_event", "happened_at", "officer_id", "unit_id", "updated_at", "victim_ref")
    open_index("victim_event", "updated_at")


def program_tables() -> None:
    op.create_table(
        "data_version",
        text("dataset", null=False),
        whole("version", null=False),
        instant("bumped_at", null=False),
        text("rules_version", null=False),
        key("data_version", "dataset"),
    )
    op.create_table(
        "load",
        number_of("id", null=False),
        text("source", null=False),
        text("dataset", null=False),
        text("mapping", null=False),
        instant("started_at", null=False),
        instant("ended_at", null=False),
        whole("read", null=False),
        whole("changed", null=False),
        whole("refused", null=False),
        whole("skipped", null=False),
        text("result", null=False),
        key("load", "id"),
    )
    op.create_table(
        "org_issue",
        number_of("id", null=False),
        text("kind", null=False),
        text("subject", null=False),
        text("officer_id"),
        text("unit_id"),
        text("source"),
        text("words", null=False),
        key("org_issue", "id"),
    )
    op.create_table(
        "plan",
        text("plan_id", null=False),
        number_of("revision", null=False),
        text("officer_id", null=False),
        text("metric", null=False),
        text("period", null=False),
        text("status", null=False),
        text("baseline", null=False),
        text("fields", null=False),
        day("due_on"),
        day("review_on"),
        text("owner_id", null=False),
        text("owner_name", null=False),
        instant("created_at", null=False),
        instant("changed_at", null=False),
        text("changed_by", null=False),
        key("plan", "plan_id"),
    )
    indexes("plan", "officer_id")
    op.create_table(
        "plan_revision",
        text("plan_id", null=False),
        number_of("revision", null=False),
        text("fields", null=False),
        text("status", null=False),
        instant("changed_at", null=False),
        text("changed_by", null=False),
        text("changed_by_name", null=False),
        key("plan_revision", "plan_id", "revision"),
    )
    op.create_table(
        "posting_resolved",
        text("officer_id", null=False),
        day("starts_on", null=False),
        day("ends_before", null=False),
        instant("starts_at", null=False),
        instant("ends_at", null=False),
        text("unit_id", null=False),
        text("role"),
        number("fte", null=False),
        text("acting_rank"),
        text("source", null=False),
        text("posting_ref", null=False),
        key("posting_resolved", "officer_id", "starts_on"),
    )
    op.create_table(
        "quarantine",
        number_of("id", null=False),
        text("source", null=False),
        text("dataset", null=False),
        text("mapping", null=False),
        text("ref"),
        text("version", null=False),
        text("place", null=False),
        text("column", null=False),
        text("reason", null=False),
        text("row", null=False),
        instant("refused_at", null=False),
        key("quarantine", "id"),
    )
    indexes("quarantine", "dataset", "ref")
    op.create_table(
        "source_file",
        text("source", null=False),
        text("mapping", null=False),
        text("name", null=False),
        whole("size", null=False),
        whole("modified_ns", null=False),
        text("digest", null=False),
        number_of("revision", null=False),
        instant("loaded_at", null=False),
        key("source_file", "source", "mapping", "name"),
    )
    op.create_table(
        "source_state",
        text("source", null=False),
        text("dataset", null=False),
        text("mapping", null=False),
        text("mapping_hash", null=False),
        text("watermark"),
        instant("event_at"),
        instant("loaded_at"),
        instant("tried_at"),
        whole("rows", null=False),
        whole("refused", null=False),
        text("result", null=False),
        boolean("is_down", null=False),
        key("source_state", "source", "dataset", "mapping"),
    )
