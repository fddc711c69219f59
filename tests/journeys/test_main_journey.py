"""The main job with a mouse: from the summary to one officer's records, and a plan at the end of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screen import (
    SGT,
    TEAM_C,
    bar_value,
    click_bar,
    fill_plan,
    go,
    has_focus,
    heading,
    references,
    settled,
    shows,
    sign_in,
    words_of_main,
)
from tests.journeys.watch import Watch

OFFICER = "PC 2207 Adeyemi"
STEPS = (
    ("Summary: Hertfordshire", "/"),
    ("Workload: Watford", "/workload?unit=csp-watford&metric=open_investigations"),
    ("Workload: Intervention", "/workload?unit=watford-intervention&metric=open_investigations"),
    ("Workload: Team C", "/workload?unit=watford-intervention-c&metric=open_investigations"),
    (OFFICER, "/officer/E12207?metric=open_investigations"),
)


def address(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def drill(page: Page) -> None:
    """From the summary down to the officer, one click a step."""
    watford = page.get_by_role("row", name=re.compile("^Watford"))
    watford.get_by_role("link").nth(1).click()
    shows(page, "Workload: Watford")
    click_bar(page, "Intervention")
    shows(page, "Workload: Intervention")
    click_bar(page, "Team C")
    shows(page, "Workload: Team C")
    click_bar(page, OFFICER)
    shows(page, OFFICER)


def test_from_summary_to_a_plan(page: Page, watch: Watch) -> None:
    sign_in(page, SGT)
    shows(page, "Workload: Team C")
    page.get_by_role("link", name="Scorecards", exact=True).click()
    shows(page, "Summary: Hertfordshire")
    drill(page)
    page.go_back()
    shows(page, "Workload: Team C")
    held = bar_value(page, OFFICER)
    click_bar(page, OFFICER)
    shows(page, OFFICER)
    expect(page.locator(".loud b")).to_have_text(str(held))
    expect(page.get_by_role("heading", name=f"{held} investigations behind this figure")).to_be_visible()
    listed = references(page)
    assert len(listed) == len(set(listed)) == held

    page.get_by_role("link", name="New plan").click()
    shows(page, f"New plan: {OFFICER}")
    fill_plan(page, support="Two duty days without new work", target_value="nineteen")
    page.get_by_role("button", name="Save and share").click()
    summary = page.locator(".error-summary")
    has_focus(summary)
    expect(summary).to_contain_text("There is a problem")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("#plan-support")).to_have_value("Two duty days without new work")
    expect(page.locator("#plan-target-value")).to_have_value("nineteen")
    summary.get_by_role("link").first.click()
    has_focus(page.locator("#plan-specific"))
    fill_plan(page, specific="Finalise the four oldest thefts", target_value="19", relevant="Victims wait")
    page.get_by_role("button", name="Save and share").click()
    shows(page, f"Plan: {OFFICER}")
    expect(page).to_have_url(re.compile(r"/plans/[^/?]+$"))
    expect(page.locator(".evidence b")).to_have_text(str(held))
    plan = address(page)

    page.get_by_role("navigation", name="Where this is").get_by_role("link", name=OFFICER).click()
    shows(page, OFFICER)
    expect(page.locator(f'.plan-list a[href="{plan}"]')).to_have_text(re.compile("19 or fewer"))
    page.get_by_role("link", name="1:1s and plans").click()
    shows(page, "1:1s and plans")
    row = page.get_by_role("row").filter(has=page.locator(f'a[href="{plan}"]'))
    expect(row).to_contain_text(OFFICER)
    expect(row).to_contain_text("19 or fewer")
    row.get_by_role("link").first.click()
    shows(page, f"Plan: {OFFICER}")
    expect(page.locator("#plan-specific")).to_have_value("Finalise the four oldest thefts")
    expect(page.locator("#plan-support")).to_have_value("Two duty days without new work")

    # The machine spoke to its own server all the time, and to nobody else.
    assert len(watch.requests) > 50
    assert watch.strangers() == []


def test_back_and_forward_retrace_every_step(sergeant: Page) -> None:
    go(sergeant, "/")
    drill(sergeant)
    drawn = words_of_main(sergeant)
    for title, where in reversed(STEPS[:-1]):
        sergeant.go_back()
        shows(sergeant, title)
        assert address(sergeant) == where
    for title, where in STEPS[1:]:
        sergeant.go_forward()
        shows(sergeant, title)
        assert address(sergeant) == where
    expect(sergeant.locator("#main")).to_contain_text("behind this figure")
    assert words_of_main(sergeant) == drawn


@pytest.mark.parametrize(
    "where",
    [
        f"{TEAM_C}&metric=over_120_days&sort=value&table=1",
        f"{TEAM_C}&metric=finalised&period=91d&team=now",
        f"{TEAM_C}&bar=officer%3AE12207&rows=2&order=-ref",
        "/officer/E12207?metric=over_120_days&table=1",
        "/workload?unit=csp-watford&per=fte",
        "/?unit=csp-watford",
    ],
)
def test_reload_and_a_pasted_link_restore_the_view(sergeant: Page, where: str) -> None:
    go(sergeant, where)
    first = words_of_main(sergeant)
    assert "Not found" not in first
    sergeant.reload()
    settled(sergeant)
    assert address(sergeant) == where
    assert words_of_main(sergeant) == first
    other = sergeant.context.new_page()
    go(other, sergeant.url)
    assert words_of_main(other) == first
    assert other.title() == sergeant.title()


def test_what_was_chosen_by_hand_survives_a_reload_and_a_new_tab(sergeant: Page) -> None:
    """Metric, order, table, records, their order and page: all of it is in the address."""
    go(sergeant, TEAM_C)
    sergeant.get_by_role("navigation", name="Metric").get_by_role("link", name=re.compile("Finalised")).click()
    for menu, choice in (("Period: Last 28 days", "13 weeks"), ("Sort: Team order", "Highest first")):
        sergeant.locator(f"summary[aria-label='{menu}']").click()
        sergeant.locator("details.menu[open]").get_by_role("link", name=re.compile(choice)).click()
        expect(sergeant.locator(f"summary[aria-label='{menu}']")).to_have_count(0)
    sergeant.get_by_role("link", name="Show as table").click()
    rows = sergeant.locator(".bars .twin tbody tr")
    expect(sergeant.locator(".bars.chart")).to_have_count(0)
    officers = rows.filter(has_not_text="Not mapped")
    values = [int(text) for text in officers.locator("td.v").all_text_contents()]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]
    rows.first.get_by_role("link", name=re.compile("Records")).click()
    card = sergeant.get_by_role("region", name=re.compile("behind this figure"))
    card.get_by_role("link", name="Reference").click()
    expect(card.locator("th[aria-sort='ascending']")).to_have_text(re.compile("Reference"))
    settled(sergeant)
    chosen = words_of_main(sergeant)
    sergeant.reload()
    settled(sergeant)
    assert words_of_main(sergeant) == chosen
    other = sergeant.context.new_page()
    go(other, sergeant.url)
    assert words_of_main(other) == chosen


def test_the_same_bar_can_be_clicked_again(sergeant: Page) -> None:
    go(sergeant, TEAM_C)
    for _ in range(3):
        click_bar(sergeant, OFFICER)
        shows(sergeant, OFFICER)
        sergeant.go_back()
        shows(sergeant, "Workload: Team C")


def test_two_ways_to_the_same_figure_agree(sergeant: Page) -> None:
    """The records opened beneath the bars are those of the bar."""
    go(sergeant, TEAM_C)
    held = bar_value(sergeant, "PC 1840 Brennan")
    row = sergeant.locator(".bars .twin tbody tr").filter(has_text="Brennan")
    row.hover()
    row.get_by_role("link", name="Records: PC 1840 Brennan").click()
    opened = sergeant.get_by_role("heading", name=f"{held} investigations behind this figure")
    has_focus(opened)
    assert len(references(sergeant)) == held
    sergeant.get_by_role("link", name="Close the records").click()
    expect(opened).to_be_hidden()
    shows(sergeant, "Workload: Team C")


def test_charts_offer_no_cloud(sergeant: Page) -> None:
    """Neither the button nor an address to send a chart to."""
    for where in (TEAM_C, "/officer/E12207"):
        go(sergeant, where)
        plot = sergeant.locator(".js-plotly-plot").first
        expect(plot).to_be_visible()
        plot.hover()
        assert sergeant.locator(".modebar-btn, .modebar").count() == 0
        told = plot.evaluate("plot => plot._context")
        assert told["showSendToCloud"] is False
        assert not told.get("showEditInChartStudio")
        assert told["plotlyServerURL"] == ""


def test_signing_out_ends_it(sergeant: Page) -> None:
    go(sergeant, TEAM_C)
    sergeant.get_by_role("button", name="Sign out").click()
    expect(heading(sergeant)).to_have_text("Who are you today?")
    sergeant.goto(TEAM_C)
    expect(heading(sergeant)).to_have_text("Who are you today?")
