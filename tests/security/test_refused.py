"""A gesture that asks for what its sender may not do: 403, one entry in the audit, words in its place; so in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Response, expect
from sqlalchemy import select

from data_access import administration
from data_access.audit.tables import ENTRIES
from data_access.audit.trail import head
from layouts import ids
from tests.callbacks.test_plan import SMART, Editor
from tests.security.test_administration import WHY, look_as, today
from tests.support.asking import body_of, post, props_of, visit
from tests.support.serving import served
from tests.support.small import VIEWERS, Small, app_of, ports_of, signed_in, small

TEAM = "/workload?unit=watford-int-c"
CALLBACKS = "/_dash-update-component"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)


def move(deployment: Small, officer: str, unit: str) -> None:
    """Posts somebody elsewhere."""
    table = deployment.reader.figures.metadata.tables["posting_resolved"]
    with deployment.engine.begin() as connection:
        connection.execute(table.update().where(table.c.officer_id == officer).values(unit_id=unit))
    deployment.bump("organisation")


def refused(
    app: dash.Dash, client: FlaskClient, deployment: Small, changed: str, values: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """What is told, and the one entry, of a question that must be refused."""
    with deployment.audit.engine.connect() as connection:
        before, _ = head(connection)
    answer = post(client, body_of(app, changed, {changed: 1, **values}))
    assert answer.status_code == 403, answer.text[:300]
    with deployment.audit.engine.connect() as connection:
        rows = connection.scalars(select(ENTRIES.c.entry).where(ENTRIES.c.seq > before))
        (entry,) = [found for found in map(json.loads, rows) if found["operation"] == "refusal"]
    assert answer.get_json().get("sideUpdate") or answer.get_json()["response"]
    return answer.text, entry


@pytest.mark.parametrize("button", [ids.PLAN_SAVE, ids.PLAN_DRAFT, ids.PLAN_AFRESH])
def test_a_plan_for_somebody_who_has_moved_away(app: dash.Dash, deployment: Small, button: str) -> None:
    editor = Editor(app, "sgt")
    values = {f"{name}.value": value for name, value in SMART.items()} | {f"{ids.PLAN_STATE}.data": editor.state}
    move(deployment, "E2", "stevenage-int-a")
    told, entry = refused(app, editor.client, deployment, f"{button}.n_clicks", values)
    assert (entry["user_id"], entry["subject"], entry["officer_id"]) == ("sgt", "plan", "E2")
    assert "does not cover plans for this officer" in told
    assert "Adeyemi" not in told
    assert not deployment.plans.list(VIEWERS["sgt"])


def test_cover_of_a_unit_that_is_not_ones_own(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    form = visit(app, client, "/cover")[ids.MAIN]["children"]
    typed = {"officer": "E6", "unit": "stevenage-int-a", "reason": WHY}
    typed |= dict.fromkeys(("starts-on", "ends-on"), today(deployment).isoformat())
    values = {f"admin-{name}.value": value for name, value in typed.items()}
    values |= {f"{ids.ADMIN_STATE}.data": props_of(form, ids.ADMIN_STATE)["data"]}
    told, entry = refused(app, client, deployment, f"{ids.ADMIN_DO}.n_clicks", values)
    assert (entry["user_id"], entry["subject"]) == ("sgt", "cover")
    assert "Nothing was changed" in told


def test_a_correction_of_a_team_one_has_left(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    form = visit(app, client, "/corrections/new?kind=not_here&unit=watford-int-c&officer=E2")[ids.MAIN]["children"]
    values = {f"{ids.ADMIN_STATE}.data": props_of(form, ids.ADMIN_STATE)["data"], "admin-reason.value": WHY}
    move(deployment, "E1", "stevenage-int-a")
    told, entry = refused(app, client, deployment, f"{ids.ADMIN_DO}.n_clicks", values)
    assert (entry["user_id"], entry["subject"]) == ("sgt", "correction")
    assert "Nothing was changed" in told


@pytest.mark.parametrize("button", [ids.SOURCE_TRY, ids.SOURCE_AGAIN])
def test_the_care_of_a_source(app: dash.Dash, deployment: Small, button: str) -> None:
    values = {f"{ids.SOURCE_CHOICE}.value": "athena"}
    told, entry = refused(app, signed_in(app, "chief"), deployment, f"{button}.n_clicks", values)
    assert (entry["user_id"], entry["subject"], entry["subject_id"]) == ("chief", "source", "athena")
    assert "does not cover the care of sources" in told


def test_a_file_while_looking_as_somebody(app: dash.Dash, deployment: Small) -> None:
    values = {f"{ids.URL}.pathname": "/officer/E2", f"{ids.URL}.search": "", f"{ids.EXPORT_FORM}.value": "csv"}
    told, entry = refused(app, look_as(deployment, app, "sgt"), deployment, f"{ids.EXPORT_GO}.n_clicks", values)
    assert (entry["user_id"], entry["as_user"], entry["officer_id"]) == ("admin", "sgt", "E2")
    assert "nothing can be changed" in told


def test_whoever_decides_second_is_not_refused(
    app: dash.Dash, deployment: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else took the same decision between the look and the change: said in words, and nobody's misdeed."""
    made = (
        ports_of(deployment)
        .administering[0]
        .set_cover("E6", "watford-int-c", today(deployment), today(deployment), WHY, VIEWERS["supt"])
    )
    client = signed_in(app, "supt")
    form = visit(app, client, f"/cover/{made}")[ids.MAIN]["children"]
    monkeypatch.setattr(administration.rows, "end", lambda *_: False)
    values = {f"{ids.ADMIN_DO}.n_clicks": 1, f"{ids.ADMIN_STATE}.data": props_of(form, ids.ADMIN_STATE)["data"]}
    answer = post(client, body_of(app, f"{ids.ADMIN_DO}.n_clicks", values))
    assert answer.status_code == 200
    assert "Somebody else has decided this meanwhile." in answer.text
    with deployment.audit.engine.connect() as connection:
        assert "refusal" not in set(connection.scalars(select(ENTRIES.c.operation)))


