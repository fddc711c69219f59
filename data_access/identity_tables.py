"""Tables of who may sign in, who is signed in, and what they have not saved yet."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

from data_access.column_types import Instant


def identity_tables(metadata: MetaData) -> None:
    Table(
        "person",  # keyed on issuer and subject, never on an e-mail address
        metadata,
        Column("person_id", Text, primary_key=True),
        Column("issuer", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("title", Text, nullable=False, default=""),
        Column("roles", Text, nullable=False),  # separated by spaces, the first is the one that counts
        Column("officer_id", Text, nullable=False, default=""),
        Column("unit_id", Text, nullable=False, default=""),
        Column("added_at", Instant, nullable=False),
        Column("signed_in_at", Instant),
        Column("disabled_at", Instant),
        Column("disabled_by", Text, nullable=False, default=""),
        Column("disabled_why", Text, nullable=False, default=""),
        UniqueConstraint("issuer", "subject"),
    )
    sessions = Table(
        "session",
        metadata,
        Column("sid_hash", Text, primary_key=True),  # SHA-256: whoever reads the table has nobody's session
        Column("user_id", Text, nullable=False),
        Column("name", Text, nullable=False, default=""),
        Column("role", Text, nullable=False),  # as at sign-in: another one ends the session
        Column("method", Text, nullable=False),
        Column("idp_sid", Text, nullable=False, default=""),
        Column("id_token", Text, nullable=False, default=""),  # for the provider's sign-out; blank once ended
        Column("created_at", Instant, nullable=False),
        Column("seen_at", Instant, nullable=False),
        Column("ended_at", Instant),
        Column("ended_why", Text, nullable=False, default=""),
        Column("ended_by", Text, nullable=False, default=""),
        Column("looks", Text),  # JSON: why outside one's own team
    )
    is_open = sessions.c.ended_at.is_(None)
    Index("ix_session_open", sessions.c.user_id, sqlite_where=is_open, postgresql_where=is_open)
    Table(
        "kept_form",  # typed and not saved: kept over the end of a session, for that user alone
        metadata,
        Column("user_id", Text, primary_key=True),
        Column("form", Text, primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("fields", Text, nullable=False),  # JSON
        Column("kept_at", Instant, nullable=False),
    )
