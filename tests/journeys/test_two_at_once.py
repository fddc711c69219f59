"""Two people with the same plan open: the second is told, and nobody's words are lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.screen import INSP, PATIENCE_MS, PC, SGT, fill_plan, go, has_focus, shows

OFFICER = "PC 1402 Doyle"
NEW = "/plans/new?officer=E11402&metric=open_investigations"


def open_plan(page: Page, words: str) -> str:
    """A new plan of the officer; its address."""
    go(page, NEW)
    fill_plan(page, specific=words, target_value="9", support="Cover", relevant="Victims")
    page.get_by_role("button", name="Save and share").click()
    shows(page, f"Plan: {OFFICER}")
    expect(page).to_have_url(re.compile(r"/plans/[^/?]+$"))
    return page.url


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_the_second_is_told_and_nothing_is_lost(enter: Enter) -> None:
    first, second = enter(SGT), enter(INSP)
    plan = open_plan(first, "Two closures a week")
    go(second, plan)
    go(first, plan)
    fill_plan(first, support="The sergeant's offer")
    save(first)
    expect(first.locator(".saved")).to_have_text("Plan saved.", timeout=PATIENCE_MS)

    fill_plan(second, relevant="The inspector's reason")
    save(second)
    told = second.locator(".error-summary")
    has_focus(told)
    expect(told).to_contain_text("PS Priya Nair saved this plan")
    expect(second.locator("#plan-relevant")).to_have_value("The inspector's reason")
    # what is kept is the first one's
    third = second.context.new_page()
    go(third, f"{plan}?saved=1")
    expect(third.locator("#plan-support")).to_have_value("The sergeant's offer")
    expect(third.locator("#plan-relevant")).to_have_value("Victims")
    # the way to compare is a link, and what was typed survives it
    with second.context.expect_page() as opened:
        told.get_by_role("link", name="See the version that was saved").click()
    expect(opened.value.locator("#plan-support")).to_have_value("The sergeant's offer", timeout=PATIENCE_MS)
    expect(second.locator("#plan-relevant")).to_have_value("The inspector's reason")
    fill_plan(second, support="The sergeant's offer, and a day's cover")
    save(second)
    expect(second.locator(".saved")).to_have_text("Plan saved.", timeout=PATIENCE_MS)
    second.get_by_text(re.compile("^History: ")).click()
    history = second.locator(".history")
    for words in ("PS Priya Nair", "The sergeant's offer", INSP, "The inspector's reason"):
        expect(history).to_contain_text(words)


def test_a_hasty_second_click_makes_no_second_plan(sergeant: Page) -> None:
    go(sergeant, NEW)
    fill_plan(sergeant, specific="Only once", target_value="8", support="Cover", relevant="Victims")
    sergeant.get_by_role("button", name="Save and share").dblclick()
    shows(sergeant, f"Plan: {OFFICER}")
    go(sergeant, "/officer/E11402?metric=open_investigations")
    aims = sergeant.locator(".plan-list li").filter(has_text="8 or fewer")
    expect(aims).to_have_count(1)


def test_the_officer_answers_in_their_own_plan_and_edits_nothing_else(enter: Enter) -> None:
    sergeant = enter(SGT)
    go(sergeant, "/plans/new?officer=E12207&metric=open_investigations")
    fill_plan(sergeant, specific="Talk on Fridays", target_value="17", support="Cover", relevant="Victims")
    sergeant.get_by_role("button", name="Keep as draft").click()
    expect(sergeant).to_have_url(re.compile(r"/plans/(?!new)"), timeout=PATIENCE_MS)
    plan = sergeant.url
    officer = enter(PC)
    go(officer, plan)
    shows(officer, "Not permitted")  # a draft is its owner's alone
    sergeant.get_by_role("button", name="Save and share").click()
    expect(sergeant.locator(".saved")).to_have_text("Plan saved.", timeout=PATIENCE_MS)
    go(officer, plan)
    assert officer.locator("#plan-specific").get_attribute("readonly") is not None
    fill_plan(officer, officer_comment="Fridays suit me")
    officer.get_by_role("button", name="Save the answer").click()
    expect(officer.locator(".saved")).to_have_text("Plan saved.", timeout=PATIENCE_MS)
    go(sergeant, plan)
    expect(sergeant.locator("#plan-officer-comment")).to_have_value("Fridays suit me")


def test_words_are_not_lost_to_a_stray_click(sergeant: Page) -> None:
    """Leaving a form with something typed is asked about first."""
    go(sergeant, NEW)
    fill_plan(sergeant, specific="Half a thought")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    sergeant.on("dialog", stay)
    sergeant.get_by_role("link", name="Sources", exact=True).click()
    assert asked == ["Leave this plan? What you typed has not been saved."]
    expect(sergeant.locator("#plan-specific")).to_have_value("Half a thought")
