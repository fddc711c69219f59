"""The summary: every family's summary metrics by CSP, worst visible at once, each figure one click from its page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.disclosure import Disclosure
from cspdash.domain.ports import Attention, Figure, SummaryCell, SummaryColumn, SummaryPage, Tone
from cspdash.domain.view import SUMMARY, View
from cspdash.domain.wording import NOT_SHOWN, change_text, day_text, number, per_officer, plural
from data_access.answers.bars import UnitBars
from data_access.answers.judging import is_judged
from data_access.answers.unit import crumbs
from data_access.reading import Reading

_BACK_DAYS = 28


def summary_page(reading: Reading, asked: View) -> SummaryPage:
    """Raises NotPermitted when the viewer may not see totals of the unit."""
    organisation, scope = reading.organisation, reading.scope
    position = organisation.unit(asked.unit) if asked.unit else 0
    scope.need_total(position)
    unit = organisation.unit_row(position)
    view = asked.but(page=SUMMARY, unit=unit.ref, metric="", bar="")
    rows = _rows(reading, position)
    metrics = [metric for metric in reading.catalogue.metrics if metric.summary and reading.is_loaded(metric)]
    columns = _without_empty_rest(tuple(_column(reading, view, metric, position, rows) for metric in metrics))
    outside = sum(
        cell.judgement in ("high", "low") and _is_concern(column, cell, reading)
        for column in columns
        for cell in column.cells
    )
    judged = sum(cell.judgement in ("usual", "high", "low") for column in columns for cell in column.cells)
    coming = _coming(reading, rows)
    word = organisation.unit_row(rows[0]).level if rows else unit.level
    lede = "The figure furthest the wrong way stands out in each column"
    if judged:
        lede = f"{outside} of {number(judged)} figures lie outside their usual range"
    if coming:
        lede += f" · {plural(len(coming), 'risk is', 'risks are')} coming"
    return SummaryPage(
        view=view,
        unit=unit.ref,
        unit_name=unit.name,
        crumbs=crumbs(reading, view, position),
        rows_word=word,
        rows=(
            *(
                (organisation.unit_row(row).ref, organisation.unit_row(row).name, _row_view(reading, view, row))
                for row in rows
            ),
            *_rest_row(reading, columns, view, rows),
        ),
        columns=columns,
        lede=lede + " · compared with four weeks ago",
        attention=coming,
        moved=_moved(reading, view, position),
        as_at=reading.as_at(),
        scope_note=scope.note,
        data_version=reading.data_version,
        empty="" if columns else "not_loaded",
        old_words=reading.old_words(reading.as_at()) if reading.moment.is_live else "",
    )


def _is_concern(column: SummaryColumn, cell: SummaryCell, reading: Reading) -> bool:
    better = reading.metric(column.metric).better
    return (cell.judgement == "high" and better == "lower") or (cell.judgement == "low" and better == "higher")


def _rows(reading: Reading, position: int) -> list[int]:
    """Units of the summary's level below this one; without any, its children."""
    tree = reading.organisation.tree
    level = reading.options.summary_level.lower()
    below = [at for at in range(position + 1, tree.ends[position]) if tree.units[at].level.lower() == level]
    return below or tree.children(position)


def _row_view(reading: Reading, view: View, row: int) -> View:
    unit = reading.organisation.unit_row(row).ref
    if reading.organisation.tree.children(row):
        return view.but(unit=unit)
    return View(page=reading.catalogue.families[0].slug, unit=unit)


def _rest_row(
    reading: Reading, columns: tuple[SummaryColumn, ...], view: View, rows: list[int]
) -> tuple[tuple[str, str, View], ...]:
    """The line for what lies in none of the rows."""
    if columns and len(columns[0].cells) > len(rows):
        return ((view.unit, "Elsewhere or not mapped", View(page=reading.catalogue.families[0].slug, unit=view.unit)),)
    return ()


def _without_empty_rest(columns: tuple[SummaryColumn, ...]) -> tuple[SummaryColumn, ...]:
    """Leaves out the last cell of every column when none of them holds anything."""
    if any(column.cells[-1].figure.records or column.cells[-1].figure.numerator for column in columns):
        return columns
    return tuple(replace(column, cells=column.cells[:-1]) for column in columns)


def _column(reading: Reading, view: View, metric: Metric, position: int, rows: list[int]) -> SummaryColumn:
    family = reading.family_of(metric)
    bars = UnitBars.of(reading, metric, view, position)
    metric = bars.metric
    strength = reading.organisation.strength(bars.day)
    cells = []
    for row in rows:
        shown = bars.unit_figure(row)
        verdict = bars.judge.unit(row, shown)
        drawn = _drawn(metric, shown, float(strength[row]))
        target = View(
            page=family.slug, unit=reading.organisation.unit_row(row).ref, metric=metric.slug, period=view.period
        )
        cells.append(SummaryCell(drawn, verdict.judgement, verdict.words, target, 0.0))
    inside = (
        np.concatenate([bars.cube.inside(row, reading.organisation) for row in rows])
        if rows
        else np.empty(0, dtype=np.int64)
    )
    rest = np.setdiff1d(bars.cube.inside(position, reading.organisation), inside)
    here = View(page=family.slug, unit=view.unit, metric=metric.slug, period=view.period)
    rest_fte = float(strength[position] - sum(strength[row] for row in rows))
    # Beside rows that are not shown, the rest is what they would be found by.
    is_open = not bars.total().is_withheld and not any(cell.figure.is_withheld for cell in cells)
    shown = _drawn(metric, bars.figure_of(rest), rest_fte) if is_open else NOT_SHOWN
    cells.append(SummaryCell(shown, "not_judged", "", here, 0.0))
    values = [cell.figure.value for cell in cells[: len(rows)] if cell.figure.value is not None]
    longest = max((abs(value) for value in values), default=0.0) or 1.0
    worst = _worst(metric, values)
    done = tuple(
        SummaryCell(
            cell.figure, cell.judgement, cell.words, cell.view,
            min(abs(cell.figure.value or 0.0) / longest, 1.0),
            index < len(rows) and worst is not None and cell.figure.value == worst,
        )
        for index, cell in enumerate(cells)
    )  # fmt: skip
    return SummaryColumn(
        family.slug,
        family.title,
        metric.slug,
        metric.summary_title or metric.short_title,
        _hint(metric),
        done,
        _drawn(metric, bars.total(), float(strength[position])),
        metric.better,
        reading.as_at(metric.depends_on),
    )


