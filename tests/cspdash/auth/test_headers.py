"""Headers are on every answer, whatever its status."""

from __future__ import annotations

import pytest

from tests.cspdash.auth.site import SAME_SITE, body, small_site

MUST = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
)


def test_every_status_carries_them() -> None:
    site = small_site(is_secure=True)

    @site.server.get("/broken")
    def broken() -> str:
        raise RuntimeError("password=hunter2 SELECT * FROM officer")

    known = site.signed_in()
    path = "/_dash-update-component"
    answers = {
        200: known.get("/"),
        302: site.stranger().get("/"),
        400: known.post(path, json={}, headers=SAME_SITE),
        401: site.stranger().post(path, json=body(), headers=SAME_SITE),
        403: known.post(path, json=body()),
        404: known.get("/assets/none.css"),
        405: known.delete("/sign-out", headers=SAME_SITE),
        413: known.post(path, data=b"x" * 300_000, headers=SAME_SITE, content_type="application/json"),
        415: known.post(path, data=b"{}", headers=SAME_SITE),
        500: known.get("/broken"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert all(name in answer.headers for name in MUST), status
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "hunter2" not in answer.text
        assert "Traceback" not in answer.text
    assert set(answers[500].get_json()) == {"error", "ref"}


def test_scripts_run_only_when_they_are_ours() -> None:
    site = small_site()
    policy = site.stranger().get("/sign-in").headers["Content-Security-Policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert script.split()[:2] == ["script-src", "'self'"]
    assert all(part.startswith("'sha256-") for part in script.split()[2:])
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy


def test_an_unexpected_error_can_be_found_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    site = small_site()

    @site.server.get("/broken")
    def broken() -> str:
        raise RuntimeError("what happened")

    reference = site.signed_in().get("/broken").get_json()["ref"]
    record = next(record for record in caplog.records if reference in record.getMessage())
    assert record.exc_info is not None
