"""What somebody may not see is not shown, not named and not sent, however it is asked for."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.screen import (
    ADMIN,
    ANALYST,
    CHIEF,
    INSP,
    OTHER_SGT,
    PC,
    SGT,
    fill_plan,
    go,
    heading,
    post,
    shows,
)
from tests.journeys.site import Site
from tests.journeys.watch import Watch

OTHERS_TEAM = "stevenage-intervention-b"
TEAM_C = "watford-intervention-c"
ADEYEMI = "E12207"
PAGES = (
    "/",
    "/workload?unit=herts",
    f"/workload?unit={TEAM_C}",
    f"/workload?unit={OTHERS_TEAM}",
    f"/victim_updates?unit={OTHERS_TEAM}",
    f"/overtime?unit={TEAM_C}&table=1",
    f"/team?unit={TEAM_C}",
    f"/team?unit={OTHERS_TEAM}",
    "/plans",
    "/sources",
)


def members(site: Site, unit: str) -> dict[str, str]:
    """Officers of a unit today, as the roster of the deployment has them: ref and label."""
    wanted = """SELECT officer_id FROM posting_resolved
                WHERE unit_id = ? AND starts_on <= date('now') AND ends_before > date('now')"""
    with closing(sqlite3.connect(site.home / "data" / "cspdash.db")) as connection:
        refs = {row[0] for row in connection.execute(wanted, (unit,))}
    return {officer.ref: officer.label for officer in site.officers if officer.ref in refs}


def named(text: str, site: Site, allowed: set[str]) -> list[str]:
    """Officers a text names, by label or by number, who are not among the allowed."""
    found = [officer for officer in site.officers if officer.label in text or re.search(rf"\b{officer.ref}\b", text)]
    return [officer.label for officer in found if officer.ref not in allowed]


# --- addresses ---


FORGED = (
    f"/workload?unit={OTHERS_TEAM}&bar=officer%3AE10464",
    f"/workload?unit=csp-stevenage&bar={OTHERS_TEAM}",
    f"/workload?unit={OTHERS_TEAM}&bar=unmapped",
    f"/workload?unit={OTHERS_TEAM}&bar=withheld",
    "/workload?unit=watford-intervention&bar=watford-intervention-a",
    "/workload?unit=herts&bar=herts",
    "/officer/E10464",
    "/officer/E10464?metric=over_120_days&table=1",
    "/officer/E00000",
    "/plans/new?officer=E10464&metric=open_investigations",
    "/plans/new?officer=E10731&metric=open_investigations",
    "/plans/0123456789abcdef",
)


def test_forged_addresses_are_not_permitted(sergeant: Page, site: Site, watch: Watch) -> None:
    others = members(site, OTHERS_TEAM)
    assert len(others) > 1
    for address in FORGED:
        watch.answers.clear()
        go(sergeant, address)
        shows(sergeant, "Not permitted")
        assert 403 in {answer.status for answer in watch.answers}, address
        told = watch.told()
        asked_for = set(re.findall(r"E\d{5}", address))  # an address repeats what was typed into it
        assert named(told, site, {*members(site, TEAM_C), *asked_for}) == [], address
        assert not [label for label in others.values() if label in told], address
    sergeant.get_by_role("link", name="Go to your own page").click()
    shows(sergeant, "Workload: Team C")


def test_anothers_plan_is_not_permitted(enter: Enter) -> None:
    sergeant, other = enter(SGT), enter(OTHER_SGT)
    go(sergeant, "/plans/new?officer=E12980&metric=open_investigations")
    fill_plan(sergeant, specific="For us alone", target_value="5", support="Cover", relevant="Victims")
    sergeant.get_by_role("button", name="Save and share").click()
    shows(sergeant, "Plan: PC 2980 Kaur")
    expect(sergeant).to_have_url(re.compile(r"/plans/(?!new)"))
    go(other, sergeant.url)
    shows(other, "Not permitted")
    assert "For us alone" not in other.content()
    go(other, "/plans")
    assert "Kaur" not in other.locator("#main").inner_text()


# --- requests ---


def navigate_body(pathname: Any, search: Any) -> dict[str, Any]:
    output = "..main.children...side.children...freshness.children...data-version.data.."
    outputs = [
        {"id": each.partition(".")[0], "property": each.partition(".")[2]} for each in output.strip(".").split("...")
    ]
    inputs = [
        {"id": "url", "property": "pathname", "value": pathname},
        {"id": "url", "property": "search", "value": search},
    ]
    return {"output": output, "outputs": outputs, "inputs": inputs, "changedPropIds": ["url.pathname"]}


def sent_by(page: Page, watch: Watch, part: str) -> dict[str, Any]:
    """The body of the last callback request whose output holds `part`."""
    bodies = [json.loads(answer.request.post_data or "{}") for answer in watch.answers]
    return next(body for body in reversed(bodies) if part in body["output"])


def test_a_request_made_by_hand_gets_no_more_than_the_screen(sergeant: Page, site: Site, watch: Watch) -> None:
    answered = post(sergeant, navigate_body(f"/workload?unit={TEAM_C}", ""))
    assert answered["status"] == 200
    answered = post(sergeant, navigate_body("/workload", f"?unit={TEAM_C}"))
    assert "PC 2207 Adeyemi" in answered["text"]
    for pathname, search in (
        ("/officer/E10464", ""),
        ("/workload", f"?unit={OTHERS_TEAM}&bar=officer%3AE10464"),
        ("/workload", "?unit=csp-stevenage&bar=csp-stevenage"),
    ):
        answered = post(sergeant, navigate_body(pathname, search))
        assert watch.answers[-1].status == 403  # to the page itself it is an answer to draw
        assert "Not permitted" in answered["text"]
        assert named(answered["text"], site, {*members(site, TEAM_C)}) == []


UNSENT: tuple[dict[str, Any], ...] = (
    {"output": "url.href@nothing"},
    {"output": "main.children"},
    {"outputs": [{"id": "main", "property": "innerHTML"}]},
    {"inputs": [{"id": "bars", "property": "clickData", "value": {"points": [{"customdata": "/officer/E10464"}]}}]},
    {"inputs": []},
    {"state": [{"id": "plan-state", "property": "data", "value": "x"}]},
    {"changedPropIds": ["bars.clickData"]},
    {"changedPropIds": "url.pathname"},
    {"viewer": "acc"},
)


def test_requests_no_page_of_ours_sends_are_refused(sergeant: Page, watch: Watch) -> None:
    watch.expected.append("400 (BAD REQUEST)")
    body = navigate_body("/workload", f"?unit={TEAM_C}")
    assert post(sergeant, body)["status"] == 200
    for change in UNSENT:
        answered = post(sergeant, {**body, **change})
        assert answered["status"] == 400, change
        assert "Adeyemi" not in answered["text"]


def test_a_forged_click_is_refused_by_the_server_it_never_asks(sergeant: Page, watch: Watch) -> None:
    """A click on a bar is worked out in the browser; what it could be made to lead to is checked like any address."""
    watch.expected.append("400 (BAD REQUEST)")
    script = "body => dash_clientside.set_props('bars', {clickData: {points: [{customdata: body}]}})"
    sergeant.evaluate(script, "/officer/E10464")
    shows(sergeant, "Not permitted")
    go(sergeant, f"/workload?unit={TEAM_C}")
    sergeant.evaluate(script, "//example.org/steal")
    sergeant.evaluate(script, "https://example.org/steal")
    sergeant.evaluate(script, "javascript:alert(1)")
    sergeant.wait_for_timeout(500)
    shows(sergeant, "Workload: Team C")
    forged = navigate_body("/", "")
    forged["inputs"] = [
        {"id": "bars", "property": "clickData", "value": {"points": [{"customdata": "/officer/E10464"}]}}
    ]
    assert post(sergeant, forged)["status"] == 400


def test_anothers_form_cannot_be_sent(enter: Enter, watch: Watch) -> None:
    """The state of a form is sealed for whoever opened it, and nobody can make one up."""
    sergeant = enter(SGT)
    go(sergeant, "/plans/new?officer=E13051&metric=open_investigations")
    fill_plan(sergeant, specific="Ours", target_value="9", support="Cover", relevant="Victims")
    sergeant.get_by_role("button", name="Keep as draft").click()
    expect(sergeant).to_have_url(re.compile(r"/plans/(?!new)"))
    body = sent_by(sergeant, watch, "plan-errors")
    other = enter(OTHER_SGT)
    answered = post(other, body)
    assert answered["status"] == 200
    assert "out of date" in answered["text"]
    assert "Lindqvist" not in answered["text"]
    for made_up in ("{}", {"plan_id": "", "officer": "E10464", "viewer": "sgt-stevenage-b"}, None):
        body["state"][0]["value"] = made_up
        answered = post(other, body)
        assert answered["status"] in (200, 204)
        assert "out of date" in answered["text"]
    go(other, "/plans")
    assert "Ours" not in other.content()


def test_only_pages_of_this_site_ask(sergeant: Page, site: Site) -> None:
    """Without a session nothing is answered; from another site nothing is, either."""
    body = json.dumps(navigate_body("/workload", ""))
    address = f"{site.url}/_dash-update-component"
    here = {"Content-Type": "application/json", "Origin": site.url}
    asking = sergeant.context.request
    assert asking.post(address, data=body, headers=here).status == 403  # no token
    token = next(cookie["value"] for cookie in sergeant.context.cookies() if cookie.get("name") == "csrf")
    here["X-CSRFToken"] = token
    assert asking.post(address, data=body, headers=here).status == 200
    assert asking.post(address, data=body, headers={**here, "Origin": "https://example.org"}).status == 403
    assert asking.post(address, data=body, headers={**here, "Sec-Fetch-Site": "cross-site"}).status == 403
    assert asking.post(address, data=body, headers={**here, "Content-Type": "text/plain"}).status == 415
    sergeant.get_by_role("button", name="Sign out").click()
    expect(heading(sergeant)).to_have_text("Who are you today?")
    assert asking.post(address, data=body, headers=here).status == 401


# --- people ---


@pytest.mark.parametrize(
    ("name", "title", "own"),
    [
        (SGT, "Workload: Team C", TEAM_C),
        (PC, "PC 2207 Adeyemi", ADEYEMI),
        (INSP, "Workload: Intervention", "watford-intervention"),
        (ANALYST, "Summary: Hertfordshire", ""),
        (ADMIN, "Sources", ""),
    ],
)
def test_everybody_lands_where_they_belong_and_sees_no_name_they_may_not(
    enter: Enter, site: Site, watch: Watch, name: str, title: str, own: str
) -> None:
    page = enter(name)
    shows(page, title)
    told = watch.told()
    for address in PAGES:
        go(page, address)
        told += watch.told()
    page.locator("#search").fill("PC 2")
    expect(page.locator("#search-hits [data-for='PC 2']")).to_be_attached()
    told += watch.told()
    allowed = _allowed(site, own)
    assert named(told, site, allowed) == []
    assert allowed == set() or named(told, site, set()) != []  # the net has no hole


def _allowed(site: Site, own: str) -> set[str]:
    if own.startswith("E1"):
        return {own}
    units = [own] if own.endswith("-c") or not own else [own, *(f"{own}-{letter}" for letter in "abcde")]
    return {ref for unit in units if unit for ref in members(site, unit)}


def test_a_chief_officer_sees_everybody(enter: Enter, site: Site, watch: Watch) -> None:
    page = enter(CHIEF)
    shows(page, "Summary: Hertfordshire")
    watch.answers.clear()
    go(page, f"/workload?unit={OTHERS_TEAM}")
    there = members(site, OTHERS_TEAM)
    assert named(watch.told(), site, set()) == []  # until the reason is said
    page.get_by_role("button", name="Supervision or a 1:1").click()
    shows(page, "Workload: Team B")
    told = watch.told()
    assert len(there) > 1
    assert all(label in told for label in there.values())


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        (
            PC,
            (
                "/officer/E12733",
                f"/workload?unit={TEAM_C}&bar=officer%3AE12733",
                "/workload?unit=herts",
                "/plans/new?officer=E12207&metric=open_investigations",
            ),
        ),
        (
            ANALYST,
            (
                "/officer/E12207",
                f"/workload?unit={TEAM_C}&bar=officer%3AE12207",
                f"/workload?unit=herts&bar={TEAM_C}",
                "/plans/new?officer=E12207&metric=open_investigations",
            ),
        ),
        (ADMIN, ("/", "/workload?unit=herts", f"/team?unit={TEAM_C}", "/officer/E12207")),
    ],
)
def test_a_role_has_its_limits(enter: Enter, name: str, addresses: tuple[str, ...]) -> None:
    page = enter(name)
    for address in addresses:
        go(page, address)
        shows(page, "Not permitted")
