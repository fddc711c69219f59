"""An officer's page: every family's figures for one person, the past year beside the team's middle, records, plans."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.organisation import RANK_WORDS
from cspdash.domain.periods import Moment, Period
from cspdash.domain.ports import Crumb, Figure, Month, OfficerLine, OfficerPage
from cspdash.domain.view import OFFICER, View
from cspdash.domain.wording import day_text, plural, value_text
from data_access.answers.bars import UnitBars
from data_access.answers.records import records_page
from data_access.answers.unit import crumbs, definition_card
from data_access.queries.figures import Question
from data_access.reading import Reading


def officer_page(reading: Reading, asked: View, page_size: int = 25) -> OfficerPage:
    """Raises NotPermitted unless the viewer may see this officer by name."""
    organisation, scope, today = reading.organisation, reading.scope, reading.today
    number = scope.need_known(asked.officer)
    look_reason = scope.open_officer(number, today)
    metric = reading.metric(asked.metric) if asked.metric else reading.catalogue.families[0].headline
    period = reading.period(metric, asked.period)
    metric = metric.on(min(period.last, reading.moment.day)) if period else metric
    view = asked.but(page=OFFICER, metric=metric.slug, unit="", bar="")
    officer = organisation.officers[number]
    unit = int(organisation.posted(today).unit[number])
    lines = tuple(
        _line(reading, view, item, number)
        for family in reading.catalogue.families
        for item in family.metrics
        if reading.is_loaded(item)
    )
    current = next((line for line in lines if line.metric == metric.slug), None) or _line(reading, view, metric, number)
    records = records_page(reading, view, page_size) if reading.is_loaded(metric) else None
    return OfficerPage(
        view=view,
        officer=officer.ref,
        name=officer.label,
        about=_about(reading, number),
        warnings=_warnings(reading, number, current),
        crumbs=_crumbs(reading, view, unit),
        siblings=_colleagues(reading, view, unit),
        family_title=reading.family_of(metric).title,
        metric_title=metric.title,
        unit_label=metric.unit_label,
        lines=lines,
        current=current,
        months=months(reading, view, metric, number, unit) if reading.is_loaded(metric) else (),
        months_note=_months_note(metric, reading.moment.day),
        records=records,
        plans=(),
        may_plan=scope.may_supervise and number != scope.own and metric.may_plan,
        as_at=reading.as_at(metric.depends_on),
        definition=definition_card(reading, metric, reading.question(metric, view)),
        data_version=reading.data_version,
        old_words=reading.old_words(reading.as_at(metric.depends_on)) if reading.moment.is_live else "",
        look_reason=look_reason,
    )


def _line(reading: Reading, view: View, metric: Metric, number: int) -> OfficerLine:
    bars = UnitBars.of(reading, metric, view, 0)
    shown = bars.figure_of(bars.cube.named_entries(number))
    verdict = bars.judge.officer(number, shown)
    family = reading.family_of(metric)
    target = view.but(metric=metric.slug, rows=1, order="")
    return OfficerLine(
        family.slug,
        family.title,
        metric.slug,
        metric.short_title,
        shown,
        verdict.judgement,
        verdict.usual,
        verdict.words,
        target,
        metric.slug == view.metric,
        metric.better,
        reading.as_at(metric.depends_on),
    )


def _about(reading: Reading, number: int) -> str:
    organisation, today = reading.organisation, reading.today
    officer = organisation.officers[number]
    posting = organisation.posting_row(int(organisation.posted(today).row[number]))
    parts = [RANK_WORDS.get(officer.rank, officer.rank)]
    if posting:
        unit = int(organisation.posted(today).unit[number])
        role = (posting.role or "").replace("_", " ")
        if role and role.lower() not in parts[0].lower():
            parts[0] = f"{parts[0]}, {role}" if parts[0] else role
        if unit >= 0:
            tree = organisation.tree
            parent = tree.parents[unit]
            where = tree.units[unit].name
            parts.append(f"{where}, {tree.units[parent].name}" if parent > 0 else where)
        parts.append(f"posted {posting.starts_on.day} {posting.starts_on:%b %Y}")
        parts.append("full time" if posting.fte >= 1 else f"{posting.fte:g} full-time equivalent")
    else:
        parts.append("not posted to a unit today")
    return " · ".join(filter(None, parts))


def _warnings(reading: Reading, number: int, current: OfficerLine) -> tuple[str, ...]:
    officer, today = reading.organisation.officers[number], reading.today
    found = []
    in_post = int(reading.organisation.posted(today).unit[number]) >= 0
    if officer.left_on and officer.left_on <= today:
        left = f"Left on {day_text(officer.left_on, today)}."
        still = (
            f" {plural(current.figure.records, 'record', 'records')} still name this officer."
            if current.figure.records
            else ""
        )
        found.append(left + still)
    elif not in_post:
        found.append(
            "Not posted to a unit today: this officer's work is shown under the unit each record names, as not mapped."
        )
    if officer.is_probationer:
        found.append("On probation: the Police (Performance) Regulations 2020 do not apply; other regulations do.")
    return tuple(found)


def _crumbs(reading: Reading, view: View, unit: int) -> tuple[Crumb, ...]:
    """Units above and the officer's own unit, on the family page of the metric in view."""
    if unit < 0:
        return ()
    page = reading.metric(view.metric).family
    base = View(page=page, metric=view.metric, period=view.period, team=view.team, as_at=view.as_at)
    found = list(crumbs(reading, base, unit))
    if reading.scope.may_total(unit):
        row = reading.organisation.unit_row(unit)
        found.append(Crumb(row.name, base.but(unit=row.ref)))
    return tuple(found)


