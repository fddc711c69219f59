"""Metric definitions: data, not code. Reads catalogue files, checks them, and says what they mean.

A catalogue file is one family: a [family] table and [[metric]] tables (docs/developer/metrics.md describes every key).
The package ships one per family; a deployment's <home>/catalogue/*.toml adds families and metrics, changes keys of
packaged metrics (same slug), or switches them off (status = "retired").
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from cspdash.domain.clocks import Dated
from cspdash.domain.conditions import Condition, Group, looks_at_hours, parse, sentence
from cspdash.domain.datasets import Dataset
from cspdash.domain.definition_file import SLUG, DefinitionFile, RawMetric, check, denominator_of
from cspdash.domain.errors import DefinitionError, UnknownFamily, UnknownMetric
from cspdash.domain.in_force import in_force_words, spans_of

PACKAGED = Path(__file__).parents[1] / "catalogue"

Kind = Literal["stock", "flow"]
Measure = Literal["count", "share", "sum", "median", "percentile", "ratio"]
Better = Literal["lower", "higher", "neutral"]
Format = Literal["count", "percent", "hours", "pounds", "minutes"]
EVERYTHING = Group("all", ())


@dataclass(frozen=True, slots=True)
class Below:
    """The denominator of a ratio, summed from another dataset over the same period (a budget): units only, no officers."""

    dataset: str
    column: str
    at: str
    where: Condition = EVERYTHING


@dataclass(frozen=True)  # without slots: what is worked out from a definition is kept with it
class Metric:
    """One definition.

    kind       stock: rows open at the moment; flow: rows whose `at` falls in the period
    measure    count of rows; share of rows meeting `numerator_where`; sum, median or `percentile` of `column`; ratio: sum
               of `column` over the sum of `below`
    opens, closes   lifecycle columns of a stock ("" opens: always; "" closes: never)
    per_fte    compared per full-time officer; `is_judged` False: no usual range, no colour (also for better = neutral)
    may_rank   False: bars may not be sorted by value (stop and search)
    judges_officers  False: an officer's bar is context only, not held against others (response: dispatch decides)
    has_past   False: the source overwrites what this looks at, so past days cannot be worked out from today's rows and
               are not shown
    officer    the column that names whose a row is, and for a flow `posted_at` the day (or instant) whose posting counts,
               where it is not the day of `at`: a time limit lost is whoever's it was on the day it ran out
    beside     a column whose values are counted in words beside each bar (who may extend a bail period)
    flag_above  above this an officer's own figure is told in words beside the bar (`flag_words`): a question to ask of
               somebody's welfare, no target and no rank
    per_duty   may be shown per 100 hours on duty
    settles_days   so many latest days of a flow grow still, as claims arrive
    level_months   over so many last full months the middle of like teams per full-time officer is drawn as a line
    alert      what to call the rows of a stock that "What to look at" names whenever there are any
    attribution  officer: a row belongs where its officer is posted; place: where the record says, and to the officer only
               if posted there
    history    the definition in each span of days, where a target, threshold or wording is dated: (first day, definition)
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
    percentile: int = 50
    at: str = ""
    officer: str = "officer_id"
    posted_at: str = ""
    opens: str = ""
    closes: str = ""
    below: Below | None = None
    better: Better = "lower"
    format: Format = "count"
    unit_label: str = "records"
    short_title: str = ""
    summary_title: str = ""
    target: float | None = None
    target_text: str = ""
    attribution: Literal["officer", "place"] = "officer"
    per_fte: bool = False
    is_judged: bool = True
    may_rank: bool = True
    may_plan: bool = True
    judges_officers: bool = True
    has_past: bool = True
    per_duty: bool = False
    beside: str = ""
    flag_above: float | None = None
    flag_words: str = ""
    settles_days: int = 0
    level_months: int = 0
    alert: str = ""
    min_volume: int | None = None
    headline: bool = False
    summary: bool = False
    order: str = ""
    due: str = ""
    split: str = ""
    clock: str = ""
    exclusions: str = ""
    source: str = ""
    owner: str = ""
    note: str = ""
    status: str = "live"
    declared: str = ""
    history: tuple[tuple[date, Metric], ...] = field(default=(), repr=False, compare=False)
    dated: tuple[tuple[str, Dated[Any]], ...] = field(default=(), repr=False, compare=False)

    def on(self, day: date) -> Metric:
        """The definition in force on a day: the figure's own day, never the day of looking."""
        found = self
        for since, changed in self.history:
            if day < since:
                break
            found = changed
        return found

    def in_force(self, day: date) -> str:
        """What of it is dated and since when, in words; "" where nothing is."""
        return in_force_words(self.dated, day)

    @property
    def is_share(self) -> bool:
        return self.measure in ("share", "ratio")

    @property
    def is_middle(self) -> bool:
        """Worked out from every value, not from sums: the median, or another percentile."""
        return self.measure in ("median", "percentile")

    @property
    def rank(self) -> int:
        """Which percentile is meant."""
        return 50 if self.measure == "median" else self.percentile

    @property
    def columns_needed(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.column, self.at, self.opens, self.closes)))

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Datasets whose change may move this figure."""
        return (self.dataset, self.below.dataset) if self.below else (self.dataset,)

    @cached_property
    def looks_at_hours(self) -> bool:
        return looks_at_hours(self.where) or looks_at_hours(self.numerator_where)

    @cached_property
    def version(self) -> str:
        """Short hash of what the definition counts; wording and targets do not change it."""
        facts = {
            name: getattr(self, name)
            for name in ("slug", "dataset", "kind", "measure", "column", "at", "opens", "closes", "attribution")
        }
        further = {"officer": "officer_id", "posted_at": "", "percentile": 50}  # told only where they say something
        facts |= {name: getattr(self, name) for name, usual in further.items() if getattr(self, name) != usual}
        facts["where"] = asdict(self.where)
        facts["numerator_where"] = asdict(self.numerator_where)
        facts["below"] = asdict(self.below) if self.below else None
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:10]

    @property
    def version_over_time(self) -> str:
        """As `version`, over every span of days: that of the figures of many days together."""
        spans = [f"{since} {changed.version}" for since, changed in self.history]
        return hashlib.sha256("|".join(spans).encode()).hexdigest()[:10] if spans else self.version


@dataclass(frozen=True, slots=True)
class LookAhead:
    """A clock for "next 28 days": rows open at the moment, met by `where`, whose `due` falls in the coming days."""

    metric: Metric
    due: str
    word: str
    gravity: int = 0  # which clock is named first: what cannot be undone weighs most


@dataclass(frozen=True, slots=True)
class Family:
    slug: str
    title: str
    order: int
    question: str = ""
    metrics: tuple[Metric, ...] = ()
    look_ahead: tuple[LookAhead, ...] = ()
    note: str = ""
    is_to_agree: bool = False  # what it counts is for the force to settle; said on the page until `agreed`
    agreed: str = ""  # by whom and when

    @property
    def agreement(self) -> str:
        """Where agreement on the definition stands; "" where there is none to wait for."""
        settled = f"Definition agreed: {self.agreed}." if self.agreed else "Definition to be agreed with the force."
        return settled if self.is_to_agree else ""

    @property
    def note_shown(self) -> str:
        return " ".join(filter(None, (self.agreement, self.note)))

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

    def on(self, day: date) -> Catalogue:
        """The definitions in force on a day."""
        if not any(metric.history for metric in self.metrics):
            return self
        families = [replace(each, metrics=tuple(metric.on(day) for metric in each.metrics)) for each in self.families]
        return replace(self, families=tuple(families))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return tuple(metric for family in self.families for metric in family.metrics)


_METRIC_KEYS = (set(Metric.__dataclass_fields__) - {"declared", "below", "history", "dated"}) | {"denominator"}


def _metric(metric: RawMetric, family: str, datasets: Mapping[str, Dataset], thresholds: Mapping[str, Any]) -> Metric:
    """The definition of the first span of days, with those of the others in its history."""
    spans = spans_of(metric, thresholds)
    return _joined([(since, _in_one_span(raw, family, datasets)) for since, raw in spans.tables], spans.dated)


def _joined(found: list[tuple[date, Metric]], dated: tuple[tuple[str, Dated[Any]], ...]) -> Metric:
    first = found[0][1]
    if len(found) > 1 or dated:
        history = tuple(found)
        for _, metric in found:  # each knows all the others, so that any of them can be asked for another day
            object.__setattr__(metric, "history", history)
            object.__setattr__(metric, "dated", dated)
    return first


def _in_one_span(metric: RawMetric, family: str, datasets: Mapping[str, Dataset]) -> Metric:
    raw = metric.raw
    dataset = check(metric, _METRIC_KEYS, datasets)
    below = None
    if raw.get("measure") == "ratio":
        under, other = denominator_of(metric, datasets)
        where = parse(under.get("where", []), other, metric.at("denominator"))
        below = Below(under["dataset"], under["column"], under["at"], where)
    fields = {key: value for key, value in raw.items() if key != "denominator"}
    if raw["kind"] == "stock":
        fields.setdefault("opens", dataset.opens)
        fields.setdefault("closes", dataset.closes)
    fields.setdefault("format", "percent" if raw.get("measure") in ("share", "ratio") else "count")
    fields.setdefault("unit_label", dataset.noun[1])
    fields.setdefault("short_title", raw["title"])
    fields["family"] = family
    fields["where"] = parse(raw.get("where", []), dataset, metric.at("where"))
    fields["numerator_where"] = parse(raw.get("numerator_where", []), dataset, metric.at("numerator_where"))
    return Metric(**fields, below=below, declared=metric.at())


class _Gathering:
    """What all files together say, before it is checked: a deployment's keys on top of the packaged ones."""

    def __init__(self) -> None:
        self.families: dict[str, dict[str, Any]] = {}
        self.metrics: dict[str, tuple[str, RawMetric]] = {}  # by slug: family and table
        self.ahead: dict[tuple[str, str], RawMetric] = {}  # by family and slug

    def read(self, file: DefinitionFile, stem: str) -> None:
        head = file.table.get("family", {})
        family = str(head.get("slug", stem))
        if not SLUG.fullmatch(family):
            raise DefinitionError(
                f"family slug {family!r} cannot be used",
                file.at("family", 0, "slug"),
                "Use small letters, digits and _",
            )
        known = self.families.setdefault(family, {"slug": family})
        known.update({**head, "thresholds": {**known.get("thresholds", {}), **head.get("thresholds", {})}})
        for index, raw in enumerate(file.table.get("metric", ())):
            self._add_metric(RawMetric(raw, file, index), family)
        for index, raw in enumerate(file.table.get("look_ahead", ())):
            key = (family, str(raw.get("slug", "")))
            before = self.ahead[key].raw if key in self.ahead else {}
            self.ahead[key] = RawMetric({**before, **raw}, file, index, "look_ahead")

    def _add_metric(self, metric: RawMetric, family: str) -> None:
        slug = str(metric.raw.get("slug", ""))
        home, before = self.metrics.get(slug, (family, None))
        if before and before.file.name == metric.file.name:
            raise metric.refusal("slug", f"metric {slug!r} is defined twice", "Give one of them another slug")
        merged = {**before.raw, **metric.raw} if before else dict(metric.raw)
        self.metrics[slug] = str(merged.get("family", home)), replace(metric, raw=merged)


