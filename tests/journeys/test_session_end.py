"""The end of a session, at the screen: there is time to stay, nothing typed is lost, and the figures go."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import requests
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.screen import PATIENCE_MS, SGT, go, has_focus, settled
from tests.journeys.site import Site
from tests.journeys.watch import Watch

LOOK_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"  # as when somebody comes back to the tab


def age(site: Site, *, idle_minutes: float = 0, old_minutes: float = 0) -> None:
    """Every open session as if nothing had been done in it for so long, or as if it had begun so long ago."""

    def ago(minutes: float) -> str:
        return f"{datetime.now(UTC) - timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S.%f}"

    with closing(sqlite3.connect(site.home / "data" / "cspdash.db", timeout=30)) as connection, connection:
        connection.execute("UPDATE session SET seen_at = ? WHERE ended_at IS NULL", (ago(idle_minutes),))
        if old_minutes:
            connection.execute("UPDATE session SET created_at = ? WHERE ended_at IS NULL", (ago(old_minutes),))


def test_there_is_time_to_stay(site: Site, sergeant: Page) -> None:
    dialog = sergeant.get_by_role("alertdialog", name="Your session is about to end")
    expect(dialog).to_be_hidden()
    age(site, idle_minutes=11)
    sergeant.evaluate(LOOK_AGAIN)
    expect(dialog).to_be_visible(timeout=PATIENCE_MS)
    expect(dialog).to_contain_text("in 3 minutes")
    stay = dialog.get_by_role("button", name="Stay signed in")
    has_focus(stay)
    sergeant.keyboard.press("Enter")
    expect(dialog).to_be_hidden(timeout=PATIENCE_MS)
    assert sergeant.evaluate("fetch('/session').then(answer => answer.json())")["seconds"] > 890


def test_a_shift_is_the_longest_there_is(site: Site, sergeant: Page) -> None:
    age(site, old_minutes=8 * 60 - 4)
    sergeant.evaluate(LOOK_AGAIN)
    dialog = sergeant.get_by_role("alertdialog")
    expect(dialog).to_contain_text("longer than a shift", timeout=PATIENCE_MS)
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_hidden()
    has_focus(dialog.get_by_role("button", name="Close"))


def test_a_screen_left_alone_goes_dark_and_leads_back(site: Site, sergeant: Page, watch: Watch) -> None:
    watch.expected.append("401 (UNAUTHORIZED)")
    go(sergeant, "/workload?unit=watford-intervention-c")
    age(site, idle_minutes=16)
    sergeant.evaluate(LOOK_AGAIN)
    expect(sergeant.get_by_role("heading", name="Signed out")).to_be_visible(timeout=PATIENCE_MS)
    assert "Adeyemi" not in sergeant.content()
    sergeant.get_by_role("link", name="Sign in again").click()
    sergeant.get_by_role("button", name=SGT).click()
    settled(sergeant)
    assert "unit=watford-intervention-c" in sergeant.url


def test_what_was_typed_is_there_again(site: Site, enter: Enter, watch: Watch) -> None:
    watch.expected.append("401 (UNAUTHORIZED)")
    page = enter(SGT)
    address = "/plans/new?officer=E12207&metric=open_investigations"
    go(page, address)
    page.locator("#plan-specific").fill("Close the three oldest")
    age(site, idle_minutes=11)
    page.evaluate(LOOK_AGAIN)
    expect(page.locator("#plan-kept")).to_contain_text("Kept for you", timeout=PATIENCE_MS)
    age(site, idle_minutes=16)
    page.evaluate(LOOK_AGAIN)
    told = page.locator("#signed-out")
    expect(told).to_contain_text("You have been signed out", timeout=PATIENCE_MS)
    expect(page.locator("#plan-specific")).to_have_value("Close the three oldest")
    again = enter(SGT)
    go(again, address)
    expect(again.locator("#plan-specific")).to_have_value("Close the three oldest", timeout=PATIENCE_MS)
    expect(again.locator("#plan-errors")).to_contain_text("what you typed until")
    again.get_by_role("button", name="Start afresh").click()
    expect(again.locator("#plan-specific")).to_have_value("", timeout=PATIENCE_MS)


def sign_in(site: Site) -> requests.Session:
    """A browser's stand-in that opens a new connection for each request, so that any process may answer."""
    session = requests.Session()
    headers = {"Connection": "close"}
    page = session.get(f"{site.url}/sign-in", headers=headers, timeout=20).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    persona = page.partition('name="persona" value="')[2].partition('"')[0]
    form = {"persona": persona, "csrf_token": token}
    sent = {"Sec-Fetch-Site": "same-origin", **headers}
    answer = session.post(f"{site.url}/sign-in", data=form, headers=sent, timeout=20, allow_redirects=False)
    assert answer.status_code == 303
    return session


def test_every_process_knows_every_session(site: Site) -> None:
    for _ in range(6):
        session = sign_in(site)
        for _ in range(4):
            answer = session.get(f"{site.url}/session", headers={"Connection": "close"}, timeout=20)
            assert answer.status_code == 200


def test_an_idle_session_is_over_for_every_process(site: Site) -> None:
    session = sign_in(site)
    age(site, idle_minutes=16)
    for _ in range(4):
        answer = session.get(f"{site.url}/session", headers={"Connection": "close"}, timeout=20)
        assert answer.status_code == 401
    assert session.get(f"{site.url}/workload", timeout=20).url.startswith(f"{site.url}/sign-in?next=")
