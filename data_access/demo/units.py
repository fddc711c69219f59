"""The unit tree of the demonstration force, and the codes by which each source calls a unit.

Force, commands, ten CSPs, departments, teams. A unit's `ref` is ours; `code` is what Athena and HR write (HR with a
prefix
of its own) and `cost_centre` what finance charges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data_access.demo.timeline import Ints

# Kinds of work, and which unit takes a record of it. Kinds before ELSEWHERE exist once in each CSP.
INTERVENTION, LCU, NEIGHBOURHOOD, DAISU, SCORPION, ROADS, CID, HEADQUARTERS = range(8)
ELSEWHERE = DAISU
NO_CSP = -1


@dataclass(frozen=True, slots=True)
class Csp:
    """One community safety partnership: how it is called, and its share of the force's crime."""

    ref: str
    name: str
    long_name: str
    code: str
    beat: str
    share: float
    areas: tuple[str, str, str]


# Shares: Hertfordshire crimes by district on data.police.uk, January 2021 to January 2022.
CSPS: tuple[Csp, ...] = (
    Csp("csp-broxbourne", "Broxbourne", "Broxbourne", "BRX", "BX", 0.0864, ("Cheshunt", "Hoddesdon", "Waltham Cross")),
    Csp("csp-dacorum", "Dacorum", "Dacorum", "DAC", "DC", 0.1220, ("Hemel Hempstead", "Berkhamsted", "Tring")),
    Csp("csp-east-herts", "East Herts", "East Hertfordshire", "EHE", "EH", 0.0978, ("Hertford", "Stortford", "Ware")),
    Csp("csp-hertsmere", "Hertsmere", "Hertsmere", "HER", "HM", 0.1047, ("Borehamwood", "Potters Bar", "Bushey")),
    Csp(
        "csp-north-herts",
        "North Herts",
        "North Hertfordshire",
        "NHE",
        "NH",
        0.0822,
        ("Hitchin", "Letchworth", "Royston"),
    ),
    Csp("csp-st-albans", "St Albans", "St Albans", "STA", "SA", 0.1113, ("City", "Harpenden", "London Colney")),
    Csp("csp-stevenage", "Stevenage", "Stevenage", "STE", "ST", 0.1090, ("Old Town", "Town Centre", "Broadwater")),
    Csp(
        "csp-three-rivers",
        "Three Rivers",
        "Three Rivers",
        "TRI",
        "TR",
        0.0630,
        ("Rickmansworth", "Oxhey", "Abbots Langley"),
    ),
    Csp("csp-watford", "Watford", "Watford", "WAT", "WA", 0.1091, ("Town Centre", "Meriden", "Holywell")),
    Csp(
        "csp-welwyn-hatfield",
        "Welwyn Hatfield",
        "Welwyn Hatfield",
        "WHA",
        "WH",
        0.1145,
        ("Welwyn Garden City", "Hatfield", "Villages"),
    ),
)
CSP_INDEX = {csp.ref: index for index, csp in enumerate(CSPS)}
SHARES = np.array([csp.share for csp in CSPS])
SHARES = SHARES / SHARES.sum()

INTERVENTION_TEAMS = "abcde"
LCU_TEAMS = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `weight` is its usual strength in constables, 0 where nobody but supervisors is posted."""

    ref: str
    name: str
    level: str
    parent: str
    unit_type: str
    order: int
    code: str
    cost_centre: str
    kind: int
    csp: int = NO_CSP
    weight: float = 0.0


@dataclass(frozen=True)
class Units:
    """All units, in tree order; officers and records name them by position."""

    rows: tuple[Unit, ...]

    @cached_property
    def index(self) -> dict[str, int]:
        return {unit.ref: position for position, unit in enumerate(self.rows)}

    @cached_property
    def csp(self) -> Ints:
        return np.array([unit.csp for unit in self.rows])

    @cached_property
    def kind(self) -> Ints:
        return np.array([unit.kind for unit in self.rows])

    @cached_property
    def codes(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Athena's codes by position, and last of all the one for no unit (position -1)."""
        return np.array([*(unit.code for unit in self.rows), None], dtype=object)

    def teams(self) -> list[int]:
        """Positions of units that constables are posted to."""
        return [position for position, unit in enumerate(self.rows) if unit.weight > 0]

    def csp_unit(self) -> Ints:
        """Position of each CSP, by its number."""
        return np.array([self.index[csp.ref] for csp in CSPS])


def _slug(text: str) -> str:
    return text.lower().replace(" ", "-")


