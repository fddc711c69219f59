"""Tables: one per dataset, made from its declaration, and the program's own.

Instants are stored in UTC, days as days. On SQLite both are fixed-width text, so that they sort and compare as they
should and a million of them read quickly; on PostgreSQL they are timestamptz and date. Python sees aware UTC datetimes
and dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError
from data_access.column_types import Day, Instant
from data_access.correction_tables import correction_tables
from data_access.entitlement_tables import entitlement_tables
from data_access.identity_tables import identity_tables
from data_access.merging_tables import merging_tables
from data_access.restatement_tables import restatement_tables

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}

_TYPES: dict[str, Any] = {
    "text": Text,
    "choice": Text,
    "integer": BigInteger,
    "number": Float,
    "pence": BigInteger,
    "bool": Boolean,
    "date": Day,
    "instant": Instant,
}

# Columns every dataset's table has besides the declared ones (COMMON of cspdash.domain.datasets comes first).
#   source, mapping  who the row is from: one source may fill a dataset by several mappings
#   version   sortable text: the later row of a ref wins, whatever order they arrive in
#   row_hash  hash of the source columns: tells a change from a repetition, and breaks ties of version
#   deleted_at  set when the source took the row away; such rows stay, so that a late older version cannot revive them
BOOKKEEPING = ("source", "mapping", "version", "row_hash", "loaded_at", "deleted_at")


def dataset_table(dataset: Dataset, metadata: MetaData) -> Table:
    """The table of one dataset: key (ref), common, declared and bookkeeping columns, and indexes its figures need.

    Raises DefinitionError where a declaration takes a name that the program needs.
    """
    taken = sorted(column.name for column in dataset.columns if column.name in BOOKKEEPING)
    if taken or dataset.name in metadata.tables:
        problem = f"column {taken[0]!r} is the program's own" if taken else f"there is a table {dataset.name!r} already"
        raise DefinitionError(problem, dataset.where, "Give it another name")
    columns: list[Column[Any]] = [Column("ref", Text, primary_key=True)]
    columns += [Column(column.name, _TYPES[column.type]()) for column in dataset.all_columns if column.name != "ref"]
    columns += [
        Column("source", Text, nullable=False),
        Column("mapping", Text, nullable=False, default=""),
        Column("version", Text, nullable=False),
        Column("row_hash", Text, nullable=False),
        Column("loaded_at", Instant, nullable=False),
        Column("deleted_at", Instant),
    ]
    table = Table(dataset.name, metadata, *columns)
    indexed: set[str] = {relation.here for relation in dataset.related}
    if dataset.kind == "record":
        indexed |= {"officer_id", "unit_id"}
        indexed |= {name for name in (dataset.opens,) if name}
    elif dataset.name == "posting":
        indexed |= {"officer_id", "unit_id"}
    for name in sorted(indexed - {"ref"}):
        Index(None, table.c[name])
    if dataset.closes:
        # Open rows are few among many: a partial index finds them at once.
        still_open = table.c[dataset.closes].is_(None)
        Index(f"ix_{dataset.name}_open", table.c.officer_id, sqlite_where=still_open, postgresql_where=still_open)
        Index(None, table.c[dataset.closes])
    return table


def is_indexed(table: Table, column: str) -> bool:
    """Whether an index of this column alone exists."""
    return any([each.name for each in index.columns] == [column] for index in table.indexes)


def build(datasets: Mapping[str, Dataset]) -> MetaData:
    """All tables of a deployment."""
    metadata = MetaData(naming_convention=NAMING)
    program_tables(metadata)
    identity_tables(metadata)
    entitlement_tables(metadata)
    restatement_tables(metadata)
    merging_tables(metadata)
    correction_tables(metadata)
    for dataset in datasets.values():
        dataset_table(dataset, metadata)
    for dataset in datasets.values():  # the other end of a relation is looked up too
        for relation in dataset.related:
            table = metadata.tables[relation.dataset]
            if relation.there != "ref" and not is_indexed(table, relation.there):
                Index(None, table.c[relation.there])
    return metadata


def program_tables(metadata: MetaData) -> None:
    """The program's own tables."""
    Table(
        "posting_resolved",  # one posting an officer and day, after cspdash.domain.org; instants are local midnights
        metadata,
        Column("officer_id", Text, primary_key=True),
        Column("starts_on", Day, primary_key=True),
        Column("ends_before", Day, nullable=False),
        Column("starts_at", Instant, nullable=False),
        Column("ends_at", Instant, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("role", Text),
        Column("fte", Float, nullable=False),
        Column("acting_rank", Text),
        Column("kind", Text),
        Column("source", Text, nullable=False),
        Column("posting_ref", Text, nullable=False),
    )
    Table(
        "org_issue",  # what was odd in units and postings: counted and listed, never dropped silently
        metadata,
        Column("id", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("officer_id", Text),
        Column("unit_id", Text),
        Column("source", Text),
        Column("words", Text, nullable=False),
    )
    Table(
        "data_version",
        metadata,
        Column("dataset", Text, primary_key=True),  # a dataset, or "organisation"
        Column("version", BigInteger, nullable=False),
        Column("bumped_at", Instant, nullable=False),
        Column("rules_version", Text, nullable=False, default=""),  # hash of the clocks the rows were derived with
    )
    Table(
        "source_state",
        metadata,
        Column("source", Text, primary_key=True),
        Column("dataset", Text, primary_key=True),
        Column("mapping", Text, primary_key=True),  # the mapping's name: one source may fill a dataset by several
        Column("mapping_hash", Text, nullable=False, default=""),
        Column("watermark", Text),
        Column("event_at", Instant),  # newest source event seen
        Column("loaded_at", Instant),  # last good load
        Column("tried_at", Instant),
        Column("rows", BigInteger, nullable=False, default=0),
        Column("refused", BigInteger, nullable=False, default=0),
        Column("result", Text, nullable=False, default=""),  # "ok", or what went wrong in plain words
        Column("is_down", Boolean, nullable=False, default=False),
    )
    Table(
        "source_health",  # how asking each source goes (cspdash.domain.ports.SourceHealth)
        metadata,
        Column("source", Text, primary_key=True),
        Column("tried_at", Instant),
        Column("succeeded_at", Instant),
        Column("next_at", Instant),
        Column("every_seconds", Float, nullable=False),
        Column("failures", Integer, nullable=False, default=0),
        Column("breaker", Text, nullable=False, default="closed"),
        Column("lag_seconds", Float),
        Column("read_seconds", Float),
        Column("reason", Text, nullable=False, default=""),
        Column("asked_at", Instant),  # when somebody asked for a try at once
    )
    Table(
        "source_file",
        metadata,
        Column("source", Text, primary_key=True),
        Column("mapping", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("modified_ns", BigInteger, nullable=False),
        Column("digest", Text, nullable=False),
        Column("revision", Integer, nullable=False),  # how often a file of that name has been read
        Column("loaded_at", Instant, nullable=False),
    )
    Table(
        "load",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("source", Text, nullable=False),
        Column("dataset", Text, nullable=False),
        Column("mapping", Text, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("ended_at", Instant, nullable=False),
        Column("read", BigInteger, nullable=False),
        Column("changed", BigInteger, nullable=False),
        Column("refused", BigInteger, nullable=False),
        Column("skipped", BigInteger, nullable=False),
        Column("result", Text, nullable=False),
    )
    Table(
        "quarantine",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("source", Text, nullable=False),
        Column("dataset", Text, nullable=False, index=True),
        Column("mapping", Text, nullable=False),
        Column("ref", Text, index=True),  # where it could be read
        Column("version", Text, nullable=False, default=""),  # of the refused row, where it could be read
        Column("place", Text, nullable=False),  # file and line, or table and key
        Column("column", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("row", Text, nullable=False),  # the source row as JSON
        Column("refused_at", Instant, nullable=False),
    )
    Table(
        "plan",
        metadata,
        Column("plan_id", Text, primary_key=True),
        Column("revision", Integer, nullable=False),
        Column("officer_id", Text, nullable=False, index=True),
        Column("metric", Text, nullable=False),
        Column("period", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("baseline", Text, nullable=False),  # JSON, frozen
        Column("fields", Text, nullable=False),  # JSON of the SMART fields
        Column("due_on", Day),
        Column("review_on", Day),
        Column("owner_id", Text, nullable=False),
        Column("owner_name", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("changed_by", Text, nullable=False),
    )
    Table(
        "plan_revision",
        metadata,
        Column("plan_id", Text, primary_key=True),
        Column("revision", Integer, primary_key=True),
        Column("fields", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("changed_by", Text, nullable=False),
        Column("changed_by_name", Text, nullable=False),
    )