def _drawn(metric: Metric, shown: Figure, fte: float) -> Figure:
    """Per full-time officer where the metric is compared so: units differ in size."""
    return per_officer(metric, shown, fte) if metric.per_fte and not metric.is_share and not metric.is_middle else shown


def _worst(metric: Metric, values: list[float]) -> float | None:
    if not is_judged(metric) or not metric.may_rank or len(values) < 2 or min(values) == max(values):
        return None
    return max(values) if metric.better == "lower" else min(values)


def _hint(metric: Metric) -> str:
    if metric.target_text:
        return metric.target_text
    if metric.per_fte and not metric.is_share:
        return "per full-time officer"
    return {"lower": "lower is better", "higher": "higher is better"}.get(metric.better, "for information")


def _coming(reading: Reading, rows: list[int]) -> tuple[Attention, ...]:
    """Per clock, the unit with most falling due in four weeks, when it holds clearly more than its share."""
    if not reading.moment.is_live or len(rows) < 2:
        return ()
    tree, today = reading.organisation.tree, reading.moment.day
    found = []
    for family in reading.catalogue.families:
        for look in family.look_ahead:
            due, disclosure = reading.due(look), reading.due_disclosure(look)
            if not all(disclosure.may_show(row) for row in rows):
                continue
            counts = [int(np.count_nonzero((due.unit >= row) & (due.unit < tree.ends[row]))) for row in rows]
            most = int(np.argmax(counts)) if counts else 0
            if sum(counts) < 10 or counts[most] < 1.5 * sum(counts) / len(rows):
                continue
            row = rows[most]
            name = tree.units[row].name
            furthest = reading.options.look_ahead_days[-1]
            by = day_text(today.fromordinal(today.toordinal() + furthest), today)
            view = View(page=family.slug, unit=tree.units[row].ref, metric=f"{look.metric.slug}_{furthest}")
            found.append(
                (
                    counts[most],
                    Attention(
                        "concern",
                        f"{name}: {number(counts[most])} {look.word} by {by}{_one_unit(reading, due, row, disclosure)}.",
                        name,
                        view,
                    ),
                )
            )
    found.sort(key=lambda item: -item[0])
    return tuple(item for _, item in found[:4])


def _one_unit(reading: Reading, due, row: int, disclosure: Disclosure) -> str:  # type: ignore[no-untyped-def]
    """ "; 26 sit with one unit" when one unit below holds more than half."""
    tree = reading.organisation.tree
    inside = due.unit[(due.unit > row) & (due.unit < tree.ends[row])]
    if not len(inside):
        return ""
    units, counts = np.unique(inside, return_counts=True)
    most = int(counts.argmax())
    total = int(np.count_nonzero((due.unit >= row) & (due.unit < tree.ends[row])))
    if counts[most] * 2 <= total or not disclosure.may_show(int(units[most])):
        return ""
    unit = tree.units[int(units[most])]
    parent = tree.units[tree.parents[int(units[most])]].name
    return f"; {number(int(counts[most]))} sit with {unit.name}, {parent}"


def _moved(reading: Reading, view: View, position: int) -> tuple[tuple[str, str, float, Tone, View], ...]:
    """How each family's headline moved in four weeks, largest first."""
    found = []
    for family in reading.catalogue.families:
        metric = family.headline
        if not reading.has_figure(metric) or not metric.has_past or not is_judged(metric) or metric.is_middle:
            continue
        now = UnitBars.of(reading, metric, view, position).total()
        then = UnitBars.of(reading, metric, view, position, back_days=_BACK_DAYS).total()
        if now.value is None or then.value is None or change_text(metric, now.value, then.value) in ("", "the same"):
            continue
        change = now.value - then.value
        relative = change if metric.format == "percent" else change / max(abs(then.value), 1.0) * 100
        if abs(relative) < 0.5:
            continue
        text = f"{relative:+.0f} {'points' if metric.format == 'percent' else '%'}".replace("-", "−")
        tone: Tone = "good" if (change < 0) == (metric.better == "lower") else "concern"
        found.append((abs(relative), (family.title, text, tone, View(page=family.slug, unit=view.unit))))
    found.sort(key=lambda item: -item[0])
    longest = found[0][0] if found else 1.0
    return tuple((title, text, size / longest, tone, target) for size, (title, text, tone, target) in found[:5])
