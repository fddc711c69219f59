""" "What to look at" and "Next 28 days": at most four sentences by stated rules, ordered by what can still be changed today.

0. alert      rows of the family that the catalogue says are always worth a word (new time limits after reclassification)
1. outside    the bar furthest outside its usual range in the wrong direction
2. falling due  the gravest look-ahead clock with rows due within 14 days in this unit, and the first of them
3. not mapped  work that names somebody not in post, else work that belongs to no officer
4. improved   the bar that moved most in the good direction against four weeks ago (a flow: the period before)

Each is a link to the people or records it speaks of.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from cspdash.domain.ports import Attention, Bar, FallingDue, Figure
from cspdash.domain.view import OFFICER, View
from cspdash.domain.wording import NOT_SHOWN, change_text, day_text, number, plural
from data_access.answers.bars import UNMAPPED, UnitBars
from data_access.answers.judging import is_judged
from data_access.answers.named import of_unit
from data_access.queries.figures import Placed, Question, placed_rows
from data_access.reading import Reading
from data_access.row_security import counting

_MOST = 4
_BACK_DAYS = 28


def falling_due(reading: Reading, position: int, officer: int | None = None) -> tuple[FallingDue, ...]:
    """What falls due within 7, 14 and 28 days for a unit (or one officer), over all clocks of all families."""
    if not reading.moment.is_live:
        return ()
    end, today = reading.organisation.tree.ends[position], reading.moment.day.toordinal()
    may_records = reading.scope.may_name_below(position)
    unit = reading.organisation.unit_row(position).ref
    clocks = [look.metric for family in reading.catalogue.families for look in family.look_ahead]
    sources = reading.as_at(tuple(dict.fromkeys(name for metric in clocks for name in metric.depends_on)))
    found = []
    for days in reading.options.look_ahead_days:
        parts, total, is_withheld = [], 0, False
        for family in reading.catalogue.families:
            for look in family.look_ahead:
                due = reading.due(look)
                if officer is None and not reading.due_disclosure(look).may_show(position):
                    is_withheld = True
                    continue
                mine = due.officer == officer if officer is not None else (due.unit >= position) & (due.unit < end)
                count = int(np.count_nonzero(mine & (due.day <= today + days)))
                records = None
                if count and may_records and officer is None:
                    records = View(page=family.slug, unit=unit, metric=f"{look.metric.slug}_{days}", bar=unit)
                if count:
                    parts.append((look.word, count, records))
                total += count
        shown = NOT_SHOWN if is_withheld else Figure(float(total), float(total), None, total, number(total))
        found.append(FallingDue(days, shown, tuple(parts), sources))
    return tuple(found)


def attention(bars: UnitBars, drawn: tuple[Bar, ...]) -> tuple[Attention, ...]:
    """The sentences for a unit's page."""
    found = [
        *_alerts(bars),
        _outside(bars, drawn),
        _due_next(bars.reading, bars.position),
        _lost(bars),
        _improved(bars, drawn),
    ]
    return tuple([item for item in found if item][:_MOST])


def _alerts(bars: UnitBars) -> list[Attention]:
    """A sentence for each of the family's alerts with anything in this unit: how many, and how long the first has."""
    reading, unit = bars.reading, bars.reading.organisation.unit_row(bars.position)
    found = []
    for metric in reading.family_of(bars.metric).metrics if reading.moment.is_live else ():
        if not metric.alert or not reading.is_loaded(metric):
            continue
        question = reading.question(metric, bars.view)
        cube = reading.cube(question)
        held = cube.sums(cube.inside(bars.position, reading.organisation)).records
        if not held or not reading.disclosure(question, cube).may_show(bars.position):
            continue
        view = bars.view.but(metric=metric.slug, bar=unit.ref if reading.scope.may_name_below(bars.position) else "")
        link = f"{number(held)} {metric.alert}"
        left = _days_left(bars, question)
        first = f"; the first has {plural(left, 'day', 'days')} left" if left is not None else ""
        found.append(Attention("concern", f"{link} in {unit.name}{first}.", link, view))
    return found


def _days_left(bars: UnitBars, question: Question) -> int | None:
    """Days until the first due day of a question's rows in this unit."""
    reading, metric = bars.reading, question.metric
    if not metric.due:
        return None

    def make() -> Placed:
        with reading.figures.engine.connect() as connection, counting(connection):
            metadata = reading.figures.metadata
            return placed_rows(connection, question, metadata, reading.organisation, value=metric.due, are_named=False)

    rows = reading.figures.kept(("due of", metric.due, reading.key(question)), make)
    inside = of_unit(bars.position, reading.organisation)(rows.officer, rows.unit)
    days = [rows.value[i] for i in np.flatnonzero(inside).tolist() if rows.value[i] is not None]
    return max((min(days) - reading.today).days, 0) if days else None


