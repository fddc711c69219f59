"""In Chromium: from a page's menu to a file on disk in each form, compared with the screen; and what an audit that is
down looks like."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select, text

from data_access.audit.tables import ENTRIES
from tests.support.asking import visit
from tests.support.exported import csv_table, pdf_text, xlsx_sheets
from tests.support.serving import served
from tests.support.small import Small, app_of, signed_in, small

TEAM = "/workload?unit=watford-int-c&sort=value"
PICTURES = os.environ.get("PICTURES", "")  # a folder: the pages are photographed into it


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def site(deployment: Small, tmp_path: Path) -> Iterator[str]:
    with served(app_of(deployment, tmp_path)) as address:
        yield address


@pytest.fixture
def heard(page: Page) -> list[str]:
    """Errors of the page."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said


def enter(page: Page, site: str, name: str, address: str) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_role("button", name=name).click()
    page.wait_for_selector("#main h1")
    page.goto(f"{site}{address}")
    page.wait_for_selector("#main h1")
    page.wait_for_timeout(300)


def open_dialog(page: Page) -> None:
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("button", name="Export…").click()
    expect(page.locator("#export")).to_be_visible()


def photograph(page: Page, name: str) -> None:
    for width, height in ((1366, 768), (1920, 1080)) if PICTURES else ():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png")


def serious(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in ("serious", "critical")
    ]


def test_each_form_is_what_is_on_screen(page: Page, site: str, deployment: Small, heard: list[str]) -> None:
    enter(page, site, "PS Priya Nair", TEAM)
    on_screen = page.locator("table.twin tbody tr").evaluate_all(
        "rows => rows.map(row => [row.querySelector('th a, th span').textContent, row.querySelector('td.v').textContent])"
    )
    assert len(on_screen) == 3
    open_dialog(page)
    page.get_by_role("button", name="Make the file").click()
    told = page.locator("#export .error-summary")
    expect(told).to_contain_text("Choose why")
    expect(told).to_be_focused()
    photograph(page, "export-dialog")
    assert serious(page) == []
    told.get_by_role("link", name="Choose why").click()
    expect(page.locator("#export-reason")).to_be_focused()
    hashes = []
    for form, words in (("csv", "CSV"), ("xlsx", "XLSX"), ("pdf", "PDF")):
        if not page.locator("#export").is_visible():
            open_dialog(page)
        page.locator("#export-reason").select_option("supervision")
        page.locator("#export-recipient").fill("Insp Cole")
        page.get_by_role("radio", name=words).check()
        with page.expect_download(timeout=60_000) as coming:
            page.get_by_role("button", name="Make the file").click()
        expect(page.locator("#export")).to_be_hidden()
        content = Path(coming.value.path()).read_bytes()
        assert re.fullmatch(rf"official-sensitive_workload_open_4-rows_[\d-]+\.{form}", coming.value.suggested_filename)
        hashes.append(hashlib.sha256(content).hexdigest())
        if form == "pdf":
            told_on_paper = " ".join(" ".join(pdf_text(content)).split())
            assert all(name in told_on_paper for name, _ in on_screen)
            if PICTURES:
                (Path(PICTURES) / "team.pdf").write_bytes(content)
        else:
            rows = csv_table(content) if form == "csv" else list(xlsx_sheets(content).values())[1]
            assert [[row[0], row[2]] for row in rows[1:-1]] == on_screen
    with deployment.audit.engine.connect() as connection:
        logged = [json.loads(text) for text in connection.scalars(select(ENTRIES.c.entry))]
    assert [each["reference"] for each in logged if each["operation"] == "disclosure"] == hashes
    assert heard == []


def test_an_audit_that_is_down_takes_the_figures_away(page: Page, site: str, deployment: Small) -> None:
    enter(page, site, "PS Priya Nair", TEAM)
    expect(page.locator("#main")).to_contain_text("Adeyemi")
    with deployment.audit.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO gone"))
    page.get_by_role("link", name="Summary", exact=True).click()
    expect(page.locator("#main [role=alert]")).to_contain_text("cannot be written")
    expect(page.locator("#main")).not_to_contain_text("Adeyemi")
    with deployment.audit.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO audit_entry"))
    page.reload()
    expect(page.locator("#main h1")).to_contain_text("Summary", timeout=40_000)


def test_the_audit_page_and_who_looked(
    page: Page, site: str, heard: list[str], deployment: Small, tmp_path: Path
) -> None:
    app = app_of(deployment, tmp_path)
    for persona in ("sgt", "supt", "other", "chief"):
        for address in ("/officer/E2", TEAM, "/officer/E5", "/"):
            visit(app, signed_in(app, persona), address)
    enter(page, site, "Jude Marsh", "/audit")
    expect(page.locator("h1")).to_have_text("Audit")
    assert page.locator("table.audit tbody tr").count() > 10
    photograph(page, "audit")
    assert serious(page) == []
    page.get_by_label("Whom").fill("E2")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/audit?*officer=E2*")
    page.wait_for_selector("table.audit")
    whom = page.locator("table.audit tbody tr td:nth-child(7)").all_inner_texts()
    assert set(whom) == {"E2"}
    page.context.clear_cookies()
    enter(page, site, "PC Adeyemi", "/officer/E2")
    expect(page.locator(".looks")).to_contain_text("Superintendent")
    photograph(page, "who-looked")
    assert serious(page) == []
    assert heard == []
