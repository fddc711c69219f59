"""Every page in Chromium: nothing axe calls serious, no sideways scrolling, the keyboard gets everywhere, nothing leaves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.support.gallery import PAGES, gallery

WORKLOAD = "/workload?unit=team-c"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The gallery, served on loopback."""
    server = make_server("127.0.0.1", 0, gallery().server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def heard(page: Page, site: str) -> Iterator[list[str]]:
    """Errors of the page and requests to anybody but us; both must stay empty."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on(
        "request", lambda asked: said.append(asked.url) if not asked.url.startswith((site, "data:", "blob:")) else None
    )
    yield said
    assert said == []


def open_page(page: Page, address: str, width: int = 1366) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(address)
    page.wait_for_selector("h1")
    page.wait_for_timeout(250)


def serious(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module")
def one_page(browser: Browser) -> Iterator[Page]:
    """One page for the tests that only look: its files are fetched once."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", [*PAGES, "sign-in"])
def test_no_page_shuts_anybody_out(one_page: Page, site: str, name: str) -> None:
    open_page(one_page, f"{site}/gallery/{name}")
    assert one_page.evaluate("document.documentElement.scrollWidth") <= 1366
    if name != "many":  # the same page as "team", four hundred times as long
        assert serious(one_page) == []
    one_page.set_viewport_size({"width": 320, "height": 768})
    assert one_page.evaluate("document.documentElement.scrollWidth") <= 320
    if name in ("team", "officer", "wrong-plan", "summary"):
        assert serious(one_page) == []


def test_eleven_officers_fit_on_a_small_screen(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, f"{site}/gallery/team")
    page.wait_for_selector(".bars .point")
    box = page.locator(".bars .plot").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 768
    rows = page.locator(".bars .twin tbody tr")
    points = page.locator(".bars .point path")
    assert rows.count() == points.count() == 11
    # each name stands beside its bar
    middles = sorted(
        points.nth(at).bounding_box()["y"] + points.nth(at).bounding_box()["height"] / 2 for at in range(11)
    )  # type: ignore[index]
    for at in range(11):
        row = rows.nth(at).locator("th").bounding_box()
        assert row is not None
        assert abs(row["y"] + row["height"] / 2 - middles[at]) < 3


def test_a_bar_can_be_clicked_again_after_going_back(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    for _ in range(2):
        page.wait_for_selector(".bars .point")
        box = page.locator(".bars .point path").first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 20, box["y"] + 8)
        expect(page.locator("h1")).to_have_text("PC 2207 Adeyemi")
        assert page.url == f"{site}/officer/E12207?metric=workload_open"
        assert page.title() == "PC 2207 Adeyemi: Open investigations · Scorecards"
        page.go_back()
        expect(page.locator("h1")).to_have_text("Workload: Team C")


def test_the_keyboard_drills_and_comes_back(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.locator(".bars .twin th a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("PC 2207 Adeyemi")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("Workload: Team C")


def test_a_chart_adds_no_stop_for_the_tab_key(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, f"{site}/gallery/team")
    page.wait_for_selector(".bars .point")
    stops = "Array.from(document.querySelectorAll('.plot *')).filter(each => each.tabIndex >= 0).length"
    assert page.evaluate(stops) == 0


def test_whoever_is_at_a_control_stays_there_when_the_page_is_redrawn(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.locator("#definition summary").click()
    page.get_by_role("link", name="Show as table").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".plot")).to_have_count(0)
    expect(page.get_by_role("link", name="Show as table")).to_be_focused()
    expect(page.locator("#definition")).to_have_attribute("open", "")


def test_choosing_from_a_menu_gives_its_button_the_focus(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.locator("summary[aria-label^='Sort']").click()
    page.get_by_role("link", name="Highest first").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=value*")
    expect(page.locator("summary[aria-label='Sort: Highest first']")).to_be_focused()


def test_an_open_menu_stays_open_when_figures_move(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.locator("summary[aria-label='More']").click()
    page.evaluate("dash_clientside.set_props('url', {href: location.href + '&per=fte'})")
    expect(page.get_by_role("link", name="Per full-time officer")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def test_search_by_keyboard(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.keyboard.press("/")
    page.keyboard.type("wat")
    expect(page.locator(".hits a")).to_have_count(3)
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("PC 2207 Adeyemi")


def test_single_keys_can_be_switched_off(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.keyboard.press("?")
    sheet = page.locator("dialog[open]")
    sheet.get_by_role("switch").click()
    sheet.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_menu_closes_with_escape_and_gives_the_focus_back(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    more = page.locator("summary[aria-label='More']")
    more.click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    expect(more).to_be_focused()


def test_records_are_arrived_at_and_paged_in_place(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, site + WORKLOAD)
    page.locator(".bars .ways a", has_text="Records").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#records h2")).to_be_focused()
    page.get_by_role("link", name="Next ›").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**rows=2*")
    expect(page.get_by_role("link", name="Next ›")).to_be_focused()


def test_errors_of_a_form_get_the_focus_and_describe_their_fields(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, f"{site}/gallery/wrong-plan")
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").last.click()
    support = page.locator("#plan-support")
    expect(support).to_be_focused()
    expect(support).to_have_attribute("aria-describedby", "plan-support-hint plan-support-problem")
    expect(support).to_have_attribute("aria-invalid", "true")


def test_what_was_typed_is_not_lost_by_a_stray_click(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, f"{site}/plans/new")
    page.locator("#plan-specific").fill("Review all crimes over 120 days")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Summary", exact=True).click()
    expect(page.locator("#plan-specific")).to_have_value("Review all crimes over 120 days")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Summary", exact=True).click()
    expect(page.locator("h1")).to_have_text("Summary: Hertfordshire")


def test_on_paper_the_table_stands_for_the_chart(page: Page, site: str, heard: list[str]) -> None:
    open_page(page, f"{site}/gallery/team")
    page.emulate_media(media="print")
    expect(page.locator(".bars .plot")).to_be_hidden()
    expect(page.locator(".bars .twin thead")).to_be_visible()
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("#side")).to_be_hidden()


def test_four_hundred_bars_are_drawn_in_seconds(page: Page, site: str, heard: list[str]) -> None:
    page.goto(f"{site}/gallery/many")
    page.wait_for_function("document.querySelectorAll('.bars .point').length === 400", timeout=15_000)