def _outside(bars: UnitBars, drawn: tuple[Bar, ...]) -> Attention | None:
    metric = bars.metric
    wrong = {"lower": "high", "higher": "low"}.get(metric.better)
    if bars.view.per == "duty":  # usual ranges are per full-time officer
        return None
    found = [
        bar
        for bar in drawn
        if bar.judgement == wrong and bar.usual and bar.figure.value is not None and bar.target_view
    ]
    if not found:
        return None

    def excess(bar: Bar) -> float:
        assert bar.usual
        each = (bar.figure.value or 0.0) / (bar.fte if metric.per_fte and bar.fte and bars.view.per == "total" else 1.0)
        span = max(bar.usual.high - bar.usual.low, 1.0)
        return (each - bar.usual.high if wrong == "high" else bar.usual.low - each) / span

    worst = max(found, key=excess)
    assert worst.target_view
    assert worst.usual
    peers = "officers in this role" if worst.kind == "officer" else "units of this kind"
    each = (
        ", per full-time officer"
        if metric.per_fte and not metric.is_share and (worst.kind == "unit" or (worst.fte or 1) < 1)
        else ""
    )
    usually = worst.usual.text.removeprefix("usual ")
    shown = f"{worst.figure.text}{'' if metric.format == 'count' else ','} {metric.title[:1].lower()}{metric.title[1:]}"
    sentence = f"{worst.name}: {shown}; {peers} usually {usually}{each}."
    if len(found) > 1:
        sentence += f" {plural(len(found) - 1, 'other lies', 'others lie')} outside too."
    return Attention("concern", sentence, worst.name, worst.target_view)


def _due_next(reading: Reading, position: int) -> Attention | None:
    if not reading.moment.is_live:
        return None
    end, today = reading.organisation.tree.ends[position], reading.moment.day.toordinal()
    soon_days = reading.options.look_ahead_days[len(reading.options.look_ahead_days) // 2]  # the middle one: 14 days
    unit = reading.organisation.unit_row(position)
    best: tuple[int, int, str, date, View] | None = None
    for family in reading.catalogue.families:
        for look in family.look_ahead:
            due = reading.due(look)
            if not reading.due_disclosure(look).may_show(position):
                continue
            soon = (due.unit >= position) & (due.unit < end) & (due.day <= today + soon_days)
            count = int(np.count_nonzero(soon))
            if count and (best is None or (look.gravity, count) > best[:2]):
                records = View(
                    page=family.slug,
                    unit=unit.ref,
                    metric=f"{look.metric.slug}_{soon_days}",
                    bar=unit.ref if reading.scope.may_name_below(position) else "",
                )
                best = (look.gravity, count, look.word, date.fromordinal(int(due.day[soon].min())), records)
    if not best:
        return None
    _, count, word, first, view = best
    link = f"{number(count)} {word}"
    return Attention(
        "concern",
        f"{link} in {unit.name} fall due within {soon_days} days; the first on {day_text(first, reading.today)}.",
        link,
        view,
    )


def _lost(bars: UnitBars) -> Attention | None:
    reading, cube, position, metric = bars.reading, bars.cube, bars.position, bars.metric
    organisation = reading.organisation
    unit = organisation.unit_row(position)
    left = cube.lost_entries(position, organisation)
    few = 0 < len(np.unique(cube.named[left])) < bars.disclosure.least
    if bars.total().is_withheld or (few and not reading.scope.may_name_below(position)):
        return None
    lost = int(cube.records[left].sum())
    entries = cube.inside(position, organisation)
    unmapped = int(cube.records[entries[cube.officer[entries] < 0]].sum())
    if not unmapped:
        return None
    own = int(cube.sums(cube.unmapped_entries(position)).records)
    key = UNMAPPED if own and reading.scope.may_name(position) else ""
    view = bars.view.but(unit=unit.ref, bar=key, rows=1, order="")
    if lost:
        link = f"{plural(lost, 'record', 'records')}"
        return Attention(
            "unknown",
            f"{link} in {unit.name} name{'s' if lost == 1 else ''} an officer who is not in post here any more.",
            link,
            view,
        )
    link = plural(unmapped, "record", "records")
    return Attention(
        "unknown",
        f"{link} of {metric.short_title.lower()} in {unit.name} {'is' if unmapped == 1 else 'are'} not mapped to an officer.",
        link,
        view,
    )


def _improved(bars: UnitBars, drawn: tuple[Bar, ...]) -> Attention | None:
    metric, reading = bars.metric, bars.reading
    if (
        not is_judged(metric)
        or not metric.may_rank
        or not metric.has_past
        or bars.cube.is_median
        or bars.view.per != "total"
    ):
        return None
    before = UnitBars.of(reading, metric, bars.view, bars.position, back_days=_BACK_DAYS)
    sign = -1.0 if metric.better == "lower" else 1.0
    least = reading.options.min_volume if metric.min_volume is None else metric.min_volume
    best: tuple[float, Bar, Figure] | None = None
    for bar in drawn:
        if bar.kind not in ("unit", "officer") or bar.figure.value is None or bar.target_view is None:
            continue
        then = _same_bar(before, bar)
        if then.value is None or min(then.denominator or then.records, 10_000) < least:
            continue
        gain = sign * (bar.figure.value - then.value)
        if not metric.is_share:
            gain = gain / max(abs(then.value), 1.0)
        if gain > 0 and (best is None or gain > best[0]):
            best = (gain, bar, then)
    if not best or best[0] < (3.0 if metric.is_share else 0.1):
        return None
    _, bar, then = best
    assert bar.target_view
    change = change_text(metric, bar.figure.value, then.value)
    when = "four weeks ago" if metric.kind == "stock" else "the period before"
    sentence = (
        f"{bar.name} moved the right way: {bar.figure.text}, {change} than {when} ({metric.short_title.lower()})."
    )
    return Attention("good", sentence, bar.name, bar.target_view)


def _same_bar(before: UnitBars, bar: Bar) -> Figure:
    organisation = before.reading.organisation
    if bar.kind == "unit":
        return before.unit_figure(organisation.unit(bar.key))
    number = organisation.officer(bar.key.partition(":")[2])
    return before.figure_of(before.cube.officer_entries(number, before.position))


__all__ = ["OFFICER", "attention", "falling_due"]
