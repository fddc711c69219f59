"""The six operations of section 62 of the Data Protection Act 2018, each done through a deployment's own doors, each logged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cspdash.app import ports_of
from cspdash.deployment import OPERATOR, Deployment, open_deployment, upgrade_database
from cspdash.domain.audit import AuditQuery, Operation
from cspdash.domain.errors import AuditUnavailable
from cspdash.settings import Settings
from cspdash.web import build
from data_access.audit.tables import ENTRIES
from data_access.audit.trail import head
from tests.callbacks.test_plan import Editor
from tests.support.asking import visit
from tests.support.exported import export
from tests.support.folder import write_folder
from tests.support.small import signed_in

SIX = ("collection", "alteration", "consultation", "disclosure", "combination", "erasure")
ATHENA = """
[source]
name = "athena"
title = "Athena"
kind = "files"
folder = "athena"
precedence = 10

[[dataset]]
dataset = "posting"
files = "postings.csv"
[dataset.columns]
ref = "ref"
officer_id = "officer"
unit_id = "unit"
starts_on = "from"
"""
PLAN = "/plans/new?officer=E2&metric=open_investigations"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """HR's word on postings in one folder, Athena's in another."""
    home = write_folder(tmp_path / "home")
    (home / "athena").mkdir()
    (home / "athena" / "postings.csv").write_text("ref,officer,unit,from\nA1,E2,team-c,2024-03-04\n")
    (home / "sources" / "athena.toml").write_text(ATHENA)
    return home


@pytest.fixture
def deployment(home: Path) -> Iterator[Deployment]:
    settings = Settings.load(home)
    upgrade_database(settings)
    with open_deployment(settings) as opened:
        yield opened


def since(deployment: Deployment, seq: int = 0) -> list[dict[str, Any]]:
    with deployment.audit.engine.connect() as connection:
        rows = connection.scalars(select(ENTRIES.c.entry).where(ENTRIES.c.seq > seq).order_by(ENTRIES.c.seq)).all()
    return [json.loads(row) for row in rows]


def length(deployment: Deployment) -> int:
    with deployment.audit.engine.connect() as connection:
        return head(connection)[0]


def test_each_of_the_six_is_logged(deployment: Deployment, home: Path) -> None:
    assert all(result.ok for result in deployment.ingest())
    app = build(deployment.settings, ports_of(deployment))
    client = signed_in(app, "sgt")
    visit(app, client, "/workload?unit=team-c&metric=open_investigations")
    editor = Editor(app, "sgt", PLAN, client)
    editor.fill()
    address = str(editor.save(target_value="1")["url"]["href"])
    Editor(app, "sgt", address, client).save(support="Three days off response")
    assert export(app, client, "/workload?unit=team-c&metric=open_investigations").status_code == 200
    crimes = home / "drops" / "crimes-1.csv"
    crimes.write_text("\n".join(crimes.read_text().splitlines()[:-1]) + "\n")
    assert all(result.ok for result in deployment.ingest())
    assert {each["operation"] for each in since(deployment)} >= set(SIX)
    assert {each["operation"] for each in since(deployment)} <= set(Operation)


def test_a_combination_names_sources_and_counts_and_no_data(deployment: Deployment, home: Path) -> None:
    deployment.ingest()
    (found,) = [each for each in since(deployment) if each["operation"] == "combination"]
    assert found["detail"] == "athena posting, drops officer, drops posting"
    assert (found["user_id"], found["subject"], found["subject_id"]) == (OPERATOR.user_id, "dataset", "organisation")
    assert found["rows"] == 2  # of one officer: until Athena knows of it, and from then
    for private in ("E2", "Adeyemi", "team-c", "2024"):
        assert private not in json.dumps(found)
    before = length(deployment)
    deployment.ingest()
    assert since(deployment, before) == [], "nothing came, so nothing was put together"
    shown = deployment.audit_log.search(AuditQuery(operation="combination"), OPERATOR)
    assert [line.entry.subject_id for line in shown.lines] == ["organisation"]


def test_what_cannot_be_logged_is_not_put_together(
    deployment: Deployment, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.ingest()
    table = deployment.metadata.tables["posting_resolved"]

    def resolved() -> list[Any]:
        with deployment.engine.connect() as connection:
            return sorted(map(tuple, connection.execute(select(table))))

    before, write = resolved(), type(deployment.audit).write

    def full(trail: Any, entry: Any) -> int:
        if entry.operation == Operation.COMBINATION:
            raise AuditUnavailable
        return write(trail, entry)

    (home / "athena" / "postings.csv").write_text("ref,officer,unit,from\nA1,E2,team-a,2024-03-04\n")
    with monkeypatch.context() as patch:
        patch.setattr(type(deployment.audit), "write", full)
        with pytest.raises(AuditUnavailable):
            deployment.ingest()
    assert resolved() == before
    deployment.ingest()
    assert resolved() != before, "the next load makes good for it"
