"""Nothing to show, for four different reasons: each says which, in words of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.demo.deployment import FOLDER
from tests.journeys.screen import SGT, TEAM_C, go, shows, sign_in
from tests.journeys.site import Site, copy_home, load, serving
from tests.journeys.watch import Watch

TEAM = "watford-intervention-c"


@pytest.fixture(scope="module")
def crippled(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same force, but finance never answered, and nobody has asked command and control yet."""
    home = copy_home(built, tmp_path_factory.mktemp("crippled") / "force")
    (home / FOLDER / "finance.db").unlink()
    for source in ("hr", "sharepoint", "athena", "finance"):
        load(home, source)
    with serving(home, workers=1) as site:
        yield site


@pytest.fixture
def crippled_page(crippled: Site, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    seen = Watch(crippled.url)
    context = seen.follow(browser.new_context(**{**browser_context_args, "base_url": crippled.url}))
    page = context.new_page()
    sign_in(page, SGT)
    yield page
    context.close()
    assert (seen.strangers(), seen.troubles(), crippled.faults()) == ([], [], [])


def message(page: Page) -> str:
    return page.locator(".empty").first.inner_text()


def test_no_rows_is_a_zero(sergeant: Page) -> None:
    go(sergeant, f"/workload?unit={TEAM}&metric=finalised&as_at=2012-06-30")
    said = message(sergeant)
    assert "No investigations" in said
    assert "This is a zero, not a gap." in said


def test_not_allowed(sergeant: Page) -> None:
    go(sergeant, "/officer/E10464")
    shows(sergeant, "Not permitted")
    said = message(sergeant)
    assert "Your role does not cover" in said
    assert "zero" not in said


def test_too_few_to_judge(sergeant: Page) -> None:
    """Figures too small to judge are shown, and said to be too small."""
    go(sergeant, f"/workload?unit={TEAM}&metric=review_overdue&table=1")
    row = sergeant.locator(".bars tbody tr").filter(has_text="Adeyemi")
    expect(row).to_contain_text("too few to judge")
    go(sergeant, TEAM_C)
    row = sergeant.locator(".bars tbody tr").filter(has_text="Adeyemi")
    expect(row).not_to_contain_text("too few to judge")


def test_a_source_that_does_not_answer(crippled_page: Page) -> None:
    go(crippled_page, f"/overtime?unit={TEAM}")
    said = message(crippled_page)
    assert "The source is not answering" in said
    assert "Finance" in said
    assert "This is a gap, not a zero." in said
    expect(crippled_page.locator("#side").get_by_role("link", name="Overtime")).to_contain_text("–")


def test_a_source_nobody_has_loaded(crippled_page: Page) -> None:
    go(crippled_page, f"/response?unit={TEAM}")
    said = message(crippled_page)
    assert "Not loaded yet" in said


def test_the_other_pages_stand_without_it(crippled_page: Page) -> None:
    """What does not need the missing source is drawn as ever."""
    for address in ("/", "/officer/E12207", "/sources", TEAM_C):
        go(crippled_page, address)
        assert "went wrong" not in crippled_page.locator("#main").inner_text()
    expect(crippled_page.locator(".bars .twin tbody tr")).to_have_count(11)
    expect(crippled_page.locator(".bars td.v").first).to_have_text("28")
    go(crippled_page, "/sources")
    expect(crippled_page.locator("#main")).to_contain_text("not answering")


def test_the_messages_differ(sergeant: Page, crippled_page: Page) -> None:
    said = []
    for page, address in (
        (sergeant, f"/workload?unit={TEAM}&metric=finalised&as_at=2012-06-30"),
        (sergeant, f"/workload?unit={TEAM}&as_at=2026-10-31"),
        (sergeant, "/officer/E10464"),
        (crippled_page, f"/overtime?unit={TEAM}"),
        (crippled_page, f"/response?unit={TEAM}"),
    ):
        go(page, address)
        if page.locator(".empty").count():
            said.append(message(page))
    assert len(said) == len(set(said)) >= 4
