"""The audit read back: by the data protection officer alone, logged like any look; and "who looked at me", without a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dash
import pytest

from cspdash.domain.audit import AuditEntry, AuditQuery, Operation
from cspdash.domain.errors import NotPermitted
from layouts import ids
from tests.support.asking import visit, words
from tests.support.exported import csv_table, export, file_in
from tests.support.small import OFFICERS, PERSONAS, VIEWERS, Small, app_of, signed_in, small

TEAM = "/workload?unit=watford-int-c"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)


def page(app: dash.Dash, persona: str, address: str) -> str:
    return words(visit(app, signed_in(app, persona), address)[ids.MAIN]["children"])


@pytest.mark.parametrize("persona", [each.id for each in PERSONAS])
def test_only_the_data_protection_officer_reads_it(app: dash.Dash, deployment: Small, persona: str) -> None:
    visit(app, signed_in(app, "sgt"), "/officer/E2")
    shown = page(app, persona, "/audit?officer=E2")
    assert ("1 entry" in shown) == (persona == "dpo"), shown[:200]
    assert ("Not permitted" in shown) == (persona != "dpo")
    side = str(visit(app, signed_in(app, persona), "/")[ids.SIDE]["children"])
    assert ("/audit" in side) == (persona == "dpo")
    if persona != "dpo":
        with pytest.raises(NotPermitted):
            deployment.audit_log.search(AuditQuery(), VIEWERS[persona])


def test_it_names_no_officer_who_was_looked_at(app: dash.Dash) -> None:
    visit(app, signed_in(app, "other"), "/officer/E5")
    shown = page(app, "dpo", "/audit")
    assert "E5" in shown
    assert "PS Okafor" in shown, "who looked"
    assert not [name for _, name, *_ in OFFICERS if name in shown and name != "Okafor"]


def test_it_is_where_the_data_protection_officer_lands_and_shows_no_figures(app: dash.Dash) -> None:
    client = signed_in(app, "dpo")
    answer = client.get("/sign-in")
    assert answer.status_code in (302, 303)
    for address in ("/", TEAM, "/officer/E2", "/sources", "/plans/new?officer=E2&metric=open"):
        shown = words(visit(app, client, address)[ids.MAIN]["children"])
        assert not [name for _, name, *_ in OFFICERS if name in shown], address


def test_reading_is_logged(app: dash.Dash, deployment: Small) -> None:
    page(app, "dpo", "/audit?officer=E2&operation=consultation")
    (line,) = deployment.audit_log.search(AuditQuery(who="dpo", operation="consultation"), VIEWERS["dpo"]).lines
    assert (line.entry.subject, line.entry.officer_id) == ("audit", "E2")
    assert "consultation" in line.entry.detail


def write(deployment: Small, count: int = 60) -> None:
    for number in range(count):
        viewer = VIEWERS["sgt" if number % 2 else "other"]
        facts = {
            "subject": "officer",
            "officer_id": f"E{number % 3}",
            "unit_id": "watford-int-c" if number % 2 else "herts",
        }
        deployment.audit.write(AuditEntry.by(viewer, Operation.CONSULTATION, rows=number, **facts))


def test_every_filter_agrees_with_a_look_at_every_row(app: dash.Dash, deployment: Small) -> None:
    write(deployment)
    deployment.audit.write(AuditEntry.by(VIEWERS["sgt"], Operation.DISCLOSURE, unit_id="csp-watford"))
    dpo, log = VIEWERS["dpo"], deployment.audit_log
    every = log.search(AuditQuery(), dpo, page_size=1000).lines
    today = every[0].at.astimezone().date()
    checks = {
        AuditQuery(who="sgt"): lambda line: line.entry.user_id == "sgt",
        AuditQuery(who="okafor"): lambda line: line.entry.user_id == "other",
        AuditQuery(officer="E1"): lambda line: line.entry.officer_id == "E1",
        AuditQuery(unit="csp-watford"): lambda line: line.entry.unit_id in ("csp-watford", "watford-int-c"),
        AuditQuery(operation="disclosure"): lambda line: line.entry.operation == "disclosure",
        AuditQuery(since=today - timedelta(days=1), until=today + timedelta(days=1)): lambda _line: True,
        AuditQuery(until=today - timedelta(days=2)): lambda _line: False,
        AuditQuery(who="sgt", officer="E1"): lambda line: (line.entry.user_id, line.entry.officer_id) == ("sgt", "E1"),
    }
    for query, holds in checks.items():
        found = log.search(query, dpo, page_size=1000)
        assert {line.seq for line in found.lines if line.seq <= every[0].seq} == {
            line.seq for line in every if holds(line)
        }, query
        assert found.total == len(found.lines)


def test_pages_hold_every_entry_once(app: dash.Dash, deployment: Small) -> None:
    write(deployment, 130)
    found = [
        deployment.audit_log.search(AuditQuery(officer="E1", who="sgt", page=number), VIEWERS["dpo"], page_size=10)
        for number in (1, 2, 3, 4)
    ]
    numbers = [line.seq for each in found[:3] for line in each.lines]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == found[0].total == 22
    assert found[3].page == found[0].pages == 3, "beyond the last page there is the last"
    first = page(app, "dpo", "/audit?operation=consultation")
    assert "Page 1 of" in first
    assert re.search(r"1 to 50 of \d+", first)


def test_a_search_that_cannot_be_read_is_said(app: dash.Dash) -> None:
    for address in ("/audit?operation=looking", "/audit?since=yesterday", "/audit?page=none"):
        assert "Not found" in page(app, "dpo", address)


def test_it_is_exported_whole(app: dash.Dash, deployment: Small) -> None:
    write(deployment, 60)
    client = signed_in(app, "dpo")
    _, content = file_in(export(app, client, "/audit?officer=E1"))
    rows = csv_table(content)[1:]
    assert len(rows) == 20
    assert {row[9] for row in rows} == {"E1"}
    (line,) = deployment.audit_log.search(AuditQuery(operation="disclosure"), VIEWERS["dpo"]).lines
    assert line.entry.rows == 20


# --- who looked at me ---
def test_an_officer_sees_in_which_role_and_when_but_not_who(app: dash.Dash) -> None:
    visit(app, signed_in(app, "supt"), "/officer/E2")
    visit(app, signed_in(app, "sgt"), f"{TEAM}&bar=officer%3AE2")
    visit(app, signed_in(app, "sgt"), "/officer/E3")
    visit(app, signed_in(app, "sgt"), TEAM)
    own = page(app, "pc", "/officer/E2")
    looks = own.partition("Who looked at me")[2]
    assert "Superintendent" in looks
    assert "Sergeant" in looks
    assert looks.index("Sergeant") < looks.index("Superintendent"), "newest first"
    assert not [name for name in ("Hale", "Nair") if name in looks]
    assert "Constable" not in looks, "a look at oneself is none"
    assert page(app, "pc", "/officer/E2").count("Constable") == own.count("Constable")


def test_nobody_else_sees_who_looked(app: dash.Dash) -> None:
    assert "Who looked at me" not in page(app, "sgt", "/officer/E2")
    assert "Who looked at me" in page(app, "sgt", "/officer/E1")