def _colleagues(reading: Reading, view: View, unit: int) -> tuple[tuple[str, View], ...]:
    if unit < 0 or not reading.scope.is_open_here(unit):
        return ()
    organisation = reading.organisation
    members = organisation.members(unit, reading.today)
    return tuple(
        (organisation.officers[n].label, view.but(officer=organisation.officers[n].ref, rows=1, order=""))
        for n in members.tolist()
    )


def months(reading: Reading, view: View, metric: Metric, number: int, unit: int) -> tuple[Month, ...]:
    """The last 12 months: the officer's figure and the middle of the team's officers, each month as the team was."""
    if metric.kind == "stock" and not metric.has_past:
        return ()
    ends = [(first, _last(first, reading)) for first in _month_firsts(reading.moment.day)]
    officers = _team_over(reading, number, unit, [last for _, last in ends])
    usual = _usual_now(reading, view, metric, number)
    found = []
    for first, last in ends:
        is_now = last == reading.moment.day
        moment = reading.moment if is_now else Moment.of_day(last, reading.options.zone)
        period = Period(first, last, f"{first:%B %Y}") if metric.kind == "flow" else None
        question = Question(metric.on(last), moment, period, view.team == "then" if period else True, officers)
        bars = UnitBars(reading, question.metric, view, max(unit, 0), question, reading.cube_of_officers(question))
        shown = bars.figure_of(bars.cube.named_entries(number))
        middle = _middle(bars, unit, last)
        arriving = is_still_arriving(metric, last, reading.moment.day)
        found.append(Month(f"{first:%b}", last, shown, middle, value_text(metric, middle), usual(shown), arriving))
    return tuple(found)


def is_still_arriving(metric: Metric, last: date, day: date) -> bool:
    """Whether a month that ends on `last` is of a flow whose records come in late, and they may still."""
    return metric.kind == "flow" and metric.settles_days > 0 and last >= _arriving_since(metric, day)


def _arriving_since(metric: Metric, day: date) -> date:
    return day - timedelta(days=metric.settles_days - 1)


def _last(first: date, reading: Reading) -> date:
    """The month's last day, or today."""
    return min(date(first.year, first.month, monthrange(first.year, first.month)[1]), reading.moment.day)


def _team_over(reading: Reading, number: int, unit: int, days: list[date]) -> tuple[str, ...]:
    """Everybody who was in the officer's present team on one of the days, and the officer."""
    organisation = reading.organisation
    numbers = {number}
    if unit >= 0:
        numbers.update(member for day in days for member in organisation.members(unit, day).tolist())
    return tuple(organisation.officers[each].ref for each in sorted(numbers))


def _usual_now(reading: Reading, view: View, metric: Metric, number: int) -> Callable[[Figure], bool]:
    """Whether a month's figure lies on the wrong side of today's usual range. A flow's count is not held against it: the
    range is of the period in view, a month is another."""
    judge = UnitBars.of(reading, metric, view, 0).judge
    if metric.kind == "flow" and not metric.is_share:
        return lambda _: False
    return lambda shown: judge.officer(number, shown).is_concern


def _month_firsts(day: date) -> list[date]:
    firsts = [day.replace(day=1)]
    while len(firsts) < 12:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts[::-1]


def _middle(bars: UnitBars, unit: int, day: date) -> float | None:
    """Median of the team's officers' own figures."""
    if unit < 0 or _is_few(bars.reading, unit, day):
        return None
    values = []
    for member in bars.reading.organisation.members(unit, day).tolist():
        value = bars.figure_of(bars.cube.named_entries(member)).value
        if value is not None:
            values.append(value)
    return float(np.median(values)) if values else None


def _is_few(reading: Reading, unit: int, day: date) -> bool:
    """Whether a middle would show what one or two colleagues do, whom the viewer does not see by name."""
    if reading.scope.may_name(unit):
        return False
    others = [who for who in reading.organisation.members(unit, day).tolist() if who != reading.scope.own]
    return len(others) < reading.options.min_officers_in_total


def _months_note(metric: Metric, day: date) -> str:
    if metric.kind == "flow":
        words = "Each month's own figure, officer and the middle of the team as it was."
        since = _arriving_since(metric, day)
        return f"{words} Still arriving since {day_text(since, day)}." if metric.settles_days else words
    if not metric.has_past:
        return "Past months cannot be worked out: the source overwrites what this figure looks at."
    return (
        "As at each month's end, worked out from today's records and their dates: "
        "officer and the middle of the team as it was, against today's usual range."
    )