def load_catalogue(
    datasets: Mapping[str, Dataset], folders: Iterable[Path] = (), only: Iterable[str] = ()
) -> Catalogue:
    """Reads and checks all definitions. `only` (family slugs, in order) limits and orders the families shown.

    Raises DefinitionError with file, line and what would be right. A deployment's metric with a packaged slug changes the
    keys it names and keeps the rest.
    """
    gathered = _Gathering()
    for folder in (PACKAGED, *folders):
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            gathered.read(DefinitionFile(path, folder == PACKAGED), path.stem)
    limits = {family: head["thresholds"] for family, head in gathered.families.items()}
    metrics = [_metric(raw, family, datasets, limits.get(family, {})) for family, raw in gathered.metrics.values()]
    looks = [
        (family, _look_ahead(raw, family, datasets, limits[family])) for (family, _), raw in gathered.ahead.items()
    ]
    built = [
        _family(head, metrics, [look for family, look in looks if family == slug])
        for slug, head in gathered.families.items()
        if head.get("enabled", True) is not False
    ]
    built = sorted((family for family in built if family.metrics), key=lambda family: (family.order, family.slug))
    return Catalogue(tuple(_chosen(built, list(only))), datasets)


def _family(head: Mapping[str, Any], metrics: Iterable[Metric], looks: Iterable[LookAhead]) -> Family:
    slug = head["slug"]
    return Family(
        slug=slug,
        title=str(head.get("title", slug)),
        order=int(head.get("order", 99)),
        question=str(head.get("question", "")),
        metrics=tuple(metric for metric in metrics if metric.family == slug and metric.status in ("live", "parked")),
        look_ahead=tuple(look for look in looks if look.metric.status == "live"),
        note=str(head.get("note", "")),
        is_to_agree=bool(head.get("is_to_agree", False)),
        agreed=str(head.get("agreed", "")),
    )


