"""T-CSRF: nothing changes, and no callback answers, unless a page of this site asked within the same session."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import dash
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from werkzeug.datastructures import Headers

from cspdash.auth.double_submit import DoubleSubmit
from tests.support.asking import ADDRESS, body_of
from tests.support.foreign import Foreign, foreign_page
from tests.support.serving import served
from tests.support.small import signed_in, token_of

SAME = {"Sec-Fetch-Site": "same-origin"}


def body(app: dash.Dash) -> dict[str, Any]:
    return body_of(app, "search.value", {"search.value": "Adeyemi"})


@pytest.fixture
def client(app: dash.Dash) -> FlaskClient:
    return signed_in(app, "sgt")


def status(client: FlaskClient, app: dash.Dash, token: str | None, **headers: str) -> int:
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    try:
        sent = {**SAME, **headers} | ({} if token is None else {"X-CSRFToken": token})
        return client.post(ADDRESS, json=body(app), headers=sent).status_code
    finally:
        client.environ_base["HTTP_X_CSRFTOKEN"] = token_of(client)


def test_only_this_sessions_token_will_do(app: dash.Dash, client: FlaskClient) -> None:
    own, others, again = token_of(client), token_of(signed_in(app, "other")), token_of(signed_in(app, "sgt"))
    assert len({own, others, again}) == 3  # the same person elsewhere is another session
    assert status(client, app, own) == 200
    for wrong in (None, "", "x", others, again, own[:-1], own.upper(), own + "0", sha256(b"").hexdigest()):
        assert status(client, app, wrong) == 403, wrong


def test_header_and_cookie_must_agree(app: dash.Dash, client: FlaskClient) -> None:
    """Whoever can plant a cookie, from a neighbouring host, cannot make one that this session takes."""
    own, planted = token_of(client), token_of(signed_in(app, "other"))
    client.set_cookie("csrf", planted)
    answer = client.post(ADDRESS, json=body(app), headers={**SAME, "X-CSRFToken": planted})
    assert answer.status_code == 403
    client.set_cookie("csrf", planted)
    assert client.post(ADDRESS, json=body(app), headers={**SAME, "X-CSRFToken": own}).status_code == 403


def test_a_token_cannot_be_worked_out_without_the_key(app: dash.Dash, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        known = [str(value) for value in session.values()]
    for guess in known:
        for key in (b"", b"changeme", b"csrf"):
            made = hmac.new(key, b"csrf:" + guess.encode(), sha256).hexdigest()
            assert status(client, app, made) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
    ],
)
def test_another_origin_is_refused_even_with_the_token(
    app: dash.Dash, client: FlaskClient, headers: dict[str, str]
) -> None:
    assert status(client, app, token_of(client), **headers) == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_a_callback_is_json_only(app: dash.Dash, client: FlaskClient, kind: str) -> None:
    answer = client.post(ADDRESS, data=json.dumps(body(app)), headers=SAME, content_type=kind)
    assert answer.status_code in (403, 415)


def test_signing_out_needs_it_too(app: dash.Dash) -> None:
    client = signed_in(app, "sgt")
    token = client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert client.post("/sign-out", headers=SAME).status_code == 403
    assert client.post("/sign-out", data={"csrf_token": "x"}, headers=SAME).status_code == 403
    assert client.get("/workload").status_code == 200
    assert client.post("/sign-out", data={"csrf_token": token}, headers=SAME).status_code == 303
    assert client.get("/workload").status_code == 302


def test_every_changing_route_is_behind_it(app: dash.Dash, client: FlaskClient) -> None:
    """A route that somebody adds is, too: all but the sign-in form, which has its own token, and browsers' reports."""
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    tried = 0
    for rule in app.server.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            if rule.endpoint in ("csp_report",) or rule.rule.startswith("/sign-in"):
                continue
            path = rule.rule.replace("<path:", "<").replace("<string:", "<")
            tried += 1
            answer = client.open(path, method=method, headers=SAME, json=body(app))
            assert answer.status_code == 403, (method, rule.rule)
    assert tried >= 2


def test_the_cookie_is_for_this_host_alone_and_over_tls_in_production() -> None:
    made = DoubleSubmit("k" * 40, lambda: "session", is_secure=True)
    server = Flask("x")
    with server.test_request_context():
        cookie = Headers(made.hand_out(server.make_response("")).headers)["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    for part in ("Secure", "Path=/", "SameSite=Strict"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "HttpOnly" not in cookie  # the page must be able to read it


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with foreign_page() as running:
        yield running


def test_a_real_page_of_another_origin_cannot_act(app: dash.Dash, browser: Browser, foreign: Foreign) -> None:
    """A sergeant signed in here opens a page there, which tries everything a page can."""
    with served(app) as here:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{here}/sign-in")
        page.get_by_role("button", name="PS Priya Nair").click()
        page.wait_for_selector("#main > .arrived")
        statuses: list[tuple[str, int]] = []
        context.on("response", lambda answer: statuses.append((answer.url, answer.status)))
        evil = context.new_page()
        evil.goto(foreign.url(here, json.dumps(body(app))))
        evil.wait_for_function("window.tried === 'all'", timeout=20_000)
        asked = [(url, code) for url, code in statuses if url.startswith(here)]
        posts = [code for url, code in asked if url.endswith((ADDRESS, "/sign-out"))]
        assert posts, "the page never reached us: nothing was shown"
        assert not [code for code in posts if code < 400], asked
        assert evil.evaluate("window.read") == []  # nothing of ours could be read
        page.goto(f"{here}/workload")
        page.wait_for_selector("#main > .arrived")  # still signed in
        context.close()
