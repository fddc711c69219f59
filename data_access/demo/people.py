"""Officers and who truly belonged where, when: what Athena and HR then each half remember (postings.py)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_access.demo.cast import MEMBERS, PRYCE, TEAM_C
from data_access.demo.columns import Columns, Rng, joined, length
from data_access.demo.names import FAMILY_NAMES
from data_access.demo.timeline import MISSING, Ints, Texts, Timeline
from data_access.demo.units import CSPS, INTERVENTION, Units

LEADERS = (
    ("Chief Constable", "CC", "herts"),
    ("Deputy Chief Constable", "DCC", "herts"),
    ("ACC", "ACC", "herts"),
    ("C/Supt", "C/Supt", "lpc"),
)
FUTURE_STARTERS = 8
FEWEST = {"intervention_team": 2}
PART_TIME = np.array([0.5, 0.6, 0.7, 0.8])
ROLES = {
    "PC": "Constable", "DC": "Detective constable", "PS": "Sergeant", "DS": "Detective sergeant", "Insp": "Inspector",
    "CI": "Chief inspector", "Supt": "Superintendent", "C/Supt": "Chief superintendent",
}  # fmt: skip


@dataclass(frozen=True)
class People:
    """`officers`: emp, name, rank, collar, joined, left, probationer. `postings`: officer, unit, start, end, role,
    fte, acting.

    Officers are named by position. Days; MISSING: still here, until further notice. `fixed` finds the cast by number.
    """

    officers: Columns
    postings: Columns
    fixed: dict[str, int]
    units: Units

    def current_unit(self, today: int) -> Ints:
        """Each officer's unit on a day, -1 for those not in post."""
        units = np.full(length(self.officers), -1)
        posting = self.postings
        on = (posting["start"] <= today) & ((posting["end"] == MISSING) | (posting["end"] >= today))
        units[posting["officer"][on]] = posting["unit"][on]
        return units


def strengths(units: Units, officers: int) -> Ints:
    """How many each unit holds, supervisors included, so that all come to about the number of officers wanted.

    Team C of Watford is its fixed cast at any size.
    """
    rows = units.rows
    leading = np.array([{"Department": 1, "CSP": 2}.get(unit.level, 0) for unit in rows])
    if officers < 600:
        leading = np.minimum(leading, 1)
    elif officers >= 1500:
        leading += np.array([2 if unit.unit_type == "intervention" else 0 for unit in rows])
    weight = np.array([unit.weight * 1.08 for unit in rows])
    fewest = np.array([FEWEST.get(unit.unit_type, 1) if unit.weight else 0 for unit in rows])
    cast = sum(member.unit == TEAM_C and not member.days_gone for member in MEMBERS)

    def at(scale: float) -> Ints:
        size = np.maximum(np.round(weight * scale).astype(np.int64), fewest)
        size[units.index[TEAM_C]] = cast
        return size + leading

    low, high = 0.01, 4.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if at(middle).sum() + len(LEADERS) > officers else (middle, high)
    return at(low)


def _rank(unit_type: str, level: str, place: int) -> str:
    """The rank of the n-th person of a unit: its supervisor comes first."""
    if level == "CSP":
        return ("Supt", "CI")[min(place, 1)]
    detectives = unit_type in ("local_crime_unit", "local_crime_unit_team", "daisu", "daisu_team", "cid", "crime")
    if level == "Department" and place == 0:
        return "Insp"
    if unit_type in ("intervention", "local_crime_unit", "neighbourhood", "daisu"):
        return "Insp"
    first = 0 if level == "Team" else 1
    if place == first or (place > first and (place - first) % 14 == 0):
        return "DS" if detectives else "PS"
    return "DC" if detectives else "PC"


