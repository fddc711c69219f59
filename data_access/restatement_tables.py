"""Tables of past figures that are watched, and of what became of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, Table, Text

from data_access.column_types import Day, Instant


def restatement_tables(metadata: MetaData) -> None:
    Table(
        "watched_figure",  # a past figure as it was last worked out
        metadata,
        Column("metric", Text, primary_key=True),
        Column("month", Day, primary_key=True),  # its last day
        Column("unit_id", Text, primary_key=True),
        Column("value", Float),
        Column("numerator", Float, nullable=False),
        Column("denominator", Float),
        Column("records", BigInteger, nullable=False),
        Column("words", Text, nullable=False),  # as it is shown
    )
    Table(
        "watched_metric",  # what its watched figures were worked out from
        metadata,
        Column("metric", Text, primary_key=True),
        Column("definition", Text, nullable=False),  # its version
        Column("data", Text, nullable=False),  # versions of the data it reads
        Column("last_month", Day, nullable=False),
        Column("rules", Text, nullable=False),  # versions of the rules those were derived with
        Column("load_id", Integer, nullable=False),  # the last load before
        Column("looked_at", Instant, nullable=False),
    )
    Table(
        "restatement",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("found_at", Instant, nullable=False, index=True),
        Column("stood_at", Instant, nullable=False),  # when the figure was last seen as it was before
        Column("metric", Text, nullable=False),
        Column("month", Day, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("before_value", Float),
        Column("before_records", BigInteger, nullable=False),
        Column("before_words", Text, nullable=False),
        Column("after_value", Float),
        Column("after_records", BigInteger, nullable=False),
        Column("after_words", Text, nullable=False),
        Column("loads", Text, nullable=False),  # numbers of the loads in between, separated by spaces
        Column("cause", Text, nullable=False),
    )
