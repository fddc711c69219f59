"""A small force behind the real reader, plans and pages: two teams, a few officers, two dozen crimes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dash
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update

from cspdash.auth.known_people import PersonasAsPeople
from cspdash.auth.personas import Persona
from cspdash.domain.catalogue import Catalogue, Family, Metric
from cspdash.domain.datasets import load_datasets
from cspdash.domain.identity import Identity
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.ports import Viewer
from cspdash.settings import Settings
from cspdash.web import Ports, build
from data_access.administration import ScorecardAdministration
from data_access.audit.log import AuditLog
from data_access.audit.trail import AuditTrail
from data_access.corrections import ScorecardCorrections
from data_access.freshness import SourceInfo
from data_access.kept_forms import DatabaseKeptForms
from data_access.looking import ScorecardLooks
from data_access.people import DatabaseDirectory
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from data_access.sessions import DatabaseSessions
from data_access.source_care import ScorecardSourceCare
from tests.support.force import NOW, ZONE, Force, metadata, sqlite, write

DATASETS = load_datasets()
UNITS = [
    UnitRow("herts", "Hertfordshire", "Force", None),
    UnitRow("csp-watford", "Watford", "CSP", "herts", None, 1),
    UnitRow("csp-stevenage", "Stevenage", "CSP", "herts", None, 2),
    UnitRow("watford-int-c", "Team C, Watford", "Team", "csp-watford", "intervention", 1),
    UnitRow("stevenage-int-a", "Team A, Stevenage", "Team", "csp-stevenage", "intervention", 1),
]
OFFICERS = [
    ("E1", "Nair", "PS", "0731", "watford-int-c"),
    ("E2", "Adeyemi", "PC", "2207", "watford-int-c"),
    ("E3", "Brennan", "PC", "1840", "watford-int-c"),
    ("E4", "Hale", "Supt", "0100", "csp-watford"),
    ("E5", "Shah", "PC", "2733", "stevenage-int-a"),
    ("E6", "Okafor", "PS", "1196", "stevenage-int-a"),
]
PERSONAS = (
    Persona("sgt", "PS Priya Nair", "Sergeant, Team C, Watford", "sergeant", "E1"),
    Persona("pc", "PC Adeyemi", "Constable, Team C, Watford", "constable", "E2"),
    Persona("other", "PS Okafor", "Sergeant, Team A, Stevenage", "sergeant", "E6"),
    Persona("supt", "Supt Hale", "Superintendent, Watford", "superintendent", "E4"),
    Persona("chief", "ACC Reed", "Chief officer", "chief_officer", unit_id="herts"),
    Persona("analyst", "Sam Cole", "Analyst", "analyst", unit_id="herts"),
    Persona("admin", "Ola Bright", "Administrator", "administrator"),
    Persona("dpo", "Jude Marsh", "Data protection officer", "data_protection"),
)
VIEWERS: dict[str, Viewer] = {persona.id: persona.viewer for persona in PERSONAS}
OPERATOR = Viewer("local", "Operator", "operator")
OPEN = Metric(
    "open",
    "workload",
    "Open investigations",
    "investigation",
    "stock",
    unit_label="open investigations",
    opens="recorded_at",
    closes="finalised_at",
    per_fte=True,
    headline=True,
    summary=True,
    short_title="Open",
)
RECORDED = Metric(
    "recorded",
    "volume",
    "Crimes recorded",
    "investigation",
    "flow",
    at="recorded_at",
    better="neutral",
    unit_label="crimes",
    may_plan=False,
    headline=True,
    short_title="Recorded",
)
CATALOGUE = Catalogue(
    (Family("workload", "Workload", 1, "", (OPEN,)), Family("volume", "Volume", 2, "", (RECORDED,))), DATASETS
)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def small_force() -> Force:
    postings = [
        PostingRow(f"p-{ref}", ref, unit, "intervention", 1.0, date(2024, 1, 8), None, True, None, "hr")
        for ref, _, _, _, unit in OFFICERS
    ]
    officers = [
        {"ref": ref, "name": name, "rank": rank, "collar_number": collar, "is_probationer": ref == "E3"}
        for ref, name, rank, collar, _ in OFFICERS
    ]
    counts = {"E2": 9, "E3": 4, "E5": 6, "E1": 1, None: 2}
    rows = [
        {
            "ref": f"C{officer or 'X'}-{number}",
            "officer_id": officer,
            "unit_id": "csp-watford" if officer is None else None,
            "recorded_at": NOW - timedelta(days=3 * number + 1),
            "offence_title": "Burglary",
        }
        for officer, count in counts.items()
        for number in range(count)
    ]
    return Force(UNITS, officers, postings, {"investigation": rows})


@dataclass
class Small:
    """Everything of a small deployment; `at` moves its clock."""

    engine: Engine
    reader: ScorecardReader
    plans: ScorecardPlans
    audit: AuditTrail
    now: list[datetime] = field(default_factory=lambda: [NOW])

    @property
    def identity(self) -> Identity:
        tables = self.reader.figures.metadata
        return Identity(DatabaseDirectory(self.engine, tables, ZONE), DatabaseSessions(self.engine, tables))

    @property
    def audit_log(self) -> AuditLog:
        return AuditLog(self.audit, ZONE, _users, _units_below, self.reader.may_audit)

    def bump(self, dataset: str = "investigation") -> None:
        """As after a load that changed something."""
        table = self.reader.figures.metadata.tables["data_version"]
        with self.engine.begin() as connection:
            connection.execute(update(table).where(table.c.dataset == dataset).values(version=table.c.version + 1))

    def add_crime(self, ref: str, officer: str) -> None:
        table = self.reader.figures.metadata.tables["investigation"]
        book = {"source": "test", "mapping": "test", "version": "1", "row_hash": "x", "loaded_at": NOW}
        row = {"ref": ref, "officer_id": officer, "recorded_at": NOW - timedelta(hours=1), **book}
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(**row))
        self.bump()


@cache
def _database() -> bytes:
    """The database file, made once."""
    with TemporaryDirectory() as folder:
        engine, tables = sqlite(Path(folder)), metadata(DATASETS)
        write(small_force(), engine, tables)
        state = {"source": "athena", "dataset": "investigation", "mapping": "crimes", "mapping_hash": "", "rows": 22}
        times = {"event_at": NOW, "loaded_at": NOW, "tried_at": NOW}
        with engine.begin() as connection:
            tables.create_all(connection)
            connection.execute(insert(tables.tables["source_state"]).values(**state, **times, refused=0, result="ok"))
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return (Path(folder) / "test.db").read_bytes()


@contextmanager
def small(folder: Path, *, asks_reason: bool = False) -> Iterator[Small]:
    """A small deployment in a folder."""
    (folder / "test.db").write_bytes(_database())
    engine, tables, now = sqlite(folder), metadata(DATASETS), [NOW]
    sources = {"athena": SourceInfo("Athena")}
    options = ReaderOptions(
        zone=ZONE,
        clock=lambda: now[0],
        min_peers=1,
        min_volume=0,
        min_officers_in_total=1,
        force_name="Hertfordshire",
        sources=sources,
        asks_reason=asks_reason,
    )
    reader = ScorecardReader(engine, tables, DATASETS, CATALOGUE, options)
    audit = AuditTrail.open(f"sqlite:///{folder / 'audit.db'}")
    audit.prepare()
    yield Small(engine, reader, ScorecardPlans(reader.figures), audit, now)
    audit.close()
    engine.dispose()


def _users(text: str) -> dict[str, str]:
    return {persona.id: persona.name for persona in PERSONAS if text.casefold() in persona.name.casefold()}


def _units_below(unit: str) -> list[str]:
    return [row.ref for row in UNITS if unit in (row.ref, row.parent_ref)]


def settings_of(home: Path, **given: Any) -> Settings:
    """Tests ask faster than people; tests/security/test_limits.py says how many calls there may be."""
    return Settings(home=home, **{"mode": "demo", "force_name": "Hertfordshire", "calls_per_minute": 10**6, **given})


def ports_of(deployment: Small, personas: tuple[Persona, ...] = PERSONAS) -> Ports:
    people, audit = PersonasAsPeople(personas), deployment.audit
    figures, sessions = deployment.reader.figures, deployment.identity.sessions
    return Ports(
        administering=(
            ScorecardAdministration(figures, people, sessions, audit),
            ScorecardLooks(figures, people, audit),
            ScorecardCorrections(figures, audit),
        ),
        reader=deployment.reader,
        plans=deployment.plans,
        audit=deployment.audit_log,
        identity=deployment.identity,
        forms=DatabaseKeptForms(deployment.engine, figures.metadata),
        care=ScorecardSourceCare(deployment.reader.figures),
        is_ready=lambda: "",
        personas=personas,
    )


def app_of(deployment: Small, home: Path, is_ready: Callable[[], str] = lambda: "", **given: Any) -> dash.Dash:
    """The web application over a small deployment."""
    return build(settings_of(home, **given), replace(ports_of(deployment), is_ready=is_ready))


def signed_in(app: dash.Dash, persona: str) -> FlaskClient:
    """A browser's stand-in, signed in."""
    client: FlaskClient = app.server.test_client()
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post("/sign-in", data={"persona": persona, "csrf_token": token}, headers=SAME_SITE)
    assert answer.status_code == 303, answer.text
    return with_token(client)


def with_token(client: FlaskClient) -> FlaskClient:
    """The client repeats its session's token from now on, as a page does."""
    client.environ_base["HTTP_X_CSRFTOKEN"] = token_of(client)
    return client


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("csrf")
    assert cookie is not None
    return cookie.value
