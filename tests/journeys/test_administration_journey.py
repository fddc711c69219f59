"""Administration in a browser: every page by axe and ruler, and an administrator who looks as somebody."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.screen import ADMIN, go
from tests.journeys.test_every_page import grave, overflow


def test_nothing_grave_on_any_administration_page(enter: Enter) -> None:
    asking = enter(ADMIN)
    for address in ("/people", "/people/sgt-stevenage-b", "/cover", "/sessions", "/look-as"):
        go(asking, address)
        assert grave(asking) == [], address
        assert overflow(asking) == [], address


def test_an_administrator_looks_as_a_sergeant_and_stops(enter: Enter) -> None:
    page = enter(ADMIN)
    go(page, "/look-as")
    page.get_by_label("Look as", exact=True).select_option("sgt-watford-c")
    page.locator("#admin-reason").fill("Says that a bar is missing on the team page")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("You look as PS Priya Nair")).to_be_visible()
    go(page, "/officer/E12207")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Adeyemi")
    assert grave(page) == []
    page.get_by_role("button", name="Stop looking").click()
    expect(page.get_by_text("You look as PS Priya Nair")).to_be_hidden()
    go(page, "/officer/E12207")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Adeyemi")
