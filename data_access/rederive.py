"""Works out derived columns: of rows on their way in, of rows that depend on what changed, of all by new clocks."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, MetaData, select

from cspdash.domain.datasets import Dataset, Relation
from data_access.storage import DriverStatement, Row, Rows, stored, update_statement

Derive = Callable[[Dataset, Row, Mapping[str, Sequence[Row]], Any], Mapping[str, Any]]
Derived = Mapping[str, Any]

AT_A_TIME = 5_000
_log = logging.getLogger(__name__)


class Deriver:
    """Derives rows of one dataset with one set of clocks, within the connection's transaction."""

    def __init__(
        self,
        connection: Connection,
        metadata: MetaData,
        datasets: Mapping[str, Dataset],
        dataset: Dataset,
        clocks: Any,
        derive: Derive,
    ) -> None:
        self.connection, self.datasets, self.dataset = connection, datasets, dataset
        self.clocks, self.derive = clocks, derive
        self.table = metadata.tables[dataset.name]
        self.names = tuple(column.name for column in dataset.derived_columns)
        self.types = {column.name: column.type for column in dataset.derived_columns}
        self.source_names = tuple(column.name for column in dataset.source_columns)

    def derive_all(self, rows: Sequence[Row]) -> tuple[list[Derived | None], dict[int, str]]:
        """The derived columns of each row, and the reason for each row whose rule failed, by position."""
        related = self._related(rows)
        nothing: dict[str, list[Row]] = {}
        found: list[Derived | None] = []
        failed: dict[int, str] = {}
        for position, row in enumerate(rows):
            try:
                own = {r.name: groups.get(row[r.here], []) for r, groups in related} if related else nothing
                found.append(self.derive(self.dataset, row, own, self.clocks))
            except Exception as error:  # noqa: BLE001  a rule's fault must cost one row, not the load
                found.append(None)
                failed[position] = f"the rule {self.dataset.rule!r} failed: {type(error).__name__}"
                _log.warning("rule %s failed on %s: %r", self.dataset.rule, row["ref"], error)
        return found, failed

    def _related(self, rows: Sequence[Row]) -> list[tuple[Relation, dict[Any, list[Row]]]]:
        """For each relation, the rows it finds by the value they are found by, in order of their refs."""
        if not rows:
            return []
        answer = []
        for relation in self.dataset.related:
            keys = {row[relation.here] for row in rows} - {None}
            groups: dict[Any, list[Row]] = defaultdict(list)
            for other in Rows(self.datasets[relation.dataset], self.connection).by(relation.there, sorted(keys)):
                groups[other[relation.there]].append(other)
            for group in groups.values():
                group.sort(key=lambda row: row["ref"])
            answer.append((relation, dict(groups)))
        return answer

    def columns(self, derived: Sequence[Derived]) -> dict[str, Sequence[Any]]:
        """Derived columns in stored form."""
        dialect = self.connection.dialect
        return {name: stored(self.types[name], [row[name] for row in derived], dialect) for name in self.names}

    # --- rows that are stored already ---
    def refresh(self, batches: Iterable[Sequence[Row]]) -> int:
        """Derives stored rows again and writes those that come out different. Returns how many did."""
        statement = update_statement(self.table, self.names, self.connection.dialect)
        done: set[str] = set()
        changed = 0
        for batch in batches:
            rows = [row for row in batch if row["ref"] not in done]
            done.update(row["ref"] for row in rows)
            changed += self._refresh_one(rows, statement)
        return changed

    def _refresh_one(self, rows: Sequence[Row], statement: DriverStatement) -> int:
        found, _ = self.derive_all([{name: row[name] for name in self.source_names} for row in rows])
        pairs = [
            (row["ref"], derived)
            for row, derived in zip(rows, found, strict=True)
            if derived is not None and any(row[name] != derived[name] for name in self.names)
        ]
        columns = {**self.columns([derived for _, derived in pairs]), "key": [ref for ref, _ in pairs]}
        statement.run(self.connection, list(zip(*(columns[name] for name in statement.names), strict=True)))
        return len(pairs)

    def every_row(self) -> Iterator[list[Row]]:
        """All rows, those that look at each other together."""
        rows = Rows(self.dataset, self.connection, derived=True)
        own = [relation.here for relation in self.dataset.related if relation.dataset == self.dataset.name]
        key = own[0] if own else "ref"
        c = rows.table.c
        last: list[Any] = []
        while True:
            query = select(c[key]).where(c[key].is_not(None), c.deleted_at.is_(None))
            query = query.where(c[key] > last[-1]) if last else query
            last = list(self.connection.execute(query.distinct().order_by(c[key]).limit(AT_A_TIME)).scalars())
            if not last:
                break
            yield rows.by(key, last)
        if key != "ref":
            yield from self.by_refs(self.connection.execute(select(c.ref).where(c[key].is_(None))).scalars())

    def by_refs(self, refs: Iterable[str]) -> Iterator[list[Row]]:
        return self.by("ref", refs)

    def by(self, column: str, keys: Iterable[Any]) -> Iterator[list[Row]]:
        """Stored rows whose column is one of the keys."""
        rows = Rows(self.dataset, self.connection, derived=True)
        ordered = sorted(key for key in keys if key is not None)
        for start in range(0, len(ordered), AT_A_TIME):
            yield rows.by(column, ordered[start : start + AT_A_TIME])
