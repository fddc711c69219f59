"""Metric definitions: data, not code. Reads catalogue files, checks them, and says what they mean.

A catalogue file is one family: a [family] table and [[metric]] tables (docs/developer/metrics.md describes every key).
The package ships one per family; a deployment's <home>/catalogue/*.toml adds families and metrics, changes keys of
packaged metrics (same slug), or switches them off (status = "retired").
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from cspdash.domain.conditions import Condition, Group, looks_at_hours, parse, sentence
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError, UnknownFamily, UnknownMetric

PACKAGED = Path(__file__).parents[1] / "catalogue"

Kind = Literal["stock", "flow"]
Measure = Literal["count", "share", "sum", "median", "ratio"]
Better = Literal["lower", "higher", "neutral"]
Format = Literal["count", "percent", "hours", "pounds", "minutes"]
EVERYTHING = Group("all", ())

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,47}")
_STRINGS = ("title", "short_title", "unit_label", "target_text", "clock", "exclusions", "source", "owner", "note")
_CHOICES = {
    "kind": ("stock", "flow"),
    "measure": ("count", "share", "sum", "median", "ratio"),
    "better": ("lower", "higher", "neutral"),
    "format": ("count", "percent", "hours", "pounds", "minutes"),
    "attribution": ("officer", "place"),
    "status": ("draft", "agreed", "live", "parked", "retired"),
}


@dataclass(frozen=True, slots=True)
class Below:
    """The denominator of a ratio, summed from another dataset over the same period (a budget): units only, no officers."""

    dataset: str
    column: str
    at: str
    where: Condition = EVERYTHING


@dataclass(frozen=True, slots=True)
class Metric:
    """One definition.

    kind       stock: rows open at the moment; flow: rows whose `at` falls in the period
    measure    count of rows; share of rows meeting `numerator_where`; sum or median of `column`; ratio: sum of `column`
               over the sum of `below`
    opens, closes   lifecycle columns of a stock ("" opens: always; "" closes: never)
    per_fte    compared per full-time officer; `is_judged` False: no usual range, no colour (also for better = neutral)
    may_rank   False: bars may not be sorted by value (stop and search)
    attribution  officer: a row belongs where its officer is posted; place: where the record says, and to the officer only
               if posted there
    """

    slug: str
    family: str
    title: str
    dataset: str
    kind: Kind
    measure: Measure = "count"
    where: Condition = EVERYTHING
    numerator_where: Condition = EVERYTHING
    column: str = ""
    at: str = ""
    opens: str = ""
    closes: str = ""
    below: Below | None = None
    better: Better = "lower"
    format: Format = "count"
    unit_label: str = "records"
    short_title: str = ""
    target: float | None = None
    target_text: str = ""
    attribution: Literal["officer", "place"] = "officer"
    per_fte: bool = False
    is_judged: bool = True
    may_rank: bool = True
    may_plan: bool = True
    min_volume: int | None = None
    headline: bool = False
    summary: bool = False
    order: str = ""
    due: str = ""
    clock: str = ""
    exclusions: str = ""
    source: str = ""
    owner: str = ""
    note: str = ""
    status: str = "live"
    declared: str = ""

    @property
    def is_share(self) -> bool:
        return self.measure in ("share", "ratio")

    @property
    def columns_needed(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.column, self.at, self.opens, self.closes)))

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Datasets whose change may move this figure."""
        return (self.dataset, self.below.dataset) if self.below else (self.dataset,)

    @property
    def looks_at_hours(self) -> bool:
        return looks_at_hours(self.where) or looks_at_hours(self.numerator_where)

    @property
    def version(self) -> str:
        """Short hash of what the definition counts; wording and targets do not change it."""
        facts = {
            name: getattr(self, name)
            for name in ("slug", "dataset", "kind", "measure", "column", "at", "opens", "closes", "attribution")
        }
        facts["where"] = asdict(self.where)
        facts["numerator_where"] = asdict(self.numerator_where)
        facts["below"] = asdict(self.below) if self.below else None
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class LookAhead:
    """A clock for "next 28 days": rows open at the moment, met by `where`, whose `due` falls in the coming days."""

    metric: Metric
    due: str
    word: str


