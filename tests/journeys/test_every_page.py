"""Every kind of page on a force's ordinary laptop: nothing axe calls serious, nothing to scroll sideways for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.datasets import load_datasets
from tests.journeys.screen import ADMIN, CHIEF, SGT, go, has_focus, shows, sign_in
from tests.journeys.site import Site
from tests.journeys.watch import Watch

GRAVE = ("serious", "critical")
FAMILIES = tuple(family.slug for family in load_catalogue(load_datasets(), [], ()).families)
TEAM, CSP = "watford-intervention-c", "csp-watford"
OTHERS = (
    "/",
    f"/?unit={CSP}",
    f"/workload?unit={TEAM}&table=1",
    f"/workload?unit={TEAM}&bar=officer%3AE12207",
    f"/workload?unit={TEAM}&metric=finalised&sort=value",
    "/workload?unit=stevenage-intervention-b",
    "/officer/E12207",
    "/officer/E12207?table=1",
    "/officer/E13051",
    "/plans/new?officer=E12207&metric=open_investigations",
    "/plans",
    f"/team?unit={TEAM}",
    f"/team?unit={CSP}",
    "/sources",
    "/officer/E10464",
    "/atlantis",
)


@pytest.fixture(scope="module")
def seen(site: Site) -> Watch:
    return Watch(site.url)


@pytest.fixture(scope="module")
def page(browser: Browser, browser_context_args: dict[str, Any], seen: Watch) -> Iterator[Page]:
    """The sergeant, signed in once for all pages looked at here."""
    context = seen.follow(browser.new_context(**browser_context_args))
    page = context.new_page()
    sign_in(page, SGT)
    yield page
    context.close()
    assert (seen.strangers(), seen.troubles()) == ([], [])


def grave(page: Page) -> list[str]:
    """What axe finds that must not be, in a line each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['impact']}: {each['id']} at {node['target']}: {node.get('failureSummary', '')}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """What makes the page wider than its window; boxes that scroll by themselves may be wider within."""
    script = """() => {
      const wide = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= wide) return [];
      const isOver = each => each.getBoundingClientRect().right > wide + 1;
      return ["the page", ...[...document.querySelectorAll("body *")].filter(isOver).map(each => each.outerHTML.slice(0, 120))];
    }"""
    return list(page.evaluate(script))


def look_at(page: Page) -> None:
    assert overflow(page) == []
    assert grave(page) == []


@pytest.mark.parametrize("unit", [CSP, TEAM, "herts"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family(page: Page, family: str, unit: str) -> None:
    go(page, f"/{family}?unit={unit}")
    assert page.locator(".bars, .empty").count() > 0
    look_at(page)


@pytest.mark.parametrize("address", OTHERS)
def test_every_other_page(page: Page, address: str) -> None:
    go(page, address)
    look_at(page)


def test_a_form_with_errors(page: Page) -> None:
    go(page, "/plans/new?officer=E12207&metric=open_investigations")
    page.locator("#plan-target-value").fill("many")
    page.get_by_role("button", name="Save and share").click()
    has_focus(page.locator(".error-summary"))
    look_at(page)
    page.evaluate("document.querySelector('#plan-form').removeAttribute('data-changed')")


def test_open_menus_hits_and_the_sheet_of_keys(page: Page) -> None:
    go(page, f"/workload?unit={TEAM}&metric=finalised")
    for name in ("Period: Last 28 days", "Sort: Team order", "More"):
        page.locator(f"summary[aria-label='{name}']").click()
        look_at(page)
    page.locator("#definition summary").click()
    page.locator("#search").fill("wat")
    page.locator("#search-hits [data-for='wat']").wait_for()
    look_at(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    look_at(page)
    page.keyboard.press("Escape")


def test_signing_in(browser: Browser, browser_context_args: dict[str, Any], seen: Watch) -> None:
    context = seen.follow(browser.new_context(**browser_context_args))
    page = context.new_page()
    page.goto("/sign-in")
    look_at(page)
    for name, title in ((CHIEF, "Summary: Hertfordshire"), (ADMIN, "Sources")):
        sign_in(page, name)
        shows(page, title)
        look_at(page)
        page.get_by_role("button", name="Sign out").click()
    context.close()


def test_axe_and_the_ruler_find_what_is_there_to_find(page: Page) -> None:
    """A picture without words, grey on grey, and a box that sticks out are found, or all of the above means nothing."""
    go(page, f"/workload?unit={TEAM}")
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend",
          "<p style='color:#bbb;background:#ccc;width:3000px'>grey</p><button></button>")"""
    )
    found = "\n".join(grave(page))
    assert "color-contrast" in found
    assert "button-name" in found
    assert overflow(page)[0] == "the page"
