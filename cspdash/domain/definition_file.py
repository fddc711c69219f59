"""Catalogue files as they are read, and what may be wrong with a metric in one: every refusal names file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError

SLUG = re.compile(r"[a-z][a-z0-9_]{0,47}")
CHOICES = {
    "kind": ("stock", "flow"),
    "measure": ("count", "share", "sum", "median", "percentile", "ratio"),
    "better": ("lower", "higher", "neutral"),
    "format": ("count", "percent", "hours", "pounds", "minutes"),
    "attribution": ("officer", "place"),
    "status": ("draft", "agreed", "live", "parked", "retired"),
}
_NEEDED = ("title", "dataset", "kind")
_STRINGS = (
    "title",
    "short_title",
    "summary_title",
    "unit_label",
    "target_text",
    "clock",
    "exclusions",
    "source",
    "owner",
    "note",
    "alert",
)
_FACTS = (
    "per_fte",
    "is_judged",
    "judges_officers",
    "may_rank",
    "may_plan",
    "has_past",
    "per_duty",
    "headline",
    "summary",
)
_DENOMINATOR = "denominator = {dataset=..., column=..., at=...}"


def line_of(text: str, table: str, index: int, key: str = "") -> int:
    """The 1-based line of the index-th [[table]] of a TOML text, or of a key within it."""
    seen = -1
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped in (f"[[{table}]]", f"[{table}]"):
            seen += 1
            if seen > index:
                break
            start = number if seen == index else start
        elif seen == index and key and re.match(rf"{re.escape(key)}\s*=", stripped):
            return number
    return start


class DefinitionFile:
    """One catalogue file while it is read: knows how to say where a problem is."""

    def __init__(self, path: Path, packaged: bool) -> None:
        self.name = path.name if packaged else f"{path.parent.name}/{path.name}"
        self.text = path.read_text(encoding="utf-8")
        try:
            self.table = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise DefinitionError(str(error), self.name, "Mend the TOML") from error
        unknown = set(self.table) - {"family", "metric", "look_ahead"}
        if unknown:
            raise DefinitionError(
                f"unknown tables {sorted(unknown)}", self.name, "Tables are [family], [[metric]] and [[look_ahead]]"
            )
        head = self.table.get("family", {})
        if not isinstance(head, dict) or not isinstance(head.get("order", 99), int):
            raise DefinitionError(
                "[family] is not a table with a whole number as order", self.at("family", 0), "[family], order = 10"
            )
        if not isinstance(head.get("thresholds", {}), dict):
            remedy = "[family.thresholds], old_days = 120"
            raise DefinitionError("thresholds is not a table", self.at("family", 0, "thresholds"), remedy)
        for name in ("metric", "look_ahead"):
            rows = self.table.get(name, [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise DefinitionError(f"{name} is not a list of tables", self.name, f"Begin each with [[{name}]]")

    def at(self, table: str, index: int, key: str = "") -> str:
        return f"{self.name}, line {line_of(self.text, table, index, key)}"


@dataclass(frozen=True, slots=True)
class RawMetric:
    """One [[metric]] (or [[look_ahead]]) table of a file, before it is a Metric."""

    raw: Mapping[str, Any]
    file: DefinitionFile
    index: int
    table: str = "metric"

    def at(self, key: str = "") -> str:
        return self.file.at(self.table, self.index, key)

    def refusal(self, key: str, problem: str, remedy: str = "") -> DefinitionError:
        return DefinitionError(problem, self.at(key), remedy)


def check(metric: RawMetric, allowed_keys: set[str], datasets: Mapping[str, Dataset]) -> Dataset:
    """The dataset a metric reads, once everything but its conditions has been found right. Raises DefinitionError."""
    _check_keys(metric, allowed_keys)
    dataset = _dataset_of(metric, datasets)
    _check_columns(metric, dataset)
    _check_kind(metric)
    _check_measure(metric, dataset)
    return dataset


def _check_keys(metric: RawMetric, allowed_keys: set[str]) -> None:
    raw, refuse = metric.raw, metric.refusal
    for key in sorted(set(raw) - allowed_keys):
        raise refuse(key, f"unknown key {key!r}", f"Keys: {', '.join(sorted(allowed_keys))}")
    slug = raw.get("slug")
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        raise refuse(
            "slug", f"slug {slug!r} cannot be used", "Use small letters, digits and _, beginning with a letter"
        )
    for key, allowed in CHOICES.items():
        if key in raw and raw[key] not in allowed:
            raise refuse(key, f"{key} {raw[key]!r} is unknown", f"Use one of {', '.join(allowed)}")
    for key in _NEEDED:
        if not isinstance(raw.get(key), str) or not raw[key]:
            raise refuse(key, f"metric {slug!r} has no {key}", f'Add {key} = "..."')
    for key in (key for key in _STRINGS if key in raw and not isinstance(raw[key], str)):
        raise refuse(key, f"{key} is not text", "Put it in quotes")
    for key in (key for key in _FACTS if key in raw and not isinstance(raw[key], bool)):
        raise refuse(key, f"{key} is neither true nor false", f"{key} = true, without quotes")
    _check_numbers(metric)


def _check_numbers(metric: RawMetric) -> None:
    raw, refuse = metric.raw, metric.refusal
    if "target" in raw and not _is_number(raw["target"], int | float):
        raise refuse("target", "target is not a number", "target = 100")
    for key, low, high in (("settles_days", 0, 400), ("level_months", 0, 24), ("percentile", 1, 99)):
        if key in raw and not (_is_number(raw[key], int) and low <= raw[key] <= high):
            raise refuse(key, f"{key} is not a whole number from {low} to {high}", f"{key} = {max(low, 1)}")
    if "flag_above" in raw and not _is_number(raw["flag_above"], int | float):
        raise refuse("flag_above", "flag_above is not a number", "flag_above = 40, or a name of [family.thresholds]")
    if "min_volume" in raw and not _is_number(raw["min_volume"], int):
        raise refuse("min_volume", "min_volume is not a whole number", "min_volume = 5")


def _is_number(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _dataset_of(metric: RawMetric, datasets: Mapping[str, Dataset]) -> Dataset:
    name = metric.raw["dataset"]
    dataset = datasets.get(name)
    if dataset is None or dataset.kind != "record":
        known = ", ".join(sorted(n for n, d in datasets.items() if d.kind == "record"))
        raise metric.refusal("dataset", f"there is no dataset {name!r}", f"Datasets: {known}")
    return dataset


def _check_columns(metric: RawMetric, dataset: Dataset) -> None:
    for key in ("column", "at", "opens", "closes", "due"):
        name = metric.raw.get(key, "")
        if not name:
            continue
        if not isinstance(name, str) or not dataset.has(name):
            columns = ", ".join(column.name for column in dataset.all_columns)
            raise metric.refusal(key, f"dataset {dataset.name!r} has no column {name!r}", f"Columns: {columns}")
        if key != "column" and dataset.column(name).type not in ("date", "instant"):
            found = dataset.column(name).type
            raise metric.refusal(key, f"{name} is of type {found}", "Use a date or instant column")
    split = metric.raw.get("split")
    if split and (not isinstance(split, str) or not dataset.has(split)):
        raise metric.refusal("split", f"dataset {dataset.name!r} has no column {split!r}", "A column of the dataset")
    if split and metric.raw.get("measure", "count") != "count":
        raise metric.refusal("split", "only a count can be split", "Remove split")
    for key, types in (("officer", ("text",)), ("beside", ("text", "choice")), ("posted_at", ("date", "instant"))):
        name = metric.raw.get(key)
        if name and (not isinstance(name, str) or not dataset.has(name) or dataset.column(name).type not in types):
            remedy = f"A column of type {' or '.join(types)}"
            raise metric.refusal(key, f"dataset {dataset.name!r} has no such column {name!r}", remedy)
    order = metric.raw.get("order")
    if order and (not isinstance(order, str) or not dataset.has(order.lstrip("-"))):
        remedy = "A column of the dataset, with - before it for descending"
        raise metric.refusal("order", f"dataset {dataset.name!r} has no column {order!r}", remedy)


def _check_kind(metric: RawMetric) -> None:
    kind, slug = metric.raw["kind"], metric.raw["slug"]
    if kind == "flow" and not metric.raw.get("at"):
        remedy = 'Add at = "column", the date or instant that must fall in the period'
        raise metric.refusal("kind", f"flow {slug!r} does not say when a row happened", remedy)
    if kind == "stock" and metric.raw.get("at"):
        raise metric.refusal("at", "a stock has no at", 'Remove it, or make it kind = "flow"')


def _check_measure(metric: RawMetric, dataset: Dataset) -> None:
    raw, refuse = metric.raw, metric.refusal
    measure = raw.get("measure", "count")
    if measure in ("sum", "median", "percentile", "ratio"):
        if not raw.get("column"):
            raise refuse("measure", f"{measure} needs a column", 'Add column = "..."')
        if dataset.column(raw["column"]).type not in ("integer", "number", "pence"):
            raise refuse("column", f"{raw['column']} is not a number", "Use an integer, number or pence column")
    if (measure == "percentile") != ("percentile" in raw):
        raise refuse("percentile", 'percentile belongs to measure = "percentile" and to it only', "percentile = 90")
    if measure == "share" and not raw.get("numerator_where"):
        raise refuse(
            "measure", "a share needs numerator_where", "Add the condition that makes a row count above the line"
        )
    if measure != "share" and raw.get("numerator_where"):
        raise refuse("numerator_where", "numerator_where belongs to a share", 'Add measure = "share", or remove it')
    if (measure == "ratio") != ("denominator" in raw):
        raise refuse("denominator", 'denominator belongs to measure = "ratio" and to it only', _DENOMINATOR)


def denominator_of(metric: RawMetric, datasets: Mapping[str, Dataset]) -> tuple[Mapping[str, Any], Dataset]:
    """The denominator table of a ratio and the dataset it names. Raises DefinitionError."""
    raw = metric.raw["denominator"]
    if not isinstance(raw, Mapping):
        raise metric.refusal("denominator", "denominator is not a table", _DENOMINATOR)
    other = datasets.get(raw.get("dataset", ""))
    if other is None or not other.has(raw.get("column", "")) or not other.has(raw.get("at", "")):
        problem = "denominator names a dataset or column that is not declared"
        raise metric.refusal("denominator", problem, _DENOMINATOR)
    if metric.raw["kind"] != "flow":
        raise metric.refusal("kind", "a ratio compares sums of one period", 'Make it kind = "flow" with at = "..."')
    return raw, other
