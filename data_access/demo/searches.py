"""Stop and search forms and their supervision. Never a target, never a league table: only who has to look at what."""

from __future__ import annotations

import numpy as np

from data_access.demo.cast import FORMS_TEAM, TEAM_C
from data_access.demo.columns import Columns, Rng, joined, length, pick
from data_access.demo.crimes import moments
from data_access.demo.people import People
from data_access.demo.roster import Roster
from data_access.demo.timeline import DAY, HOUR, MISSING, Ints, Timeline

OVERDUE_FORMS, TEAM_C_FORMS = 9, 3
BY_HOUR = np.array([5, 3, 2, 1, 1, 0.5, 0.5, 1, 2, 3, 4, 4, 5, 5, 6, 7, 8, 8, 7, 7, 8, 8, 7, 6], dtype=float)
POWERS = ("PACE s.1", "Misuse of Drugs Act s.23", "CJPOA s.60", "Firearms Act s.47")
OBJECTS = ("Controlled drugs", "Offensive weapons", "Stolen goods", "Going equipped", "Firearms", "Criminal damage")
KINDS = ("Person", "Person and Vehicle", "Vehicle")


def _mix(rng: Rng, count: int) -> Columns:
    """What was searched, why and how: blanks are normal."""
    found = pick(rng, ("Yes", "No", ""), (0.27, 0.69, 0.04), count)
    return {
        "power": pick(rng, POWERS, (0.32, 0.63, 0.03, 0.02), count),
        "object": pick(rng, OBJECTS, (0.62, 0.15, 0.1, 0.08, 0.02, 0.03), count),
        "found": found,
        "linked": np.where(
            found == "Yes",
            pick(rng, ("Yes", "No", ""), (0.62, 0.22, 0.16), count),
            pick(rng, ("", "No"), (0.8, 0.2), count),
        ),
        "video": pick(rng, ("Yes", "No", ""), (0.9, 0.06, 0.04), count),
        "receipt": pick(rng, ("Yes", "No", ""), (0.84, 0.1, 0.06), count),
        "kind": pick(rng, KINDS, (0.8, 0.155, 0.045), count),
    }


