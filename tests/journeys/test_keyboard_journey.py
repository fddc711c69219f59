"""The main job without a mouse: Tab, Enter, arrows and the single keys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.journeys.screen import PATIENCE_MS, bar_value, has_focus, heading, references, settled, shows

OFFICER = "PC 2207 Adeyemi"
MOST_TABS = 150


def focused(page: Page) -> tuple[str, str]:
    """Tag and name of what has the focus."""
    script = """() => {
      const at = document.activeElement;
      return [at.tagName, at.getAttribute("aria-label") || at.innerText || at.value || ""];
    }"""
    tag, name = page.evaluate(script)
    return tag, " ".join(name.split())


def tab_to(page: Page, name: str, tag: str = "A") -> None:
    """Presses Tab until the focus is on what is called so. What has the focus must always be seen to have it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = focused(page)
        if found[0] == tag and re.fullmatch(name, found[1]):
            must_be_seen(page)
            return
    raise AssertionError(f"Tab does not lead to {name!r}; the last was {focused(page)}")


def must_be_seen(page: Page) -> None:
    """The element in focus is on screen, or scrolling there, and drawn with an outline or a ring."""
    script = """() => {
      const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
      const isRinged = style.outlineStyle !== "none" || style.boxShadow !== "none";
      return isRinged && box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.right > 0;
    }"""
    try:
        page.wait_for_function(script, timeout=3000)
    except PlaywrightTimeout:
        raise AssertionError(f"the focus on {focused(page)} cannot be seen") from None


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def enter(page: Page, title: str) -> None:
    """Enter on what has the focus; the page that comes has the focus on its heading."""
    page.keyboard.press("Enter")
    shows(page, title)
    has_focus(heading(page))


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    has_focus(page.locator("#search"))
    page.keyboard.type(text)


def sign_in_by_keys(page: Page) -> None:
    page.goto("/sign-in")
    tab_to(page, "PS Priya Nair .*", "BUTTON")
    page.keyboard.press("Enter")
    settled(page)


def test_from_sign_in_to_a_plan_by_keys(page: Page) -> None:
    sign_in_by_keys(page)
    shows(page, "Workload: Team C")
    page.keyboard.press("Tab")
    assert focused(page) == ("A", "Skip to the page")
    must_be_seen(page)
    page.keyboard.press("Enter")
    has_focus(page.locator("#main"))

    # up to the force with "u", down again by the names beside the bars
    for title in ("Intervention", "Watford", "Local Policing Command", "Hertfordshire"):
        page.keyboard.press("u")
        shows(page, f"Workload: {title}")
        has_focus(heading(page))
    for name, title in (
        ("Local Policing Command", "Local Policing Command"),
        ("Watford", "Watford"),
        ("Intervention", "Intervention"),
        ("Team C", "Team C"),
    ):
        tab_to(page, name)
        enter(page, f"Workload: {title}")
    held = bar_value(page, OFFICER)

    # "t": the table alone, and its links lead on
    page.keyboard.press("t")
    expect(page.locator(".bars.chart")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator(".bars .twin tbody tr")).to_have_count(11)
    tab_to(page, OFFICER)
    press(page, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp")
    assert focused(page) == ("A", OFFICER)
    enter(page, OFFICER)
    expect(page.get_by_role("heading", name=f"{held} investigations behind this figure")).to_be_visible()

    tab_to(page, "New plan")
    enter(page, f"New plan: {OFFICER}")
    tab_to(page, "", "TEXTAREA")
    tab_to(page, "Save and share with .*", "BUTTON")
    page.keyboard.press("Enter")
    has_focus(page.locator(".error-summary"))
    tab_to(page, ".+")
    page.keyboard.press("Enter")
    has_focus(page.locator("#plan-specific"))
    page.keyboard.type("Finalise the oldest, with a plan for each")
    press(page, "Tab")
    has_focus(page.locator("#plan-target-value"))
    page.keyboard.type("18")
    tab_to(page, "", "TEXTAREA")
    has_focus(page.locator("#plan-support"))
    page.keyboard.type("A day with the case file team")
    press(page, "Tab")
    page.keyboard.type("Victims wait for an answer")
    tab_to(page, "Save and share with .*", "BUTTON")
    page.keyboard.press("Enter")
    shows(page, f"Plan: {OFFICER}")
    expect(page).to_have_url(re.compile(r"/plans/[^/?]+$"))
    tab_to(page, "1:1s and plans.*")
    enter(page, "1:1s and plans")
    expect(page.get_by_role("row").filter(has_text="18 or fewer")).to_contain_text(OFFICER)


def test_search_finds_a_unit_and_an_officer_by_keys(page: Page) -> None:
    sign_in_by_keys(page)
    search(page, "watford")
    expect(page.locator("#search-hits a").first).to_be_visible(timeout=PATIENCE_MS)
    press(page, "ArrowDown")
    assert focused(page)[0] == "A"
    press(page, "Escape")
    assert focused(page)[0] == "BODY"
    search(page, "steven")  # Enter comes before the hits do: it must not open what was found for Watford
    enter(page, "Workload: Stevenage")
    expect(page.locator("#search-hits")).to_be_hidden()
    search(page, "2207")
    expect(page.locator("#search-hits a")).to_have_count(1, timeout=PATIENCE_MS)
    press(page, "ArrowDown")
    assert focused(page)[1].startswith(OFFICER)
    enter(page, OFFICER)
    assert len(references(page)) == 28


def test_single_keys_leave_typing_alone_and_can_be_switched_off(sergeant: Page) -> None:
    sergeant.keyboard.press("/")
    sergeant.keyboard.type("tu?/")
    expect(sergeant.locator("#search")).to_have_value("tu?/")
    press(sergeant, "Escape")
    shows(sergeant, "Workload: Team C")
    sheet = sergeant.locator("#shortcuts")
    press(sergeant, "?")
    expect(sheet).to_be_visible()
    tab_to(sergeant, "Single keys: on", "BUTTON")
    press(sergeant, "Enter", "Escape", "u")
    expect(sheet).to_be_hidden()
    sergeant.wait_for_timeout(300)
    shows(sergeant, "Workload: Team C")


def test_a_menu_opens_and_closes_by_keys(sergeant: Page) -> None:
    tab_to(sergeant, "Sort: .*", "SUMMARY")
    press(sergeant, "Enter")
    choices = sergeant.locator("details.menu[open] a")
    expect(choices.first).to_be_visible()
    press(sergeant, "Escape")
    expect(choices).to_have_count(0)
    assert focused(sergeant)[0] == "SUMMARY"
    press(sergeant, "Enter", "Tab", "Tab", "Enter")
    expect(sergeant).to_have_url(re.compile("sort=value"), timeout=PATIENCE_MS)
    shows(sergeant, "Workload: Team C")
