"""The whole made-up force in memory: every table of truth, made in a fixed order from one seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data_access.demo.columns import Columns, chosen, joined, length
from data_access.demo.crimes import background, clear_time_limits, leave_behind
from data_access.demo.incidents import incidents_of
from data_access.demo.outcomes import outcomes_of
from data_access.demo.overtime import budgets_of, claims_of, duty_of
from data_access.demo.people import People, engage
from data_access.demo.planted import plant
from data_access.demo.postings import Views, views_of
from data_access.demo.releases import releases_of
from data_access.demo.reports import intelligence_of, record_items_of
from data_access.demo.roster import Roster
from data_access.demo.searches import forms_of
from data_access.demo.timeline import Flags, Timeline, date_of
from data_access.demo.units import Units, grow
from data_access.demo.victims import fill_log, victims_of

# For each crime recorded, how many of the others there are in the same time.
CLAIMS, FORMS, INCIDENTS, REPORTS, RECORD_ITEMS = 0.42, 0.14, 0.65, 0.27, 0.031
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Force:
    """Tables by name of what is in them; officers, units, CSPs and crimes are named by position."""

    timeline: Timeline
    units: Units
    people: People
    views: Views
    crimes: Columns
    victims: Columns
    log: Columns
    events: Columns
    overdue_victims: Flags
    releases: Columns
    outcomes: Columns
    claims: Columns
    budgets: Columns
    duty: Columns
    forms: Columns
    incidents: Columns
    reports: Columns
    items: Columns


def _numbered(crimes: Columns, per_year: int) -> Columns:
    """In order of recording, each with its number: force, running number of the year, year."""
    crimes = chosen(crimes, np.argsort(crimes["recorded_at"], kind="stable"))
    day = crimes["recorded_at"] // 86_400
    year = day.astype("datetime64[D]").astype("datetime64[Y]")
    _, first, index = np.unique(year, return_index=True, return_inverse=True)
    running = np.arange(len(day)) - first[index] + 1
    before = date_of(int(day[0])).timetuple().tm_yday * per_year // 366  # the first year did not begin with the records
    running = np.where(index == 0, running + before, running)
    two_digits = (year.astype(np.int64) + 1970) % 100
    numbers = [f"41/{number:06}/{yy:02}" for number, yy in zip(running.tolist(), two_digits.tolist(), strict=True)]
    return crimes | {"number": np.array(numbers, dtype=object)}


def imagine(seed: int, timeline: Timeline, officers: int, crimes_per_month: int, progress: Progress) -> Force:
    """Makes everything up. Every table has random numbers of its own, so that one more row here moves nothing there."""
    streams = iter([np.random.default_rng([seed, part]) for part in range(20)])
    count = crimes_per_month * timeline.months
    progress("Officers and units", 0, 4)
    units = grow()
    people = engage(next(streams), timeline, units, officers)
    views = views_of(next(streams), timeline, people)
    roster = Roster(next(streams), people, timeline.today)
    progress("Investigations", 1, 4)
    everyday = background(next(streams), timeline, units, roster, count)
    leave_behind(next(streams), timeline, people, everyday)
    clear_time_limits(next(streams), timeline, people, everyday)
    crimes = _numbered(joined([everyday, plant(next(streams), timeline, people)]), crimes_per_month * 12)
    progress("Victims, suspects and outcomes", 2, 4)
    victims = victims_of(next(streams), timeline, crimes)
    log, events, overdue = fill_log(next(streams), timeline, people, crimes, victims)
    releases = releases_of(next(streams), timeline, crimes)
    outcomes = outcomes_of(next(streams), timeline, crimes, roster)
    progress("Overtime, searches, incidents and reports", 3, 4)
    claims = claims_of(next(streams), timeline, roster, int(count * CLAIMS))
    budgets = budgets_of(next(streams), timeline, people, claims)
    duty = duty_of(next(streams), timeline, people)
    forms = forms_of(next(streams), timeline, people, roster, int(count * FORMS))
    incidents = incidents_of(next(streams), timeline, people, roster, int(count * INCIDENTS))
    reports = intelligence_of(next(streams), timeline, roster, int(count * REPORTS))
    items = record_items_of(next(streams), timeline, crimes, int(count * RECORD_ITEMS))
    assert length(crimes) > count
    return Force(
        timeline, units, people, views, crimes, victims, log, events, overdue, releases, outcomes, claims, budgets,
        duty, forms, incidents, reports, items,
    )  # fmt: skip