def _chosen(families: list[Family], wanted: list[str]) -> list[Family]:
    by_slug = {family.slug: family for family in families}
    for slug in wanted:
        if slug not in by_slug:
            problem = f"families names {slug!r}, which has no live metric"
            raise DefinitionError(problem, "cspdash.toml", f"Families: {', '.join(by_slug)}")
    return [by_slug[slug] for slug in wanted] if wanted else families


def _look_ahead(
    metric: RawMetric, family: str, datasets: Mapping[str, Dataset], thresholds: Mapping[str, Any]
) -> LookAhead:
    missing = {"slug", "title", "word", "dataset", "due"} - set(metric.raw)
    if missing:
        remedy = 'slug, title, word ("time limits"), dataset, due, where'
        raise metric.refusal("", f"look_ahead lacks {', '.join(sorted(missing))}", remedy)
    gravity = metric.raw.get("gravity", 0)
    if not isinstance(gravity, int) or isinstance(gravity, bool):
        raise metric.refusal("gravity", "gravity is not a whole number", "gravity = 1")
    fields = {key: value for key, value in metric.raw.items() if key not in ("word", "gravity")}
    stock = replace(metric, raw={**fields, "kind": "stock"})
    return LookAhead(
        _metric(stock, family, datasets, thresholds), str(metric.raw["due"]), str(metric.raw["word"]), gravity
    )


def within(look: LookAhead, days: int, datasets: Mapping[str, Dataset]) -> Metric:
    """The look-ahead as a stock metric: due from today up to so many days ahead."""
    extra = parse([[look.due, "within_days", days]], datasets[look.metric.dataset], look.metric.declared)

    def narrowed(metric: Metric) -> Metric:
        where = Group("all", (*metric.where.parts, *extra.parts))
        return replace(metric, slug=f"{look.metric.slug}_{days}", where=where)

    spans = look.metric.history or ((date.min, look.metric),)
    return _joined([(since, narrowed(metric)) for since, metric in spans], look.metric.dated)


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
        case "percentile":
            column = dataset.column(metric.column).label.lower()
            return f"The {column} that {metric.percentile} in 100 do not exceed, over {body[:1].lower()}{body[1:]}."
    assert metric.below is not None
    other = datasets[metric.below.dataset]
    return (
        f"Sum of {dataset.column(metric.column).label.lower()} over {body[:1].lower()}{body[1:]}, "
        f"divided by the sum of {other.column(metric.below.column).label.lower()} of {other.noun[1]} for the same period."
    )