def test_without_the_audit_a_refusal_is_not_answered(app: dash.Dash, deployment: Small) -> None:
    client, chief = signed_in(app, "sgt"), signed_in(app, "chief")
    deployment.audit.close()
    with deployment.audit.engine.begin() as connection:
        ENTRIES.drop(connection)
    for who, changed, values in (
        (client, f"{ids.URL}.pathname", {f"{ids.URL}.pathname": "/officer/E5"}),
        (
            chief,
            f"{ids.SOURCE_TRY}.n_clicks",
            {f"{ids.SOURCE_TRY}.n_clicks": 1, f"{ids.SOURCE_CHOICE}.value": "athena"},
        ),
    ):
        assert post(who, body_of(app, changed, values)).status_code == 503, changed


@pytest.mark.browser
def test_a_browser_draws_the_refusal_and_goes_back(page: Page, app: dash.Dash) -> None:
    """The browser notes a failed load for every 403; our own scripts and Dash say nothing of it."""
    said: list[str] = []
    answers: list[Response] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("response", lambda answer: answers.append(answer) if CALLBACKS in answer.url else None)
    with served(app) as site:
        page.goto(f"{site}/sign-in")
        page.get_by_role("button", name="PS Priya Nair").click()
        page.goto(f"{site}{TEAM}")
        heading = page.locator("#main h1")
        expect(heading).to_contain_text("Workload: Team C")
        for address in ("/officer/E5", "/workload?unit=watford-int-c&bar=officer:E6&metric=open"):
            answers.clear()
            page.evaluate("address => window.dash_clientside.set_props('url', {href: address})", address)
            expect(heading).to_have_text("Not permitted")
            expect(page).to_have_title("Not permitted · Scorecards")
            expect(page.locator("#main")).to_contain_text("Your role does not cover this officer.")
            expect(page.get_by_role("link", name="Go to your own page")).to_be_visible()
            assert 403 in {answer.status for answer in answers}
            page.go_back()
            expect(heading).to_contain_text("Workload: Team C")
            expect(page.locator("#main")).to_contain_text("Adeyemi")
        page.goto(f"{site}/officer/E5")  # straight to it, as by a bookmark
        expect(heading).to_have_text("Not permitted")
        page.get_by_role("link", name="Go to your own page").click()
        expect(heading).to_contain_text("Workload: Team C")
        assert page.locator(".signed-out").count() == 0
    loads = [each for each in said if "Failed to load resource" in each and "403" in each]
    assert len(loads) == 3
    assert [each for each in said if each not in loads] == []
