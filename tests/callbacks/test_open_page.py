"""A page that is merely open, in Chromium: it ages, hears of silence, waits for whoever is busy, and asks nothing unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dash
import pytest
from playwright.sync_api import Page, Request, Route, expect
from sqlalchemy import update

from tests.callbacks.test_gestures import SLOW, sign_in
from tests.support.force import NOW
from tests.support.serving import served
from tests.support.small import Small

SOON = 8_000  # ms: a look every two seconds, a pulse every second, on a busy machine
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def site(app: dash.Dash) -> Iterator[str]:
    with served(app) as address:
        yield address


def source_is(deployment: Small, **values: object) -> None:
    table = deployment.reader.figures.metadata.tables["source_state"]
    with deployment.engine.begin() as connection:
        connection.execute(update(table).values(**values))


def looks_of(page: Page) -> list[str]:
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith(("/live", "/_dash-update-component")):
            asked.append(request.url.rpartition("/")[2])

    page.on("request", note)
    return asked


def test_a_source_that_falls_silent_hatches_the_bars_where_they_stand(page: Page, site: str, deployment: Small) -> None:
    sign_in(page, site)
    name = page.locator(".twin tbody th a").first
    name.focus()
    expect(page.locator(".old-note")).to_have_count(0)
    source_is(deployment, is_down=True)
    expect(page.locator(".old-note")).to_contain_text("Athena is not answering, last read", timeout=SOON)
    expect(page.locator(".pills")).to_contain_text("not answering")
    expect(page.locator("nav.seg .old-mark").first).to_be_visible()
    expect(page.locator(".chart-panel .stamp")).to_contain_text("not answering")
    assert page.evaluate("document.querySelector('#bars .js-plotly-plot').data[0].marker.pattern.shape") == "\\"
    assert page.evaluate("document.activeElement.textContent") == name.inner_text()
    source_is(deployment, is_down=False)
    expect(page.locator(".old-note")).to_have_count(0, timeout=SOON)


def test_an_age_grows_without_any_answer(page: Page, site: str, deployment: Small) -> None:
    deployment.now[0] = datetime.now(UTC)
    source_is(deployment, loaded_at=deployment.now[0])
    sign_in(page, site)
    stamp = page.locator(".chart-panel .as-at .age")
    page.route("**/live", lambda route: route.abort())

    def age() -> int:
        found = re.search(r"read (\d+) s ago", stamp.inner_text(timeout=3_000))
        assert found
        return int(found.group(1))

    first = age()
    page.wait_for_timeout(3_500)
    assert first + 3 <= age() <= first + 30


def test_a_promise_broken_meanwhile_is_said_by_the_page_itself(page: Page, site: str) -> None:
    """The server need not be asked to know that a source is later than it promised."""
    sign_in(page, site)
    page.route("**/live", lambda route: route.abort())
    page.evaluate(
        """() => document.querySelectorAll('[data-source]').forEach(place => {
          Object.assign(place.dataset, {lateAfter: '3', loaded: new Date(Date.now() - 1000).toISOString(), state: ''});
        })"""
    )
    expect(page.locator(".chart-panel .as-at")).to_contain_text(", late", timeout=SOON)
    expect(page.locator(".pills .fresh")).to_have_class(re.compile("late"))


def test_a_server_that_is_away_is_said_once_and_forgiven(page: Page, site: str) -> None:
    sign_in(page, site)
    away = [True]

    def answer(route: Route) -> None:
        route.abort() if away[0] else route.continue_()

    page.route("**/live", answer)
    expect(page.locator("#unanswered")).to_contain_text("cannot be reached", timeout=30_000)
    assert page.locator("#unanswered").count() == 1
    expect(page.locator("#main .lede")).to_contain_text("14 open investigations")
    away[0] = False
    expect(page.locator("#unanswered")).to_have_count(0, timeout=30_000)


def test_a_hidden_tab_asks_nothing_and_catches_up(page: Page, site: str, deployment: Small) -> None:
    sign_in(page, site)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(500)
    asked = looks_of(page)
    deployment.add_crime("NEW-1", "E2")
    page.wait_for_timeout(5_000)
    assert asked == []
    page.evaluate(HIDE, False)
    expect(page.locator("#main .lede")).to_contain_text("15 open investigations", timeout=SOON)


def test_nothing_moves_under_a_dialog_or_a_menu(page: Page, site: str, deployment: Small) -> None:
    sign_in(page, site)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    deployment.add_crime("NEW-1", "E2")
    page.wait_for_timeout(5_000)
    expect(page.locator("#main .lede")).to_contain_text("14 open investigations")
    page.keyboard.press("Escape")
    expect(page.locator("#main .lede")).to_contain_text("15 open investigations", timeout=SOON)
    page.locator("#main details.menu summary").last.click()
    deployment.add_crime("NEW-2", "E2")
    page.wait_for_timeout(5_000)
    expect(page.locator("#main .lede")).to_contain_text("15 open investigations")
    page.keyboard.press("Escape")
    expect(page.locator("#main .lede")).to_contain_text("16 open investigations", timeout=SOON)


def test_an_idle_page_asks_dash_nothing(page: Page, site: str) -> None:
    sign_in(page, site)
    page.wait_for_timeout(1_500)
    asked = looks_of(page)
    page.wait_for_timeout(6_500)
    assert 2 <= asked.count("live") <= 5
    assert asked.count("_dash-update-component") == 0


def test_a_broken_promise_turns_zeros_into_nothing_known(page: Page, site: str, deployment: Small) -> None:
    sign_in(page, site, "supt", "/workload?unit=csp-stevenage")
    row = page.locator(".twin tbody tr", has_text="Team A, Stevenage")
    expect(row).to_be_visible(timeout=SLOW)
    deployment.now[0] = NOW + timedelta(days=2)
    expect(page.locator(".old-note")).to_contain_text("late", timeout=SOON)
    expect(page.locator("nav.seg .old-mark").first).to_be_visible()
