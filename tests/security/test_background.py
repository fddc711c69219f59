"""T-BG: no handle of a background job is taken, no callback has one, and Dash is the release that closed the hole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import dash
import pytest
from flask.testing import FlaskClient

from tests.support.asking import ADDRESS, SAME_SITE, body_of


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """A process somebody might want ended."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("name", ["oldJob", "job", "cancelJob", "cacheKey"])
def test_no_process_is_ended(
    app: dash.Dash, clients: dict[str, FlaskClient], victim: subprocess.Popen[bytes], name: str
) -> None:
    body = body_of(app, "search.value", {"search.value": "x"})
    address = f"{ADDRESS}?{name}={victim.pid}"
    assert app.server.test_client().post(address, json=body, headers=SAME_SITE).status_code == 401
    assert clients["sgt"].post(address, json=body, headers=SAME_SITE).status_code == 200  # as if it were not there
    assert clients["sgt"].post(address, json={**body, name: victim.pid}, headers=SAME_SITE).status_code == 400
    assert clients["sgt"].post(address, json={"cancelJob": [victim.pid]}, headers=SAME_SITE).status_code == 400
    assert victim.poll() is None


def test_no_callback_runs_in_the_background(app: dash.Dash) -> None:
    assert not [output for output, registered in app.callback_map.items() if registered.get("background")]
    assert app._background_manager is None


def test_dash_is_the_release_without_the_hole() -> None:
    assert tuple(int(part) for part in dash.__version__.split(".")[:3]) >= (4, 4, 1)
