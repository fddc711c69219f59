"""`cspdash metrics`: which there are, whether every definition is right, what one of them means."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cspdash.commands.figures import family_of
from cspdash.commands.place import OK, Place
from cspdash.commands.tables import Format, show
from cspdash.deployment import read_definitions
from cspdash.domain.catalogue import Catalogue, Metric, definition_sentence, within
from cspdash.domain.periods import local_day

LIST_COLUMNS = (
    ("family", "family"),
    ("metric", "metric"),
    ("title", "title"),
    ("kind", "kind"),
    ("measure", "measure"),
    ("better", "better"),
    ("target", "target"),
    ("declared", "declared in"),
)


def list_metrics(place: Place, shape: Format) -> int:
    settings = place.settings()
    today = local_day(datetime.now(UTC), ZoneInfo(settings.force_timezone))
    catalogue = read_definitions(settings).catalogue.on(today)
    rows = [
        {
            "family": family.slug,
            "metric": metric.slug,
            "title": metric.title,
            "kind": metric.kind,
            "measure": metric.measure,
            "better": metric.better,
            "target": metric.target,
            "declared": metric.declared,
        }
        for family in catalogue.families
        for metric in family.metrics
    ]
    show(place.out, shape, rows, LIST_COLUMNS, {}, "metrics")
    return OK


def check_definitions(place: Place) -> int:
    """Reads every definition; one that is wrong raises DefinitionError with file, line and what would be right."""
    found = read_definitions(place.settings())
    families = len(found.catalogue.families)
    place.out.print(
        f"{len(found.catalogue.metrics)} metrics in {families} families, {len(found.datasets)} datasets: all right."
    )
    return OK


def explain(place: Place, slug: str) -> int:
    definitions = read_definitions(place.settings())
    today = local_day(datetime.now(UTC), ZoneInfo(place.settings().force_timezone))
    metric = find(definitions.catalogue, slug).on(today)
    lines = [
        ("What is counted", definition_sentence(metric, definitions.datasets)),
        ("Kind", "open at a moment" if metric.kind == "stock" else "happened in a period"),
        ("Clock", metric.clock),
        ("Left out", metric.exclusions),
        ("In force", metric.in_force(today)),
        ("Target", metric.target_text or ("" if metric.target is None else f"{metric.target:g}")),
        ("Better", metric.better),
        ("Belongs to", _belongs(metric)),
        ("Usual range", _range(metric)),
        ("Dataset", metric.dataset),
        ("Source", metric.source),
        ("Owner", metric.owner),
        ("Note", metric.note),
        ("Declared in", metric.declared),
        ("Version", metric.version),
    ]
    place.out.print(f"[bold]{metric.title}[/] ({metric.slug})", highlight=False)
    for name, words in lines:
        if words:
            place.out.print(f"[dim]{name + ':':<16}[/] ", end="")
            place.out.print(words, markup=False, highlight=False)
    return OK


def find(catalogue: Catalogue, slug: str) -> Metric:
    """A metric or a look-ahead with its days. Raises UnknownMetric."""
    family = catalogue.family(family_of(catalogue, slug))
    base, _, days = slug.rpartition("_")
    for look in family.look_ahead:
        if look.metric.slug == base and days.isdecimal():
            return within(look, int(days), catalogue.datasets)
    return catalogue.metric(slug)


def _belongs(metric: Metric) -> str:
    if metric.attribution == "place":
        return "the unit the record names, and there the officer if posted to it"
    return "the officer the record names, where that officer is posted"


def _range(metric: Metric) -> str:
    if not metric.is_judged or metric.better == "neutral":
        return "not judged"
    return "the middle 95 % of peers" + (", per full-time officer" if metric.per_fte else "")
