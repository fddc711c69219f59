"""Records as lines of JSON, in a dataset's declared columns: checked and converted as an ingest does it, and derived.

Rows that a rule also looks at stand in their record under the relation's name, in the other dataset's own columns:

    {"ref": "V1", "investigation_ref": "C1", "investigations": {"recorded_at": "2026-03-02T09:00:00"}, "events": [...]}

What a related row has in common with its record need not be said again, and no reference is needed at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from cspdash.domain.clocks import Clocks
from cspdash.domain.datasets import Dataset, Relation
from cspdash.domain.derivation import derive
from cspdash.domain.shaping import shape_of
from data_access.mapped import ColumnRule, DatasetMapping
from data_access.sources.reading import Chunk
from data_access.validate import RowReader, Version

LONGEST = 1_000_000  # characters of a line
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line: where, which column ("" for the whole line), and what to do."""

    line: int
    column: str
    what: str

    def __str__(self) -> str:
        return (
            f"line {self.line}, column {self.column}: {self.what}" if self.column else f"line {self.line}: {self.what}"
        )


@dataclass(frozen=True, slots=True)
class Record:
    """A good line: its source columns as stored, and what the rule makes of it."""

    line: int
    row: Mapping[str, Any]
    derived: Mapping[str, Any]


class Unreadable(ValueError):
    """A line that is no record; `problems` says why."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        self.problems = problems
        super().__init__(problems)


class JsonLines:
    """Reads lines of one dataset. Times without a zone are in `zone`; those after `latest` are refused, as at ingest."""

    def __init__(
        self, dataset: Dataset, datasets: Mapping[str, Dataset], clocks: Clocks, zone: ZoneInfo, now: datetime
    ) -> None:
        self.dataset, self.datasets, self.clocks = dataset, datasets, clocks
        self.zone, self.latest = zone, now + timedelta(days=1)
        self.readers: dict[str, RowReader] = {}

    def read(self, lines: Iterable[str]) -> Iterator[Record | list[Problem]]:
        """One answer for each line that is not empty, in their order; a bad line never stops the rest."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield from self._records(number, line)
            except Unreadable as error:
                yield [Problem(number, column, what) for column, what in error.problems]

    def _records(self, number: int, line: str) -> list[Record]:
        """A line's record; of one that is kept as several, each."""
        given = parsed(line)
        names = {relation.name for relation in self.dataset.related}
        own = {name: value for name, value in given.items() if name not in names}
        if own.get("ref") in (None, ""):
            own["ref"] = f"line {number}"
        nested = {relation: _listed(relation, given.get(relation.name)) for relation in self.dataset.related}
        for relation, rows in nested.items():
            _fill_own(own, self.dataset, relation, rows)
        parts = self._kept(self.dataset, self._row(self.dataset, own, ""))
        related = {relation.name: self._related(relation, parts, rows) for relation, rows in nested.items()}
        try:
            return [Record(number, row, derive(self.dataset, row, related, self.clocks)) for row in parts]
        except Exception as error:  # as at ingest, a rule's fault costs one row
            what = f"the rule {self.dataset.rule!r} cannot work with these values ({type(error).__name__})"
            raise Unreadable(("", f"{what}. Look for a date that cannot be true")) from error

    def _kept(self, dataset: Dataset, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The row as it is kept: as several where its dataset has a shape. Raises Unreadable."""
        shape = shape_of(dataset)
        try:
            return shape(row, self.clocks) if shape else [row]
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            what = (
                f"cannot be kept as {dataset.shape!r} says ({type(error).__name__}). Look for a value that is missing"
            )
            raise Unreadable(("", what)) from error

    def _related(
        self, relation: Relation, parts: Sequence[dict[str, Any]], rows: Sequence[Mapping[str, Any]]
    ) -> list[Any]:
        """The rows of one relation in order of their refs; of a dataset that looks at itself, the record among them."""
        row = parts[0]
        other, key = self.datasets[relation.dataset], row[relation.here]
        link = {relation.there: _said(key)}
        if other.column(relation.there).shaped:  # it follows from whose row it is
            link = {"officer_id": row.get("officer_id")}
        found = []
        for i, raw in enumerate(rows, 1):
            values = {**link, **raw}
            if values.get("ref") in (None, ""):
                values["ref"] = f"{relation.name} {i}"
            place = f"{relation.name} {i}, column " if len(rows) > 1 else f"{relation.name}, column "
            for related in self._kept(other, self._row(other, values, place)):
                if related[relation.there] != key:
                    what = f"{related[relation.there]!r} is not this record's {relation.here}, {key!r}; leave it out"
                    raise Unreadable((place + relation.there, what))
                found.append(related)
        is_own = relation.dataset == self.dataset.name and row[relation.there] == key and key is not None
        if is_own and all(each["ref"] != row["ref"] for each in found):
            found += [dict(part) for part in parts]
        return sorted(found, key=lambda each: each["ref"])

    def _row(self, dataset: Dataset, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Source columns converted and checked by the ingest's own reader. Raises Unreadable."""
        problems = [
            (place + _short(name), what) for name, value in values.items() if (what := misfit(dataset, name, value))
        ]
        if problems:
            raise Unreadable(*problems)
        missing = [column.name for column in dataset.source_columns if column.required and column.name not in values]
        if missing:
            raise Unreadable(*((place + name, "is required and not given; add it") for name in missing))
        arrival = self._reader(dataset).read(
            Chunk(
                {column.name: [values.get(column.name)] for column in dataset.source_columns}, 1, lambda _: "this line"
            )
        )
        if arrival.refused:
            raise Unreadable((place + arrival.refused[0].column, arrival.refused[0].reason))
        return {name: column[0] for name, column in zip(arrival.names, arrival.values, strict=True)}

    def _reader(self, dataset: Dataset) -> RowReader:
        if dataset.name not in self.readers:
            mapping = as_declared(dataset, self.zone)
            self.readers[dataset.name] = RowReader(dataset, mapping, self.latest, Version(load="1"))
        return self.readers[dataset.name]


def as_declared(dataset: Dataset, zone: ZoneInfo) -> DatasetMapping:
    """The mapping of a source whose columns are the dataset's own."""
    rules = tuple(
        ColumnRule(column.name, column.type, column.required, column.choices, takes=(column.name,), zone=zone)
        for column in dataset.source_columns
    )
    return DatasetMapping("lines", dataset.name, dataset.name, "", rules, zone=zone)


def parsed(line: str) -> dict[str, Any]:
    """The line's object. Raises Unreadable."""
    if len(line) > LONGEST:
        raise Unreadable(("", f"is longer than {LONGEST:,} characters; one record a line"))
    try:
        found = json.loads(line.removeprefix("\ufeff"), parse_constant=_no_number, object_pairs_hook=_once)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable(("", "is nested too deeply; a record holds columns and rows of relations, no more")) from None
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg} at character {error.colno}; write one object a line"
        raise Unreadable(("", what)) from None
    except ValueError:
        raise Unreadable(("", "holds a number that is too long; put it in quotes if it is a code")) from None
    if not isinstance(found, dict):
        raise Unreadable(("", 'is not an object; write {"column": value, ...}'))
    return found


