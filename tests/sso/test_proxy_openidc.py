"""T-OIDC-REAL at the proxy. Apache with mod_auth_openidc from our samples, a certified provider, Scorecards on a Unix socket.

Whoever the provider vouches for comes in as themselves; nobody else comes through at all. Who may open the socket is
tests/sso/test_kerberos.py's business.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from tests.journeys.screen import PATIENCE_MS
from tests.sso.apache import apache
from tests.sso.behind import curl
from tests.sso.certified import serving, walk
from tests.sso.proxied import (
    ASKED_BY_PAGES,
    CALLBACK,
    IN_A_PAGE,
    LOG_OUT,
    NO_PAGES,
    PAGES,
    PASSPHRASE,
    SESSION,
    SPOOFED,
    Browser,
    Listener,
    Place,
    is_plain,
    proxied,
    sent,
)
from tests.sso.relying import CLIENT_SECRET

pytestmark = pytest.mark.slow


def test_signing_in(visitor: Browser, place: Place) -> None:
    answer, shown = visitor.sign_in("nair", "/workload?period=28d")
    assert (answer.status_code, "_dash-config" in answer.text) == (200, True)
    assert answer.url == f"{visitor.site}/workload?period=28d"  # the page that was asked for
    assert shown == ["login", "consent"]
    assert visitor.who == "PS Priya Nair"
    other = place.browser()
    other.sign_in("cole")
    assert other.who == "Sam Cole"
    told = [(entry["role"], entry["detail"]) for entry in place.audit("sign_in")[:2]]
    assert told == [("analyst", "proxy"), ("sergeant", "proxy")]


def test_what_a_browser_says_of_itself_stays_outside(visitor: Browser, place: Place) -> None:
    visitor.sign_in("nair")
    place.listener.heard.clear()
    for name, value in SPOOFED.items():
        assert visitor.ask("/listening", headers={name: value}).status_code == 204, name
    assert visitor.ask("/listening", headers=SPOOFED).status_code == 204
    for _, headers in place.listener.heard:
        told = {name: value for name, value in headers.items() if value in ("nair", "cole")}
        assert told == {"X-Remote-User": "nair"}
        assert not [name for name in headers if name.upper().replace("-", "_").startswith("OIDC")]
        assert SESSION not in headers.get("Cookie", "")
        assert "eyJ" not in str(headers)  # no token
    visitor.headers.update(SPOOFED)
    assert visitor.who == "PS Priya Nair"


def test_who_did_not_sign_in_reaches_nothing(place: Place) -> None:
    """Not the application either: its own log has no line of them."""
    place.listener.heard.clear()
    before = place.requests()
    forged = {"Cookie": f"{SESSION}=0123456789; {SESSION}_chunks=1; mod_auth_openidc_session=x", **SPOOFED}
    for headers in ({}, SPOOFED, forged):
        for path in PAGES:
            answer = curl(["--path-as-is", *sent(headers), place.apache.url + path])
            assert (path, answer.status) == (path, 302), answer.text
        for path in ASKED_BY_PAGES:
            assert place.browser().ask(path, headers=headers).status_code == 401, path
        for path, method in NO_PAGES:
            assert place.browser().ask(path, method, headers=headers).status_code == 401, (method, path)
    assert place.listener.heard == []
    assert place.requests() == before


def test_somebody_who_was_not_admitted(visitor: Browser, place: Place) -> None:
    answer, _ = visitor.sign_in("nobody")
    assert (answer.status_code, "Nobody has given you access" in answer.text) == (401, True)
    assert visitor.who == ""
    assert place.audit("refusal")[0]["detail"] == "not admitted"


def test_signing_out_ends_both(visitor: Browser, place: Place) -> None:
    visitor.sign_in("nair")
    before = visitor.cookies.copy()
    page = visitor.sign_out()
    assert page.status_code == 200, page.text
    address = unescape(re.search(r'content="0;url=([^"]+)"', page.text)[1])  # type: ignore[index]
    assert address == LOG_OUT
    assert visitor.who == ""  # here it is over already
    away = visitor.ask(address)
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert away.headers["Location"].startswith(place.provider.issuer)
    assert asked["post_logout_redirect_uri"] == [f"{visitor.site}/signed-out"]
    assert asked["id_token_hint"]
    returned, shown = walk(visitor, away.headers["Location"], "", visitor.site)
    assert (returned.partition("?")[0], shown) == (f"{visitor.site}/signed-out", ["sign-out"])
    goodbye = visitor.ask(returned)
    assert (goodbye.status_code, "You are signed out of Scorecards." in goodbye.text) == (200, True)
    visitor.cookies = before  # as somebody who had copied them
    assert visitor.is_led_away()
    assert visitor.who == ""
    fresh = place.browser()
    _, shown = fresh.sign_in("nair")
    assert shown[0] == "login"


def test_at_a_shared_computer_the_next_one_is_not_the_last_one(visitor: Browser, place: Place) -> None:
    visitor.sign_in("nair")
    last = visitor.cookie("__Host-session")
    kept = visitor.cookies.copy()
    visitor.cookies.clear()
    for each in kept:
        if each.name.startswith("__Host-") and each.name != SESSION:
            visitor.cookies.set_cookie(each)  # what Scorecards set is still there; provider and proxy forgot
    visitor.sign_in("cole")
    assert visitor.who == "Sam Cole"
    assert visitor.cookie("__Host-session") != last
    assert "somebody else at the proxy" in [entry["detail"] for entry in place.audit("sign_out")]


def test_an_answer_nobody_asked_for_lets_nobody_in(place: Place) -> None:
    victim, thief = place.browser(), place.browser()
    returned, _ = victim.come_back("nair")
    thief.ask("/workload")
    begun = {each.name.removeprefix("__Host-proxy-state-") for each in thief.cookies if "state" in each.name}
    assert begun
    hostile = [
        returned,  # the victim's own answer in another browser
        re.sub(r"state=[^&]*", f"state={begun.pop()}", returned),  # with that browser's own state
        f"{CALLBACK}?code=x&state=x",
        f"{CALLBACK}?code=x",
        f"{CALLBACK}?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=x",
        CALLBACK,
        f"{CALLBACK}?info=json",
        f"{CALLBACK}?refresh=https://evil.example/",
        f"{CALLBACK}?iss=https%3A%2F%2Fevil.example&target_link_uri=https%3A%2F%2Fevil.example%2F",
    ]
    for address in hostile:
        answer = thief.ask(address)
        assert answer.status_code < 500, (address, answer.text)
        assert answer.headers["Connection"] == "close"  # else what Apache sends behind it is the next answer
        assert "evil.example" not in urlsplit(answer.headers.get("Location", "")).netloc
        assert "<script" not in answer.text
        assert thief.cookie(SESSION) == ""
    assert thief.who == ""
    first = victim.ask(returned)
    assert first.status_code == 302
    again = place.browser().ask(returned)  # a used answer
    assert (again.status_code, SESSION in again.headers.get("Set-Cookie", "")) == (400, False)


def test_signing_out_leads_to_no_other_site(visitor: Browser) -> None:
    visitor.sign_in("nair")
    foreign = visitor.ask(LOG_OUT, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    assert foreign.status_code == 403
    assert visitor.who == "PS Priya Nair"
    for wish in ("https://evil.example/", "//evil.example/", r"/\evil.example", "javascript:alert(1)",
                 f"{visitor.site}.evil.example/", "https://localhost@evil.example/", "%0d%0aX-Evil: 1"):  # fmt: skip
        answer = visitor.ask(f"{LOG_OUT}{quote(wish, safe='%')}")
        told = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
        assert "evil" not in "".join(told.get("post_logout_redirect_uri", [])), wish
        assert "evil" not in urlsplit(answer.headers.get("Location", "")).netloc, wish
        assert "X-Evil" not in answer.headers


def test_a_link_to_the_goodbye_ends_nothing(visitor: Browser) -> None:
    visitor.sign_in("nair")
    assert visitor.ask("/signed-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert visitor.who == "PS Priya Nair"


def test_a_session_at_the_proxy_that_ran_out(folder: Path, place: Place) -> None:
    (folder / "brief").mkdir()
    brief = {"OIDCSessionInactivityTimeout 900": "OIDCSessionInactivityTimeout 10"}
    with proxied(folder / "brief", place.other_url, place.behind, place.provider, Listener(), brief) as short:
        visitor = short.browser()
        visitor.sign_in("nair")
        session = visitor.cookie("__Host-session")
        assert visitor.who == "PS Priya Nair"
        time.sleep(11)
        assert visitor.ask("/_dash-layout", headers=IN_A_PAGE).status_code == 401
        assert visitor.is_led_away()
        answer, shown = visitor.sign_in("nair")
        assert (answer.status_code, shown) == (200, [])  # the provider knows them still
        assert (visitor.who, visitor.cookie("__Host-session")) == ("PS Priya Nair", session)


def test_another_claim_can_be_the_name_and_whoever_lacks_it_is_nobody(folder: Path, place: Place) -> None:
    (folder / "number").mkdir()
    number = {"OIDCRemoteUserClaim sub": "OIDCRemoteUserClaim employeeid"}
    listener = Listener()
    with proxied(folder / "number", place.other_url, place.behind, place.provider, listener, number) as other:
        visitor, without = other.browser(), other.browser()
        visitor.sign_in("nair", "/listening")
        assert [headers["X-Remote-User"] for _, headers in listener.heard] == ["E1"]
        answer, _ = without.sign_in("cole", "/listening")
        assert answer.url.startswith(f"{place.other_url}{CALLBACK}")
        with suppress(requests.ConnectionError):  # Debian's module tells them so in a page without a status line
            assert without.ask("/listening").status_code != 204
        assert len(listener.heard) == 1


def test_while_the_provider_is_down_new_people_wait_and_others_go_on(folder: Path, place: Place) -> None:
    for name in ("mortal", "late"):
        (folder / name).mkdir()
    with serving(place.other_url) as mortal:
        with proxied(folder / "mortal", place.other_url, place.behind, mortal, Listener(), {}) as known:
            inside, underway = known.browser(), known.browser()
            inside.sign_in("nair")
            returned, _ = underway.come_back("cole")
            mortal.stop()
            assert inside.who == "PS Priya Nair"
            is_plain(underway.ask(returned))
        with proxied(folder / "late", place.other_url, place.behind, mortal, Listener(), {}) as fresh:
            is_plain(fresh.browser().ask("/workload"))


def test_without_its_secrets_apache_does_not_start(folder: Path, place: Place) -> None:
    (folder / "bare").mkdir()
    with (
        pytest.raises(AssertionError),
        apache(folder / "bare", place.other_url, place.behind.socket, "openidc", {}, os.environ),
    ):
        pass


def test_in_a_real_browser(browser: Chromium, place: Place) -> None:
    """Cookies, policy and redirects as Chromium takes them: in, to the figures, out at both, and not back by itself."""
    url = place.apache.url
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text) if each.location["url"].startswith(url) else None)
    try:
        page.goto(f"{url}/workload")
        page.locator("[name=login]").fill("nair")
        page.locator("[name=password]").fill("x")
        page.get_by_role("button").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("#main > .arrived")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("body")).to_contain_text("PS Priya Nair")
        assert page.url == f"{url}/workload"
        cookies = {each["name"]: each for each in context.cookies(url)}
        for name in ("__Host-session", SESSION):
            assert [cookies[name][each] for each in ("secure", "httpOnly", "sameSite")] == [True, True, "Lax"]
        assert said == []
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_role("heading", name="Signed out")).to_be_visible(timeout=PATIENCE_MS)
        assert page.url.startswith(f"{url}/signed-out")
        page.goto(f"{url}/workload")
        expect(page.locator("[name=login]")).to_be_visible(timeout=PATIENCE_MS)
    finally:
        context.close()


def test_logs_hold_no_secret(visitor: Browser, place: Place) -> None:
    returned, _ = visitor.come_back("nair")
    visitor.ask(returned)
    codes = parse_qs(urlsplit(returned).query)["code"]
    assert '"GET" 302' in place.apache.log
    for secret in (CLIENT_SECRET, PASSPHRASE, "eyJ", *codes):
        assert secret not in place.apache.log
