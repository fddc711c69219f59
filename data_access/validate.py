"""A chunk of a source, by column, to rows of a dataset; what cannot be is told apart, with column and reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import compress
from typing import Any

from cspdash.domain.datasets import Dataset
from data_access.column_types import instant_text
from data_access.columns import ColumnReader, Converted, one_by_one
from data_access.convert import Convert, as_text
from data_access.mapped import ColumnRule, DatasetMapping, RowTest, plain
from data_access.sources.reading import Chunk, part

DELETED_HASH = "~"  # sorts after every hash: of two versions that are equal, the one that takes a row away wins
NO_VERSION = "is empty, so that a later change of this row could not be seen"
_LONGEST_TEXT = 500

Problems = dict[int, dict[str, str]]  # position of a row -> column -> what is wrong with it


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that did not become one of ours. `version` is "" where it could not be read."""

    place: str
    ref: str | None
    version: str
    column: str
    reason: str
    row: str  # as JSON, only the columns that are mapped


@dataclass(frozen=True, slots=True)
class Version:
    """How a row's version is told: by a column of theirs, by its place among the files, or by the number of the load."""

    column: str = ""  # their column; "" for the other two
    ours: str = ""  # our column that takes it as a day or instant, so that it is converted already
    convert: Convert = as_text
    load: str = ""


@dataclass(slots=True)
class Arrival:
    """What a chunk became. Columns of `values` are Python's, those of `texts` have instants and days as text."""

    names: tuple[str, ...]
    refs: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    values: list[Sequence[Any]] = field(default_factory=list)
    texts: list[Sequence[Any]] = field(default_factory=list)
    deleted: list[tuple[str, str]] = field(default_factory=list)  # ref and version of rows taken away
    merged: dict[tuple[str, str], str] = field(default_factory=dict)  # of the deleted: into which record it went
    left_out: list[tuple[str, str]] = field(default_factory=list)  # the same of rows to skip, where there is a ref
    refused: list[Refusal] = field(default_factory=list)
    read: int = 0
    skipped: int = 0
    newest: datetime | None = None  # newest changed_at

    def __len__(self) -> int:
        return len(self.refs)

    def only(self, refs: Container[str]) -> Arrival:
        """What arrived of these rows alone."""
        held = [ref in refs for ref in self.refs]
        return Arrival(
            self.names,
            refs=list(compress(self.refs, held)),
            versions=list(compress(self.versions, held)),
            hashes=list(compress(self.hashes, held)),
            values=[list(compress(values, held)) for values in self.values],
            texts=[list(compress(texts, held)) for texts in self.texts],
            deleted=[pair for pair in self.deleted if pair[0] in refs],
            merged={pair: into for pair, into in self.merged.items() if pair[0] in refs},
        )


