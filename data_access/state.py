"""What the program remembers between loads: where each mapping got to, files it has read, data versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, and_, select
from sqlalchemy.dialects import postgresql, sqlite

from data_access.mapped import DatasetMapping
from data_access.sources.reading import SeenFile


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it or nothing."""
    with engine.connect().execution_options(sqlite_immediate=True) as connection, connection.begin():
        yield connection


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Inserts the row, or changes those of its columns that are given."""
    keys = [column.name for column in table.primary_key.columns]
    other = {name: value for name, value in values.items() if name not in keys}
    if connection.dialect.name == "sqlite":
        connection.execute(sqlite.insert(table).values(values).on_conflict_do_update(index_elements=keys, set_=other))
    else:
        statement = postgresql.insert(table).values(values)
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=other))


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one mapping."""

    digest: str = ""  # of the mapping the rows were read with; "" before the first good load
    watermark: str | None = None
    event_at: datetime | None = None
    loaded_at: datetime | None = None
    rows: int = 0
    result: str = ""


class State:
    """Reads and writes the program's own tables about loads."""

    def __init__(self, metadata: MetaData) -> None:
        self.sources = metadata.tables["source_state"]
        self.files = metadata.tables["source_file"]
        self.loads = metadata.tables["load"]
        self.versions = metadata.tables["data_version"]

    def recall(self, connection: Connection, mapping: DatasetMapping) -> Memory:
        table = self.sources
        row = connection.execute(select(table).where(and_(*_key(table, mapping)))).one_or_none()
        return Memory() if row is None else _memory(row)

    def recall_source(self, connection: Connection, source: str) -> dict[tuple[str, str], Memory]:
        """What is remembered of every mapping of a source, by dataset and name."""
        rows = connection.execute(select(self.sources).where(self.sources.c.source == source))
        return {(row.dataset, row.mapping): _memory(row) for row in rows}

    def remember(self, connection: Connection, mapping: DatasetMapping, values: Mapping[str, Any]) -> None:
        key = {"source": mapping.source, "dataset": mapping.dataset, "mapping": mapping.name}
        upsert(connection, self.sources, {**key, **values})

    def recall_files(self, connection: Connection, mapping: DatasetMapping) -> dict[str, SeenFile]:
        table = self.files
        found = connection.execute(
            select(table.c.name, table.c.size, table.c.modified_ns, table.c.digest, table.c.revision).where(
                table.c.source == mapping.source, table.c.mapping == mapping.name
            )
        )
        return {row.name: SeenFile(*row) for row in found}

    def remember_files(
        self, connection: Connection, mapping: DatasetMapping, files: Iterable[SeenFile], now: datetime
    ) -> None:
        for file in files:
            values = {
                "source": mapping.source,
                "mapping": mapping.name,
                "name": file.name,
                "size": file.size,
                "modified_ns": file.modified_ns,
                "digest": file.digest,
                "revision": file.revision,
                "loaded_at": now,
            }
            upsert(connection, self.files, values)

    def note_load(self, connection: Connection, values: Mapping[str, Any]) -> None:
        connection.execute(self.loads.insert().values(values))

    def data_versions(self, connection: Connection) -> dict[str, tuple[int, str]]:
        """Dataset to its data version and the version of the rules its rows were derived with."""
        table = self.versions
        rows = connection.execute(select(table.c.dataset, table.c.version, table.c.rules_version))
        return {row.dataset: (row.version, row.rules_version) for row in rows}

    def bump(self, connection: Connection, dataset: str, now: datetime, rules_version: str | None = None) -> None:
        """The next data version; `rules_version` only where every row was derived with those rules."""
        version, rules = self.data_versions(connection).get(dataset, (0, ""))
        values = {
            "dataset": dataset,
            "version": version + 1,
            "bumped_at": now,
            "rules_version": rules if rules_version is None else rules_version,
        }
        upsert(connection, self.versions, values)

    def note_rules(self, connection: Connection, dataset: str, rules_version: str) -> None:
        """Every row is as these rules have it, and none had to change."""
        table = self.versions
        connection.execute(table.update().where(table.c.dataset == dataset).values(rules_version=rules_version))


def _memory(row: Any) -> Memory:
    return Memory(row.mapping_hash, row.watermark, row.event_at, row.loaded_at, row.rows, row.result)


def _key(table: Table, mapping: DatasetMapping) -> list[Any]:
    return [
        table.c.source == mapping.source,
        table.c.dataset == mapping.dataset,
        table.c.mapping == mapping.name,
    ]
