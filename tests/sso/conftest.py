"""Scorecards behind Apache with mod_auth_openidc and a certified provider: everything real, for a module's tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.site import _free_port
from tests.sso.behind import Behind
from tests.sso.certified import serving
from tests.sso.proxied import ADMITTED, LOG_OUT, Browser, Listener, Place, need_tools, proxied


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not one of pytest's: those are closed to Apache's user, and too long for a socket."""
    need_tools()
    with tempfile.TemporaryDirectory(prefix="cspdash-oidc-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def place(folder: Path) -> Iterator[Place]:
    url, other = (f"https://localhost:{_free_port()}" for _ in range(2))
    with serving(url, other) as provider:
        behind = Behind(folder / "home", url, provider.issuer, {"proxy_sign_out": LOG_OUT}, ADMITTED)
        behind.prepare()
        with behind.serving(), proxied(folder, url, behind, provider, Listener(), {}) as running:
            yield replace(running, other_url=other)


@pytest.fixture
def visitor(place: Place) -> Browser:
    return place.browser()
