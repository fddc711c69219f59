"""Works out derived columns: of rows on their way in, of rows that depend on what changed, of all by new clocks."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, MetaData, select

from cspdash.domain.datasets import Dataset, Relation
from data_access.storage import DriverStatement, Row, Rows, stored, update_statement

Derive = Callable[[Dataset, Row, Mapping[str, Sequence[Row]], Any], Mapping[str, Any]]
Derived = Mapping[str, Any]

AT_A_TIME = 5_000
_log = logging.getLogger(__name__)


class Batch(NamedTuple):
    """Stored rows with their derived values; all there are with the same values in the column `by`."""

    rows: list[Row]
    derived: list[tuple[Any, ...]]
    by: str


class Deriver:
    """Derives rows of one dataset with one set of clocks, within the connection's transaction.

    `met` counts the rows that were written by the datasets, other than their own, whose rows they were worked out with.
    """

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
        self.met: Counter[tuple[str, ...]] = Counter()
        self._last: list[tuple[str, ...]] = []  # of each row derived last

    def derive_all(
        self, rows: Sequence[Row], among: Batch | None = None
    ) -> tuple[list[Derived | None], dict[int, str]]:
        """The derived columns of each row, and the reason for each row whose rule failed, by position.

        `among`: the batch these rows are of, which may hold rows that they look at.
        """
        related = self._related(rows, among)
        nothing: dict[str, list[Row]] = {}
        others = [(r.name, r.dataset) for r in self.dataset.related if r.dataset != self.dataset.name]
        self._last = []
        found: list[Derived | None] = []
        failed: dict[int, str] = {}
        for position, row in enumerate(rows):
            self._last.append(())
            try:
                own = {r.name: groups.get(row[r.here], []) for r, groups in related} if related else nothing
                self._last[-1] = tuple(name for relation, name in others if own.get(relation))
                found.append(self.derive(self.dataset, row, own, self.clocks))
            except Exception as error:  # noqa: BLE001  a rule's fault must cost one row, not the load
                found.append(None)
                failed[position] = f"the rule {self.dataset.rule!r} failed: {type(error).__name__}"
        if failed:
            _log.warning("%s of %s: %s", len(failed), len(rows), next(iter(failed.values())))
        return found, failed

    def _related(self, rows: Sequence[Row], among: Batch | None) -> list[tuple[Relation, Mapping[Any, list[Row]]]]:
        """For each relation, the rows it finds by the value they are found by, in order of their refs."""
        if not rows:
            return []
        return [(relation, self._groups(relation, rows, among)) for relation in self.dataset.related]

    def _groups(self, relation: Relation, rows: Sequence[Row], among: Batch | None) -> Mapping[Any, list[Row]]:
        if among and relation.dataset == self.dataset.name and relation.here == relation.there == among.by:
            others: Sequence[Row] = among.rows
        else:
            keys = {row[relation.here] for row in rows} - {None}
            others = Rows(self.datasets[relation.dataset], self.connection).by(relation.there, sorted(keys))
        groups: dict[Any, list[Row]] = defaultdict(list)
        for other in others:
            groups[other[relation.there]].append(other)
        groups.pop(None, None)
        for group in groups.values():
            group.sort(key=lambda row: row["ref"])
        return groups

    def wrote(self, positions: Iterable[int]) -> None:
        """Of the rows that were derived last, those that are written."""
        if self.dataset.related:
            self.met.update(self._last[position] for position in positions)

    def columns(self, derived: Sequence[Derived]) -> dict[str, Sequence[Any]]:
        """Derived columns in stored form."""
        dialect = self.connection.dialect
        return {name: stored(self.types[name], [row[name] for row in derived], dialect) for name in self.names}

    # --- rows that are stored already ---
    def refresh(self, batches: Iterable[Batch]) -> int:
        """Derives stored rows again and writes those that come out different. Returns how many did."""
        statement = update_statement(self.table, self.names, self.connection.dialect)
        done: set[str] = set()
        changed = 0
        for batch in batches:
            new = [i for i, row in enumerate(batch.rows) if row["ref"] not in done]
            done.update(batch.rows[i]["ref"] for i in new)
            changed += self._refresh_one(new, batch, statement)
        return changed

    def _refresh_one(self, positions: Sequence[int], batch: Batch, statement: DriverStatement) -> int:
        rows = [batch.rows[i] for i in positions]
        found, _ = self.derive_all(rows, batch)
        news = [
            at
            for at, (i, derived) in enumerate(zip(positions, found, strict=True))
            if derived is not None and batch.derived[i] != tuple(derived[name] for name in self.names)
        ]
        self.wrote(news)
        pairs = [(rows[at]["ref"], derived) for at in news if (derived := found[at]) is not None]
        columns = {**self.columns([derived for _, derived in pairs]), "key": [ref for ref, _ in pairs]}
        statement.run(self.connection, list(zip(*(columns[name] for name in statement.names), strict=True)))
        return len(pairs)

    def every_row(self) -> Iterator[Batch]:
        """All rows, those that look at each other together."""
        rows = Rows(self.dataset, self.connection)
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
            yield Batch(*rows.with_derived(key, last), key)
        if key != "ref":
            yield from self.by("ref", self.connection.execute(select(c.ref).where(c[key].is_(None))).scalars())

    def by(self, column: str, keys: Iterable[Any]) -> Iterator[Batch]:
        """Stored rows whose column is one of the keys."""
        rows = Rows(self.dataset, self.connection)
        ordered = sorted(key for key in keys if key is not None)
        for start in range(0, len(ordered), AT_A_TIME):
            yield Batch(*rows.with_derived(column, ordered[start : start + AT_A_TIME]), column)
