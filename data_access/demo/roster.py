"""Who could have been given a piece of work: drawing officers, by kind of unit, CSP and day."""

from __future__ import annotations

import numpy as np

from data_access.demo.cast import ADEYEMI, MEMBERS, PRYCE, SHAH, TEAM_C
from data_access.demo.columns import Rng
from data_access.demo.people import People
from data_access.demo.timeline import MISSING, Flags, Floats, Ints
from data_access.demo.units import ELSEWHERE, HEADQUARTERS, INTERVENTION, Units

# How much of a constable's share somebody of another rank carries.
SHARE_BY_RANK = {"PC": 1.0, "DC": 1.0, "PS": 0.22, "DS": 0.22}
ANYWHERE = -1
_ROUNDS = 10


def pool_of(kind: Ints, csp: Ints) -> Ints:
    """The number of the group of officers who take work of a kind in a CSP."""
    pools: Ints = np.where(kind >= ELSEWHERE, kind * 100, kind * 100 + csp)
    return pools


class Roster:
    """Postings as somewhere to put work.

    `weight` differs between people, as it does: rank, part time, and a little luck. Nobody in `spared` (the cast,
    whose open
    crimes are set by hand) is given work that is still open; nobody in `apart` any crime at all.
    """

    def __init__(self, rng: Rng, people: People, today: int) -> None:
        postings, units = people.postings, people.units
        self.people, self.units, self.today = people, units, today
        self.officer: Ints = postings["officer"]
        self.unit: Ints = postings["unit"]
        self.start: Ints = postings["start"]
        self.end: Ints = np.where(postings["end"] == MISSING, today + 400, postings["end"])
        rank = people.officers["rank"][self.officer]
        luck = rng.gamma(50.0, 1 / 50.0, len(people.officers["emp"]))[self.officer]
        fresh = np.where((self.start > today - 90) & (self.end > today), 0.6, 1.0)
        by_rank: Floats = np.array([SHARE_BY_RANK.get(each, 0.0) for each in rank.tolist()])
        self.weight: Floats = by_rank * postings["fte"] * luck * fresh
        self.full_time: Floats = postings["fte"].astype(np.float64)
        self.pool = pool_of(units.kind[self.unit], units.csp[self.unit])
        members = {people.fixed[m.emp] for m in MEMBERS if m.unit == TEAM_C}
        self.spared: Flags = np.isin(self.officer, list(members))
        self.apart: Flags = np.isin(self.officer, [people.fixed[emp] for emp in (ADEYEMI, SHAH, PRYCE)])

    def draw(self, rng: Rng, pool: Ints, day: Ints, still_open: Flags, *, crimes: bool = True) -> Ints:
        """A posting for each record: in the record's pool and valid on its day; -1 where nobody was."""
        found = np.full(len(pool), -1)
        weight = np.where(self.apart, 0.0, self.weight) if crimes else self.weight
        for number in np.unique(pool).tolist():
            of_pool = np.flatnonzero(
                (self.pool == number if number >= 0 else self.units.kind[self.unit] != HEADQUARTERS) & (weight > 0)
            )
            waiting = np.flatnonzero(pool == number)
            if len(of_pool):
                found[waiting] = self._draw_from(
                    rng, of_pool, weight[of_pool], day[waiting], still_open[waiting] & crimes
                )
        return found

    def draw_in_unit(self, rng: Rng, unit: int, day: Ints) -> Ints:
        """A posting in one unit for each day; -1 where nobody was there."""
        candidates = np.flatnonzero((self.unit == unit) & (self.weight > 0))
        if not len(candidates):
            return np.full(len(day), -1)
        return self._draw_from(rng, candidates, self.weight[candidates], day, np.zeros(len(day), dtype=bool))

    def _draw_from(self, rng: Rng, candidates: Ints, weight: Floats, day: Ints, still_open: Flags) -> Ints:
        found = np.full(len(day), -1)
        share = np.cumsum(weight)
        waiting = np.arange(len(day))
        for _ in range(_ROUNDS):
            if not len(waiting):
                break
            drawn = candidates[
                np.searchsorted(share, rng.random(len(waiting)) * share[-1], side="right").clip(max=len(candidates) - 1)
            ]
            fits = (
                (self.start[drawn] <= day[waiting])
                & (day[waiting] <= self.end[drawn])
                & ~(still_open[waiting] & self.spared[drawn])
            )
            found[waiting[fits]] = drawn[fits]
            waiting = waiting[~fits]
        return found


def duty_team(seconds: Ints) -> Ints:
    """Which of the five Intervention teams (0 to 4) is on duty: two earlies, two lates, two nights, four rest days."""
    shifted = seconds - 7 * 3600
    day, second = np.divmod(shifted, 86_400)
    shift = second // (8 * 3600)  # 0 early, 1 late, 2 night
    # Team t works shift s on days 2s and 2s+1 of its ten-day cycle, which starts 2t days later than team 0's.
    team: Ints = ((day // 2 - shift) % 5).astype(np.int64)
    return team


def on_duty_pool(people: People, csp: Ints, team: Ints) -> Ints:
    """Position of the Intervention team of each CSP and letter."""
    units: Units = people.units
    grid = np.full((10, 5), -1)
    for position, unit in enumerate(units.rows):
        if unit.kind == INTERVENTION and unit.level == "Team":
            grid[unit.csp, "abcde".index(unit.ref[-1])] = position
    return grid[csp, team]
