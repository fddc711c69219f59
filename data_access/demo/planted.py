"""Investigations put in by hand: Team C of Watford, the leaver, the officer who improved, Stevenage's time limits.

Nothing here depends on chance in a way that a count could see; docs/demonstration.md lists the counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from data_access.demo.cast import ADEYEMI, NAIR, PRYCE, SHAH, SQUEEZED_CSP, STEVENAGE_B, TEAM_C
from data_access.demo.columns import Columns, Rng, joined
from data_access.demo.offences import COMMON_ASSAULT, EITHER_WAY, PUBLIC_ORDER_5
from data_access.demo.people import People
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Ints, Timeline, add_months
from data_access.demo.units import CSP_INDEX, INTERVENTION

# Open investigations of each member, and how many of them are older than 120 days.
HELD: tuple[tuple[str, int, int], ...] = (
    (ADEYEMI, 28, 11), ("11840", 21, 5), ("11196", 18, 3), ("13051", 17, 3), (SHAH, 16, 2), ("11402", 15, 2),
    ("12980", 14, 2), ("12015", 9, 1), ("13312", 6, 0), (NAIR, 4, 0), (PRYCE, 16, 2),
)  # fmt: skip
OVERDUE_REVIEWS = {ADEYEMI: 4, "11840": 2, PRYCE: 3}
# Time limits in Team C: who, in how many days (moved forward up to three days where no day has it as corresponding
# date).
LIMITS: tuple[tuple[str, int, int], ...] = (
    (ADEYEMI, 5, COMMON_ASSAULT), ("11840", 8, PUBLIC_ORDER_5), ("11196", 9, COMMON_ASSAULT),
    ("12980", 10, PUBLIC_ORDER_5), (ADEYEMI, 19, PUBLIC_ORDER_5), ("13051", 22, COMMON_ASSAULT),
    ("11402", 24, COMMON_ASSAULT),
)  # fmt: skip
# What two officers held at the end of each four weeks before now, latest first: one more and more, one less and less.
RISING = (26, 24, 21, 19, 17, 16, 14, 15, 13, 13, 12, 12)
FALLING = (24, 26, 27, 28, 29, 31, 30, 31, 30, 29, 30, 28)
STEVENAGE_DUE, STEVENAGE_B_DUE = 41, 26


@dataclass
class Planted:
    """Open and closed investigations under construction."""

    timeline: Timeline
    people: People
    rng: Rng
    parts: list[Columns] = field(default_factory=list)

    def add(self, officer: int, ages: Ints, csp: int, unit: int, *, reviews_overdue: int = 0) -> Columns:
        """Open either-way investigations of these ages in days, with a next review to come, but for some."""
        today, count = self.timeline.today, len(ages)
        recorded = (today - ages) * DAY + self.rng.integers(8 * HOUR, 21 * HOUR, count)
        recorded = np.minimum(recorded, self.timeline.now - 26 * HOUR)
        empty = np.full(count, MISSING)
        since = np.maximum(np.where(ages > 9, today - self.rng.integers(3, 8, count), MISSING), MISSING)
        coming = today + self.rng.integers(3, 24, count)
        coming[:reviews_overdue] = today - self.rng.integers(2, 18, reviews_overdue)
        since[:reviews_overdue] = today - 40
        part: Columns = {
            "recorded_at": recorded,
            "offence": self.rng.choice(EITHER_WAY, count),
            "csp": np.full(count, csp),
            "unit": np.full(count, unit),
            "domestic": np.zeros(count, dtype=bool),
            "from_on": recorded // DAY - 1,
            "to_on": empty.copy(),
            "slow": np.ones(count, dtype=bool),
            "statement_on": empty.copy(),
            "evidence_on": empty.copy(),
            "lapsed": np.zeros(count, dtype=bool),
            "cancelled_at": empty.copy(),
            "closed_at": empty.copy(),
            "officer": np.full(count, officer),
            "allocated_at": recorded + 3 * HOUR,
            "kind": np.full(count, INTERVENTION),
            "outcome": np.full(count, "", dtype=object),
            "suspects": self.rng.integers(0, 3, count),
            "plan_at": recorded + 20 * HOUR,
            "last_review_at": np.where(since > recorded // DAY, since * DAY + 15 * HOUR, MISSING),
            "next_review_on": coming,
            "charged_at": empty.copy(),
            "written_at": empty.copy(),
        }
        self.parts.append(part)
        return part

    def limit(self, part: Columns, row: int, days: int, offence: int, *, by_statement: bool) -> None:
        """Makes one a summary offence that runs out in so many days, from its own date or a first statement."""
        start = starting_day(self.timeline.today + days)
        part["offence"][row] = offence
        part["suspects"][row] = 1
        if by_statement:
            part["domestic"][row] = True
            part["statement_on"][row] = start
            part["from_on"][row] = start - 3
        else:
            part["from_on"][row] = start
        recorded = (start + 1) * DAY + 11 * HOUR
        part["recorded_at"][row], part["allocated_at"][row], part["plan_at"][row] = (
            recorded,
            recorded + 3 * HOUR,
            recorded + 20 * HOUR,
        )


def starting_day(due: int) -> int:
    """The day from which six months end on a day, or on the next day there is one for."""
    for wanted in range(due, due + 4):
        days = np.arange(wanted - 186, wanted - 178)
        hits = days[add_months(days, 6) == wanted]
        if len(hits):
            return int(hits[-1])
    raise AssertionError("every month has a corresponding date within three days")


def plant(rng: Rng, timeline: Timeline, people: People) -> Columns:
    """Everything planted, as rows to put below the everyday ones."""
    planted = Planted(timeline, people, rng)
    _team_c(planted)
    _squeeze(planted)
    return joined(planted.parts)


def _ages(count: int, old: int, emp: str) -> Ints:
    """Ages in days: so many over 120, none near it or at the edge of today, spread evenly."""
    young_to = 17 if emp == "13312" else 112
    young = np.linspace(3, young_to, count - old).astype(np.int64)
    if emp == SHAH:  # six in the last four weeks, the rest before
        young = np.array([4, 8, 13, 17, 21, 25, *np.linspace(34, 110, count - old - 6).astype(np.int64)])
    return np.concatenate((np.linspace(126, 214, old).astype(np.int64), young))


def _team_c(planted: Planted) -> None:
    people = planted.people
    watford, team = CSP_INDEX["csp-watford"], people.units.index[TEAM_C]
    place = people.units.index["csp-watford"]
    parts: dict[str, Columns] = {}
    for emp, count, old in HELD:
        ages = _ages(count, old, emp)
        if emp == PRYCE:
            ages = np.maximum(ages, 31)  # nothing was given to somebody who had left
        unit = team if emp == PRYCE else place
        parts[emp] = planted.add(people.fixed[emp], ages, watford, unit, reviews_overdue=OVERDUE_REVIEWS.get(emp, 0))
    used: dict[str, int] = {}
    for emp, days, offence in LIMITS:
        row = used.setdefault(emp, OVERDUE_REVIEWS.get(emp, 0))
        used[emp] += 1
        # Rows begin with the oldest, so those with a limit are among the over 120 days already.
        planted.limit(parts[emp], row, days, offence, by_statement=offence == COMMON_ASSAULT and days == 5)
    for emp, held in ((ADEYEMI, RISING), (SHAH, FALLING)):
        _history(planted, people.fixed[emp], parts[emp], held, watford, place)


def _history(planted: Planted, officer: int, now: Columns, held: tuple[int, ...], csp: int, unit: int) -> None:
    """Closed investigations such that an officer held so many at the end of each earlier four weeks, and none else.

    Walks from the earliest to the latest: closes the oldest where there are too many, takes on new ones where too
    few, and
    changes one over in every four weeks besides. What is left of them closes within the last four weeks.
    """
    timeline = planted.timeline
    knots = [timeline.today - 28 * step for step in range(len(held), 0, -1)]
    spans = [(knots[0] - 28, knots[0]), *pairwise(knots)]
    opened_now = now["recorded_at"] // DAY
    alive: list[int] = []
    lives: list[tuple[int, int]] = []
    for (begin, end), wanted in zip(spans, reversed(held), strict=True):
        extra = wanted - int((opened_now <= end).sum())
        closing = max(len(alive) - extra, min(2, len(alive)))
        days = np.linspace(begin + 2, end - 1, closing).astype(np.int64)
        lives += [(start, int(day)) for start, day in zip(alive[:closing], days, strict=True)]
        alive = alive[closing:]
        alive += np.linspace(begin + 1, end - 2, max(extra - len(alive), 0)).astype(np.int64).tolist()
    last = np.linspace(timeline.today - 25, timeline.today - 2, len(alive)).astype(np.int64)
    lives += [(start, int(day)) for start, day in zip(alive, last, strict=True)]
    closed = planted.add(officer, timeline.today - np.array([start for start, _ in lives]), csp, unit)
    ends = np.array([end for _, end in lives]) * DAY + 14 * HOUR
    closed["closed_at"] = ends
    closed["outcome"] = planted.rng.choice(np.array(["14", "15", "16", "18", "8"], dtype=object), len(ends))
    closed["last_review_at"] = np.minimum(ends - 2 * DAY, closed["recorded_at"] + 5 * DAY)
    closed["next_review_on"] = np.full(len(ends), MISSING)


def _constables(people: People, today: int, which: Flags) -> list[int]:
    current = people.current_unit(today)
    ranks = people.officers["rank"]
    return [
        officer
        for officer in np.flatnonzero(current >= 0).tolist()
        if which[current[officer]] and ranks[officer] in ("PC", "PS", "DC", "DS")
    ]


def _squeeze(planted: Planted) -> None:
    """Stevenage: 41 time limits within four weeks, 26 of them with one team."""
    people, timeline = planted.people, planted.timeline
    units = people.units
    csp, place, team = CSP_INDEX[SQUEEZED_CSP], units.index[SQUEEZED_CSP], units.index[STEVENAGE_B]
    positions = np.arange(len(units.rows))
    held_by_team = _constables(people, timeline.today, positions == team)
    others = _constables(people, timeline.today, (units.csp == csp) & (positions != team))
    whitmore = people.fixed["10464"]
    workers = [officer for officer in held_by_team if officer != whitmore] or held_by_team
    holders = [workers[turn % len(workers)] for turn in range(STEVENAGE_B_DUE)]
    holders += [others[(turn * 7) % len(others)] for turn in range(STEVENAGE_DUE - STEVENAGE_B_DUE)]
    for turn, officer in enumerate(holders):
        part = planted.add(officer, np.array([150]), csp, place)
        offence = COMMON_ASSAULT if turn % 5 < 3 else PUBLIC_ORDER_5
        planted.limit(part, 0, 2 + turn % 23, offence, by_statement=turn % 5 == 0)
