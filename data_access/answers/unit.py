"""A family page for a unit."""

from __future__ import annotations

from datetime import timedelta

from cspdash.domain.catalogue import Family, Metric, definition_sentence
from cspdash.domain.errors import BadFilter, UnknownUnit
from cspdash.domain.expected import is_concern
from cspdash.domain.periods import period_of
from cspdash.domain.ports import Bar, Crumb, DefinitionCard, Headline, MetricTab, UnitPage
from cspdash.domain.view import RESTATEMENTS, View
from cspdash.domain.wording import change_text, day_text, number, plural, value_text
from data_access.answers.attention import attention, falling_due
from data_access.answers.bars import OFFICER_KEY, UNMAPPED, WITHHELD, UnitBars, as_may_be_seen, in_order
from data_access.answers.breakdown import breakdown
from data_access.answers.judging import is_judged
from data_access.answers.level import level_line
from data_access.answers.named import of_unit
from data_access.queries.figures import Question
from data_access.reading import Reading


def complete(reading: Reading, view: View) -> View:
    """The view with unit and metric filled in; raises when either does not exist, does not fit, or is out of scope."""
    organisation, scope = reading.organisation, reading.scope
    position = organisation.unit(view.unit) if view.unit else max(scope.home, 0)
    scope.need_total(position)
    family = reading.catalogue.family(view.page)
    metric = reading.metric(view.metric) if view.metric else family.headline
    if metric.family != family.slug:
        raise BadFilter(f"{metric.title} is not on the {family.title} page.")
    period_of(view.period, reading.moment.day)  # every page shows flows somewhere
    if view.bar and view.bar not in (UNMAPPED, WITHHELD) and not view.bar.startswith("officer:"):
        organisation.unit(view.bar)
    view = as_may_be_seen(reading, view, position)
    return view.but(unit=organisation.unit_row(position).ref, metric=metric.slug)


def unit_page(reading: Reading, asked: View) -> UnitPage:
    """Everything a family page shows of a unit, for this viewer."""
    view = complete(reading, asked)
    organisation, scope = reading.organisation, reading.scope
    family, metric = reading.catalogue.family(view.page), reading.metric(view.metric)
    position = organisation.unit(view.unit)
    unit = organisation.unit_row(position)
    bars = UnitBars.of(reading, metric, view.but(bar="", rows=1, order=""), position)
    metric = bars.metric  # as it was in force on the figure's own day
    loaded = reading.is_loaded(metric)
    drawn = in_order(bars.bars(), view, metric) if loaded else ()
    total = bars.total()
    period = reading.period(metric, view.period)
    children = organisation.tree.children(position)
    as_at = reading.as_at(metric.depends_on)
    line = level_line(bars) if loaded else None
    empty = ""
    if loaded and not bars.has_answer:
        empty = "source_down" if reading.has_figure(metric) else "no_past"
        loaded, drawn = False, ()
    elif not loaded:
        empty = "source_down" if any(item.is_down for item in as_at) else "not_loaded"
    elif not total.is_withheld and not total.records and not any(bar.kind in ("unit", "officer") for bar in drawn):
        empty = "no_rows" if total.value is not None or metric.is_share else "source_down"
    return UnitPage(
        view=view,
        family=family.slug,
        family_title=family.title,
        unit=unit.ref,
        unit_name=unit.name,
        unit_level=unit.level,
        children_word=_spoken(organisation.unit_row(children[0]).level) if children else "officer",
        metric_title=metric.title,
        unit_label=metric.unit_label,
        better=metric.better,
        lede=_lede(bars, drawn) if loaded else "",
        crumbs=crumbs(reading, view, position),
        siblings=siblings(reading, view, position),
        tabs=tuple(_tab(reading, view, item, position) for item in tabs_of(family, metric)),
        bars=drawn,
        total=total,
        target=line[0] if line else metric.target,
        target_text=line[1] if line else metric.target_text,
        axis_note=_axis_note(metric, drawn, reading.options.min_peers),
        as_at=as_at,
        definition=definition_card(reading, metric, bars.question),
        attention=attention(bars, drawn) if loaded else (),
        falling_due=falling_due(reading, position),
        may_sort_by_value=metric.may_rank,
        is_flow=metric.kind == "flow",
        is_per_fte=bars.can_be_per_fte,
        is_per_duty=bars.can_be_per_duty,
        period_text=period.text if period else "",
        scope_note=scope.note,
        data_version=reading.data_version,
        empty=empty,
        old_words=reading.old_words(as_at) if reading.moment.is_live else "",
        look_reason=_look_reason(reading, position, drawn),
        extra=_extra(view, family, metric, bars, drawn),
    )


