"""One of every kind of viewer over the force of tests/data_access/test_scope.py, and whom each may see, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import dash
from flask.testing import FlaskClient

from cspdash.auth.known_people import PersonasAsPeople
from cspdash.auth.personas import Persona
from cspdash.domain.org import PostingRow
from cspdash.web import build
from data_access.administration import ScorecardAdministration
from data_access.audit.trail import AuditTrail
from data_access.looking import ScorecardLooks
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.data_access.test_scope import CATALOGUE, DATASETS, POSTED, TABLES, a_force
from tests.support.force import NOW, TODAY, ZONE, Force, sqlite, write
from tests.support.small import Small, ports_of, settings_of, signed_in

ACTING, CHIEF_INSPECTOR, LEAVER = "AC", "CB", "L1"
OFFICERS = (*POSTED, LEAVER, ACTING, CHIEF_INSPECTOR)
PERSONAS = (
    Persona("pc", "One", "", "constable", "E1"),
    Persona("sgt-a", "Two", "", "sergeant", "S1"),
    Persona("sgt-b", "Three", "", "sergeant", "S3"),
    Persona("insp", "Four", "", "inspector", "I1"),
    Persona("ch-insp", "Five", "", "chief_inspector", CHIEF_INSPECTOR),
    Persona("supt", "Six", "", "superintendent", "SU"),
    Persona("chief", "Seven", "", "chief_officer", "CC"),
    Persona("analyst", "Eight", "", "analyst", "", "force"),
    Persona("leaver", "Nine", "", "sergeant", LEAVER),
    Persona("admin", "Ten", "", "administrator"),
    Persona("admin-2", "Eleven", "", "administrator"),
    Persona("dpo", "Twelve", "", "data_protection"),
    Persona("covering", "Thirteen", "", "sergeant", "S2"),  # of Team A2, covers Team A1 this week
    Persona("acting", "Fourteen", "", "constable", ACTING),  # acts as sergeant of Team B1
)
TEAM_A1, TEAM_A2, TEAM_B1 = {"E1", "E2", "S1"}, {"E3", "S2"}, {"E4", "S3", ACTING}
MAY_NAME: dict[str, set[str]] = {
    "pc": {"E1"},
    "sgt-a": TEAM_A1,
    "sgt-b": TEAM_B1,
    "insp": TEAM_A1 | TEAM_A2 | {"I1"},
    "ch-insp": TEAM_B1 | {CHIEF_INSPECTOR},
    "supt": TEAM_A1 | TEAM_A2 | {"I1", "SU"},
    "chief": set(OFFICERS),
    "analyst": set(),
    "leaver": {LEAVER},
    "admin": set(),
    "admin-2": set(),
    "dpo": set(),
    "covering": TEAM_A1 | TEAM_A2,
    "acting": TEAM_B1,
}
# Work and postings name who was there, also somebody who has gone since: E4 was in Team A2 until lately, L1 left Team A1.
FORMER = {"sgt-a": {LEAVER}, "insp": {"E4", LEAVER}, "supt": {"E4", LEAVER}, "covering": {"E4", LEAVER}}


def force() -> Force:
    made = a_force()
    since = date(2024, 1, 1)
    for ref, unit, acting in ((ACTING, "b1", "PS"), (CHIEF_INSPECTOR, "csp-b", None)):
        made.officers.append(
            {"ref": ref, "name": f"Family{ref}", "rank": "PC", "collar_number": f"Kol{ref}lar", "left_on": None}
        )
        made.postings.append(PostingRow(f"p{ref}", ref, unit, "response", 1.0, since, None, True, acting, "hr"))
        crime = {"ref": f"{ref}-0", "officer_id": ref, "unit_id": "csp-b", "recorded_at": NOW - timedelta(days=9)}
        made.rows["investigation"].append(crime)
    return made


@dataclass
class Everybody:
    deployment: Small
    app: dash.Dash
    clients: dict[str, FlaskClient]
    administration: ScorecardAdministration


@contextmanager
def everybody(folder: Path, *, asks_reason: bool = False) -> Iterator[Everybody]:
    """The application with all of them signed in."""
    engine = sqlite(folder)
    TABLES.create_all(engine)
    write(force(), engine, TABLES)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0, asks_reason=asks_reason)
    reader = ScorecardReader(engine, TABLES, DATASETS, CATALOGUE, options)
    audit = AuditTrail.open(f"sqlite:///{folder / 'audit.db'}")
    audit.prepare()
    made = small_of(reader, audit)
    people = PersonasAsPeople(PERSONAS)
    administration = ScorecardAdministration(reader.figures, people, made.identity.sessions, audit)
    supt = next(each.viewer for each in PERSONAS if each.id == "supt")
    administration.set_cover("S2", "a1", TODAY, TODAY + timedelta(days=6), "On leave for a week", supt)
    ports = replace(
        ports_of(made),
        personas=PERSONAS,
        administering=(
            administration,
            ScorecardLooks(reader.figures, people, audit),
            *ports_of(made).administering[2:],
        ),
    )
    app = build(settings_of(folder), ports)
    yield Everybody(made, app, {each.id: signed_in(app, each.id) for each in PERSONAS}, administration)
    audit.close()
    engine.dispose()


def small_of(reader: ScorecardReader, audit: AuditTrail) -> Small:
    return Small(reader.figures.engine, reader, ScorecardPlans(reader.figures), audit)
