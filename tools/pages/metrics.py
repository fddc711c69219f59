"""docs/metrics.md: every packaged metric, from the definitions that count it."""

from cspdash.domain.catalogue import Catalogue, Family, LookAhead, Metric, definition_sentence, load_catalogue
from cspdash.domain.conditions import sentence
from cspdash.domain.datasets import load_datasets

PATH = "docs/metrics.md"
SOURCE = "cspdash/catalogue/*.toml"

INTRODUCTION = """# Metrics

Every metric the package ships, as it is counted. A force changes, adds and retires metrics in its own `catalogue/`
folder; [the guide](developer/metrics.md) explains every key, and `cspdash metrics check` says what is wrong with a file.

A **stock** is what is open at a moment, a **flow** what happened in a period. A parent's figure is the sum of its
children and of what is not mapped; a percentage is computed from summed parts, never averaged.
"""

KINDS = {"stock": "open right now", "flow": "in a period"}
MEASURES = {
    "count": "count",
    "share": "share",
    "sum": "sum",
    "median": "middle value",
    "percentile": "percentile",
    "ratio": "ratio",
}
BETTER = {"lower": "lower is better", "higher": "higher is better", "neutral": "for information"}


def text() -> str:
    catalogue = load_catalogue(load_datasets())
    parts = [INTRODUCTION, contents(catalogue), *(chapter(family, catalogue) for family in catalogue.families)]
    return "\n".join(parts)


def contents(catalogue: Catalogue) -> str:
    rows = [
        f"| [{family.title}](#{anchor(family.title)}) | {family.question} | {family.headline.title} |"
        for family in catalogue.families
    ]
    return "\n".join(["| family | question | headline |", "|---|---|---|", *rows, ""])


def anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def chapter(family: Family, catalogue: Catalogue) -> str:
    parts = [f"## {family.title}\n", f"{family.question}{' ' + family.note_shown if family.note_shown else ''}\n"]
    parts += [entry(metric, catalogue) for metric in family.metrics]
    parts += [ahead(look, catalogue) for look in family.look_ahead]
    return "\n".join(parts)


def entry(metric: Metric, catalogue: Catalogue) -> str:
    """One metric: what is counted, by which clock, without what, from where, whose definition it is."""
    facts = [
        ("Definition", definition_sentence(metric, catalogue.datasets)),
        ("Clock", metric.clock),
        ("Left out", metric.exclusions),
        ("Source", metric.source),
        ("Owner", metric.owner),
        ("Target", metric.target_text or "none"),
        ("Beside each bar", beside(metric, catalogue)),
        ("Note", " ".join(filter(None, (metric.note, choices(metric), handling(metric))))),
    ]
    head = f"### {metric.title}\n\n`{metric.slug}`: {KINDS[metric.kind]}, {MEASURES[metric.measure]}, {BETTER[metric.better]}\n"
    return head + "\n" + "\n".join(f"- **{name}** {words}" for name, words in facts if words) + "\n"


def beside(metric: Metric, catalogue: Catalogue) -> str:
    """What is counted in words beside the bars."""
    return catalogue.datasets[metric.dataset].column(metric.beside).label if metric.beside else ""


def choices(metric: Metric) -> str:
    """What a page offers or says besides."""
    words = [
        "May be shown per 100 duty hours." if metric.per_duty else "",
        f"The last {metric.settles_days} days are not complete yet, which the page says."
        if metric.settles_days
        else "",
        f"A line shows the middle of like teams over {metric.level_months} full months." if metric.level_months else "",
        "Named in what to look at whenever there are any." if metric.alert else "",
    ]
    return " ".join(filter(None, words))


def handling(metric: Metric) -> str:
    """What a page does not do with a metric, where the field's rules forbid it."""
    kept_from = [
        words
        for is_allowed, words in (
            (metric.is_judged and metric.better != "neutral", "judged against a usual range"),
            (metric.may_rank, "sorted by value"),
            (metric.may_plan, "the ground of a plan"),
        )
        if not is_allowed
    ]
    place = " Counted where it happened." if metric.attribution == "place" else ""
    return (f"Never {' or '.join(kept_from)}." if kept_from else "") + place


def ahead(look: LookAhead, catalogue: Catalogue) -> str:
    """A clock of "Next 28 days"."""
    dataset = catalogue.datasets[look.metric.dataset]
    conditions = sentence(look.metric.where)
    which = f" where {conditions}" if conditions else ""
    due = dataset.column(look.due).label.lower()
    return f"### Coming: {look.word}\n\n{dataset.noun[1].capitalize()} open right now{which}, by {due}, in 7, 14 and 28 days.\n"
