"""T-OIDC. A provider that lies in every way we know: nobody comes in, the audit says why, nothing falls over."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.sso.hostile import DEFECTS, Claims, Hostile, but, signed
from tests.sso.relying import Browser, Site, settings_for


def come_back(browser: Browser, provider: Hostile, wish: str = "/workload", **extra: str) -> TestResponse:
    """Off to the provider and back again."""
    _, asked = browser.go_to_provider(wish)
    return browser.get(
        "/sign-in/callback", query_string={"code": provider.authorise(asked), "state": asked["state"], **extra}
    )


def stays_out(site: Site, browser: Browser, answer: TestResponse) -> str:
    """Not let in, told so in words and without details; the reason that the audit has."""
    assert answer.status_code == 401, answer.text
    assert "Not signed in" in answer.text
    assert browser.secret == ""
    assert not browser.is_in
    assert 500 not in browser.statuses
    (entry,) = [each for each in site.audit.entries if each.operation == "refusal"]
    assert not [each for each in site.audit.entries if each.operation == "sign_in"]
    assert entry.detail
    assert "eyJ" not in entry.detail  # no token, nor a part of one
    return entry.detail


def test_a_good_answer_lets_in(site: Site, provider: Hostile) -> None:
    browser = site.browser()
    answer = come_back(browser, provider, "/workload?unit=watford-int-c")
    assert (answer.status_code, answer.location) == (303, "/workload?unit=watford-int-c")
    assert browser.get("/workload").status_code == 200
    (entry,) = site.audit.entries
    assert (entry.operation, entry.role, entry.detail) == ("sign_in", "sergeant", "oidc")


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_wrong_one_does_not(site: Site, provider: Hostile, defect: str) -> None:
    provider.token = DEFECTS[defect]
    browser = site.browser()
    stays_out(site, browser, come_back(browser, provider))
    print(f"{defect}: {site.audit.entries[-1].detail}")


def test_every_defect_of_the_list_is_tried() -> None:
    assert len(DEFECTS) >= 17 + 3


@pytest.mark.parametrize("sender", ["http://evil.test", "", "https://login.microsoftonline.com/common/v2.0"])
def test_an_answer_that_names_another_provider(site: Site, provider: Hostile, sender: str) -> None:
    browser = site.browser()
    assert "another issuer" in stays_out(site, browser, come_back(browser, provider, iss=sender))


def test_an_answer_that_names_ours(site: Site, provider: Hostile) -> None:
    assert come_back(site.browser(), provider, iss=provider.issuer).status_code == 303


def test_a_code_is_good_once(site: Site, provider: Hostile) -> None:
    first, second = site.browser(), site.browser()
    _, asked = first.go_to_provider()
    code = provider.authorise(asked)
    back = {"code": code, "state": asked["state"]}
    assert first.get("/sign-in/callback", query_string=back).status_code == 303
    site.audit.entries.clear()
    # Another browser with a state of its own, and the code that was used.
    _, own = second.go_to_provider()
    answer = second.get("/sign-in/callback", query_string={"code": code, "state": own["state"]})
    stays_out(site, second, answer)


def test_a_code_belongs_to_the_browser_that_asked(site: Site, provider: Hostile) -> None:
    """A code that was stolen, or planted to sign a victim in as the attacker."""
    victim, thief = site.browser(), site.browser()
    _, asked = victim.go_to_provider()
    code = provider.authorise(asked)
    _, own = thief.go_to_provider()
    for state in (asked["state"], "", "x"):
        site.audit.entries.clear()
        stays_out(site, thief, thief.get("/sign-in/callback", query_string={"code": code, "state": state}))
    site.audit.entries.clear()
    stays_out(site, thief, thief.get("/sign-in/callback", query_string={"code": code, "state": own["state"]}))


def test_a_callback_out_of_nowhere(site: Site, provider: Hostile) -> None:
    del provider
    for query in (
        {},
        {"code": "x"},
        {"state": "x"},
        {"code": "x", "state": "y"},
        {"code": ["a", "b"], "state": "\x00"},
    ):
        site.audit.entries.clear()
        browser = site.browser()
        stays_out(site, browser, browser.get("/sign-in/callback", query_string=query))


def test_a_refusal_by_the_provider_is_passed_on_in_our_words(site: Site, provider: Hostile) -> None:
    browser = site.browser()
    said = {"error": "access_denied", "error_description": "<script>alert(1)</script>\r\nSet-Cookie: x=y", "state": "x"}
    answer = browser.get("/sign-in/callback", query_string=said)
    stays_out(site, browser, answer)
    assert "<script>" not in answer.text
    assert "access_denied" not in answer.text
    del provider


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"not json"),
        (200, b"[]"),
        (200, b'"text"'),
        (200, b"{}"),
        (200, b'{"error": "invalid_client"}'),
        (400, b"not json"),
        (400, b'{"error": "invalid_grant", "error_description": "no"}'),
        (401, b""),
        (200, b"\xff\xfe"),
    ],
)
def test_a_token_answer_that_makes_no_sense(site: Site, provider: Hostile, status: int, body: bytes) -> None:
    provider.status, provider.told = status, lambda _answer: body
    browser = site.browser()
    stays_out(site, browser, come_back(browser, provider))


def test_who_somebody_is_does_not_hang_on_an_address(site: Site, provider: Hostile) -> None:
    """A changed e-mail address, or a new name, is the same person; the same address on another subject is another one."""
    ids = []
    for claims in ({}, {"email": "priya.jones@force.test", "name": "PS Priya Jones"}, {"sub": "sub-new"}):
        provider.claims = claims
        assert come_back(site.browser(), provider).status_code == 303
        ids.append(site.audit.entries[-1].user_id)
    assert ids[0] == ids[1] != ids[2]


def test_a_provider_that_is_down_is_said_in_words(site: Site, provider: Hostile, tmp_path: Path) -> None:
    fresh = Site.over(site.deployment, settings_for(tmp_path, provider.issuer))
    provider.is_down = True
    answer = fresh.browser().get("/sign-in")
    assert answer.status_code == 503
    assert "is not answering just now" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    provider.is_down = False
    browser = fresh.browser()
    _, asked = browser.go_to_provider()
    code = provider.authorise(asked)
    provider.is_down = True
    answer = browser.get("/sign-in/callback", query_string={"code": code, "state": asked["state"]})
    assert (answer.status_code, browser.secret) == (503, "")


def test_signing_out_hands_the_token_back_whole(site: Site, provider: Hostile) -> None:
    given: list[str] = []

    def token(claims: Claims) -> str:
        given.append(signed({**claims, "groups": ["x" * 100] * 10}))
        return given[-1]

    provider.token = token
    browser = site.browser()
    assert come_back(browser, provider).status_code == 303
    page = unescape(browser.post("/sign-out").text)
    (address,) = re.findall(r'content="0;url=([^"]+)"', page)
    assert parse_qs(urlsplit(address).query)["id_token_hint"] == given
    assert len(given[0]) > 1000


def test_a_silent_provider_keeps_only_so_many_waiting(site: Site, provider: Hostile, tmp_path: Path) -> None:
    """Half of the places: the next to sign in are told at once, and there is room for whoever is in."""
    fresh = Site.over(site.deployment, settings_for(tmp_path, provider.issuer, requests_at_once=4))
    provider.answers.clear()
    with ThreadPoolExecutor(8) as crowd:
        waiting = [crowd.submit(fresh.browser().get, "/sign-in") for _ in range(2)]
        time.sleep(0.5)
        others = [crowd.submit(fresh.browser().get, "/sign-in") for _ in range(4)]
        told = [each.result(4) for each in others]
        assert [answer.status_code for answer in told] == [503] * 4
        assert fresh.browser().get("/healthz").status_code == 200
        assert not any(each.done() for each in waiting)
        provider.answers.set()
        assert [each.result(10).status_code for each in waiting] == [302, 302]
    assert fresh.browser().get("/sign-in").status_code == 302


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.test"}, {"issuer": None}, {"id_token_signing_alg_values_supported": ["HS256", "none"]}],
)
def test_metadata_of_somebody_else_opens_nothing(
    site: Site, provider: Hostile, tmp_path: Path, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    answer = Site.over(site.deployment, settings_for(tmp_path, provider.issuer)).browser().get("/sign-in")
    assert answer.status_code == 503


def test_a_promised_issuer_must_be_there(site: Site, provider: Hostile, tmp_path: Path) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    fresh = Site.over(site.deployment, settings_for(tmp_path, provider.issuer))
    browser = fresh.browser()
    stays_out(fresh, browser, come_back(browser, provider))
    assert come_back(fresh.browser(), provider, iss=provider.issuer).status_code == 303


def test_the_request_has_all_that_protects_it(site: Site, provider: Hostile) -> None:
    address, asked = site.browser().go_to_provider()
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert asked["redirect_uri"] == "https://scorecards.force.test/sign-in/callback"
    assert asked["scope"] == "openid profile"
    assert all(len(asked[name]) >= 20 for name in ("state", "nonce", "code_challenge"))


def test_many_tabs_at_once_still_fit_into_a_cookie(site: Site, provider: Hostile) -> None:
    browser = site.browser()
    tabs = [browser.go_to_provider()[1] for _ in range(12)]
    assert len(browser.cookie("__Host-visit")) < 4000
    for asked in tabs[-3:]:
        answer = browser.get(
            "/sign-in/callback", query_string={"code": provider.authorise(asked), "state": asked["state"]}
        )
        assert answer.status_code in (302, 303)
    assert browser.is_in


@pytest.mark.parametrize(
    "wish", ["//evil.test", "/\\evil.test", "https:evil.test", "%2f%2fevil.test", "javascript:alert(1)"]
)
def test_the_way_back_is_to_this_site(site: Site, provider: Hostile, wish: str) -> None:
    assert come_back(site.browser(), provider, wish).location.startswith("/workload")  # where a sergeant belongs


def test_signing_out_ends_it_here_and_there(site: Site, provider: Hostile) -> None:
    browser = site.browser()
    come_back(browser, provider)
    browser.get("/")
    stolen = browser.secret
    answer = browser.post("/sign-out")
    assert answer.status_code == 200
    assert f"{provider.issuer}/end?" in answer.text
    assert "id_token_hint=" in answer.text
    assert "post_logout_redirect_uri=https%3A%2F%2Fscorecards.force.test%2Fsigned-out" in answer.text
    thief = site.browser()
    thief.client.set_cookie("__Host-session", stolen, domain="scorecards.force.test", secure=True)
    assert not thief.is_in
    assert browser.get("/signed-out").status_code == 200


def test_a_session_that_ended_leads_back_but_signs_nobody_in_by_itself(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/signed-out", query_string={"next": "/workload?unit=watford-int-c"})
    assert 'href="/workload?unit=watford-int-c"' in page.text
    assert "http-equiv" not in page.text
    assert 'href="/"' in browser.get("/signed-out", query_string={"next": "//evil.test"}).text


def test_the_cookie_is_held_to_this_very_host(site: Site, provider: Hostile) -> None:
    answer = come_back(site.browser(), provider)
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-session=")]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_a_role_taken_away_ends_the_session(site: Site, provider: Hostile) -> None:
    first, again = site.browser(), site.browser()
    come_back(first, provider)
    provider.token = but(roles=["Scorecards.Constable"])
    come_back(again, provider)
    assert not first.is_in
    assert again.is_in
    assert [each.detail for each in site.audit.entries if each.operation == "sign_out"] == ["role changed"]
    provider.token = but(roles=[])
    come_back(site.browser(), provider)
    assert not again.is_in


def test_keys_that_the_provider_changed_are_fetched(site: Site, provider: Hostile, tmp_path: Path) -> None:
    del tmp_path
    provider.told = lambda answer: json.dumps({**answer, "extra": {"nested": [1]}}).encode()
    provider.token = signed
    assert come_back(site.browser(), provider).status_code == 303