def _look_reason(reading: Reading, position: int, drawn: tuple[Bar, ...]) -> str:
    """Why the names on the page are looked at; "" where there are none, or only the viewer's own team's or own."""
    scope, own = reading.scope, reading.viewer.officer_id
    named = any(bar.kind == "officer" and bar.key != f"{OFFICER_KEY}{own}" for bar in drawn)
    return scope.open_here(position) if named else ""


def _extra(view: View, family: Family, metric: Metric, bars: UnitBars, drawn: tuple[Bar, ...]) -> dict[str, object]:
    """What stands beside the bars: notes, and the count split where the metric says by what."""
    settling = still_growing(metric, bars.question)
    own = " ".join(filter(None, (settling, metric.note)))
    if settling and not metric.note:
        own = f"{settling} {family.note}".strip()
    note = " ".join(filter(None, (family.agreement, own))) if own else ""
    if bars.total().is_withheld:
        return {"note": family.note_shown, "metric_note": note, "breakdown": ()}
    split: object = breakdown(bars.reading, view, metric)
    if bars.beside is not None and not metric.split:
        split = bars.beside.parts(of_unit(bars.position, bars.reading.organisation)) if drawn else ()
    return {"note": family.note_shown, "metric_note": note, "breakdown": split}


def still_growing(metric: Metric, question: Question) -> str:
    """Which days of a flow are not complete yet, in words; "" where the period holds none of them."""
    if not metric.settles_days or question.period is None:
        return ""
    since = question.moment.day - timedelta(days=metric.settles_days - 1)
    if question.period.last < since:
        return ""
    return f"Still arriving: figures for days since {day_text(since, question.moment.day)} will change."


FEW_OFFICERS = "Not shown: with fewer than {} officers, a total says what each of them does."


def _spoken(level: str) -> str:
    """A level's name within a sentence: "team", but "CSP"."""
    return level if level.isupper() else level.lower()


def tabs_of(family: Family, metric: Metric) -> list[Metric]:
    """The family's metrics, and the look-ahead in view if it is one."""
    found = list(family.metrics)
    return found if any(each.slug == metric.slug for each in found) else [*found, metric]


def _tab(reading: Reading, view: View, metric: Metric, position: int) -> MetricTab:
    bars = UnitBars.of(reading, metric, view, position)
    metric, total = bars.metric, bars.total()
    verdict = bars.judge.unit(position, total)
    target = view.but(metric=metric.slug, bar="", rows=1, order="")
    as_at = reading.as_at(metric.depends_on)
    is_current = metric.slug == view.metric
    return MetricTab(metric.slug, metric.short_title, total.text, is_current, target, verdict.is_concern, as_at)


def _lede(bars: UnitBars, drawn: tuple[Bar, ...]) -> str:
    """The message in a sentence: the total, who holds it, how it moved, which team is meant."""
    metric, reading = bars.metric, bars.reading
    total = bars.total()
    if total.is_withheld:
        return FEW_OFFICERS.format(bars.disclosure.least)
    officers = [bar for bar in drawn if bar.kind == "officer"]
    units = [bar for bar in drawn if bar.kind == "unit"]
    label = _one(reading, metric) if total.text == "1" else metric.unit_label
    what = f" {label}" if metric.format == "count" else f" {metric.short_title.lower()}"
    parts = [f"{total.text}{what}" + (f" ({total.fraction})" if total.fraction else "")]
    if officers and not units:
        parts.append(f"{plural(len(officers), 'officer', 'officers')}")
    earlier = UnitBars.of(reading, metric, bars.view, bars.position, back_days=28)
    before = earlier.total()
    change = change_text(metric, total.value, before.value) if earlier.has_answer else ""
    if change and metric.better != "neutral":
        parts.append(
            f"{change} {'than four weeks ago' if change != 'the same' else 'as four weeks ago'}"
            if metric.kind == "stock"
            else f"{change} {'than' if change != 'the same' else 'as'} the period before"
        )
    if bars.question.period:
        parts.append(bars.question.period.text.lower())
        parts.append("teams as they were at the time" if bars.view.team == "then" else "teams as they are now")
    else:
        parts.append("team as it is now" if reading.moment.is_live else f"as at {reading.moment.day:%d %b %Y}")
    return " · ".join(parts)