def forms_of(rng: Rng, timeline: Timeline, people: People, roster: Roster, count: int) -> Columns:
    """Forms; officer and reviewer by position, csp by number (-1: outside), unit of the searching officer."""
    at = moments(rng, timeline, count, BY_HOUR)
    pools = rng.choice([0, 2, 4, 5], count, p=[0.72, 0.17, 0.06, 0.05])
    csp = rng.integers(0, 10, count)
    pool = np.where(pools >= 3, pools * 100, pools * 100 + csp)
    posting = roster.draw(rng, pool, at // DAY, np.zeros(count, dtype=bool), crimes=False)
    at, posting, csp = at[posting >= 0], posting[posting >= 0], csp[posting >= 0]
    forms = _lives(rng, timeline, at, posting, roster)
    forms["csp"] = csp
    forms |= _mix(rng, len(at))
    _settle(forms, roster, people, timeline)
    return joined(
        [
            forms,
            _waiting(rng, timeline, people, FORMS_TEAM, OVERDUE_FORMS, (9, 25)),
            _waiting(rng, timeline, people, TEAM_C, TEAM_C_FORMS, (1, 5)),
        ]
    )


def _lives(rng: Rng, timeline: Timeline, at: Ints, posting: Ints, roster: Roster) -> Columns:
    """Submitted at the end of the tour, reviewed within days, a few sent back first, some still waiting."""
    count = len(at)
    submitted = at + rng.integers(1200, 9 * HOUR, count)
    days = np.where(rng.random(count) < 0.92, rng.exponential(1.9, count), 7.5 + rng.exponential(4.5, count))
    first_look = submitted + HOUR + (days * DAY).astype(np.int64)
    back = rng.random(count) < 0.055
    again = first_look + HOUR + (rng.exponential(2.5, count) * DAY).astype(np.int64)
    reviewed = np.where(back, again + HOUR + (rng.exponential(1.6, count) * DAY).astype(np.int64), first_look)
    reviewed = np.where(rng.random(count) < 0.0012, timeline.now + DAY, reviewed)  # a few nobody ever looked at

    def until_now(moment: Ints) -> Ints:
        return np.where(moment <= timeline.now, moment, MISSING)

    return {
        "searched_at": at,
        "officer": roster.officer[posting],
        "unit": roster.unit[posting],
        "submitted_at": until_now(submitted),
        "returned_at": np.where(back, until_now(first_look), MISSING),
        "resubmitted_at": np.where(back, until_now(again), MISSING),
        "reviewed_at": until_now(reviewed),
        "reviewer": np.full(count, -1),
        "grounds": np.where(reviewed <= timeline.now, pick(rng, ("Yes", "No", ""), (0.91, 0.05, 0.04), count), ""),
    }


def _sergeant_of(people: People, timeline: Timeline) -> Ints:
    """A supervisor for each unit: one posted there, else somebody else's."""
    current = people.current_unit(timeline.today)
    rank = people.officers["rank"].astype(str)
    sergeants = np.flatnonzero(np.isin(rank, ("PS", "DS")) & (current >= 0))
    found = np.full(len(people.units.rows), sergeants[0])
    found[current[sergeants]] = sergeants
    return found


def _settle(forms: Columns, roster: Roster, people: People, timeline: Timeline) -> None:
    """Names reviewers (never the searching officer); the two planted teams wait for what is planted only."""
    reviewer = _sergeant_of(people, timeline)[forms["unit"]]
    own = reviewer == forms["officer"]
    reviewer = np.where(own, people.fixed["10219"], reviewer)
    forms["reviewer"] = np.where((forms["reviewed_at"] != MISSING) | (forms["returned_at"] != MISSING), reviewer, -1)
    current = people.current_unit(timeline.today)[forms["officer"]]
    set_by_hand = np.isin(current, [people.units.index[FORMS_TEAM], people.units.index[TEAM_C]])
    waiting = set_by_hand & (forms["reviewed_at"] == MISSING)
    forms["searched_at"] = np.where(waiting, forms["searched_at"] - 40 * DAY, forms["searched_at"])
    forms["submitted_at"] = np.where(waiting, forms["searched_at"] + 2 * HOUR, forms["submitted_at"])
    for name in ("returned_at", "resubmitted_at"):
        forms[name] = np.where(waiting, MISSING, forms[name])
    forms["reviewed_at"] = np.where(waiting, forms["searched_at"] + 26 * HOUR, forms["reviewed_at"])
    forms["reviewer"] = np.where(waiting, reviewer, forms["reviewer"])
    assert length(forms) == len(reviewer)
    assert roster.units is people.units


def _waiting(rng: Rng, timeline: Timeline, people: People, team: str, count: int, days: tuple[int, int]) -> Columns:
    """Forms of one team, submitted between so many days ago and not reviewed."""
    unit = people.units.index[team]
    current = people.current_unit(timeline.today)
    rank = people.officers["rank"].astype(str)
    constables = [
        o for o in np.flatnonzero((current == unit) & (rank == "PC")).tolist() if people.officers["emp"][o] != "13312"
    ]
    officer = np.array([constables[turn % len(constables)] for turn in range(count)])
    ago = np.linspace(days[1], days[0], count).astype(np.int64)
    searched = (timeline.today - ago) * DAY + 15 * HOUR
    empty = np.full(count, MISSING)
    rows: Columns = {
        "searched_at": searched,
        "officer": officer,
        "unit": np.full(count, unit),
        "submitted_at": searched + 3 * HOUR,
        "returned_at": empty,
        "resubmitted_at": empty.copy(),
        "reviewed_at": empty.copy(),
        "reviewer": np.full(count, -1),
        "grounds": np.full(count, "", dtype=object),
        "csp": np.full(count, people.units.csp[unit]),
    }
    return rows | _mix(rng, count)
