"""T-PATH: no path reads a file that is not ours to give, and none makes the server fail."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import dash
import pytest
from flask.testing import FlaskClient

PREFIXES = (
    "/assets/",
    "/_dash-component-suites/dash/",
    "/_dash-component-suites/cspdash/",
    "/_dash-component-suites/",
    "/",
)
UP = ("..", "%2e%2e", "..%2f", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e", ".%00.", "..;")
TARGETS = ("etc/passwd", "cspdash/settings.py", "wsgi.py", "setup.cfg", "proc/self/environ", ".git/config")
ABSOLUTE = (
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "/file:///etc/passwd",
    "C:%5cwindows%5cwin.ini",
    "\x00",
    "%00",
    "%",
    "%zz",
)
OURS = ("root:x:", "BaseSettings", "create_app", "[options]", "CSPDASH_", "[core]")


def paths() -> list[str]:
    climbing = [f"{prefix}{'/'.join([up] * 6)}/{target}" for prefix, up, target in product(PREFIXES, UP, TARGETS)]
    return [*climbing, *(f"{prefix}{each}" for prefix, each in product(PREFIXES, ABSOLUTE))]


def test_no_climbing_out(app: dash.Dash, clients: dict[str, FlaskClient]) -> None:
    seen = set()
    for path in paths():
        for client in (clients["sgt"], app.server.test_client()):
            answer = client.get(path)
            seen.add(answer.status_code)
            is_index = answer.status_code == 200 and "_dash-config" in answer.text
            assert answer.status_code in (302, 308, 400, 401, 404) or is_index, (path, answer.status_code)
            assert not [words for words in OURS if words in answer.text], path
    assert 404 in seen


@pytest.mark.parametrize("package", ["os", "cspdash", "flask", "nothing", "dash.dash", "..", "data_access"])
def test_a_package_that_is_no_component_suite_is_not_there(clients: dict[str, FlaskClient], package: str) -> None:
    answer = clients["sgt"].get(f"/_dash-component-suites/{package}/__init__.py")
    assert answer.status_code == 404


def test_our_own_files_are(clients: dict[str, FlaskClient]) -> None:
    """Otherwise the tests above would pass on a server that gives nothing at all."""
    for file in sorted(Path("assets/js").glob("*.js")):
        with clients["sgt"].get(f"/assets/js/{file.name}") as answer:
            assert answer.status_code == 200
