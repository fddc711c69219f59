"""What a load put together from several sources, for the audit: which of them, and of how many records. Never the records.

The Data Protection Act 2018, section 62(1)(e), wants combination logged. What counts as that here, and what does not:

- a rule worked out a record's dates from rows of another dataset that another source holds (or may hold: a dataset filled by
  several is taken for all of them), and they came out other than before;
- postings were reconciled from several sources, a supervisor's word being one;
- two records became one, as their source says.

Adding up for a page or a file is looking at what is there: a consultation or a disclosure, and logged as that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, select

from data_access.rederive import Deriver


@dataclass(frozen=True, slots=True)
class Combined:
    """`rows` records of a dataset, made of these parts ("athena victim")."""

    dataset: str
    parts: tuple[str, ...]
    rows: int


def combined_by(derivers: Iterable[Deriver], connection: Connection, metadata: MetaData) -> list[Combined]:
    """What derivers put together from several sources in this transaction, one for each dataset they wrote to."""
    derivers = [deriver for deriver in derivers if any(deriver.met)]
    if not derivers:
        return []
    sources = sources_of(connection, metadata)
    found = []
    for deriver in derivers:
        own, rows, parts = deriver.dataset.name, 0, set[str]()
        for others, count in deriver.met.items():
            names = {own, *others}
            if others and len({source for name in names for source in sources.get(name, ())}) > 1:
                rows += count
                parts |= {f"{source} {name}" for name in names for source in sources.get(name, ())}
        if rows:
            found.append(Combined(own, tuple(sorted(parts)), rows))
    return found


def sources_of(connection: Connection, metadata: MetaData) -> Mapping[str, Collection[str]]:
    """The sources whose rows each dataset holds now."""
    table = metadata.tables["source_state"]
    found: dict[str, set[str]] = {}
    for dataset, source in connection.execute(select(table.c.dataset, table.c.source).where(table.c.rows > 0)):
        found.setdefault(dataset, set()).add(source)
    return found
