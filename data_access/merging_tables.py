"""The table of records that became one at their source."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text

from data_access.column_types import Instant


def merging_tables(metadata: MetaData) -> None:
    table = Table(
        "merged_record",
        metadata,
        Column("dataset", Text, primary_key=True),
        Column("ref", Text, primary_key=True),
        Column("into_ref", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("noted_at", Instant, nullable=False),
    )
    Index(None, table.c.dataset, table.c.into_ref)
