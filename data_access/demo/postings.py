"""What Athena, HR and supervisors each say about who belongs where: the truth, late, twice, or not at all.

Athena's team membership is right but for those it forgot. HR lags behind for a few per cent, holds overlapping and
inverted
intervals, and leavers nobody closed. Supervisors' corrections settle those whom Athena forgot and HR has wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from data_access.demo.cast import MEMBERS
from data_access.demo.columns import Rng
from data_access.demo.people import People
from data_access.demo.tables import Table
from data_access.demo.timeline import (
    DAY,
    HOUR,
    MISSING,
    Ints,
    Timeline,
    date_of,
    day_texts,
    instant_texts,
    slashed_texts,
)
from data_access.demo.units import INTERVENTION

HR_PREFIX = "HC/"
RANK_CODES = {
    "PC": "CON", "DC": "DCON", "PS": "SGT", "DS": "DSGT", "Insp": "INSP", "CI": "CINSP", "Supt": "SUPT",
    "C/Supt": "CSUPT", "ACC": "ACC", "DCC": "DCC", "CC": "CC",
}  # fmt: skip
CLOSED_STATION = "HC/OLD-1"  # a unit HR still knows and the unit list does not


@dataclass(frozen=True)
class Views:
    """Tables of the sources that speak about people, the corrections, and how many of each oddity were put in."""

    membership: Table
    person: Table
    position: Table
    corrections: list[tuple[str, ...]]
    odd: dict[str, int]


def _changed(start: Ints, end: Ints, now: int) -> list[str]:
    seconds = np.where(end == MISSING, start, np.maximum(start, end)) * DAY + 9 * HOUR
    return instant_texts(np.minimum(seconds, now - HOUR))


def views_of(rng: Rng, timeline: Timeline, people: People) -> Views:
    """All of them; the cast is told the same by everybody."""
    cast = np.array(sorted(people.fixed.values()))
    posting = people.postings
    plain = np.flatnonzero(
        (posting["end"] == MISSING) & (posting["start"] <= timeline.today - 40) & ~np.isin(posting["officer"], cast)
    )
    plain = plain[posting["acting"][plain] == ""]
    shuffled = rng.permutation(plain)
    count = len(shuffled)
    lagging, forgotten, twice = np.split(shuffled[: count * 8 // 100], [count * 4 // 100, count * 7 // 100])
    corrected = forgotten[: max(len(forgotten) // 8, 2)]
    membership = _membership(rng, timeline, people, forgotten)
    position, odd = _position(rng, timeline, people, lagging, corrected, twice)
    odd |= {
        "forgotten by Athena": len(forgotten),
        "HR behind Athena": len(lagging),
        "corrected by a supervisor": len(corrected),
    }
    return Views(membership, _person(timeline, people), position, _corrections(timeline, people, corrected), odd)


def _membership(rng: Rng, timeline: Timeline, people: People, forgotten: Ints) -> Table:
    """Athena: every posting but the forgotten ones; some leavers never taken out of their team."""
    posting = people.postings
    known = np.setdiff1d(np.arange(len(posting["officer"])), forgotten)
    officer, unit, start, end = (posting[name][known] for name in ("officer", "unit", "start", "end"))
    left = people.officers["left"][officer]
    cast = np.isin(officer, list(people.fixed.values()))
    end = np.where((end != MISSING) & (left == end + 1) & (rng.random(len(known)) < 0.3) & ~cast, MISSING, end)
    return Table(
        "team_member",
        {
            "member_id": [f"TM{number:06}" for number in range(1, len(known) + 1)],
            "emp_no": people.officers["emp"][officer].tolist(),
            "team_cd": people.units.codes[unit].tolist(),
            "duty_role": posting["role"][known].tolist(),
            "wte_pct": np.round(posting["fte"][known] * 100).astype(np.int64).tolist(),
            "from_dt": day_texts(start),
            "to_dt": day_texts(end),
            "prim": ["Y"] * len(known),
            "acting": [rank or None for rank in posting["acting"][known].tolist()],
            "changed": _changed(start, end, timeline.now),
        },
    )


def _person(timeline: Timeline, people: People) -> Table:
    officers = people.officers
    count = len(officers["emp"])
    recent = np.where(officers["left"] == MISSING, officers["joined"], officers["left"]).clip(max=timeline.today - 1)
    return Table(
        "person",
        {
            "emp_no": [f"E{emp}" for emp in officers["emp"].tolist()],
            "surname": officers["name"].tolist(),
            "rank_cd": [RANK_CODES[rank] for rank in officers["rank"].tolist()],
            "collar_no": [collar or None for collar in officers["collar"].tolist()],
            "service_start": slashed_texts(officers["joined"]),
            "left_from": slashed_texts(officers["left"]),
            "probation": ["Y" if yes else "N" for yes in officers["probationer"].tolist()],
            **_duties(timeline, people),
            "changed": instant_texts(recent * DAY + 8 * HOUR) if count else [],
        },
    )


def _duties(timeline: Timeline, people: People) -> dict[str, list[Any]]:
    """Every seventieth officer is on restricted duties, every ninetieth long absent, since some weeks; the cast never."""
    officers = people.officers
    fixed = {people.fixed[member.emp] for member in MEMBERS}
    codes: list[str | None] = []
    since: list[int] = []
    for number, left in enumerate(officers["left"].tolist()):
        may = left == MISSING and number not in fixed
        code = "ABS" if may and number % 90 == 17 else "RES" if may and number % 70 == 5 else None
        codes.append(code)
        since.append(timeline.today - 20 - number % 50 if code else int(MISSING))
    return {"duty_cd": codes, "duty_from": slashed_texts(np.array(since, dtype=np.int64))}


def _position(
    rng: Rng, timeline: Timeline, people: People, lagging: Ints, corrected: Ints, twice: Ints
) -> tuple[Table, dict[str, int]]:
    """HR: every posting, some with the unit of before, some twice, some that end before they begin."""
    posting, units = people.postings, people.units
    unit = posting["unit"].copy()
    elsewhere = np.array([p for p in units.teams() if units.kind[p] == INTERVENTION])
    for wrong in (lagging, corrected):
        unit[wrong] = elsewhere[(np.searchsorted(elsewhere, unit[wrong]) + 3) % len(elsewhere)]
    officer, start, end = posting["officer"], posting["start"], posting["end"].copy()
    left = people.officers["left"][officer]
    cast = np.isin(officer, [people.fixed[member.emp] for member in MEMBERS])
    unclosed = (end != MISSING) & (left == end + 1) & (rng.random(len(end)) < 0.4) & ~cast
    end = np.where(unclosed, MISSING, end)
    inverted = np.flatnonzero((posting["end"] != MISSING) & ~unclosed & ~cast)[:6]
    end[inverted] = start[inverted] - 12
    codes = np.array([HR_PREFIX + row.code for row in units.rows], dtype=object)
    table = Table(
        "position",
        {
            "pos_id": [f"P{number:06}" for number in range(1, len(unit) + 1)],
            "emp_no": [f"E{emp}" for emp in people.officers["emp"][officer].tolist()],
            "org_code": codes[unit].tolist(),
            "job_title": posting["role"].tolist(),
            "fte": posting["fte"].tolist(),
            "eff_from": slashed_texts(start),
            "eff_to": slashed_texts(end),
            "primary_yn": ["Y"] * len(unit),
            "temp_rank": [rank or None for rank in posting["acting"].tolist()],
            "changed": _changed(start, end, timeline.now),
        },
    )
    for row in twice.tolist():  # moved in HR's books, and the old line never closed
        other = elsewhere[(np.searchsorted(elsewhere, posting["unit"][row]) + 1) % len(elsewhere)]
        table.add(_line(table, people, row, codes[other], timeline.today - 35, timeline))
    for row, code in ((twice[0], CLOSED_STATION), (twice[-1], None)):
        table.add(
            _line(table, people, int(row), code, timeline.today - 2000, timeline)
            | {"eff_to": f"{date_of(timeline.today - 1900):%d/%m/%Y}"}
        )
    table.add(
        _line(table, people, int(twice[0]), codes[elsewhere[0]], timeline.today - 300, timeline) | {"emp_no": "E99001"}
    )
    table.add(
        _line(table, people, int(twice[1]), codes[posting["unit"][twice[1]]], timeline.today - 30, timeline)
        | {"fte": 1.2}
    )
    return table, {"HR twice": len(twice), "inverted": len(inverted), "leavers HR never closed": int(unclosed.sum())}


def _line(
    table: Table, people: People, row: int, code: str | None, start: int, timeline: Timeline
) -> dict[str, object]:
    """One more HR line for the officer of a posting."""
    officer = int(people.postings["officer"][row])
    return {
        "pos_id": f"P{table.rows + 1:06}",
        "emp_no": f"E{people.officers['emp'][officer]}",
        "org_code": code,
        "job_title": str(people.postings["role"][row]),
        "fte": float(people.postings["fte"][row]),
        "eff_from": f"{date_of(start):%d/%m/%Y}",
        "primary_yn": "Y",
        "changed": instant_texts(np.array([timeline.now - 3 * DAY]))[0],
    }


def _corrections(timeline: Timeline, people: People, corrected: Ints) -> list[tuple[str, ...]]:
    """SharePoint's list of postings put right by supervisors."""
    posting = people.postings
    rows: list[tuple[str, ...]] = []
    for number, row in enumerate(corrected.tolist(), 1):
        unit = people.units.rows[int(posting["unit"][row])]
        emp = people.officers["emp"][posting["officer"][row]]
        start = date_of(int(max(posting["start"][row], timeline.today - 60)))
        rows.append(
            (
                f"PC-{number:03}",
                f"E{emp}",
                unit.ref,
                f"{start:%d/%m/%Y}",
                "",
                str(posting["role"][row]),
                f"{posting['fte'][row]:g}",
                "sergeant",
            )
        )
    return rows
