"""Command and control incidents: graded, attended by the team on duty, or not.

Shares of immediate incidents attended within twelve minutes are exact over the last 28 days for each CSP.
"""

from __future__ import annotations

import numpy as np

from data_access.demo.columns import Columns, Rng, exactly, only, pick
from data_access.demo.crimes import moments
from data_access.demo.people import People
from data_access.demo.roster import Roster, duty_team, on_duty_pool
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Ints, Timeline
from data_access.demo.units import CSPS, SHARES

IN_TIME: dict[str, float] = {
    "csp-broxbourne": 0.84, "csp-dacorum": 0.82, "csp-east-herts": 0.91, "csp-hertsmere": 0.92,
    "csp-north-herts": 0.81, "csp-st-albans": 0.83, "csp-stevenage": 0.85, "csp-three-rivers": 0.79,
    "csp-watford": 0.64, "csp-welwyn-hatfield": 0.82,
}  # fmt: skip
USUAL_WATFORD = 0.83  # before the last few weeks
PROMPT_IN_TIME = 0.78
IMMEDIATE, PROMPT, SCHEDULED, NO_DEPLOYMENT = "I", "P", "S", "R"
TARGET = {IMMEDIATE: 720, PROMPT: 3600}
CODES = ("DOM", "VIOL", "ASB", "RTC", "THEFT", "BURG", "CONC", "SUSP", "MISPER", "ALARM")
RESULTS = ("CANX", "NODEP", "DUP", "APPT", "OFFGEN", "OOF", "HELD")
BY_HOUR = np.array(
    [
        3.6,
        2.9,
        2.3,
        1.7,
        1.3,
        1.2,
        1.6,
        2.6,
        3.6,
        4.2,
        4.6,
        4.9,
        5.1,
        5.1,
        5.3,
        5.7,
        6.0,
        6.3,
        6.2,
        5.9,
        5.6,
        5.3,
        4.9,
        4.3,
    ]
)


def incidents_of(rng: Rng, timeline: Timeline, people: People, roster: Roster, count: int) -> Columns:
    """Incidents; csp by number, officer (first at scene) by position or -1."""
    created = moments(rng, timeline, count, BY_HOUR)
    csp = rng.choice(len(CSPS), count, p=SHARES)
    grade = pick(rng, (IMMEDIATE, PROMPT, SCHEDULED, NO_DEPLOYMENT), (0.335, 0.605, 0.04, 0.02), count)
    upgraded = (grade == IMMEDIATE) & (rng.random(count) < 0.05)
    downgraded = (grade == PROMPT) & (rng.random(count) < 0.03)
    first = np.where(upgraded, PROMPT, np.where(downgraded, IMMEDIATE, grade))
    graded = created + rng.integers(40, 240, count) + np.where(upgraded | downgraded, rng.integers(300, 2400, count), 0)
    graded = np.minimum(graded, timeline.now - 20)
    excluded = rng.random(count) < 0.045
    result = only(excluded, pick(rng, RESULTS, (0.36, 0.24, 0.16, 0.1, 0.08, 0.04, 0.02), count))
    in_time = _in_time(rng, timeline, csp, grade, graded, ~excluded)
    target = np.where(grade == IMMEDIATE, TARGET[IMMEDIATE], np.where(grade == PROMPT, TARGET[PROMPT], 6 * HOUR))
    elapsed = np.where(
        in_time, target * (0.12 + 0.86 * rng.beta(2.2, 2.0, count)), target * (1.02 + rng.exponential(0.55, count))
    ).astype(np.int64)
    attended = graded + elapsed
    timed = np.isin(grade.astype(str), (IMMEDIATE, PROMPT)) | (rng.random(count) < 0.5)
    arrived = timed & ~excluded & (attended <= timeline.now)
    unseen = arrived & _forgotten(rng, timeline, csp, graded)
    dispatched = np.minimum(graded + (elapsed * rng.uniform(0.1, 0.4, count)).astype(np.int64), timeline.now)
    posting = _first_there(rng, people, roster, csp, attended)
    over = np.where(excluded, graded + rng.integers(60, HOUR, count), attended + rng.integers(600, 5 * HOUR, count))
    closed = np.where((over <= timeline.now) & (arrived | excluded | ~timed), over, MISSING)
    return {
        "csp": csp,
        "created_at": created,
        "answered_at": np.where(rng.random(count) < 0.94, created - rng.integers(20, 120, count), MISSING),
        "grade": grade,
        "first_grade": first,
        "graded_at": graded,
        "dispatched_at": np.where(arrived | (timed & ~excluded & (rng.random(count) < 0.6)), dispatched, MISSING),
        "attended_at": np.where(arrived & ~unseen, attended, MISSING),
        "closed_at": np.where(unseen, np.minimum(attended + HOUR, timeline.now), closed),
        "result": result,
        "code": pick(rng, CODES, (0.16, 0.17, 0.15, 0.11, 0.09, 0.06, 0.11, 0.07, 0.04, 0.04), count),
        "officer": np.where(arrived & (posting >= 0), roster.officer[posting], -1),
    }


def _in_time(rng: Rng, timeline: Timeline, csp: Ints, grade: Ints, graded: Ints, counted: Flags) -> Flags:
    """Which are attended within target: by chance earlier, by count over the last 28 days."""
    usual = np.array([USUAL_WATFORD if c.ref == "csp-watford" else IN_TIME[c.ref] for c in CSPS])
    in_time = rng.random(len(csp)) < np.where(grade == IMMEDIATE, usual[csp], PROMPT_IN_TIME)
    lately = counted & (grade == IMMEDIATE) & (graded // DAY > timeline.today - 28) & (graded < timeline.now - HOUR)
    for number, csp_row in enumerate(CSPS):
        rows = np.flatnonzero(lately & (csp == number))
        in_time[rows] = False
        in_time[exactly(rng, rows, round(IN_TIME[csp_row.ref] * len(rows)))] = True
    return in_time


def _forgotten(rng: Rng, timeline: Timeline, csp: Ints, graded: Ints) -> Flags:
    """Attended, but nobody pressed the button; not in Watford lately, whose count is a known answer."""
    chance: Flags = rng.random(len(csp)) < 0.012
    known = np.array([c.ref == "csp-watford" for c in CSPS])[csp] & (graded // DAY > timeline.today - 29)
    return chance & ~known


def _first_there(rng: Rng, people: People, roster: Roster, csp: Ints, at: Ints) -> Ints:
    """A posting in the team on duty in the CSP, or in any other there; -1 where nobody was."""
    team = on_duty_pool(people, csp, duty_team(at))
    found = np.full(len(csp), -1)
    none = np.zeros(len(csp), dtype=bool)
    for unit in np.unique(team).tolist():
        rows = np.flatnonzero(team == unit)
        found[rows] = roster.draw_in_unit(rng, unit, at[rows] // DAY)
    rest = np.flatnonzero((found < 0) | (rng.random(len(csp)) < 0.08))
    found[rest] = roster.draw(rng, csp[rest], at[rest] // DAY, none[rest], crimes=False)
    return found
