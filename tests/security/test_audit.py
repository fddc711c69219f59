"""T-AUDIT, the pages: whatever shows, changes or gives away is logged before; without the log there is a 503, no data.

The store itself: test_audit_chain.py; commands: tests/cspdash/commands/test_audit.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dash
import pytest
from sqlalchemy import select, text

from callbacks.consultations import Consultations
from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.consulted import Subject
from cspdash.domain.errors import AuditUnavailable
from data_access.audit.tables import ENTRIES
from data_access.audit.verify import verify
from layouts import ids
from tests.callbacks.test_plan import Editor
from tests.support.asking import ask, body_of, post, visit, words
from tests.support.small import OFFICERS, VIEWERS, Small, app_of, signed_in, small

TEAM = "/workload?unit=watford-int-c"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)


def entries(deployment: Small, *operations: Operation) -> list[dict[str, Any]]:
    """What was logged, oldest first; signing in, which every test does, only when asked for."""
    with deployment.audit.engine.connect() as connection:
        found = [json.loads(text) for text in connection.scalars(select(ENTRIES.c.entry).order_by(ENTRIES.c.seq))]
    wanted = operations or tuple(each for each in Operation if each not in (Operation.SIGN_IN, Operation.SIGN_OUT))
    return [each for each in found if each["operation"] in wanted]


def close(deployment: Small) -> None:
    """The audit cannot be written any more."""
    with deployment.audit.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO gone"))


# --- consultation ---
LOOKS = [
    ("sgt", "/", {"subject": "summary", "unit_id": "herts"}, 2),
    ("sgt", TEAM, {"subject": "unit", "subject_id": "watford-int-c", "unit_id": "watford-int-c"}, 3),
    ("sgt", f"{TEAM}&bar=officer%3AE2", {"subject": "records", "subject_id": "officer:E2", "officer_id": "E2"}, 9),
    (
        "sgt",
        "/officer/E2",
        {"subject": "officer", "subject_id": "E2", "officer_id": "E2", "unit_id": "watford-int-c"},
        9,
    ),
    ("pc", "/officer/E2", {"subject": "officer", "officer_id": "E2"}, 9),
    ("sgt", "/team", {"subject": "team", "unit_id": "watford-int-c"}, 3),
    ("sgt", "/plans", {"subject": "plans"}, 0),
    ("sgt", "/plans/new?officer=E2&metric=open", {"subject": "plan", "subject_id": "new", "officer_id": "E2"}, None),
    ("admin", "/sources", {"subject": "sources"}, None),
]


@pytest.mark.parametrize(("persona", "address", "facts", "rows"), LOOKS)
def test_a_page_is_one_entry(
    app: dash.Dash, deployment: Small, persona: str, address: str, facts: dict[str, str], rows: int | None
) -> None:
    visit(app, signed_in(app, persona), address)
    (found,) = entries(deployment)
    viewer = VIEWERS[persona]
    assert found["operation"] == "consultation"
    assert (found["user_id"], found["role"]) == (viewer.user_id, viewer.role)
    assert {name: found.get(name) for name in facts} == facts
    assert rows is None or found["rows"] == rows
    assert found["app_version"]


def test_the_filter_is_logged_and_never_what_it_found(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    for _, address, _, _ in LOOKS[:4]:
        visit(app, client, f"{address}{'&' if '?' in address else '?'}sort=name&period=91d")
    written = json.dumps(entries(deployment))
    assert "sort" in written
    assert "91d" in written
    for ref, name, *_ in OFFICERS:
        assert name not in written
        assert f"C{ref}-" not in written
    assert "Burglary" not in written


def test_a_page_from_memory_is_a_consultation_too(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    for _ in range(3):
        visit(app, client, TEAM)
    assert len(entries(deployment)) == 3


def test_what_was_looked_for_is_logged(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    ask(app, client, f"{ids.SEARCH}.value", {f"{ids.SEARCH}.value": "Adey"})
    (found,) = entries(deployment)
    assert (found["operation"], found["subject"], found["detail"], found["rows"]) == (
        "consultation",
        "search",
        "Adey",
        1,
    )
    ask(app, client, f"{ids.SEARCH}.value", {f"{ids.SEARCH}.value": "A"})
    assert len(entries(deployment)) == 1, "nothing is looked for by one letter"


# --- redraws ---
def redraw(app: dash.Dash, client: Any, address: str, version: str) -> dict[str, Any]:
    pathname, _, search = address.partition("?")
    values = {f"{ids.URL}.pathname": pathname, f"{ids.URL}.search": f"?{search}", f"{ids.VERSION}.data": version}
    return ask(app, client, f"{ids.MOVED}.data", {f"{ids.MOVED}.data": 1, **values})


def test_a_redraw_is_logged_only_when_others_come_in(app: dash.Dash, deployment: Small) -> None:
    client, records = signed_in(app, "sgt"), f"{TEAM}&bar=officer%3AE2"
    visit(app, client, TEAM)
    visit(app, client, records)
    deployment.add_crime("CE2-new", "E2")
    assert redraw(app, client, TEAM, "before")[ids.MAIN], "the page was drawn anew"
    assert len(entries(deployment)) == 2, "the same officers, a new figure: no new look"
    redraw(app, client, records, "before")
    assert [each["rows"] for each in entries(deployment)] == [3, 9, 10], "a record that was not there before"


def test_a_redraw_of_a_page_that_was_never_looked_at_is_logged(app: dash.Dash, deployment: Small) -> None:
    """The browser says what is a redraw; it does not say what was logged."""
    client = signed_in(app, "sgt")
    redraw(app, client, TEAM, "made up")
    redraw(app, client, f"{TEAM}&sort=name", "made up")
    assert len(entries(deployment)) == 2


def test_after_a_while_a_redraw_is_logged_again(deployment: Small) -> None:
    now = [datetime(2026, 11, 22, 9, tzinfo=UTC)]
    log = Consultations(deployment.audit_log, timedelta(minutes=15), clock=lambda: now[0])
    about = Subject("unit", "a", shown=1)
    log.shown(VIEWERS["sgt"], "/a", about)
    for minutes, count in ((14, 1), (15, 2), (29, 2), (30, 3)):
        now[0] = datetime(2026, 11, 22, 9, minutes, tzinfo=UTC)
        log.shown(VIEWERS["sgt"], "/a", about, is_redraw=True)
        assert len(entries(deployment)) == count
    log.shown(VIEWERS["other"], "/a", about, is_redraw=True)
    assert len(entries(deployment)) == 4, "somebody else's look is not this one's"


# --- refusal, plans ---
@pytest.mark.parametrize(
    ("persona", "address", "facts"),
    [
        ("sgt", "/officer/E5", {"subject": "officer", "officer_id": "E5"}),
        ("pc", "/officer/E3", {"subject": "officer", "officer_id": "E3"}),
        ("sgt", "/workload?unit=stevenage-int-a&bar=officer%3AE5", {"subject": "records", "officer_id": "E5"}),
        ("admin", "/workload?unit=herts", {"subject": "unit", "unit_id": "herts"}),
        ("pc", "/plans/new?officer=E3&metric=open", {"subject": "plan", "officer_id": "E3"}),
    ],
)
def test_a_refusal_is_logged(
    app: dash.Dash, deployment: Small, persona: str, address: str, facts: dict[str, str]
) -> None:
    pathname, _, search = address.partition("?")
    values = {f"{ids.URL}.pathname": pathname, f"{ids.URL}.search": f"?{search}"}
    answer = post(signed_in(app, persona), body_of(app, f"{ids.URL}.pathname", values))
    assert answer.status_code == 403
    assert "Not permitted" in words(answer.get_json()["response"][ids.MAIN]["children"])
    (found,) = entries(deployment)
    assert (found["operation"], found["user_id"]) == ("refusal", persona)
    assert {name: found.get(name) for name in facts} == facts


def test_a_plan_is_logged_before_it_is_saved(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    address = str(editor.save()[ids.URL]["href"])
    again = Editor(app, "sgt", address)
    again.save(support="Three days off response")
    kinds = [(each["operation"], each["subject"], each["officer_id"]) for each in entries(deployment)]
    assert kinds == [
        ("consultation", "plan", "E2"),
        ("collection", "plan", "E2"),
        ("consultation", "plan", "E2"),
        ("alteration", "plan", "E2"),
    ]
    written = json.dumps(entries(deployment))
    assert "response" not in written, "what was typed is no business of the log"


def test_a_plan_that_was_not_saved_is_said_to_be_so(app: dash.Dash, deployment: Small) -> None:
    Editor(app, "sgt").save(support="Time on Tuesdays", target_value="many")
    first, second = entries(deployment, Operation.COLLECTION)
    assert "reason" not in first
    assert (second["reason"], second["reference"]) == ("not_done", "entry 3")


def test_a_plan_is_not_saved_without_the_audit(app: dash.Dash, deployment: Small) -> None:
    editor = Editor(app, "sgt")
    editor.fill()
    close(deployment)
    values = {f"{name}.value": value for name, value in editor.typed.items()}
    values |= {f"{ids.PLAN_STATE}.data": editor.state, f"{ids.PLAN_SAVE}.n_clicks": 1}
    assert post(editor.client, body_of(app, f"{ids.PLAN_SAVE}.n_clicks", values)).status_code == 503
    assert not deployment.plans.list(VIEWERS["sgt"])


# --- the audit is down ---
def trials() -> list[tuple[str, dict[str, Any]]]:
    """(what changed, the values a browser sends), for everything that shows something."""
    found: list[tuple[str, dict[str, Any]]] = [(f"{ids.SEARCH}.value", {f"{ids.SEARCH}.value": "Adey"})]
    for _, address, _, _ in LOOKS:
        pathname, _, search = address.partition("?")
        values = {f"{ids.URL}.pathname": pathname, f"{ids.URL}.search": f"?{search}"}
        found.append((f"{ids.URL}.pathname", values))
        found.append((f"{ids.MOVED}.data", {**values, f"{ids.MOVED}.data": 1, f"{ids.VERSION}.data": "before"}))
    return found


def test_without_the_audit_there_is_no_data(app: dash.Dash, deployment: Small) -> None:
    """Every callback that shows something, as everybody, on pages kept in memory and on new ones."""
    clients = {persona: signed_in(app, persona) for persona in ("sgt", "pc", "supt", "chief", "analyst", "admin")}
    warm = [post(client, body_of(app, changed, values)) for client in clients.values() for changed, values in trials()]
    assert {answer.status_code for answer in warm} <= {200, 204, 403}
    close(deployment)
    tried = 0
    for persona, client in clients.items():
        for changed, values in trials():
            answer = post(client, body_of(app, changed, values))
            tried += 1
            assert answer.status_code in (503, 204), (persona, changed, values, answer.text[:200])
            if answer.status_code == 503:
                assert "cannot be written" in answer.get_json()["error"]
                assert "Retry-After" not in answer.headers, "the page says so at once"
            assert not any(name in answer.text for _, name, *_ in OFFICERS)
    print(f"{tried} questions without an audit")
    assert tried >= 6 * 17


def test_what_is_down_raises_and_writes_nothing(deployment: Small, tmp_path: Path) -> None:
    entry = AuditEntry.by(VIEWERS["sgt"], Operation.CONSULTATION)
    assert deployment.audit.write(entry) == 1
    deployment.audit.engine.dispose()
    (tmp_path / "audit.db").chmod(0o400)
    holder = sqlite3.connect(tmp_path / "audit.db", isolation_level=None, timeout=0)
    holder.execute("BEGIN IMMEDIATE")  # another process holds the file
    with pytest.raises(AuditUnavailable):
        deployment.audit.write(entry)
    holder.execute("ROLLBACK")
    holder.close()
    assert not verify(deployment.audit).faults
    assert verify(deployment.audit).rows == 1
