"""T-HDR: every answer carries every header, whatever its status, and none says what we run."""

from __future__ import annotations

from typing import Any

import dash
import pytest
from flask.testing import FlaskClient

from tests.cspdash.auth.site import small_site
from tests.support.asking import ADDRESS, SAME_SITE, body_of
from tests.support.small import Small, app_of, signed_in

MUST = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def answers(app: dash.Dash, deployment: Small, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Any]:
    """One answer of each status, by the real application."""
    crowded = app_of(deployment, tmp_path_factory.mktemp("crowded"), requests_at_once=1, requests_waiting=0)
    broken = app_of(deployment, tmp_path_factory.mktemp("broken"), calls_per_minute=30)

    def fail() -> None:
        raise RuntimeError("hunter2")

    def inside() -> Any:  # a request while another is being worked on
        return crowded.server.test_client().get("/workload").get_json()

    known, stranger, hasty = signed_in(app, "sgt"), app.server.test_client(), signed_in(broken, "sgt")
    good = body_of(app, "search.value", {"search.value": "x"})
    found = {
        200: known.get("/workload"),
        302: stranger.get("/workload"),
        303: signed_in(app, "pc").post("/sign-out", headers=SAME_SITE),
        400: known.post(ADDRESS, json={}, headers=SAME_SITE),
        401: stranger.post(ADDRESS, json=good, headers=SAME_SITE),
        403: known.post(ADDRESS, json=good),
        404: known.get("/assets/none.css"),
        405: known.delete("/readyz", headers=SAME_SITE),
        413: known.post(ADDRESS, data=b"x" * 300_000, headers=SAME_SITE, content_type="application/json"),
        415: known.post(ADDRESS, data=b"{}", headers=SAME_SITE),
        429: next(each for each in iter(lambda: hasty.get("/workload"), None) if each.status_code != 200),
    }
    broken.server.view_functions["healthz"] = fail
    found[500] = hasty.get("/healthz")
    crowded.server.view_functions["sign_in"] = lambda: crowded.server.test_client().get("/sign-in")
    found[503] = crowded.server.test_client().get("/sign-in")
    return found


def test_every_status_was_seen(answers: dict[int, Any]) -> None:
    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    assert len(answers) == 13


def test_every_answer_carries_every_header(answers: dict[int, Any]) -> None:
    for status, answer in answers.items():
        for name, value in MUST.items():
            assert answer.headers.get(name) == value, (status, name)
        assert answer.headers["Cache-Control"] == "no-store", status
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
        assert answer.headers["X-Request-ID"]


def test_a_callback_that_is_refused_carries_them_too(clients: dict[str, FlaskClient], app: dash.Dash) -> None:
    """Its status is set after Dash has answered (cspdash/auth/refusals.py), as late as that is."""
    good = body_of(app, "url.pathname", {"url.pathname": "/officer/E5", "url.search": ""})
    answer = clients["sgt"].post(ADDRESS, json=good, headers={**SAME_SITE, "Accept-Encoding": "gzip"})
    assert answer.status_code == 403
    assert {name: answer.headers.get(name) for name in MUST} == MUST
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-ID"]
    assert answer.headers["Content-Encoding"] == "gzip"


def test_none_says_what_we_run(answers: dict[int, Any]) -> None:
    for status, answer in answers.items():
        told = f"{answer.headers.get('Server', '')} {answer.headers.get('X-Powered-By', '')}".lower()
        for word in ("werkzeug", "flask", "python", "dash", "/"):
            assert word not in told, status


def test_whoever_must_wait_is_told_how_long(answers: dict[int, Any]) -> None:
    for status in (429, 503):
        assert 1 <= int(answers[status].headers["Retry-After"]) <= 60


def test_in_production_browsers_insist_on_tls() -> None:
    site = small_site(is_secure=True)
    client = site.signed_in()
    for answer in (client.get("/"), site.stranger().get("/"), client.post(ADDRESS, json={}), client.get("/assets/x")):
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_files_of_the_program_may_be_kept_but_not_shared(clients: dict[str, FlaskClient]) -> None:
    with clients["sgt"].get("/assets/js/keys.js?m=1.1") as answer:
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