class _Hiring:
    """Adds officers one by one: two thousand are few."""

    def __init__(self, rng: Rng, timeline: Timeline, units: Units) -> None:
        self.rng, self.timeline, self.units = rng, timeline, units
        self.officers: list[tuple[str, str, str, str, int, int, bool]] = []
        self.postings: list[tuple[int, int, int, int, str, float, str]] = []
        self.numbers = iter(rng.permutation(np.arange(20_000, 40_000)).tolist())
        taken = {member.collar for member in MEMBERS}
        self.collars = iter([str(c) for c in rng.permutation(np.arange(100, 9_999)).tolist() if f"{c:04}" not in taken])

    def hire(
        self,
        rank: str,
        unit: int,
        *,
        joined_days: int,
        in_post_days: int,
        emp: str = "",
        name: str = "",
        collar: str = "",
        fte: float = 1.0,
        acting: str = "",
    ) -> int:
        """Adds somebody in post for so many days; negative days lie in the future."""
        today = self.timeline.today
        probationer = rank == "PC" and joined_days < 730
        number = emp or str(next(self.numbers))
        shown = collar if emp else (next(self.collars).zfill(4) if rank in ("PC", "PS", "DC", "DS") else "")
        called = name or FAMILY_NAMES[int(self.rng.integers(len(FAMILY_NAMES)))]
        self.officers.append((number, called, rank, shown, today - joined_days, MISSING, probationer))
        self.postings.append(
            (len(self.officers) - 1, unit, today - in_post_days, MISSING, ROLES.get(rank, "Chief officer"), fte, acting)
        )
        return len(self.officers) - 1

    def fill(self, strength: Ints) -> None:
        """Everybody in post today, the cast aside."""
        rng, units = self.rng, self.units
        for _, rank, ref in LEADERS:
            self.hire(rank, units.index[ref], joined_days=9000, in_post_days=int(rng.integers(200, 1500)))
        filled = np.zeros(len(strength), dtype=np.int64)
        for member in MEMBERS:
            filled[units.index[member.unit]] += not member.days_gone
        for unit, wanted in enumerate(strength.tolist()):
            row = units.rows[unit]
            for place in range(int(filled[unit]), wanted):
                rank = _rank(row.unit_type, row.level, place)
                new = rank == "PC" and rng.random() < 0.09
                in_post = int(rng.integers(40, 720) if new else rng.integers(750, 3600))
                fte = float(rng.choice(PART_TIME)) if rng.random() < 0.1 else 1.0
                self.hire(
                    rank,
                    unit,
                    joined_days=in_post + (0 if new else int(rng.integers(0, 4000))),
                    in_post_days=in_post,
                    fte=fte,
                )


