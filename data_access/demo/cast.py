"""The people of the demonstration who are always the same, whatever the seed: Team C of Watford, and the personas."""

from __future__ import annotations

from dataclasses import dataclass

TEAM_C = "watford-intervention-c"
STEVENAGE_B = "stevenage-intervention-b"
FORMS_TEAM = "hertsmere-intervention-d"
SQUEEZED_CSP = "csp-stevenage"
UNTOLD_CSP = "csp-broxbourne"
OVERSPENT_CSP = "csp-dacorum"
LATE_CSP = "csp-watford"


@dataclass(frozen=True, slots=True)
class Member:
    """A fixed officer. `days_in_post` and `days_gone` count back from the last day of the records."""

    emp: str
    name: str
    rank: str
    collar: str
    unit: str
    fte: float = 1.0
    days_in_post: int = 993
    days_gone: int = 0
    is_probationer: bool = False
    acting: str = ""


ADEYEMI, SHAH, PRYCE, NAIR = "12207", "12733", "11588", "10731"
COVERING, COVERED = "10577", "watford-intervention-b"  # the team whose sergeant is away

MEMBERS: tuple[Member, ...] = (
    Member(NAIR, "Nair", "PS", "0731", TEAM_C, days_in_post=1420),
    Member(ADEYEMI, "Adeyemi", "PC", "2207", TEAM_C),
    Member("11840", "Brennan", "PC", "1840", TEAM_C, days_in_post=2380),
    Member("11196", "Okafor", "PC", "1196", TEAM_C, days_in_post=1730),
    Member("13051", "Lindqvist", "PC", "3051", TEAM_C, days_in_post=610, is_probationer=True),
    Member(SHAH, "Shah", "PC", "2733", TEAM_C, days_in_post=1105),
    Member("11402", "Doyle", "PC", "1402", TEAM_C, days_in_post=3010),
    Member("12980", "Kaur", "PC", "2980", TEAM_C, days_in_post=790),
    Member("12015", "Whitfield", "PC", "2015", TEAM_C, fte=0.6, days_in_post=1510),
    Member("13312", "Marsh", "PC", "3312", TEAM_C, days_in_post=19, is_probationer=True),
    Member(PRYCE, "Pryce", "PC", "1588", TEAM_C, days_in_post=1900, days_gone=20),
    Member("10219", "Cole", "Insp", "", "watford-intervention", days_in_post=820),
    Member("10077", "Hallam", "Supt", "", "csp-watford", days_in_post=510),
    Member("10464", "Whitmore", "PS", "0464", STEVENAGE_B, days_in_post=700),
    Member("11923", "Fenwick", "PC", "1923", "watford-intervention-d", days_in_post=41, acting="PS"),
    Member(COVERING, "Sorrell", "PS", "0577", "watford-intervention-e", days_in_post=640),
    Member("10003", "Marchmont", "ACC", "", "herts", days_in_post=1200),
)


@dataclass(frozen=True, slots=True)
class Role:
    """One persona of the sign-in page."""

    id: str
    name: str
    title: str
    role: str
    emp: str = ""
    unit: str = ""


PERSONAS: tuple[Role, ...] = (
    Role("sgt-watford-c", "PS Priya Nair", "Sergeant, Team C, Watford Intervention", "sergeant", NAIR, TEAM_C),
    Role("pc-watford-c", "PC Tolu Adeyemi", "Constable, Team C, Watford Intervention", "constable", ADEYEMI, TEAM_C),
    Role(
        "insp-watford",
        "Insp Martin Cole",
        "Inspector, Watford Intervention",
        "inspector",
        "10219",
        "watford-intervention",
    ),
    Role("supt-watford", "Supt Ruth Hallam", "Superintendent, Watford", "superintendent", "10077", "csp-watford"),
    Role("acc", "ACC Helen Marchmont", "Assistant Chief Constable, local policing", "chief_officer", "10003", "herts"),
    Role(
        "sgt-stevenage-b",
        "PS Daniel Whitmore",
        "Sergeant, Team B, Stevenage Intervention",
        "sergeant",
        "10464",
        STEVENAGE_B,
    ),
    Role(
        "sgt-covering",
        "PS Owen Sorrell",
        "Sergeant, Team E, Watford Intervention; covers Team B this week",
        "sergeant",
        COVERING,
        "watford-intervention-e",
    ),
    Role(
        "pc-acting",
        "PC Leah Fenwick",
        "Acting sergeant, Team D, Watford Intervention",
        "constable",
        "11923",
        "watford-intervention-d",
    ),
    Role("analyst", "Rosa Achterberg", "Analyst, strategic hub", "analyst", "", "herts"),
    Role("admin", "Joel Kettering", "Administrator, data team", "administrator", "", "herts"),
    Role("admin-2", "Ama Lindgren", "Administrator, data team", "administrator", "", "herts"),
    Role("dpo", "Miriam Oyelaran", "Data protection officer", "data_protection", "", "herts"),
)
