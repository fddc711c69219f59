"""T-XSS: twelve payloads in every text a source or a person can supply, through the database, to every page.

In a real browser with the content policy switched off, so that it is our own escaping which holds: no payload runs, no
element of it comes to be, no link leads to a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.hostile import PAYLOADS, addresses, hostile_app
from tests.support.serving import served

PATIENCE_MS = 20_000
# What came to be of the page: anything that a payload names is either text or our own.
_FOUND = """() => ({
  pwned: typeof window.pwned,
  links: [...document.querySelectorAll("[href],[src],[action],[formaction],[data],[srcdoc],[xlink\\\\:href]")]
    .flatMap(each => ["href", "src", "action", "formaction", "data", "srcdoc", "xlink:href"].map(name => each.getAttribute(name)))
    .filter(value => value && /^[\\s\\x00-\\x1f]*(javascript|vbscript|data:text|[<])/i.test(value)),
  handlers: [...document.querySelectorAll("*")].flatMap(each => each.getAttributeNames())
    .filter(name => /^on/.test(name)),
  elements: document.querySelectorAll("iframe, object, embed, details[ontoggle], img[src=x], button[formaction]").length,
  told: document.body.textContent.includes("pwned"),
})"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hostile_app(tmp_path_factory.mktemp("hostile")) as app, served(app) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser, url: str) -> Iterator[Page]:
    """The chief officer, who sees everything, in a browser without the content policy."""
    context = browser.new_context(base_url=url, bypass_csp=True, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto("/sign-in")
    unharmed(page)
    page.locator("button").first.click()
    arrived(page)
    yield page
    context.close()


def arrived(page: Page) -> None:
    page.wait_for_selector("#main > .arrived", timeout=PATIENCE_MS)
    page.wait_for_function(
        """() => [...document.querySelectorAll(".plot")].every(plot => plot.querySelector(".main-svg"))""",
        timeout=PATIENCE_MS,
    )


def unharmed(page: Page) -> bool:
    """Nothing ran. Returns whether any payload is on the page, as text."""
    found = page.evaluate(_FOUND)
    told = bool(found.pop("told"))
    assert found == {"pwned": "undefined", "links": [], "handlers": [], "elements": 0}, page.url
    return told


def hover(page: Page) -> None:
    """The mouse over the first bars, for hover texts."""
    for bar in page.locator(".barlayer .point path").all()[:3]:
        box = bar.bounding_box()
        if box and box["width"] > 1:
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_no_page_runs_what_a_source_said(page: Page) -> None:
    told = []
    for address in addresses():
        page.goto(address)
        arrived(page)
        hover(page)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        if unharmed(page):
            told.append(address)
    print(f"{len(PAYLOADS)} payloads, {len(addresses())} pages, on {len(told)} of them as text")
    assert len(told) >= len(addresses()) - 3


def test_search_and_its_hits(page: Page) -> None:
    page.goto("/workload")
    arrived(page)
    for payload in ("<script", "<img", "javascript:", *PAYLOADS):
        page.locator("#search").fill(payload)
        page.wait_for_timeout(150)
        unharmed(page)
    page.locator("#search").fill("<img src=x")
    page.wait_for_selector("#search-hits a", timeout=PATIENCE_MS)
    assert unharmed(page)


def test_what_a_person_writes_into_a_plan(page: Page) -> None:
    page.goto(next(each for each in addresses() if "/plans/new" in each))
    arrived(page)
    texts = ("plan-specific", "plan-support", "plan-relevant")
    for number, payload in enumerate(PAYLOADS[:4]):
        for place, name in enumerate(texts):
            page.locator(f"#{name}").fill(f"{payload} {PAYLOADS[(number * 3 + place) % 12]} pwned")
    page.locator("#plan-draft").click()
    page.wait_for_url("**/plans/*", timeout=PATIENCE_MS)
    page.wait_for_function("!location.pathname.endsWith('/new')", timeout=PATIENCE_MS)
    arrived(page)
    unharmed(page)
    page.locator("#plan-specific").fill(" ".join(PAYLOADS))  # and through the history of changes
    page.locator("#plan-draft").click()
    page.wait_for_function("document.querySelector('#announce').textContent !== ''", timeout=PATIENCE_MS)
    page.reload()
    arrived(page)
    assert unharmed(page)
    page.goto("/plans")
    arrived(page)
    assert unharmed(page)


def test_the_look_would_notice(page: Page, tmp_path: Path) -> None:
    """Otherwise nothing was shown: the same payloads put in as HTML do run, and are seen."""
    page.goto("/workload")
    arrived(page)
    page.evaluate("html => { document.querySelector('#main').innerHTML = html }", PAYLOADS[1])
    page.wait_for_function("window.pwned === 1", timeout=PATIENCE_MS)
    with pytest.raises(AssertionError):
        unharmed(page)
