"""A chief officer opens a team and an officer: asked once, by keyboard, why; then not again; and it can be read afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from layouts.ask_why import HEADING
from tests.journeys.conftest import Enter
from tests.journeys.screen import (
    CHIEF,
    INSP,
    PC,
    SGT,
    TEAM_C,
    click_bar,
    go,
    has_focus,
    heading,
    settled,
    shows,
)
from tests.journeys.site import Site
from tests.journeys.test_every_page import look_at
from tests.journeys.test_keyboard_journey import focused, must_be_seen
from tests.journeys.test_scope import members, named
from tests.journeys.watch import Watch

pytestmark = [pytest.mark.browser]

DPO = "Miriam Oyelaran"
ADEYEMI = "PC 2207 Adeyemi"
WORDS = "Complaint or conduct matter"


def asked(page: Page) -> None:
    shows(page, HEADING)
    has_focus(heading(page))


def by_keyboard(page: Page, words: str) -> None:
    """Tab through the list, Enter on the reason."""
    passed = []
    for _ in range(12):
        page.keyboard.press("Tab")
        must_be_seen(page)
        passed.append(focused(page))
        if passed[-1] == ("BUTTON", words):
            break
    assert passed[0] == ("BUTTON", "Supervision or a 1:1"), passed  # the list is next to the heading
    assert passed[-1] == ("BUTTON", words), passed
    page.keyboard.press("Enter")


def test_asked_once_by_keyboard_then_left_alone_and_read_afterwards(enter: Enter, site: Site, watch: Watch) -> None:
    page = enter(CHIEF)
    shows(page, "Summary: Hertfordshire")
    go(page, "/workload?unit=watford-intervention")
    shows(page, "Workload: Intervention")  # totals
    watch.answers.clear()
    click_bar(page, "Team C")
    asked(page)
    address = f"{site.url}{TEAM_C}&metric=open_investigations"
    expect(page).to_have_url(address)
    assert "Intervention, Watford" in page.locator(".lede").inner_text()
    assert named(watch.told(), site, set()) == []
    look_at(page)
    by_keyboard(page, WORDS)
    shows(page, "Workload: Team C")
    has_focus(heading(page))
    expect(page).to_have_url(address)  # no reason in it
    settled(page)
    told = watch.told()
    assert all(label in told for label in members(site, "watford-intervention-c").values())

    click_bar(page, ADEYEMI)
    shows(page, ADEYEMI)  # not asked again
    page.go_back()
    shows(page, "Workload: Team C")
    page.go_back()
    shows(page, "Workload: Intervention")
    page.go_forward()
    shows(page, "Workload: Team C")
    page.reload()
    settled(page)
    shows(page, "Workload: Team C")
    go(page, "/workload?unit=watford-intervention-d")  # its sister team
    shows(page, "Workload: Team D")
    go(page, "/workload?unit=stevenage-intervention-b")
    shows(page, HEADING)
    page.go_back()
    shows(page, "Workload: Team D")

    dpo = enter(DPO)
    go(dpo, "/audit?officer=E12207&operation=consultation")
    expect(dpo.locator("table.audit tbody tr").first).to_contain_text(f"outside own team: {WORDS}")
    officer = enter(PC)
    expect(officer.locator(".looks tbody tr").first).to_contain_text(WORDS)
    assert CHIEF not in officer.locator(".looks").inner_text()


def test_the_question_works_with_the_mouse_in_another_tab_and_from_a_pasted_address(enter: Enter) -> None:
    page = enter(CHIEF)
    go(page, "/officer/E12207?metric=open_investigations")
    shows(page, HEADING)
    page.get_by_role("button", name="Audit or dip sample").click()
    shows(page, ADEYEMI)
    tab = page.context.new_page()
    go(tab, "/officer/E12207")
    shows(tab, ADEYEMI)  # the same session
    tab.close()
    page.get_by_role("button", name="Sign out").click()
    again = enter(CHIEF)
    go(again, "/officer/E12207")
    shows(again, HEADING)
    again.get_by_role("link", name="Go to your own page instead").click()
    shows(again, "Summary: Hertfordshire")


@pytest.mark.parametrize(
    ("who", "address"), [(SGT, TEAM_C), (INSP, "/workload?unit=watford-intervention-d"), (SGT, "/plans")]
)
def test_nobody_is_asked_on_the_way_through_their_own_command(enter: Enter, who: str, address: str) -> None:
    page = enter(who)
    go(page, address)
    expect(heading(page)).not_to_have_text(HEADING)
