"""The offences of the demonstration force: how often, who works them, which time limit, and how they end.

Shares follow the mix of Hertfordshire crime types on data.police.uk, 2021; the split within a type is made up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_access.demo.timeline import Flags, Floats, Ints, Texts
from data_access.demo.units import CID, INTERVENTION, LCU, NEIGHBOURHOOD, ROADS, SCORPION

NONE, S127, S39A, EVIDENCE, EVIDENCE_INCLUSIVE = range(
    5
)  # time limits: none, offence date, statement, evidence known (from / beginning with)

# Who works a crime, by its sort: kind of unit and its share.
WORKED_BY: dict[str, tuple[tuple[int, float], ...]] = {
    "violence": ((INTERVENTION, 0.75), (LCU, 0.20), (NEIGHBOURHOOD, 0.05)),
    "serious": ((CID, 0.62), (LCU, 0.22), (INTERVENTION, 0.16)),
    "property": ((LCU, 0.58), (INTERVENTION, 0.34), (NEIGHBOURHOOD, 0.08)),
    "local": ((INTERVENTION, 0.57), (NEIGHBOURHOOD, 0.25), (LCU, 0.18)),
    "traffic": ((ROADS, 0.62), (INTERVENTION, 0.38)),
    "drugs": ((INTERVENTION, 0.5), (NEIGHBOURHOOD, 0.25), (SCORPION, 0.25)),
}
SORTS = tuple(WORKED_BY)


@dataclass(frozen=True, slots=True)
class Offence:
    """`slow` is the share that is truly investigated; the rest is filed within days. `domestic` the share that is
    domestic abuse.
    """

    code: str
    title: str
    mode: str  # S summary, E either way, I indictable, N no crime
    share: float
    sort: str
    slow: float
    has_victim: bool = True
    business: float = 0.0
    domestic: float = 0.0
    limit: int = NONE
    value: int = 0  # usual pounds stolen or damaged


OFFENCES: tuple[Offence, ...] = (
    Offence("105/01", "Common assault and battery", "S", 12.4, "violence", 0.55, domestic=0.40, limit=S127),
    Offence("8/06", "Assault occasioning actual bodily harm", "E", 7.4, "violence", 0.72, domestic=0.36),
    Offence("8/01", "Wounding or grievous bodily harm", "E", 1.1, "serious", 0.85, domestic=0.22),
    Offence("5/01", "Wounding with intent to do grievous bodily harm", "I", 0.5, "serious", 0.92, domestic=0.15),
    Offence("8/60", "Assault on an emergency worker", "E", 1.2, "violence", 0.8),
    Offence("104/23", "Assault on a constable", "S", 0.5, "violence", 0.75, limit=S127),
    Offence("8/30", "Malicious communications", "E", 4.2, "violence", 0.45, domestic=0.34),
    Offence("195/12", "Harassment without violence", "S", 3.6, "violence", 0.55, domestic=0.36, limit=S127),
    Offence("8/55", "Stalking", "E", 2.0, "violence", 0.72, domestic=0.6),
    Offence("19/08", "Rape", "I", 0.9, "serious", 0.97, domestic=0.3),
    Offence("17/16", "Sexual assault", "E", 1.5, "serious", 0.88, domestic=0.12),
    Offence("34/01", "Robbery", "I", 0.7, "property", 0.75, value=220),
    Offence("28/01", "Burglary, dwelling", "E", 3.0, "property", 0.5, value=1800),
    Offence("30/01", "Burglary, business and community", "E", 1.7, "property", 0.4, business=0.9, value=900),
    Offence("45/10", "Theft from a motor vehicle", "E", 5.4, "property", 0.16, business=0.12, value=340),
    Offence("48/01", "Theft of a motor vehicle", "E", 2.4, "property", 0.35, business=0.1, value=9200),
    Offence(
        "130/01",
        "Unauthorised taking of a motor vehicle",
        "S",
        0.8,
        "property",
        0.5,
        limit=EVIDENCE_INCLUSIVE,
        value=4000,
    ),
    Offence("46/01", "Theft from shop", "E", 8.0, "local", 0.3, business=1.0, value=85),
    Offence("49/10", "Other theft", "E", 9.6, "local", 0.26, business=0.2, value=260),
    Offence("39/01", "Theft from the person", "E", 1.3, "local", 0.3, value=190),
    Offence("44/01", "Theft of a pedal cycle", "E", 1.4, "local", 0.14, value=420),
    Offence("58/07", "Criminal damage", "E", 9.3, "local", 0.3, business=0.25, domestic=0.1, value=310),
    Offence("56/01", "Arson", "E", 0.4, "property", 0.6, business=0.3, value=2400),
    Offence("9/01", "Affray", "E", 0.8, "violence", 0.6),
    Offence("125/11", "Fear or provocation of violence (Public Order Act s.4)", "S", 1.8, "violence", 0.5, limit=S127),
    Offence(
        "125/09",
        "Intentional harassment, alarm or distress (Public Order Act s.4A)",
        "S",
        2.0,
        "violence",
        0.48,
        limit=S127,
    ),
    Offence("125/12", "Harassment, alarm or distress (Public Order Act s.5)", "S", 2.3, "local", 0.42, limit=S127),
    Offence(
        "195/94",
        "Improper use of a public electronic communications network",
        "S",
        0.6,
        "violence",
        0.5,
        limit=EVIDENCE,
    ),
    Offence("10/01", "Possession of an offensive weapon", "E", 0.9, "local", 0.8, has_victim=False),
    Offence("92/70", "Possession of a controlled drug", "E", 2.6, "drugs", 0.5, has_victim=False),
    Offence("92/30", "Supply of a controlled drug", "I", 0.8, "drugs", 0.9, has_victim=False),
    Offence("802/01", "Careless driving", "S", 0.9, "traffic", 0.75, has_victim=False, limit=S127),
    Offence("809/01", "Using a vehicle without insurance", "S", 0.6, "traffic", 0.5, has_victim=False, limit=EVIDENCE),
    Offence("807/02", "Driving while disqualified", "S", 0.3, "traffic", 0.7, has_victim=False, limit=EVIDENCE),
    Offence("811/01", "Failing to stop after an accident", "S", 0.6, "traffic", 0.6, limit=S127),
    Offence(
        "188/01",
        "Causing unnecessary suffering (Animal Welfare Act 2006 s.4)",
        "S",
        0.1,
        "local",
        0.8,
        has_victim=False,
        limit=EVIDENCE,
    ),
    Offence("141/01", "Drunk and disorderly", "S", 0.4, "local", 0.5, has_victim=False, limit=S127),
    Offence("99/99", "Other notifiable offence", "E", 1.6, "local", 0.5),
    Offence("N/01", "Missing person", "N", 2.2, "local", 0.3, has_victim=False),
    Offence("N/02", "Domestic abuse, no crime", "N", 2.6, "violence", 0.2, has_victim=False, domestic=1.0),
    Offence("N/03", "Sudden death", "N", 0.6, "local", 0.35, has_victim=False),
)
INDEX = {offence.code: position for position, offence in enumerate(OFFENCES)}
COMMON_ASSAULT = INDEX["105/01"]
PUBLIC_ORDER_5 = INDEX["125/12"]
EITHER_WAY = tuple(INDEX[code] for code in ("8/06", "28/01", "58/07", "49/10", "46/01", "8/30", "8/55", "45/10"))

SHARE: Floats = np.array([o.share for o in OFFENCES]) / sum(o.share for o in OFFENCES)
SLOW: Floats = np.array([o.slow for o in OFFENCES])
BUSINESS: Floats = np.array([o.business for o in OFFENCES])
DOMESTIC: Floats = np.array([o.domestic for o in OFFENCES])
VALUE: Ints = np.array([o.value for o in OFFENCES])
LIMIT: Ints = np.array([o.limit for o in OFFENCES])
SORT: Ints = np.array([SORTS.index(o.sort) for o in OFFENCES])
HAS_VICTIM: Flags = np.array([o.has_victim for o in OFFENCES])
IS_CRIME: Flags = np.array([o.mode != "N" for o in OFFENCES])
CODES: Texts = np.array([o.code for o in OFFENCES], dtype=object)
TITLES: Texts = np.array([o.title for o in OFFENCES], dtype=object)
MODES: Texts = np.array([o.mode for o in OFFENCES], dtype=object)

# Home Office outcomes: how investigations end that were filed within days, and those that were worked.
OUTCOME_TITLES: dict[str, str] = {
    "0": "Not yet assigned", "1": "Charged or summonsed", "1a": "Charged or summonsed, alternate offence",
    "2": "Caution, youth", "2a": "Caution, youth, alternate offence", "3": "Caution, adult",
    "3a": "Caution, adult, alternate offence", "4": "Taken into consideration", "5": "Offender died",
    "6": "Penalty notice for disorder", "7": "Cannabis or khat warning", "8": "Community resolution",
    "9": "Not in the public interest (CPS)", "10": "Not in the public interest (police)",
    "11": "Prosecution prevented, suspect under age", "12": "Prosecution prevented, suspect too ill",
    "13": "Prosecution prevented, victim or key witness dead or too ill",
    "14": "Evidential difficulties, suspect not identified, victim does not support",
    "15": "Suspect identified, victim supports, evidential difficulties",
    "16": "Suspect identified, victim does not support", "17": "Prosecution time limit expired",
    "18": "Investigation complete, no suspect identified", "19": "National Fraud Intelligence Bureau",
    "20": "Transferred to another body", "21": "Further investigation not in the public interest (police)",
    "22": "Diversionary, educational or intervention activity",
}  # fmt: skip
FILED: dict[str, float] = {
    "18": 66.5, "16": 11.5, "14": 6.5, "15": 4.2, "1": 2.7, "8": 1.7, "20": 2.0, "21": 1.6, "10": 1.2, "3": 0.8,
    "22": 0.3, "2": 0.1, "9": 0.1, "13": 0.2, "11": 0.1, "12": 0.2,
}  # fmt: skip
WORKED: dict[str, float] = {
    "16": 25.0, "15": 19.0, "14": 14.0, "18": 11.0, "1": 16.8, "1a": 0.3, "8": 4.9, "3": 2.1, "3a": 0.1, "22": 0.8,
    "2": 0.3, "2a": 0.04, "4": 0.15, "5": 0.1, "9": 0.9, "10": 1.4, "11": 0.2, "12": 0.4, "13": 0.4, "20": 0.7,
    "21": 0.9,
}  # fmt: skip
OUT_OF_COURT = ("2", "2a", "3", "3a", "6", "7", "8", "22")
CHARGED = ("1", "1a")
HAS_SUSPECT = (*CHARGED, *OUT_OF_COURT, "4", "9", "10", "11", "12", "13", "15", "16", "17")
