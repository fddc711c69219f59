"""T-OIDC-REAL. A certified provider: sign in, twice, out, after a pause, and while it is down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import time_machine
from werkzeug.test import TestResponse

from tests.sso.certified import Certified, serving, walk
from tests.sso.relying import SITE, Browser, Site, settings_for
from tests.support.small import Small, small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def provider() -> Iterator[Certified]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with small(tmp_path_factory.mktemp("certified")) as made:
        yield made


@pytest.fixture
def site(deployment: Small, provider: Certified, tmp_path: Path) -> Site:
    return Site.over(deployment, settings_for(tmp_path, provider.issuer))


def back(browser: Browser, address: str) -> TestResponse:
    parts = urlsplit(address)
    return browser.get(parts.path, query_string=parts.query)


def sign_in(browser: Browser, at_provider: requests.Session, login: str = "nair") -> tuple[TestResponse, list[str]]:
    address, _ = browser.go_to_provider()
    returned, shown = walk(at_provider, address, login)
    return back(browser, returned), shown


def test_signing_in(site: Site) -> None:
    browser, at_provider = site.browser(), requests.Session()
    answer, shown = sign_in(browser, at_provider)
    assert (answer.status_code, answer.location) == (303, "/workload")
    assert shown == ["login", "consent"]
    assert browser.get("/workload").status_code == 200
    (entry,) = site.audit.entries
    assert (entry.operation, entry.role) == ("sign_in", "sergeant")
    (person,) = [each for each in site.deployment.identity.directory.people("nair") if each.subject == "nair"]
    assert (person.name, person.officer_id, person.title) == ("PS Priya Nair", "E1", "Sergeant")


def test_somebody_without_a_role_stays_out(site: Site) -> None:
    browser = site.browser()
    answer, _ = sign_in(browser, requests.Session(), "nobody")
    assert answer.status_code == 401
    assert "carries no role" in answer.text
    assert not browser.is_in


def test_the_provider_insists_on_pkce(site: Site) -> None:
    """The provider refuses a request without a challenge, so ours must carry one; and our page says so in words."""
    browser = site.browser()
    address, asked = browser.go_to_provider()
    assert asked["code_challenge_method"] == "S256"
    without = re.sub(r"&code_challenge(_method)?=[^&]*", "", address)
    returned, _ = walk(requests.Session(), without, "nair")
    assert "error=invalid_request" in returned
    assert back(browser, returned).status_code == 401


def test_a_code_needs_the_verifier_of_the_browser_that_asked(site: Site) -> None:
    victim, thief = site.browser(), site.browser()
    address, _ = victim.go_to_provider()
    returned, _ = walk(requests.Session(), address, "nair")
    _, own = thief.go_to_provider()
    swapped = re.sub(r"state=[^&]*", f"state={own['state']}", returned)
    assert back(thief, swapped).status_code == 401
    assert not thief.is_in


def test_a_second_sign_in_has_a_new_secret(site: Site) -> None:
    browser, at_provider = site.browser(), requests.Session()
    sign_in(browser, at_provider)
    first = browser.secret
    other = site.browser()
    answer, shown = sign_in(other, at_provider)
    assert (answer.status_code, shown) == (303, [])  # known there, so nothing is asked
    assert other.secret not in ("", first)


def test_signing_out_here_signs_out_there(site: Site) -> None:
    browser, at_provider = site.browser(), requests.Session()
    sign_in(browser, at_provider)
    browser.get("/")
    page = browser.post("/sign-out").text
    address = unescape(re.search(r'content="0;url=([^"]+)"', page)[1])  # type: ignore[index]
    returned, shown = walk(at_provider, address, "")
    assert shown == ["sign-out"]
    assert returned.startswith(f"{SITE}/signed-out")
    assert back(browser, returned).status_code == 200
    assert not browser.is_in
    _, shown = sign_in(browser, at_provider)
    assert shown[0] == "login"


def test_after_a_pause_the_provider_is_asked_again(site: Site) -> None:
    browser, at_provider = site.browser(), requests.Session()
    sign_in(browser, at_provider)
    before = browser.secret
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        answer = browser.get("/workload")
        assert (answer.status_code, answer.location) == (302, "/sign-in?next=%2Fworkload")
    answer, shown = sign_in(browser, at_provider)
    assert (answer.status_code, shown) == (303, [])
    assert browser.secret != before


def test_while_it_is_down_new_people_wait_and_others_go_on(deployment: Small, tmp_path: Path) -> None:
    with serving() as mortal:
        site = Site.over(deployment, settings_for(tmp_path, mortal.issuer))
        inside = site.browser()
        sign_in(inside, requests.Session())
        mortal.stop()
        assert inside.get("/workload").status_code == 200
        fresh = Site.over(deployment, settings_for(tmp_path, mortal.issuer))
        answer = fresh.browser().get("/sign-in")
        assert (answer.status_code, "not answering just now" in answer.text) == (503, True)
