"""What a person does at the screen, in the words of the journeys."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

SGT, PC, INSP = "PS Priya Nair", "PC Tolu Adeyemi", "Insp Martin Cole"
OTHER_SGT, ANALYST, ADMIN, CHIEF = (
    "PS Daniel Whitmore",
    "Rosa Achterberg",
    "Joel Kettering",
    "ACC Helen Marchmont",
)
TEAM_C = "/workload?unit=watford-intervention-c"
PATIENCE_MS = 20_000

# Charts are there, and nothing is dimmed because it is about to change.
_DRAWN = """() => [...document.querySelectorAll(".plot")].every(plot => plot.querySelector(".main-svg")) &&
  !document.querySelector("[data-dash-is-loading]") && getComputedStyle(document.querySelector("#main")).opacity === "1" """

# The rectangle of the bar that belongs to a name, as plotly drew it.
_BAR = """name => {
  const rows = [...document.querySelectorAll(".bars.chart .twin tbody tr")];
  const named = row => row.querySelector("th a, th > span").textContent === name;
  const row = rows.find(named);
  if (!row) return null;
  const {top, bottom} = row.getBoundingClientRect();
  const drawn = [...document.querySelectorAll("#bars .barlayer .point path")].map(path => path.getBoundingClientRect());
  const bar = drawn.find(each => each.top >= top - 1 && each.bottom <= bottom + 1 && each.width > 2);
  return bar && {x: bar.x + bar.width / 2, y: bar.y + bar.height / 2};
}"""


def sign_in(page: Page, name: str, wish: str = "/") -> None:
    page.goto(f"/sign-in?next={wish}" if wish != "/" else "/sign-in")
    page.get_by_role("button", name=name).click()
    settled(page)


def go(page: Page, address: str) -> None:
    """Types an address, and waits for what it shows."""
    page.goto(address)
    settled(page)


def settled(page: Page) -> None:
    """The page of the present address has been drawn, and its side list with it."""
    expect(page.locator("#main > .arrived")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#side a").first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function(_DRAWN, timeout=PATIENCE_MS)


def heading(page: Page) -> Locator:
    return page.locator("h1")


def shows(page: Page, words: str) -> None:
    """The page's heading is this."""
    expect(heading(page)).to_have_text(words, timeout=PATIENCE_MS)


def click_bar(page: Page, name: str) -> None:
    """Puts the mouse on the bar that plotly drew for a name, and clicks."""
    page.wait_for_function(_BAR, arg=name, timeout=PATIENCE_MS)
    place = page.evaluate(_BAR, name)
    page.mouse.click(place["x"], place["y"])


def bar_value(page: Page, name: str) -> int:
    """The figure of a bar, from the table that stands beside the chart."""
    row = page.locator(".bars .twin tbody tr").filter(has=page.get_by_text(name, exact=True))
    return int((row.locator("td.v").text_content() or "").replace(",", ""))


def references(page: Page) -> list[str]:
    """References of every record listed, page by page."""
    found: list[str] = []
    card = page.locator("table.list tbody")
    while True:
        found += card.locator("tr th").all_text_contents()
        onward = page.get_by_role("link", name="Next ›")
        if not onward.count():
            return found
        before = found[-1]
        onward.click()
        expect(card.locator("tr th").last).not_to_have_text(before, timeout=PATIENCE_MS)


def words_of_main(page: Page) -> str:
    """What the page says, without what ages on screen."""
    text = page.locator("#main").inner_text()
    return re.sub(r"\d+ (s|min|h|days) ago", "", text)


def has_focus(locator: Locator) -> None:
    expect(locator).to_be_focused(timeout=PATIENCE_MS)


def fill_plan(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#plan-{name.replace('_', '-')}").fill(value)


def post(page: Page, body: object) -> dict[str, Any]:
    """A callback request made by hand in this browser, cookies and all: {"status", "text"}."""
    script = """async body => {
      const token = (document.cookie.match(/csrf=([0-9a-f]+)/) || ["", ""])[1];
      const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
      const options = {method: "POST", headers, body: JSON.stringify(body)};
      const answer = await fetch("/_dash-update-component", options);
      return {status: answer.status, text: await answer.text()};
    }"""
    answered: dict[str, Any] = page.evaluate(script, body)
    return answered