def _one(reading: Reading, metric: Metric) -> str:
    """The label of a single record: "crime", not "crimes"."""
    one, many = reading.figures.datasets[metric.dataset].noun
    return one if metric.unit_label == many else metric.unit_label.removesuffix("s")


def _axis_note(metric: Metric, drawn: tuple[Bar, ...], min_peers: int) -> str:
    notes = []
    if any(bar.judgement in ("usual", "high", "low") for bar in drawn):
        notes.append(_range_sentence(metric))
        if any(is_concern(bar.judgement, metric.better) for bar in drawn):
            notes.append(f"Orange lies {'above' if metric.better == 'lower' else 'below'} it.")
    units = [bar for bar in drawn if bar.kind == "unit"]
    if units and is_judged(metric) and all(bar.judgement == "not_judged" for bar in units):
        notes.append(
            f"Fewer than {min_peers} units of this kind in the force: too few to judge one against the others."
        )
    if metric.measure == "ratio" and any(bar.kind == "officer" for bar in drawn):
        notes.append("Budgets are held by units, so an officer's bar is spend alone.")
    if not metric.may_rank:
        notes.append("Shown for supervision, not for comparison: no ranking, no volume target.")
    return " ".join(notes)


def _range_sentence(metric: Metric) -> str:
    each = ", per full-time officer" if metric.per_fte and not metric.is_share else ""
    return f"Usual range: the middle 95 % of those of the same role and kind of unit in the force{each}."


def crumbs(reading: Reading, view: View, position: int) -> tuple[Crumb, ...]:
    """From the force down to the parent; each with its siblings."""
    found = []
    for above in reading.organisation.tree.ancestors(position):
        if reading.scope.may_total(above):
            name = reading.organisation.unit_row(above).name
            found.append(Crumb(name, _at(reading, view, above), siblings(reading, view, above)))
    return tuple(found)


def siblings(reading: Reading, view: View, position: int) -> tuple[tuple[str, View], ...]:
    tree = reading.organisation.tree
    parent = tree.parents[position]
    if parent < 0:
        return ()
    return tuple(
        (tree.units[at].name, _at(reading, view, at)) for at in tree.children(parent) if reading.scope.may_total(at)
    )


def _at(reading: Reading, view: View, position: int) -> View:
    return view.but(unit=reading.organisation.unit_row(position).ref, bar="", rows=1, order="")


def definition_card(reading: Reading, metric: Metric, question: Question) -> DefinitionCard:
    """`metric` as it is in force for the question's figure."""
    period, day = question.period, question.moment.day
    datasets = reading.figures.datasets
    usual = (
        _range_sentence(metric) + f" At least {reading.options.min_peers} of them, else too few to judge."
        if is_judged(metric)
        else "Not judged."
    )
    return DefinitionCard(
        slug=metric.slug,
        title=metric.title,
        sentence=reading.figures.kept(
            ("sentence", metric.slug, metric.version), lambda: definition_sentence(metric, datasets)
        ),
        kind="open right now" if metric.kind == "stock" else "in a period",
        clock=metric.clock,
        exclusions=metric.exclusions,
        source=metric.source,
        owner=metric.owner,
        target=metric.target_text or (value_text(metric, metric.target) if metric.target is not None else "no target"),
        in_force=metric.in_force(min(period.last, day) if period else day),
        version=metric.version,
        usual_range=usual,
        restatements=View(page=RESTATEMENTS, metric=metric.slug) if metric.has_past or metric.kind == "flow" else None,
    )


def headlines(reading: Reading, view: View) -> tuple[Headline, ...]:
    """Every family's headline for the unit in view: the side list."""
    organisation, scope = reading.organisation, reading.scope
    try:
        position = organisation.unit(view.unit) if view.unit else max(scope.home, 0)
    except UnknownUnit:  # the page itself says what is wrong with the address
        position = max(scope.home, 0)
    if not scope.may_total(position):
        return ()
    unit = organisation.unit_row(position).ref
    found = []
    for family in reading.catalogue.families:
        metric = family.headline
        base = View(page=family.slug, unit=unit, metric="", team=view.team, as_at=view.as_at)
        bars = UnitBars.of(reading, metric, base, position)
        shown = bars.total()
        outside = bars.judge.unit(position, shown).is_concern
        as_at = reading.as_at(metric.depends_on)
        found.append(Headline(family.slug, family.title, shown.text, outside, base, as_at))
    return tuple(found)


__all__ = ["complete", "crumbs", "definition_card", "headlines", "number", "siblings", "unit_page"]
