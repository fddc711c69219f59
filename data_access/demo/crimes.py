"""Investigations: recorded, given to somebody, reviewed, and most of them ended.

Columns (local seconds ending in _at, days in _on, MISSING where empty): recorded_at, offence, csp, unit (own unit,
position),
domestic, from_on, to_on, closed_at, cancelled_at, outcome, officer (position or -1), allocated_at, plan_at,
last_review_at,
next_review_on, statement_on, evidence_on, charged_at, written_at, suspects, slow.
"""

from __future__ import annotations

import numpy as np

from data_access.demo.cast import SQUEEZED_CSP
from data_access.demo.columns import Columns, Rng, exactly, length, pick
from data_access.demo.offences import (
    CHARGED,
    COMMON_ASSAULT,
    DOMESTIC,
    EITHER_WAY,
    EVIDENCE,
    EVIDENCE_INCLUSIVE,
    FILED,
    HAS_SUSPECT,
    IS_CRIME,
    LIMIT,
    OFFENCES,
    S127,
    SHARE,
    SLOW,
    SORT,
    SORTS,
    WORKED,
    WORKED_BY,
)  # fmt: skip
from data_access.demo.people import People
from data_access.demo.roster import Roster, pool_of
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Floats, Ints, Timeline, add_months, later
from data_access.demo.units import CSP_INDEX, CSPS, DAISU, INTERVENTION, LCU, SHARES, Units

MOST_APART, MOST_MOVES = 8, 60  # open crimes per full-time officer within a team, and how many a sergeant moves
DAYS_WORKED = 112.0  # mean days of an investigation that is worked
STALLED = {"csp-watford": 1.1, "csp-broxbourne": 0.86, "csp-east-herts": 0.9}  # some CSPs take longer than others
BY_HOUR: Floats = np.array(
    [
        3.2,
        2.4,
        1.9,
        1.5,
        1.2,
        1.3,
        1.7,
        2.6,
        4.2,
        5.2,
        5.4,
        5.5,
        5.6,
        5.4,
        5.5,
        5.8,
        6.1,
        6.2,
        5.9,
        5.4,
        5.0,
        4.9,
        4.4,
        3.9,
    ]
)
BY_WEEKDAY: Floats = np.array([1.0, 0.97, 0.97, 0.98, 1.06, 1.08, 0.98])


def moments(rng: Rng, timeline: Timeline, count: int, by_hour: Floats = BY_HOUR) -> Ints:
    """Instants over the whole timeline, never after now: more in summer, at weekends, in the afternoon."""
    days = np.arange(timeline.first_day, timeline.today + 1)
    season = 1 + 0.07 * np.sin(2 * np.pi * ((days % 365.25) - 80) / 365.25)
    weight = season * BY_WEEKDAY[(days + 3) % 7]
    day = rng.choice(days, count, p=weight / weight.sum())
    hour = rng.choice(24, count, p=by_hour / by_hour.sum())
    at = day * DAY + hour * HOUR + rng.integers(0, HOUR, count)
    early = at > timeline.now - 120
    at[early] -= rng.integers(1, 7, int(early.sum())) * DAY
    return np.sort(at)


def in_hours(rng: Rng, at: Ints) -> Ints:
    """The same days, at an hour somebody would write a review or a report: between seven and eleven at night."""
    hours: Ints = at // DAY * DAY + rng.integers(7 * HOUR, 23 * HOUR, len(at))
    return hours


def _kind(rng: Rng, offence: Ints, domestic: Flags) -> Ints:
    kind = np.full(len(offence), INTERVENTION)
    for number, sort in enumerate(SORTS):
        rows = np.flatnonzero(SORT[offence] == number)
        kinds, shares = zip(*WORKED_BY[sort], strict=True)
        kind[rows] = rng.choice(kinds, len(rows), p=shares)
    moved = domestic & (kind == INTERVENTION) & (rng.random(len(offence)) < 0.24)
    return np.where(moved, DAISU, kind)


def time_limit(crimes: Columns) -> Ints:
    """The last day proceedings can start, MISSING without a limit: the generator's own short reckoning of the law."""
    limit = LIMIT[crimes["offence"]]
    offence_on = np.where(crimes["to_on"] == MISSING, crimes["from_on"], crimes["to_on"])
    due = np.where(limit == S127, _months_on(offence_on, 6), MISSING)
    stated = (crimes["offence"] == COMMON_ASSAULT) & crimes["domestic"] & (crimes["statement_on"] != MISSING)
    by_statement = np.minimum(_months_on(crimes["statement_on"], 6), _months_on(offence_on, 24))
    due = np.where(stated, np.maximum(due, by_statement), due)
    for kind, less in ((EVIDENCE, 0), (EVIDENCE_INCLUSIVE, 1)):
        known = (limit == kind) & (crimes["evidence_on"] != MISSING)
        due = np.where(known, _months_on(crimes["evidence_on"], 6) - less, due)
    return due


