"""Datasets: the kinds of record a force holds, declared once as TOML and read by schema, mapping check, queries and docs.

The package ships cspdash/datasets/*.toml; a deployment may add its own in <home>/datasets/*.toml, for which tables are
made like any other. Every dataset also has the common columns below; they are never declared.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cspdash.domain.errors import DefinitionError

ColumnType = Literal["text", "choice", "integer", "number", "pence", "bool", "date", "instant"]
COLUMN_TYPES: tuple[ColumnType, ...] = ("text", "choice", "integer", "number", "pence", "bool", "date", "instant")

PACKAGED = Path(__file__).parents[1] / "datasets"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RESERVED = {
    "load",
    "quarantine",
    "plan",
    "plan_revision",
    "posting_resolved",
    "data_version",
    "source_health",
    "source_state",
    "source_file",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `derived` columns are written by the dataset's rule, `shaped` ones by its shape, neither by a source."""

    name: str
    type: ColumnType
    label: str
    help: str = ""
    required: bool = False
    derived: bool = False
    shaped: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of another dataset (or of this one) a rule needs: those whose `there` equals this row's `here`.

    A rule reads only the source columns of related rows, never their derived ones, so the order of derivation is free.
    """

    name: str
    dataset: str
    here: str
    there: str


# The key and provenance of a row. `officer_id` and `unit_id` are as the record says, and may be empty or unknown.
COMMON: tuple[Column, ...] = (
    Column("ref", "text", "Reference", "Key of the row at its source", required=True),
    Column("officer_id", "text", "Officer", "Employee number of the officer the record names, if it does"),
    Column("unit_id", "text", "Unit", "ref of the unit the record names (place or desk), if it does"),
    Column("changed_at", "instant", "Changed", "When the source last changed the row, where it says"),
)
COMMON_NAMES = frozenset(column.name for column in COMMON)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A kind of record. `opens` and `closes` name the columns of its lifecycle ("" where it has none)."""

    name: str
    title: str
    noun: tuple[str, str]
    columns: tuple[Column, ...]  # declared ones, without COMMON
    opens: str = ""
    closes: str = ""
    rule: str = ""
    shape: str = ""  # how one row of a source becomes several of ours (cspdash.domain.shaping)
    part_of: str = ""  # then the shaped column that names the source's row
    kind: Literal["record", "organisation"] = "record"
    shown: tuple[str, ...] = ()
    related: tuple[Relation, ...] = ()
    count_only: tuple[str, str] | None = None  # (column, value): such rows are counted, their content never listed
    where: str = ""  # file it was declared in

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return COMMON + self.columns

    @property
    def source_columns(self) -> tuple[Column, ...]:
        """What a source may supply."""
        return tuple(column for column in self.all_columns if not (column.derived or column.shaped))

    @property
    def kept_columns(self) -> tuple[Column, ...]:
        """What a rule may read of a row: what the source gave and what shaping made of it."""
        return tuple(column for column in self.all_columns if not column.derived)

    @property
    def derived_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.derived)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.all_columns)


def _dataset(table: Mapping[str, Any], where: str) -> Dataset:  # noqa: C901 one branch a mistake
    head = table.get("dataset")
    if not isinstance(head, Mapping):
        raise DefinitionError("no [dataset] table", where, 'Begin with [dataset] and name = "..."')
    name = str(head.get("name", ""))
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise DefinitionError(
            f"dataset name {name!r} cannot be used",
            where,
            "Use small letters, digits and _, and none of the program's own tables",
        )
    columns: list[Column] = []
    for raw in table.get("column", ()):
        column_name, column_type = str(raw.get("name", "")), raw.get("type")
        at = f"{where}, column {column_name!r}"
        if not _NAME.fullmatch(column_name) or column_name in COMMON_NAMES:
            raise DefinitionError(
                "this column name cannot be used",
                at,
                "Use small letters, digits and _; ref, officer_id, unit_id and changed_at are there already",
            )
        if column_type not in COLUMN_TYPES:
            raise DefinitionError(f"type {column_type!r} is unknown", at, f"Use one of {', '.join(COLUMN_TYPES)}")
        unknown = set(raw) - {"name", "type", "label", "help", "required", "derived", "shaped", "choices"}
        if unknown:
            raise DefinitionError(
                f"unknown keys {sorted(unknown)}",
                at,
                "Keys are name, type, label, help, required, derived, shaped, choices",
            )
        if column_type == "choice" and not raw.get("choices"):
            raise DefinitionError("a choice column needs choices", at, 'choices = ["a", "b"]')
        if any(column.name == column_name for column in columns):
            raise DefinitionError("declared twice", at, "Remove one of them")
        columns.append(
            Column(
                column_name,
                column_type,
                str(raw.get("label", column_name.replace("_", " ").capitalize())),
                str(raw.get("help", "")),
                bool(raw.get("required", False)),
                bool(raw.get("derived", False)),
                bool(raw.get("shaped", False)),
                tuple(raw.get("choices", ())),
            )
        )
    dataset = Dataset(
        name=name,
        title=str(head.get("title", name)),
        noun=tuple(head.get("noun", ("record", "records"))),
        columns=tuple(columns),
        opens=str(head.get("opens", "")),
        closes=str(head.get("closes", "")),
        rule=str(head.get("rule", "")),
        shape=str(head.get("shape", "")),
        part_of=str(head.get("part_of", "")),
        kind=head.get("kind", "record"),
        shown=tuple(head.get("shown", ("ref",))),
        related=tuple(Relation(r["name"], r["dataset"], r["here"], r["there"]) for r in table.get("related", ())),
        count_only=tuple(head["count_only"]) if "count_only" in head else None,
        where=where,
    )
    for column_name in filter(
        None,
        (
            dataset.opens,
            dataset.closes,
            dataset.part_of,
            *(dataset.count_only or ())[:1],
            *dataset.shown,
            *(r.here for r in dataset.related),
        ),
    ):
        if not dataset.has(column_name):
            raise DefinitionError(
                f"column {column_name!r} is named but not declared", where, "Declare it with [[column]]"
            )
    return dataset


def load_datasets(folders: Iterable[Path] = ()) -> dict[str, Dataset]:
    """All datasets: the packaged ones, then those of the given folders (a deployment's datasets/).

    Raises DefinitionError, naming the file, for anything that is wrong. A folder's dataset may not replace a packaged one.
    """
    found: dict[str, Dataset] = {}
    for folder in (PACKAGED, *folders):
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            try:
                table = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise DefinitionError(str(error), path.name, "Mend the TOML") from error
            dataset = _dataset(table, path.name if folder == PACKAGED else f"{folder.name}/{path.name}")
            if dataset.name in found:
                raise DefinitionError(
                    f"dataset {dataset.name!r} is declared already in {found[dataset.name].where}",
                    str(path.name),
                    "Give it another name",
                )
            found[dataset.name] = dataset
    for dataset in found.values():
        for relation in dataset.related:
            other = found.get(relation.dataset)
            if other is None or not other.has(relation.there):
                raise DefinitionError(
                    f"related {relation.name!r} points to {relation.dataset}.{relation.there}, which is not declared",
                    dataset.where,
                )
    return found