def _csp_units(number: int, csp: Csp) -> list[Unit]:
    stem, size = _slug(csp.ref.removeprefix("csp-")), 0.5 + 0.5 * csp.share * len(CSPS)
    base = 3000 + 100 * number
    rows = [Unit(csp.ref, csp.name, "CSP", "lpc", "csp", number, csp.code, f"CC{base}", HEADQUARTERS, number)]

    def department(ref: str, name: str, kind: str, code: str, order: int, work: int) -> str:
        rows.append(Unit(ref, name, "Department", csp.ref, kind, order, code, f"CC{base + 10 * order}", work, number))
        return ref

    def team(ref: str, name: str, parent: str, kind: str, code: str, order: int, work: int, weight: float) -> None:
        centre = f"CC{base + 10 * (work + 1) + order}"
        rows.append(Unit(ref, name, "Team", parent, kind, order, code, centre, work, number, weight * size))

    parent = department(f"{stem}-intervention", "Intervention", "intervention", f"{csp.code}-INT", 1, INTERVENTION)
    for order, letter in enumerate(INTERVENTION_TEAMS, 1):
        code = f"{csp.code}-INT-{letter.upper()}"
        team(
            f"{parent}-{letter}", f"Team {letter.upper()}", parent, "intervention_team", code, order, INTERVENTION, 13.0
        )
    parent = department(f"{stem}-lcu", "Local Crime Unit", "local_crime_unit", f"{csp.code}-LCU", 2, LCU)
    for order in range(1, LCU_TEAMS + 1):
        team(
            f"{parent}-{order}",
            f"Team {order}",
            parent,
            "local_crime_unit_team",
            f"{csp.code}-LCU-{order}",
            order,
            LCU,
            11.0,
        )
    parent = department(f"{stem}-npt", "Neighbourhood", "neighbourhood", f"{csp.code}-NPT", 3, NEIGHBOURHOOD)
    for order, area in enumerate(csp.areas, 1):
        code = f"{csp.code}-NPT-{order}"
        team(f"{parent}-{_slug(area)}", area, parent, "neighbourhood_team", code, order, NEIGHBOURHOOD, 7.0)
    return rows


def _elsewhere() -> list[Unit]:
    def unit(
        ref: str, name: str, level: str, parent: str, kind: str, code: str, centre: int, work: int, weight: float = 0
    ) -> Unit:
        return Unit(ref, name, level, parent, kind, 20 + centre % 100, code, f"CC{centre}", work, NO_CSP, weight)

    return [
        unit("daisu", "Domestic Abuse (DAISU)", "Department", "lpc", "daisu", "DAISU", 4000, DAISU),
        unit("daisu-east", "East", "Team", "daisu", "daisu_team", "DAISU-E", 4001, DAISU, 34),
        unit("daisu-west", "West", "Team", "daisu", "daisu_team", "DAISU-W", 4002, DAISU, 34),
        unit("scorpion", "Operation Scorpion", "Department", "lpc", "scorpion", "SCORP", 4010, SCORPION, 34),
        unit("operations", "Operations Command", "Command", "herts", "command", "OPS", 5000, HEADQUARTERS),
        unit("roads", "Roads Policing", "Department", "operations", "roads", "RPU", 5010, ROADS, 86),
        unit("armed", "Armed Policing", "Department", "operations", "operations", "ARV", 5020, HEADQUARTERS, 64),
        unit(
            "control-room",
            "Force Control Room",
            "Department",
            "operations",
            "operations",
            "FCR",
            5030,
            HEADQUARTERS,
            72,
        ),
        unit("custody", "Custody", "Department", "operations", "operations", "CUST", 5040, HEADQUARTERS, 96),
        unit("crime", "Crime Command", "Command", "herts", "command", "CRM", 6000, HEADQUARTERS),
        unit("cid", "Serious Crime", "Department", "crime", "cid", "CID", 6010, CID, 118),
        unit("intelligence", "Intelligence", "Department", "crime", "crime", "INTEL", 6020, HEADQUARTERS, 66),
        unit("headquarters", "Headquarters", "Command", "herts", "command", "HQ", 7000, HEADQUARTERS),
        unit("training", "Training", "Department", "headquarters", "headquarters", "TRNG", 7010, HEADQUARTERS, 58),
        unit(
            "standards",
            "Professional Standards",
            "Department",
            "headquarters",
            "headquarters",
            "PSD",
            7020,
            HEADQUARTERS,
            38,
        ),
        unit(
            "away", "Long-term absence and secondment", "Department", "headquarters", "away", "AWAY", 7030, HEADQUARTERS
        ),
    ]


def grow() -> Units:
    """The tree: parents before children."""
    rows = [
        Unit("herts", "Hertfordshire", "Force", "", "force", 0, "HC", "CC1000", HEADQUARTERS),
        Unit("lpc", "Local Policing Command", "Command", "herts", "command", 1, "LPC", "CC2000", HEADQUARTERS),
    ]
    for number, csp in enumerate(CSPS):
        rows += _csp_units(number, csp)
    return Units(tuple(rows + _elsewhere()))