def _past_postings(rng: Rng, timeline: Timeline, units: Units, people: Columns, postings: Columns) -> Columns:
    """Earlier halves of postings: moves before the present one, and the time before acting as sergeant."""
    ranks = people["rank"][postings["officer"]]
    local = units.csp[postings["unit"]] >= 0
    constables = np.flatnonzero(((ranks == "PC") | (ranks == "DC")) & local & (postings["start"] < timeline.first_day))
    moved = rng.choice(constables, int(len(constables) * 0.13), replace=False)
    start = rng.integers(timeline.first_day + 20, timeline.today - 45, len(moved))
    rows = {name: column[moved].copy() for name, column in postings.items()}
    same_kind = [
        np.flatnonzero((units.kind == kind) & (units.csp >= 0) & np.array([u.weight > 0 for u in units.rows]))
        for kind in range(3)
    ]
    rows["unit"] = np.array([rng.choice(same_kind[int(rng.integers(3))]) for _ in moved], dtype=np.int64)
    rows["unit"] = np.where(rows["unit"] == units.index[TEAM_C], units.index["watford-intervention-d"], rows["unit"])
    rows["end"] = start - 1
    postings["start"][moved] = start
    acting = rng.choice(np.setdiff1d(constables, moved), min(12, len(constables) // 8), replace=False)
    since = rng.integers(timeline.today - 150, timeline.today - 20, len(acting))
    before = {name: column[acting].copy() for name, column in postings.items()}
    before["end"] = since - 1
    postings["start"][acting] = since
    postings["acting"][acting] = "PS"
    return joined([rows, before])


def _leavers(rng: Rng, timeline: Timeline, hiring: _Hiring, units: Units, count: int) -> None:
    """People who left within the records; a few collar numbers go to somebody new."""
    teams = [unit for unit in units.teams() if units.csp[unit] >= 0 and unit != units.index[TEAM_C]]
    for turn in range(count):
        gone = int(rng.integers(3, max(timeline.days - 30, 4)))
        officer = hiring.hire(
            "PC",
            int(rng.choice(teams)),
            joined_days=gone + int(rng.integers(400, 5000)),
            in_post_days=gone + int(rng.integers(100, 380)),
        )
        _leave(hiring, officer, timeline.today - gone)
        if turn < 6:  # re-used: a collar number is never a key
            heir = int(rng.integers(20, len(hiring.officers) - count))
            row = hiring.officers[heir]
            if row[2] == "PC" and heir > len(MEMBERS) + len(LEADERS):
                hiring.officers[heir] = (*row[:3], hiring.officers[officer][3], *row[4:])


def _leave(hiring: _Hiring, officer: int, day: int) -> None:
    emp, name, rank, collar, since, _, probationer = hiring.officers[officer]
    hiring.officers[officer] = (emp, name, rank, collar, since, day, probationer)
    last = hiring.postings[-1]
    assert last[0] == officer
    hiring.postings[-1] = (*last[:3], day - 1, *last[4:])


def engage(rng: Rng, timeline: Timeline, units: Units, officers: int) -> People:
    """The whole force: cast, everybody else, leavers, future starters, past postings."""
    hiring = _Hiring(rng, timeline, units)
    fixed: dict[str, int] = {}
    for member in MEMBERS:
        joined_days = member.days_in_post + (0 if member.is_probationer else 700)
        fixed[member.emp] = hiring.hire(
            member.rank, units.index[member.unit], joined_days=joined_days, in_post_days=member.days_in_post,
            emp=member.emp, name=member.name, collar=member.collar, fte=member.fte, acting=member.acting,
        )  # fmt: skip
        if member.emp == PRYCE:
            _leave(hiring, fixed[PRYCE], timeline.today - member.days_gone)
    hiring.fill(strengths(units, officers))
    _leavers(rng, timeline, hiring, units, max(officers // 16, 8))
    for turn in range(FUTURE_STARTERS):
        unit = units.index[f"{CSPS[turn].ref.removeprefix('csp-')}-intervention-a"]
        hiring.hire("PC", unit, joined_days=-(5 + 4 * turn), in_post_days=-(5 + 4 * turn))
    people = _columns(hiring.officers, ("emp", "name", "rank", "collar", "joined", "left", "probationer"))
    postings = _columns(hiring.postings, ("officer", "unit", "start", "end", "role", "fte", "acting"))
    cast = set(fixed.values())
    changeable = np.array([officer not in cast for officer in postings["officer"].tolist()]) & (
        postings["end"] == MISSING
    )
    free, rest = ({n: c[which] for n, c in postings.items()} for which in (changeable, ~changeable))
    past = _past_postings(rng, timeline, units, people, free)
    _send_away(rng, timeline, units, free)
    return People(people, joined([rest, free, past]), fixed, units)


def _send_away(rng: Rng, timeline: Timeline, units: Units, postings: Columns) -> None:
    """A few on long absence or secondment, whose crimes stay with them."""
    constables = np.flatnonzero(
        (postings["role"] == "Constable")
        & (units.kind[postings["unit"]] == INTERVENTION)
        & (postings["start"] < timeline.first_day)
    )
    away = rng.choice(constables, max(len(constables) // 60, 1), replace=False)
    postings["unit"][away] = units.index["away"]
    postings["start"][away] = timeline.today - rng.integers(35, 120, len(away))


def _columns(
    rows: list[tuple[object, ...]]
    | list[tuple[str, str, str, str, int, int, bool]]
    | list[tuple[int, int, int, int, str, float, str]],
    names: tuple[str, ...],
) -> Columns:
    return {
        name: np.array(list(values), dtype=object if isinstance(values[0], str) else None)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }


def texts(values: list[str]) -> Texts:
    """Words as a column."""
    return np.array(values, dtype=object)