@dataclass(frozen=True, slots=True)
class Family:
    slug: str
    title: str
    order: int
    question: str = ""
    metrics: tuple[Metric, ...] = ()
    look_ahead: tuple[LookAhead, ...] = ()
    note: str = ""

    @property
    def headline(self) -> Metric:
        return next((metric for metric in self.metrics if metric.headline), self.metrics[0])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All live families and metrics of a deployment."""

    families: tuple[Family, ...]
    datasets: Mapping[str, Dataset] = field(default_factory=dict)

    def family(self, slug: str) -> Family:
        for family in self.families:
            if family.slug == slug:
                return family
        raise UnknownFamily(f"There is no scorecard {slug[:40]!r}.")

    def metric(self, slug: str) -> Metric:
        for family in self.families:
            for metric in family.metrics:
                if metric.slug == slug:
                    return metric
        raise UnknownMetric(f"There is no metric {slug[:48]!r}. `cspdash metrics list` shows them all.")

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return tuple(metric for family in self.families for metric in family.metrics)


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


class _File:
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
        for name in ("metric", "look_ahead"):
            rows = self.table.get(name, [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise DefinitionError(f"{name} is not a list of tables", self.name, f"Begin each with [[{name}]]")

    def at(self, table: str, index: int, key: str = "") -> str:
        return f"{self.name}, line {line_of(self.text, table, index, key)}"


_METRIC_KEYS = {f for f in Metric.__dataclass_fields__ if f not in ("family", "declared", "below")} | {
    "denominator",
    "family",
}


def _metric(
    raw: Mapping[str, Any], file: _File, index: int, family: str, datasets: Mapping[str, Dataset], table: str = "metric"
) -> Metric:
    def refuse(key: str, problem: str, remedy: str = "") -> DefinitionError:
        return DefinitionError(problem, file.at(table, index, key), remedy)

    unknown = set(raw) - _METRIC_KEYS
    if unknown:
        key = sorted(unknown)[0]
        raise refuse(key, f"unknown key {key!r}", f"Keys: {', '.join(sorted(_METRIC_KEYS))}")
    slug = raw.get("slug")
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise refuse(
            "slug", f"slug {slug!r} cannot be used", "Use small letters, digits and _, beginning with a letter"
        )
    for key, allowed in _CHOICES.items():
        if key in raw and raw[key] not in allowed:
            raise refuse(key, f"{key} {raw[key]!r} is unknown", f"Use one of {', '.join(allowed)}")
    for key in ("title", "dataset", "kind"):
        if not isinstance(raw.get(key), str) or not raw[key]:
            raise refuse(key, f"metric {slug!r} has no {key}", f'Add {key} = "..."')
    for key in _STRINGS:
        if key in raw and not isinstance(raw[key], str):
            raise refuse(key, f"{key} is not text", "Put it in quotes")
    for key in ("per_fte", "is_judged", "may_rank", "may_plan", "headline", "summary"):
        if key in raw and not isinstance(raw[key], bool):
            raise refuse(key, f"{key} is neither true nor false", f"{key} = true, without quotes")
    if "target" in raw and (not isinstance(raw["target"], int | float) or isinstance(raw["target"], bool)):
        raise refuse("target", "target is not a number", "target = 100")
    if "min_volume" in raw and (not isinstance(raw["min_volume"], int) or isinstance(raw["min_volume"], bool)):
        raise refuse("min_volume", "min_volume is not a whole number", "min_volume = 5")
    dataset = datasets.get(raw["dataset"])
    if dataset is None or dataset.kind != "record":
        raise refuse(
            "dataset",
            f"there is no dataset {raw['dataset']!r}",
            f"Datasets: {', '.join(sorted(n for n, d in datasets.items() if d.kind == 'record'))}",
        )
    for key in ("column", "at", "opens", "closes", "due"):
        name = raw.get(key, "")
        if name and not dataset.has(name):
            raise refuse(
                key,
                f"dataset {dataset.name!r} has no column {name!r}",
                f"Columns: {', '.join(c.name for c in dataset.all_columns)}",
            )
        if name and key != "column" and dataset.column(name).type not in ("date", "instant"):
            raise refuse(key, f"{name} is of type {dataset.column(name).type}", "Use a date or instant column")
    measure = raw.get("measure", "count")
    kind = raw["kind"]
    if kind == "flow" and not raw.get("at"):
        raise refuse(
            "kind",
            f"flow {slug!r} does not say when a row happened",
            'Add at = "column", the date or instant that must fall in the period',
        )
    if kind == "stock" and raw.get("at"):
        raise refuse("at", "a stock has no at", 'Remove it, or make it kind = "flow"')
    if measure in ("sum", "median", "ratio"):
        if not raw.get("column"):
            raise refuse("measure", f"{measure} needs a column", 'Add column = "..."')
        if dataset.column(raw["column"]).type not in ("integer", "number", "pence"):
            raise refuse("column", f"{raw['column']} is not a number", "Use an integer, number or pence column")
    if measure == "share" and not raw.get("numerator_where"):
        raise refuse(
            "measure", "a share needs numerator_where", "Add the condition that makes a row count above the line"
        )
    if measure != "share" and raw.get("numerator_where"):
        raise refuse("numerator_where", "numerator_where belongs to a share", 'Add measure = "share", or remove it')
    if (measure == "ratio") != ("denominator" in raw):
        raise refuse(
            "denominator",
            'denominator belongs to measure = "ratio" and to it only',
            "denominator = {dataset=..., column=..., at=...}",
        )
    if raw.get("order") and not dataset.has(raw["order"].lstrip("-")):
        raise refuse(
            "order",
            f"dataset {dataset.name!r} has no column {raw['order']!r}",
            "A column of the dataset, with - before it for descending",
        )
    at_where = file.at(table, index, "where")
    below = None
    if measure == "ratio":
        b = raw["denominator"]
        if not isinstance(b, Mapping):
            raise refuse("denominator", "denominator is not a table", "denominator = {dataset=..., column=..., at=...}")
        other = datasets.get(b.get("dataset", ""))
        if other is None or not other.has(b.get("column", "")) or not other.has(b.get("at", "")):
            raise refuse(
                "denominator",
                "denominator names a dataset or column that is not declared",
                "denominator = {dataset=..., column=..., at=...}",
            )
        below = Below(b["dataset"], b["column"], b["at"], parse(b.get("where", []), other, at_where))
    fields = {
        key: value
        for key, value in raw.items()
        if key in Metric.__dataclass_fields__ and key not in ("where", "numerator_where")
    }
    fields["family"] = family
    if kind == "stock":
        fields.setdefault("opens", dataset.opens)
        fields.setdefault("closes", dataset.closes)
    fields.setdefault("format", {"share": "percent", "ratio": "percent"}.get(measure, "count"))
    fields.setdefault("unit_label", dataset.noun[1])
    fields.setdefault("short_title", raw["title"])
    return Metric(
        **{
            **fields,
            "where": parse(raw.get("where", []), dataset, at_where),
            "numerator_where": parse(raw.get("numerator_where", []), dataset, file.at(table, index, "numerator_where")),
            "below": below,
            "declared": file.at(table, index),
        }
    )


def load_catalogue(
    datasets: Mapping[str, Dataset], folders: Iterable[Path] = (), only: Iterable[str] = ()
) -> Catalogue:
    """Reads and checks all definitions. `only` (family slugs, in order) limits and orders the families shown.

    Raises DefinitionError with file, line and what would be right. A deployment's metric with a packaged slug changes the
    keys it names and keeps the rest.
    """
    families: dict[str, dict[str, Any]] = {}
    raws: dict[str, tuple[dict[str, Any], _File, int, str]] = {}
    aheads: dict[tuple[str, str], tuple[dict[str, Any], _File, int]] = {}
    for folder in (PACKAGED, *folders):
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            file = _File(path, folder == PACKAGED)
            head = file.table.get("family", {})
            family = str(head.get("slug", path.stem))
            if not _SLUG.fullmatch(family):
                raise DefinitionError(
                    f"family slug {family!r} cannot be used",
                    file.at("family", 0, "slug"),
                    "Use small letters, digits and _",
                )
            families.setdefault(family, {"slug": family}).update(head)
            for index, raw in enumerate(file.table.get("metric", ())):
                slug = str(raw.get("slug", ""))
                before = raws.get(slug)
                if before and before[1].name == file.name:
                    raise DefinitionError(
                        f"metric {slug!r} is defined twice",
                        file.at("metric", index, "slug"),
                        "Give one of them another slug",
                    )
                belongs = str(raw.get("family", before[3] if before else family))
                raws[slug] = ({**before[0], **raw} if before else dict(raw), file, index, belongs)
            for index, raw in enumerate(file.table.get("look_ahead", ())):
                key = (family, str(raw.get("slug", "")))
                before_it = aheads[key][0] if key in aheads else {}
                aheads[key] = ({**before_it, **raw}, file, index)
    metrics = [_metric(raw, file, index, family, datasets) for raw, file, index, family in raws.values()]
    looks = [
        (family, _look_ahead(raw, file, index, family, datasets)) for (family, _), (raw, file, index) in aheads.items()
    ]
    built: list[Family] = []
    for slug, head in families.items():
        own = tuple(metric for metric in metrics if metric.family == slug and metric.status in ("live", "parked"))
        if not own or head.get("enabled", True) is False:
            continue
        look = tuple(ahead for family, ahead in looks if family == slug and ahead.metric.status == "live")
        built.append(
            Family(
                slug,
                str(head.get("title", slug)),
                int(head.get("order", 99)),
                str(head.get("question", "")),
                own,
                look,
                str(head.get("note", "")),
            )
        )
    built.sort(key=lambda family: (family.order, family.slug))
    wanted = list(only)
    if wanted:
        by_slug = {family.slug: family for family in built}
        for slug in wanted:
            if slug not in by_slug:
                raise DefinitionError(
                    f"families names {slug!r}, which has no live metric",
                    "cspdash.toml",
                    f"Families: {', '.join(by_slug)}",
                )
        built = [by_slug[slug] for slug in wanted]
    return Catalogue(tuple(built), datasets)


def _look_ahead(
    raw: Mapping[str, Any], file: _File, index: int, family: str, datasets: Mapping[str, Dataset]
) -> LookAhead:
    where = file.at("look_ahead", index)
    missing = {"slug", "title", "word", "dataset", "due"} - set(raw)
    if missing:
        raise DefinitionError(
            f"look_ahead lacks {', '.join(sorted(missing))}",
            where,
            'slug, title, word ("time limits"), dataset, due, where',
        )
    fields = {key: value for key, value in raw.items() if key != "word"}
    metric = _metric({**fields, "kind": "stock"}, file, index, family, datasets, "look_ahead")
    return LookAhead(metric, str(raw["due"]), str(raw["word"]))


def within(look: LookAhead, days: int, datasets: Mapping[str, Dataset]) -> Metric:
    """The look-ahead as a stock metric: due from today up to so many days ahead."""
    extra = parse([[look.due, "within_days", days]], datasets[look.metric.dataset], look.metric.declared)
    return replace(
        look.metric, slug=f"{look.metric.slug}_{days}", where=Group("all", (*look.metric.where.parts, *extra.parts))
    )


def definition_sentence(metric: Metric, datasets: Mapping[str, Dataset]) -> str:
    """What is counted, in one or two plain sentences."""
    dataset = datasets[metric.dataset]
    many = dataset.noun[1]
    rows = f"{many[:1].upper()}{many[1:]}"
    conditions = sentence(metric.where)
    where = f" where {conditions}" if conditions else ""
    if metric.kind == "stock":
        opened = f"after {dataset.column(metric.opens).label.lower()}" if metric.opens else ""
        closed = f"before {dataset.column(metric.closes).label.lower()}" if metric.closes else ""
        span = " and ".join(filter(None, (opened, closed)))
        when = f" open right now ({span})" if span else " held right now"
    else:
        when = f" whose date {dataset.column(metric.at).label.lower()!r} falls in the period"
    body = f"{rows}{when}{where}"
    match metric.measure:
        case "count":
            return f"{body}."
        case "share":
            return f"Of {body[:1].lower()}{body[1:]}: the share where {sentence(metric.numerator_where)}."
        case "sum":
            return f"Sum of {dataset.column(metric.column).label.lower()} over {body[:1].lower()}{body[1:]}."
        case "median":
            return f"Middle value (median) of {dataset.column(metric.column).label.lower()} over {body[:1].lower()}{body[1:]}."
    assert metric.below is not None
    other = datasets[metric.below.dataset]
    return (
        f"Sum of {dataset.column(metric.column).label.lower()} over {body[:1].lower()}{body[1:]}, "
        f"divided by the sum of {other.column(metric.below.column).label.lower()} of {other.noun[1]} for the same period."
    )
