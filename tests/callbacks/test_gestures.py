"""Clicks, the browser's own buttons, typing, and a session that ends, in Chromium over a small force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import dash
import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from layouts import urls
from tests.support.serving import served
from tests.support.small import Small, app_of

SLOW = 15_000


@pytest.fixture
def site(app: dash.Dash) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def complaints(page: Page, site: str) -> Iterator[list[str]]:
    """Errors in the console and requests to anywhere else: none, at the end of every test that asks for this."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))

    def elsewhere(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            found.append(request.url)

    page.on("request", elsewhere)
    yield found
    assert found == []


def sign_in(page: Page, site: str, persona: str = "sgt", address: str = "/") -> None:
    page.goto(site + address)
    page.locator(f"button[value={persona}]").click()
    expect(page.locator("#main h1")).to_be_visible(timeout=SLOW)


def click_bar(page: Page, row: int) -> None:
    """Clicks within the plot, level with a row of the table beside it."""
    plot = page.locator("#bars .nsewdrag").bounding_box()
    name = page.locator(".bars .twin tbody tr").nth(row).bounding_box()
    assert plot
    assert name
    page.mouse.click(plot["x"] + 12, name["y"] + name["height"] / 2)


def callbacks_of(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if "_dash-update" in request.url else None)
    return asked


@pytest.mark.usefixtures("complaints")
def test_a_bar_leads_on_in_one_round_trip_as_often_as_it_is_clicked(page: Page, site: str) -> None:
    sign_in(page, site)
    expect(page).to_have_url(f"{site}/workload?unit=watford-int-c")
    expect(page.locator("#bars .bars path, #bars .point path").first).to_be_visible(timeout=SLOW)
    asked = callbacks_of(page)
    for _ in range(2):
        name = page.locator(".bars .twin tbody tr").nth(0).locator("th").inner_text().split("\n")[0]
        asked.clear()
        click_bar(page, 0)
        expect(page).to_have_url(re.compile(r"/officer/"), timeout=SLOW)
        expect(page.locator("#main h1")).to_have_text(name, timeout=SLOW)
        assert len([body for body in asked if "moved" not in body.partition('"changedPropIds"')[2]]) == 1
        page.go_back()
        expect(page.locator("#main h1")).to_have_text("Workload: Team C, Watford", timeout=SLOW)
    page.go_forward()
    expect(page.locator("#main h1")).to_have_text(name, timeout=SLOW)
    page.reload()
    expect(page.locator("#main h1")).to_have_text(name, timeout=SLOW)
    assert name in page.title()


@pytest.mark.usefixtures("complaints")
def test_a_pasted_link_survives_signing_in(page: Page, site: str) -> None:
    address = "/workload?unit=watford-int-c&bar=officer%3AE2"
    sign_in(page, site, address=address)
    expect(page).to_have_url(site + address)
    expect(page.get_by_role("heading", name="9 investigations behind this figure")).to_be_visible(timeout=SLOW)


@pytest.mark.usefixtures("complaints")
def test_search_by_keyboard(page: Page, site: str) -> None:
    sign_in(page, site)
    page.keyboard.press("/")
    page.keyboard.type("adey")
    expect(page.locator("#search-hits a")).to_have_text(re.compile("PC 2207 Adeyemi"), timeout=SLOW)
    page.keyboard.press("Enter")
    expect(page.locator("#main h1")).to_have_text("PC 2207 Adeyemi", timeout=SLOW)


def test_an_open_page_redraws_when_figures_move(
    page: Page, site: str, deployment: Small, complaints: list[str]
) -> None:
    sign_in(page, site)
    expect(page.locator("#main .lede")).to_contain_text("14 open investigations", timeout=SLOW)
    deployment.add_crime("NEW-1", "E2")
    expect(page.locator("#main .lede")).to_contain_text("15 open investigations", timeout=8_000)
    expect(page.locator("#announce")).to_contain_text("Figures updated at")
    assert complaints == []


def test_a_form_is_left_alone_and_survives_signing_out(
    page: Page, site: str, context: BrowserContext, deployment: Small
) -> None:
    sign_in(page, site, address=urls.new_plan_href("E2", "open"))
    page.fill("#plan-specific", "Close the three oldest")
    deployment.add_crime("NEW-1", "E2")
    page.wait_for_timeout(5_000)  # two looks at the data have come and gone
    expect(page.locator("#plan-specific")).to_have_value("Close the three oldest")
    other = context.new_page()  # signs out in another tab of the same browser
    other.goto(f"{site}/workload")
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(f"{site}/sign-in")
    page.click("#plan-save")
    expect(page.locator("#signed-out")).to_contain_text("What you typed is still here", timeout=SLOW)
    expect(page.locator("#plan-specific")).to_have_value("Close the three oldest")
    other.locator("button[value=sgt]").click()
    expect(other.locator("#main h1")).to_be_visible(timeout=SLOW)
    page.click("#plan-save")
    expect(page.locator("#plan-errors")).to_contain_text("There is a problem", timeout=SLOW)
    expect(page.locator("#plan-specific")).to_have_value("Close the three oldest")


def test_without_a_form_a_lost_session_leads_to_the_door(page: Page, site: str, context: BrowserContext) -> None:
    sign_in(page, site)
    context.clear_cookies()
    page.locator(".side a", has_text="Team list").click()
    expect(page).to_have_url(re.compile(r"/signed-out\?next=%2Fteam"), timeout=SLOW)


def test_another_site_cannot_act_for_a_visitor(page: Page, site: str, deployment: Small, tmp_path: Path) -> None:
    """A page of another origin, in the same browser, posts to ours: refused, and the visitor stays signed in."""
    sign_in(page, site)
    with served(app_of(deployment, tmp_path)) as elsewhere:
        page.goto(f"{elsewhere}/sign-in")
        status = page.evaluate(
            """async (address) => {
                try { return (await fetch(address, {method: "POST", mode: "no-cors", credentials: "include"})).type }
                catch (error) { return "refused by this browser" }
            }""",
            f"{site}/sign-out",
        )
        assert status in ("opaque", "refused by this browser")
    page.goto(f"{site}/workload")
    expect(page.locator("#main h1")).to_have_text("Workload: Team C, Watford", timeout=SLOW)


def test_an_injected_script_does_not_run(page: Page, site: str) -> None:
    sign_in(page, site)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.pwned = 1";
            const image = document.createElement("img");
            image.setAttribute("onerror", "window.pwned = 1");
            image.src = "/none";
            document.body.append(script, image);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.pwned") is None
