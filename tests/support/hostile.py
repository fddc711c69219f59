"""A small force whose every word is an attack on the page it is shown on: names, refs, notes, titles, whatever is text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dash
from sqlalchemy import insert

from cspdash.auth.personas import Persona
from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.datasets import Column, load_datasets
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.view import ADMINISTRATION, View
from cspdash.web import build
from data_access.audit.trail import AuditTrail
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions, SourceInfo
from layouts import urls
from tests.support.force import NOW, TODAY, ZONE, Force, metadata, sqlite, write
from tests.support.small import Small, ports_of, settings_of

PAYLOADS = (
    "<script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=1">',
    '"><svg onload="window.pwned=1">',
    '\'"><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    "javascript:window.pwned=1",
    '<a href="javascript:window.pwned=1">pwned</a>',
    "</title></style></textarea></script><script>window.pwned=1</script>",
    "{{constructor.constructor('window.pwned=1')()}}",
    "${window.pwned=1}",
    '<details open ontoggle="window.pwned=1">pwned',
    "[pwned](javascript:window.pwned=1)",
    '<button formaction="javascript:window.pwned=1" autofocus onfocus="window.pwned=1">pwned',
)
DATASETS = load_datasets()
CATALOGUE = load_catalogue(DATASETS, [], ())
TEAM = f"team-0-{PAYLOADS[1]}"
UNITS = [
    UnitRow("herts", PAYLOADS[0], "Force", None),
    UnitRow("csp-<b>", PAYLOADS[2], "CSP", "herts", None, 1),
    *(
        UnitRow(f"team-{n}-{PAYLOADS[(n + 1) % 12]}", f"{payload} {n}", "Team", "csp-<b>", "intervention", n)
        for n, payload in enumerate(PAYLOADS)
    ),
]
OFFICERS = [f"E{n}{payload}" for n, payload in enumerate(PAYLOADS)]
PERSONAS = (
    Persona("chief", f"ACC {PAYLOADS[0]}", PAYLOADS[1], "chief_officer", unit_id="herts"),
    Persona("sgt", f"PS {PAYLOADS[5]}", PAYLOADS[3], "sergeant", OFFICERS[0]),
)


def hostile_force() -> Force:
    postings = [
        PostingRow(
            f"p{n}", officer, TEAM, PAYLOADS[n], 1.0, date(2024, 1, 8), None, True, "PS" if n == 0 else None, "hr"
        )
        for n, officer in enumerate(OFFICERS)
    ]
    officers = [
        {"ref": ref, "name": PAYLOADS[n], "rank": "PC", "collar_number": PAYLOADS[-n]} for n, ref in enumerate(OFFICERS)
    ]
    rows = {
        name: [_row(name, n) for n in range(len(PAYLOADS))]
        for name in DATASETS
        if name not in ("unit", "officer", "posting")
    }
    return Force(UNITS, officers, postings, rows)


def _row(dataset: str, number: int) -> dict[str, Any]:
    columns = {column.name: _value(column, number) for column in DATASETS[dataset].all_columns}
    for closing in ("finalised_at", "deleted_at", DATASETS[dataset].closes):
        if closing in columns:
            columns[closing] = None
    return {**columns, "ref": f"R{number}{PAYLOADS[number]}", "officer_id": OFFICERS[number], "unit_id": TEAM}


def _value(column: Column, number: int) -> Any:
    ahead = any(word in column.name for word in ("due", "ends", "deadline"))
    match column.type:
        case "text":
            return PAYLOADS[number]
        case "choice":
            return column.choices[number % len(column.choices)]
        case "bool":
            return number % 2 == 0
        case "date":
            return TODAY + timedelta(days=5 if ahead else -3 - number)
        case "instant":
            return NOW + timedelta(days=5 if ahead else -3 - number)
    return 3


def _refused(number: int) -> dict[str, Any]:
    """A row refused with a payload wherever the source's words are kept."""
    text = PAYLOADS[number]
    where = {"source": "athena", "dataset": "investigation", "mapping": text, "place": text, "column": text}
    return {**where, "ref": text, "version": "1", "reason": text, "row": json.dumps({text: text}), "refused_at": NOW}


def _said(number: int) -> dict[str, Any]:
    """A supervisor's word with a payload in all that was typed."""
    text = PAYLOADS[number]
    who = {"proposed_by": text, "proposed_by_name": text, "proposed_at": NOW, "decided_by": "", "ended_by": ""}
    about = {"officer_id": OFFICERS[number], "unit_id": TEAM, "kind": "not_here", "starts_on": TODAY, "reason": text}
    return {"correction_id": f"c{number}", **about, **who, "is_applied": False}


@contextmanager
def hostile_app(folder: Path) -> Iterator[dash.Dash]:
    """The web application over that force, every family on show."""
    engine, tables = sqlite(folder), metadata(DATASETS)
    write(hostile_force(), engine, tables)
    with engine.begin() as connection:
        tables.create_all(connection)
        state = {"source": "athena", "dataset": "investigation", "mapping": PAYLOADS[1], "mapping_hash": "", "rows": 1}
        told = {"refused": 0, "result": PAYLOADS[3], "event_at": NOW, "loaded_at": NOW, "tried_at": NOW}
        connection.execute(insert(tables.tables["source_state"]).values(**state, **told))
        connection.execute(insert(tables.tables["quarantine"]), [_refused(n) for n in range(len(PAYLOADS))])
        connection.execute(insert(tables.tables["team_correction"]), [_said(n) for n in range(len(PAYLOADS))])
    sources = {"athena": SourceInfo(PAYLOADS[9])}
    options = ReaderOptions(
        zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0, force_name=PAYLOADS[0], sources=sources
    )
    reader = ScorecardReader(engine, tables, DATASETS, CATALOGUE, options)
    trail = AuditTrail.open(f"sqlite:///{folder / 'audit.db'}")
    trail.prepare()
    made = Small(engine, reader, ScorecardPlans(reader.figures), trail)
    settings = settings_of(folder, force_name=PAYLOADS[0], handling_marking=PAYLOADS[6])
    try:
        yield build(settings, ports_of(made, PERSONAS))
    finally:
        trail.close()
        engine.dispose()


def addresses() -> list[str]:
    """A page of every kind, and of every family at a level where names are shown."""
    metrics = {family.slug: family.metrics[0].slug for family in CATALOGUE.families}
    found = ["/", urls.href(View(unit="csp-<b>")), "/plans", "/sources", urls.href(View(page="team", unit=TEAM))]
    for family, metric in metrics.items():
        found.append(urls.href(View(page=family, unit=TEAM)))
        found.append(urls.href(View(page=family, unit=TEAM, metric=metric, bar=f"officer:{OFFICERS[1]}")))
    found.append(urls.href(View(page="workload", unit="csp-<b>", table=True)))
    found += [urls.href(View(page="officer", officer=OFFICERS[n])) for n in (0, 3)]
    found.append(urls.new_plan_href(OFFICERS[1], metrics["workload"]))
    found += ["/corrections", urls.correction_href("c1"), urls.new_correction_href("not_here", TEAM, OFFICERS[1])]
    found.append(urls.new_correction_href("here", TEAM))
    found += [f"/{page}" for page in ("restatements", "audit", *ADMINISTRATION)]
    found.append(urls.href(View(page="record", dataset="investigation", record=f"R1{PAYLOADS[1]}")))
    found.append(f"/{PAYLOADS[1]}")
    found.append(f"/workload?unit={PAYLOADS[1]}")
    return found