def _months_on(days: Ints, months: int) -> Ints:
    missing = days == MISSING
    return np.where(missing, MISSING, add_months(np.where(missing, 0, days), months))


def background(rng: Rng, timeline: Timeline, units: Units, roster: Roster, count: int) -> Columns:
    """Everyday crime, the cast's share of it included, but nothing planted."""
    recorded = moments(rng, timeline, count)
    offence = rng.choice(len(OFFENCES), count, p=SHARE)
    csp = rng.choice(len(CSPS), count, p=SHARES)
    domestic = rng.random(count) < DOMESTIC[offence]
    kind = _kind(rng, offence, domestic)
    lag = np.where(rng.random(count) < 0.7, 0, rng.exponential(4.0, count)) + np.where(
        rng.random(count) < 0.02, rng.integers(30, 200, count), 0
    )
    from_on = recorded // DAY - lag.astype(np.int64)
    ranged = rng.random(count) < 0.05
    crimes: Columns = {
        "recorded_at": recorded,
        "offence": offence,
        "csp": csp,
        "unit": units.csp_unit()[csp],
        "domestic": domestic,
        "from_on": from_on,
        "to_on": np.where(ranged, np.minimum(from_on + rng.integers(1, 9, count), recorded // DAY), MISSING),
        "slow": rng.random(count) < SLOW[offence],
    }
    _statements(rng, timeline, crimes)
    _end(rng, timeline, crimes, kind)
    _give(rng, timeline, roster, crimes, kind)
    _outcomes(rng, crimes)
    _supervision(rng, timeline, crimes)
    _proceedings(rng, crimes)
    return crimes


def _statements(rng: Rng, timeline: Timeline, crimes: Columns) -> None:
    """First statements in domestic assaults, and days evidence was known; never in the future."""
    count = length(crimes)
    wait = np.where(rng.random(count) < 0.85, rng.integers(0, 12, count), rng.integers(12, 160, count))
    on = crimes["recorded_at"] // DAY + wait
    taken = crimes["domestic"] & IS_CRIME[crimes["offence"]] & (rng.random(count) < 0.76) & (on <= timeline.today)
    crimes["statement_on"] = np.where(taken, on, MISSING)
    limit = LIMIT[crimes["offence"]]
    on = crimes["recorded_at"] // DAY + rng.integers(0, 40, count)
    known = ((limit == EVIDENCE) | (limit == EVIDENCE_INCLUSIVE)) & (rng.random(count) < 0.88) & (on <= timeline.today)
    crimes["evidence_on"] = np.where(known, on, MISSING)


def _end(rng: Rng, timeline: Timeline, crimes: Columns, kind: Ints) -> None:
    """When each investigation ends; nearly all with a time limit end before it."""
    count, recorded = length(crimes), crimes["recorded_at"]
    pace = np.array([STALLED.get(csp.ref, 1.0) for csp in CSPS])[crimes["csp"]] * np.where(kind == LCU, 1.12, 1.0)
    days = np.where(crimes["slow"], 2 + rng.exponential(DAYS_WORKED, count) * pace, 0.15 + rng.exponential(3.2, count))
    ended = recorded + (days * DAY).astype(np.int64)
    ended = later(in_hours(rng, ended), recorded + 2 * HOUR)
    due = time_limit(crimes)
    missed = rng.random(count) < 0.11
    hurried = (due != MISSING) & (ended // DAY >= due) & ~missed
    in_time = in_hours(rng, due * DAY - (rng.power(0.6, count) * 17 * DAY).astype(np.int64) - DAY)
    ended = np.where(hurried, np.maximum(in_time, recorded + 3 * HOUR), ended)
    lapsed = (due != MISSING) & (ended // DAY > due)
    noticed = in_hours(rng, (due + rng.integers(1, 30, count)) * DAY)
    crimes["lapsed"] = lapsed & (rng.random(count) < 0.72)
    ended = np.where(crimes["lapsed"], np.maximum(noticed, recorded + 3 * HOUR), ended)
    cancelled = rng.random(count) < 0.03
    crimes["cancelled_at"] = np.where(cancelled & (ended <= timeline.now), ended, MISSING)
    crimes["closed_at"] = np.where(~cancelled & (ended <= timeline.now), ended, MISSING)
    crimes["lapsed"] &= crimes["closed_at"] != MISSING


def _give(rng: Rng, timeline: Timeline, roster: Roster, crimes: Columns, kind: Ints) -> None:
    """Who has, or last had, each: mostly somebody of the CSP; nobody for some of what was filed at once."""
    count, recorded = length(crimes), crimes["recorded_at"]
    is_open = still_open(crimes)
    last = np.where(is_open, timeline.now, np.maximum(crimes["closed_at"], crimes["cancelled_at"])) // DAY
    csp = np.where(rng.random(count) < 0.04, rng.choice(len(CSPS), count, p=SHARES), crimes["csp"])
    posting = roster.draw(rng, pool_of(kind, csp), last, is_open)
    nobody = ~crimes["slow"] & ~is_open & (rng.random(count) < 0.3)
    hours = (timeline.now - recorded) / HOUR
    waiting = np.where(hours < 30, 0.6, np.where(hours < 60, 0.3, 0.008))
    nobody |= is_open & (rng.random(count) < waiting)
    posting = np.where(nobody, -1, posting)
    given = recorded + (rng.exponential(14.0, count) * HOUR).astype(np.int64)
    given = np.maximum(given, np.where(posting >= 0, roster.start[posting] * DAY + 9 * HOUR, 0))
    given = np.minimum(
        given, np.where(is_open, timeline.now - 300, np.maximum(crimes["closed_at"], crimes["cancelled_at"]) - 600)
    )
    crimes["officer"] = np.where(posting >= 0, roster.officer[posting], -1)
    _level(roster, crimes, np.flatnonzero(is_open & (posting >= 0)))
    crimes["allocated_at"] = np.where(posting >= 0, np.maximum(given, recorded + 60), MISSING)
    crimes["kind"] = kind
    tray = nobody & is_open & (rng.random(count) < 0.5)  # some wait in the Local Crime Unit's tray
    trays = np.array([roster.units.index[f"{c.ref.removeprefix('csp-')}-lcu"] for c in CSPS])
    crimes["unit"] = np.where(tray, trays[crimes["csp"]], crimes["unit"])


def _level(roster: Roster, crimes: Columns, rows: Ints) -> None:
    """Sergeants spread what is open: within a team nobody keeps much more, for the hours they work, than a colleague."""
    held = np.bincount(crimes["officer"][rows], minlength=len(roster.people.officers["emp"]))
    settled = (roster.start < roster.today - 60) & (roster.end > roster.today) & (roster.weight > 0.3) & ~roster.spared
    by_officer: dict[int, list[int]] = {}
    for row, officer in zip(rows.tolist(), crimes["officer"][rows].tolist(), strict=True):
        by_officer.setdefault(officer, []).append(row)
    for unit in np.unique(roster.unit[settled & (roster.units.csp[roster.unit] >= 0)]).tolist():
        here = np.flatnonzero(settled & (roster.unit == unit))
        team, hours = roster.officer[here], roster.full_time[here]
        for _ in range(MOST_MOVES):
            load = held[team] / hours
            most, least = int(np.argmax(load)), int(np.argmin(load))
            if load[most] - load[least] <= MOST_APART:
                break
            row = by_officer[int(team[most])].pop()
            crimes["officer"][row] = team[least]
            by_officer.setdefault(int(team[least]), []).append(row)
            held[team[most]] -= 1
            held[team[least]] += 1


def leave_behind(rng: Rng, timeline: Timeline, people: People, crimes: Columns) -> None:
    """Gives some open crimes to officers who have left: work nobody took over."""
    left, posting = people.officers["left"], people.postings
    gone = posting["officer"]
    of_late = (
        (left[gone] != MISSING) & (left[gone] > timeline.today - 200) & ~np.isin(gone, list(people.fixed.values()))
    )
    open_rows = still_open(crimes) & (crimes["officer"] >= 0) & ~np.isin(crimes["officer"], list(people.fixed.values()))
    for officer, unit in zip(gone[of_late].tolist(), posting["unit"][of_late].tolist(), strict=True):
        theirs = np.flatnonzero(
            open_rows & (crimes["csp"] == people.units.csp[unit]) & (crimes["recorded_at"] // DAY < left[officer] - 10)
        )
        taken = exactly(rng, theirs, int(rng.integers(1, 4)))
        crimes["officer"][taken] = officer
        crimes["allocated_at"][taken] = crimes["recorded_at"][taken] + 5 * HOUR
        open_rows[taken] = False


def still_open(crimes: Columns) -> Flags:
    """Neither finalised nor cancelled."""
    return (crimes["closed_at"] == MISSING) & (crimes["cancelled_at"] == MISSING)


def _outcomes(rng: Rng, crimes: Columns) -> None:
    count = length(crimes)
    filed, worked = (pick(rng, list(table), list(table.values()), count) for table in (FILED, WORKED))
    outcome = np.where(crimes["slow"], worked, filed)
    outcome = np.where(crimes["lapsed"], "17", outcome)
    ended = (crimes["closed_at"] != MISSING) & IS_CRIME[crimes["offence"]]
    crimes["outcome"] = np.where(ended, outcome, "")
    named = np.isin(crimes["outcome"].astype(str), HAS_SUSPECT) | (still_open(crimes) & (rng.random(count) < 0.62))
    crimes["suspects"] = np.where(named, 1 + (rng.random(count) < 0.09) + (rng.random(count) < 0.02), 0)


def _supervision(rng: Rng, timeline: Timeline, crimes: Columns) -> None:
    """Plans and reviews: a first review within days, then about every four weeks, some late."""
    count, recorded = length(crimes), crimes["recorded_at"]
    end = np.where(still_open(crimes), timeline.now, np.maximum(crimes["closed_at"], crimes["cancelled_at"]))
    planned = recorded + (rng.exponential(2.2, count) * DAY).astype(np.int64) + HOUR
    has_plan = crimes["slow"] & (crimes["officer"] >= 0) & (planned < end) & (rng.random(count) < 0.97)
    crimes["plan_at"] = np.where(has_plan, planned, MISSING)
    days_ago = np.where(rng.random(count) < 0.94, rng.integers(1, 26, count), rng.integers(29, 75, count))
    review = in_hours(rng, end - days_ago * DAY)
    reviewed = (review > recorded + 2 * DAY) & (crimes["officer"] >= 0)
    crimes["last_review_at"] = np.where(reviewed, review, MISSING)
    dated = reviewed & (rng.random(count) < 0.6)
    crimes["next_review_on"] = np.where(dated, review // DAY + 28, MISSING)


def _proceedings(rng: Rng, crimes: Columns) -> None:
    """Charges: at the end of the investigation, by custody officer or by written charge."""
    count = length(crimes)
    charged = np.isin(crimes["outcome"].astype(str), CHARGED)
    by_post = rng.random(count) < np.where(LIMIT[crimes["offence"]] > 0, 0.55, 0.2)
    at = np.maximum(crimes["closed_at"] - rng.integers(HOUR, 3 * DAY, count), crimes["recorded_at"] + HOUR)
    crimes["charged_at"] = np.where(charged & ~by_post, at, MISSING)
    crimes["written_at"] = np.where(charged & by_post, at, MISSING)


def owner_csp(crimes: Columns, people: People, today: int) -> Ints:
    """The CSP each crime counts for now: its officer's, else the place's; -1 for officers outside the ten."""
    unit = people.current_unit(today)
    held = (crimes["officer"] >= 0) & (unit[crimes["officer"]] >= 0)
    owners: Ints = np.where(held, people.units.csp[unit[crimes["officer"]]], crimes["csp"])
    return owners


def clear_time_limits(rng: Rng, timeline: Timeline, people: People, crimes: Columns) -> None:
    """Leaves no open crime of the squeezed CSP near its time limit: those planted there are all there are."""
    due = time_limit(crimes)
    squeezed = CSP_INDEX[SQUEEZED_CSP]
    there = (owner_csp(crimes, people, timeline.today) == squeezed) | (crimes["csp"] == squeezed)
    near = np.zeros(len(due), dtype=bool)
    for column in ("from_on", "to_on", "statement_on", "evidence_on"):
        day = _months_on(crimes[column], 6)
        near |= (day >= timeline.today - 3) & (day <= timeline.today + 35)
    for column in ("from_on", "to_on"):  # two years end a domestic assault without a statement
        day = _months_on(crimes[column], 24)
        near |= (day >= timeline.today - 3) & (day <= timeline.today + 35)
    wrong = (
        there
        & still_open(crimes)
        & (LIMIT[crimes["offence"]] > 0)
        & (near | ((due >= timeline.today - 3) & (due <= timeline.today + 35)))
    )
    crimes["offence"][wrong] = rng.choice(EITHER_WAY, int(wrong.sum()))
    crimes["statement_on"][wrong] = MISSING
    crimes["evidence_on"][wrong] = MISSING