def _no_number(name: str) -> Any:
    raise Unreadable(("", f"{name} is not a value; use null where nothing is known"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two values nobody could say which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable((_short(twice), "is given twice; remove one"))
    return found


def misfit(dataset: Dataset, name: str, value: Any) -> str:
    """What is wrong with a column's name, or with a value that no source could send; "" for nothing."""
    known = {column.name: column for column in dataset.all_columns}
    if name not in known:
        known_ones = [column.name for column in dataset.source_columns] + [each.name for each in dataset.related]
        close = get_close_matches(name, known_ones, n=1)
        hint = f"did you mean {close[0]}?" if close else f"`docs/datasets.md` lists the columns of {dataset.name}"
        return f"{dataset.name} has no such column; {hint}"
    if known[name].derived or known[name].shaped:
        return "is worked out by the rule, not given; leave it out"
    if isinstance(value, dict | list):
        return f"is a list or an object, and {name} holds one {known[name].type}; give one value"
    return ""


def _listed(relation: Relation, value: Any) -> list[Mapping[str, Any]]:
    """The rows under a relation's name: a list of objects, or one object. Raises Unreadable."""
    rows = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        what = f"holds rows of {relation.dataset}; write a list of objects"
        raise Unreadable((relation.name, what))
    return rows


def _fill_own(own: dict[str, Any], dataset: Dataset, relation: Relation, rows: Sequence[Mapping[str, Any]]) -> None:
    """What links a record to its rows, where only they say it, or nobody."""
    if rows and not dataset.column(relation.here).shaped and own.get(relation.here) in (None, ""):
        own[relation.here] = rows[0].get(relation.there) or own["ref"]


def _said(key: Any) -> Any:
    return key.isoformat() if hasattr(key, "isoformat") else key


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
