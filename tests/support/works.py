"""A small deployment to ingest into: two made-up datasets with a rule each, sources by hand, a clock that stands still."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, MetaData, delete, select

from cspdash.domain.datasets import Column, Dataset, Relation
from data_access.engine import open_engine
from data_access.ingest import Ingest, IngestOptions, LoadResult, tables_of
from data_access.mapping import load_sources
from data_access.storage import Row

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
UNSEEN = ("loaded_at", "deleted_at")  # say when we looked, not what is so

# A litter of dogs: each dog's rule looks at its siblings, its mother and its kennel, each kennel's at its dogs.
DOG = Dataset(
    name="dog",
    title="Dogs",
    noun=("dog", "dogs"),
    columns=(
        Column("kennel_ref", "text", "Kennel"),
        Column("mother_ref", "text", "Mother"),
        Column("name", "text", "Name", required=True),
        Column("coat", "choice", "Coat", choices=("smooth", "rough")),
        Column("weight", "number", "Weight"),
        Column("legs", "integer", "Legs"),
        Column("price_pence", "pence", "Price"),
        Column("is_good", "bool", "Good"),
        Column("born_on", "date", "Born"),
        Column("seen_at", "instant", "Seen"),
        Column("siblings", "integer", "Siblings", derived=True),
        Column("kennel_name", "text", "Kennel's name", derived=True),
        Column("mother_name", "text", "Mother's name", derived=True),
        Column("due_on", "date", "Due", derived=True),
    ),
    opens="seen_at",
    rule="dog",
    related=(
        Relation("litter", "dog", "kennel_ref", "kennel_ref"),
        Relation("kennels", "kennel", "kennel_ref", "ref"),
        Relation("mothers", "dog", "mother_ref", "ref"),
    ),
)
KENNEL = Dataset(
    name="kennel",
    title="Kennels",
    noun=("kennel", "kennels"),
    columns=(Column("name", "text", "Name"), Column("dogs", "integer", "Dogs", derived=True)),
    rule="kennel",
    related=(Relation("dogs", "dog", "ref", "kennel_ref"),),
)
DATASETS = {"dog": DOG, "kennel": KENNEL}


def derive(dataset: Dataset, row: Row, related: Mapping[str, Sequence[Row]], clocks: Any) -> dict[str, Any]:
    """What the rules of these datasets say."""
    if dataset.name == "kennel":
        return {"dogs": len(related["dogs"]) * clocks.factor}
    if row["name"] == "Cerberus":
        raise ZeroDivisionError("three heads, one row")
    kennels, mothers = related["kennels"], related["mothers"]
    return {
        "siblings": len(related["litter"]) - (row["kennel_ref"] is not None),
        "kennel_name": kennels[0]["name"] if kennels else None,
        "mother_name": mothers[0]["name"] if mothers else None,
        "due_on": row["born_on"],
    }


@dataclass
class Works:
    """`ingest` loads the sources that `source` declared; `rows` says what is there."""

    home: Path
    engine: Engine
    datasets: Mapping[str, Dataset] = field(default_factory=lambda: DATASETS)
    now: datetime = NOW
    clocks: Any = field(default_factory=lambda: SimpleNamespace(version="one", factor=1))
    derive: Any = derive
    connections: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, str] = field(default_factory=dict)
    ticks: Callable[[], datetime] | None = None  # instead of the clock that stands still
    max_refused_percent: float = 100
    chunk_rows: int = 10_000
    combined: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)  # what loads told the audit of that

    @classmethod
    def open(cls, home: Path, url: str = "", **given: Any) -> Works:
        """Empty tables in a new SQLite file, or in the database named."""
        engine = open_engine(url or f"sqlite:///{home}/data/cspdash.db")
        works = cls(home, engine, **given)
        works.metadata.create_all(engine)
        return works

    @property
    def metadata(self) -> MetaData:
        return tables_of(tuple(self.datasets.values()))

    def clear(self) -> None:
        """Empties every table."""
        with self.engine.begin() as connection:
            for table in self.metadata.tables.values():
                connection.execute(delete(table))

    def source(self, name: str, mappings: str, head: str = 'kind = "sql"') -> None:
        """Writes sources/NAME.toml. A database's connection is a SQLite file of that name."""
        folder = self.home / "sources"
        folder.mkdir(exist_ok=True)
        if "sql" in head:
            head += f'\nconnection = "{name}"'
            self.connections.setdefault(name, f"sqlite:///{name}.db")
        (folder / f"{name}.toml").write_text(f'[source]\nname = "{name}"\n{head}\n{mappings}')

    def sql(self, name: str, *statements: str, rows: Sequence[Sequence[Any]] = ()) -> None:
        """Runs statements on the source of that name; `rows` go with the last one."""
        connection = sqlite3.connect(self.home / f"{name}.db")
        connection.execute("pragma synchronous = off")
        for statement in statements[:-1] if rows else statements:
            connection.execute(statement)
        if rows:
            connection.executemany(statements[-1], rows)
        connection.commit()
        connection.close()

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.home / "drops" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingestion(self) -> Ingest:
        sources = load_sources([self.home / "sources"], self.datasets, home=self.home, zone=ZONE)
        options = IngestOptions(
            zone=ZONE,
            home=self.home,
            connections=self.connections,
            credentials=self.credentials,
            max_refused_percent=self.max_refused_percent,
            chunk_rows=self.chunk_rows,
            now=self.ticks or (lambda: self.now),
            log_combined=lambda dataset, parts, rows: self.combined.append((dataset, tuple(parts), rows)),
        )
        return Ingest(self.engine, self.datasets, sources, self.clocks, options, self.derive)

    def ingest(self, only: Sequence[str] = (), progress: Any = None) -> list[LoadResult]:
        return self.ingestion().run(only, progress)

    def one(self) -> LoadResult:
        """Ingests where there is one mapping."""
        (result,) = self.ingest()
        return result

    def table(self, name: str) -> list[dict[str, Any]]:
        """Every row of a table, ordered by all of its values."""
        table = self.metadata.tables[name]
        with self.engine.connect() as connection:
            rows = [dict(row._mapping) for row in connection.execute(select(table))]
        return sorted(rows, key=repr)

    def rows(self, name: str = "dog") -> dict[str, dict[str, Any]]:
        """Rows that were not taken away, by ref."""
        return {row["ref"]: row for row in self.table(name) if row["deleted_at"] is None}

    def state(self, name: str = "dog") -> list[dict[str, Any]]:
        """Every row with all that follows from what arrived, and nothing that follows from when."""
        return [
            {**{key: value for key, value in row.items() if key not in UNSEEN}, "gone": row["deleted_at"] is not None}
            for row in self.table(name)
        ]

    def version(self, dataset: str) -> int:
        return {row["dataset"]: row["version"] for row in self.table("data_version")}.get(dataset, 0)


# Dogs of a database, with a number that grows by every change.
DOGS = """
[[dataset]]
dataset = "dog"
table = "dogs"
watermark = "v"
overlap = 1000000
deleted = ["gone", "is", "Y"]
[dataset.columns]
ref = "id"
kennel_ref = "kennel"
name = "name"
"""
MAKE_DOGS = "create table dogs (id, kennel, name, v, gone)"
ADD_DOG = "insert into dogs values (?, ?, ?, ?, ?)"

KENNELS = """
[[dataset]]
dataset = "kennel"
table = "kennels"
[dataset.columns]
ref = "id"
name = "name"
"""
