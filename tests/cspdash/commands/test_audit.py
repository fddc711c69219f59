"""`cspdash audit`: what it answers, and its exit codes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.cspdash.commands.conftest import CommandLine


def test_verify_answers_intact_and_wrong(cspdash: CommandLine) -> None:
    assert cspdash("figures", "--metric", "open_investigations").code == 0
    intact = cspdash("audit", "verify", "--format", "json")
    assert (intact.code, intact.json["verdict"], intact.json["faults"]) == (0, "intact", [])
    with closing(sqlite3.connect(cspdash.home / "data" / "audit.db")) as connection, connection:
        connection.execute("DROP TRIGGER audit_entry_stays")
        connection.execute("UPDATE audit_entry SET entry = replace(entry, 'collection', 'consultation') WHERE seq = 1")
    wrong = cspdash("audit", "verify", "--format", "json")
    assert (wrong.code, wrong.json["verdict"], wrong.json["faults"][0]["seq"]) == (1, "wrong", 1)
    assert "entry 1 was changed" in cspdash("audit", "verify").out


def test_an_audit_that_is_gone_is_said(cspdash: CommandLine) -> None:
    (cspdash.home / "data" / "audit.db").unlink()
    answer = cspdash("audit", "verify")
    assert answer.code == 1
    assert "cannot be read" in answer.err
    answer = cspdash("figures", "--metric", "open_investigations")
    assert answer.code == 2
    assert "db upgrade" in answer.err


def test_search_finds_what_was_asked_and_logs_the_search(cspdash: CommandLine) -> None:
    assert cspdash("figures", "--metric", "open_investigations", "--as", "sgt").code == 0
    assert cspdash("records", "--metric", "open_investigations", "--officer", "E2", "--as", "sgt").code == 0
    found = cspdash("audit", "search", "--who", "operator", "--operation", "consultation", "--format", "json")
    assert [(each["as_user"], each["role"], each["subject"]) for each in found.json["entries"]] == [
        ("sgt", "operator", "records"),
        ("sgt", "operator", "unit"),
    ]
    assert [each["officer_id"] for each in found.json["entries"]] == ["E2", ""]
    assert all(each["user"].startswith("operator:") for each in found.json["entries"])
    whom = cspdash("audit", "search", "--officer", "E2", "--format", "json").json["entries"]
    assert {each["officer_id"] for each in whom} == {"E2"}
    assert cspdash("audit", "search", "--format", "json").json["entries"][0]["subject"] == "audit"
    assert cspdash("audit", "search", "--operation", "looking").code == 2
    assert cspdash("audit", "search", "--since", "yesterday").code == 2


def test_a_refused_question_is_logged(cspdash: CommandLine) -> None:
    assert cspdash("records", "--metric", "open_investigations", "--officer", "E3", "--as", "sgt").code == 2
    found = cspdash("audit", "search", "--operation", "refusal", "--format", "json").json["entries"]
    assert [(each["as_user"], each["officer_id"]) for each in found] == [("sgt", "E3")]


def test_retain_says_what_it_dropped(cspdash: CommandLine) -> None:
    assert "Nothing is older than 84" in cspdash("audit", "retain").err


def test_sqlite_knows_no_roles(cspdash: CommandLine) -> None:
    assert cspdash("audit", "grant", "app").code == 2
