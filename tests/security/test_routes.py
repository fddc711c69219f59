"""The application has these routes and no others, whatever the environment says."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import dash
import pytest

from tests.support.asking import SAME_SITE
from tests.support.small import Small, app_of

ROUTES = {
    "/": {"GET"},
    "/<path:path>": {"GET"},
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": {"GET"},
    "/_dash-dependencies": {"GET"},
    "/_dash-layout": {"GET"},
    "/_dash-update-component": {"POST"},
    "/_favicon.ico": {"GET"},
    "/_reload-hash": {"GET"},
    "/assets/<path:filename>": {"GET"},
    "/csp-report": {"POST"},
    "/healthz": {"GET"},
    "/live": {"GET"},
    "/readyz": {"GET"},
    "/session": {"GET", "POST"},
    "/sign-in": {"GET", "POST"},
    "/sign-out": {"POST"},
    "/signed-out": {"GET"},
}
OPEN = {"/healthz", "/readyz", "/sign-in", "/signed-out"}


def routes(app: dash.Dash) -> dict[str, set[str]]:
    return {rule.rule: set(rule.methods or ()) - {"HEAD", "OPTIONS"} for rule in app.server.url_map.iter_rules()}


def test_these_and_no_others(app: dash.Dash) -> None:
    assert routes(app) == ROUTES


def test_the_environment_adds_none(deployment: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DASH_MCP_ENABLED", "DASH_DEBUG", "FLASK_DEBUG", "DASH_HOT_RELOAD", "DASH_UI", "DASH_PROPS_CHECK"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("DASH_MCP_PATH", "healthz/mcp")
    app = app_of(deployment, tmp_path)
    assert routes(app) == ROUTES
    assert app.server.debug is False


def test_no_installed_package_hooks_into_dash() -> None:
    assert not list(importlib.metadata.entry_points(group="dash_hooks"))


def test_dash_is_the_release_without_the_hole() -> None:
    assert tuple(int(part) for part in dash.__version__.split(".")[:3]) >= (4, 4, 1)


@pytest.mark.parametrize("path", sorted(set(ROUTES) - OPEN))
def test_a_stranger_gets_nothing(app: dash.Dash, path: str) -> None:
    address = (
        path.replace("<path:path>", "stl")
        .replace("<string:package_name>", "dash")
        .replace("<path:fingerprinted_path>", "x.js")
    )
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = app.server.test_client().open(
            address.replace("<path:filename>", "js/arrive.js"), method=method, headers=SAME_SITE
        )
        assert answer.status_code in (302, 401), (method, path)
        assert "_dash-config" not in answer.text


def test_health_says_no_more_than_health(app: dash.Dash, deployment: Small, tmp_path: Path) -> None:
    stranger = app.server.test_client()
    assert stranger.get("/healthz").get_json() == {"status": "ok"}
    assert stranger.get("/readyz").get_json() == {"status": "ok"}
    ill = app_of(deployment, tmp_path, lambda: "the database cannot be reached").server.test_client()
    assert ill.get("/readyz").status_code == 503
    assert ill.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../cspdash/settings.py",
        "/assets/%2e%2e/cspdash/settings.py",
        "/assets/..%2fwsgi.py",
        "/assets/....//wsgi.py",
        "/assets//etc/passwd",
        "/_dash-component-suites/os/x.js",
        "/_dash-component-suites/cspdash/settings.py",
        "/_dash-component-suites/dash/../../../etc/passwd",
        "/_dash-component-suites/dash/dash.py",
        "/_dash-component-suites/../x",
    ],
)
def test_no_file_but_ours_is_served(app: dash.Dash, clients: dict[str, object], path: str) -> None:
    answer = clients["sgt"].get(path)  # type: ignore[attr-defined]
    is_index = answer.status_code == 200 and "_dash-config" in answer.text
    assert answer.status_code in (308, 404) or is_index, answer.status_code
    assert "root:" not in answer.text
    assert "BaseSettings" not in answer.text