class RowReader:
    """Turns chunks of one mapping into arrivals."""

    def __init__(self, dataset: Dataset, mapping: DatasetMapping, latest: datetime, version: Version) -> None:
        self.mapping, self.version = mapping, version
        self.names = tuple(column.name for column in dataset.kept_columns)
        self.readers = {rule.name: ColumnReader(rule, latest) for rule in mapping.columns}

    def read(self, chunk: Chunk) -> Arrival:
        """The rows of the chunk that are good, gone, left out and refused."""
        arrival = Arrival(self.names, read=chunk.size + len(chunk.malformed) + len(chunk.gone))
        arrival.refused = [Refusal(bad.place, None, "", "", bad.reason, bad.text) for bad in chunk.malformed]
        merged = self._merged(chunk) if self.mapping.merged_into else {}
        taken, deleted, skipped = self._sorted(chunk, merged)
        for i in deleted if merged else ():
            if i in merged:
                arrival.merged |= dict.fromkeys(self._keys(part(chunk, [i]))[0], merged[i])
        arrival.skipped = len(skipped)
        if skipped:
            arrival.left_out, _ = self._keys(part(chunk, skipped))
        if deleted:
            arrival.deleted, refusals = self._keys(part(chunk, deleted))
            arrival.refused += refusals
        if chunk.gone:
            refs = self.readers["ref"].read([value for value, _ in chunk.gone]).values
            arrival.deleted += [(ref, at) for ref, (_, at) in zip(refs, chunk.gone, strict=True) if ref is not None]
        self._rows(chunk if len(taken) == chunk.size else part(chunk, taken), arrival)
        return arrival

    def _merged(self, chunk: Chunk) -> dict[int, str]:
        """By position, into which other record a row was merged; a record that names itself is whole."""
        rule = next(rule for rule in self.mapping.columns if rule.name == "ref")
        refs, into = (
            self.readers["ref"].read(_raw(replace(rule, takes=(column,)), chunk)).values
            for column in (rule.takes[0], self.mapping.merged_into)
        )
        pairs = enumerate(zip(refs, into, strict=True))
        return {i: other for i, (ref, other) in pairs if ref is not None and other not in (None, ref)}

    def _sorted(self, chunk: Chunk, merged: Container[int]) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """Positions of rows to take, of rows taken away and of rows to leave out."""
        left_out = _any_of(self.mapping.skip, chunk)
        gone = _any_of([self.mapping.deleted] if self.mapping.deleted else [], chunk)
        every = range(chunk.size)
        if merged:
            gone = [i in merged or bool(gone and gone[i]) for i in every]
        if left_out is None and gone is None:
            return every, (), ()
        skipped = list(compress(every, left_out)) if left_out else []
        deleted = [i for i in compress(every, gone) if not (left_out and left_out[i])] if gone else []
        other = {*skipped, *deleted}
        return [i for i in every if i not in other], deleted, skipped

    def _keys(self, chunk: Chunk) -> tuple[list[tuple[str, str]], list[Refusal]]:
        """(ref, version) of every row that has both, and those that have not."""
        rules = [rule for rule in self.mapping.columns if rule.name in ("ref", self.version.ours)]
        columns, problems = self._converted(rules, chunk)
        versions = self._versions(chunk, columns, problems)
        refs = columns["ref"].values
        pairs = [pair for i, pair in enumerate(zip(refs, versions, strict=True)) if i not in problems]
        return pairs, self._refusals(chunk, problems, refs, versions)

    def _rows(self, chunk: Chunk, arrival: Arrival) -> None:
        columns, problems = self._converted(self.mapping.columns, chunk)
        versions = self._versions(chunk, columns, problems)
        values = {name: column.values for name, column in columns.items()}
        texts = {name: column.texts for name, column in columns.items()}
        if problems:
            arrival.refused += self._refusals(chunk, problems, values["ref"], versions)
            good = [i not in problems for i in range(chunk.size)]
            values = {name: list(compress(each, good)) for name, each in values.items()}
            texts = {name: list(compress(each, good)) for name, each in texts.items()}
            versions = list(compress(versions, good))
        empty = [None] * len(versions)
        arrival.refs, arrival.versions = list(values["ref"]), versions
        arrival.values = [values.get(name, empty) for name in self.names]
        arrival.texts = [texts.get(name, empty) for name in self.names]
        arrival.hashes = [row_hash(row) for row in zip(*texts.values(), strict=True)]
        arrival.newest = max(filter(None, values.get("changed_at", ())), default=None)

    def _converted(self, rules: Iterable[ColumnRule], chunk: Chunk) -> tuple[dict[str, Converted], Problems]:
        """Columns by our names, and what is wrong with which rows."""
        columns: dict[str, Converted] = {}
        problems: Problems = {}
        for rule in rules:
            column = self.readers[rule.name].read(_raw(rule, chunk))
            if rule.when:
                column = _only(column, rule.when.holds(chunk.columns[rule.when.column]))
            columns[rule.name] = column
            bad = dict(column.bad)
            if rule.required and None in column.values:
                empty = {i: "is required and empty" for i, value in enumerate(column.values) if value is None}
                bad = {**empty, **bad}
            for i, reason in bad.items():
                problems.setdefault(i, {})[rule.name] = reason
        return columns, problems

    def _versions(self, chunk: Chunk, columns: Mapping[str, Converted], problems: Problems) -> list[str]:
        """Every row's version as sortable text, "" where there is none; rows without are added to the problems."""
        version = self.version
        if not version.column:
            return list(chunk.order) if chunk.order else [version.load] * chunk.size
        if version.ours:
            found = columns[version.ours].texts
            empty = {i: NO_VERSION for i, value in enumerate(found) if value is None} if None in found else {}
        else:
            converted = one_by_one(chunk.columns[version.column], version.convert)
            found, empty = converted.values, converted.bad
        for i, reason in empty.items():
            problems.setdefault(i, {}).setdefault(version.ours or version.column, reason)
        if not chunk.order:
            return [value or "" for value in found]
        # Of two rows with one version that of the later file is the newer.
        return [f"{value}\t{order}" if value else "" for value, order in zip(found, chunk.order, strict=True)]

    def _refusals(
        self, chunk: Chunk, problems: Problems, refs: Sequence[Any], versions: Sequence[str]
    ) -> list[Refusal]:
        return [
            Refusal(
                place=chunk.place(i),
                ref=refs[i],
                version=versions[i],
                column=next(iter(found)),
                reason="; ".join(
                    [next(iter(found.values())), *(f"{name} {why}" for name, why in list(found.items())[1:])]
                ),
                row=_as_json({name: values[i] for name, values in chunk.columns.items()}),
            )
            for i, found in sorted(problems.items())
        ]


def _any_of(tests: Sequence[RowTest], chunk: Chunk) -> list[bool] | None:
    """For each row, whether it meets any of the tests; None where there are none."""
    if not tests:
        return None
    held = [test.holds(chunk.columns[test.column]) for test in tests]
    return held[0] if len(held) == 1 else [any(row) for row in zip(*held, strict=True)]


def _raw(rule: ColumnRule, chunk: Chunk) -> Sequence[Any]:
    """Their values before any step: one column, several joined, or a constant."""
    if not rule.takes:
        return [rule.const] * chunk.size
    if len(rule.takes) == 1:
        return chunk.columns[rule.takes[0]]
    parts = zip(*(map(plain, chunk.columns[name]) for name in rule.takes), strict=True)
    return [rule.join.join(row) if any(row) else None for row in parts]


def _only(column: Converted, held: Sequence[bool]) -> Converted:
    """The column in these rows alone; in the others there is no value, and nothing wrong with it."""
    values = [value if held[i] else None for i, value in enumerate(column.values)]
    texts = [text if held[i] else None for i, text in enumerate(column.texts)]
    return Converted(values, texts, {i: reason for i, reason in column.bad.items() if held[i]})


def row_hash(row: tuple[Any, ...]) -> str:
    """Hash of a row's values in their stored form, the same in every process and on every database."""
    return hashlib.sha256(repr(row).encode()).hexdigest()[:32]


def _as_json(row: Mapping[str, Any]) -> str:
    def shown(value: Any) -> Any:
        if value is None or isinstance(value, int | bool):
            return value
        text = instant_text(value) if isinstance(value, datetime) and value.tzinfo else plain(value)
        return text.encode(errors="replace").decode().replace("\x00", "")[:_LONGEST_TEXT]

    return json.dumps({name: shown(value) for name, value in row.items()}, ensure_ascii=False)
