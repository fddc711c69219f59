"""Scorecards behind Apache with mod_auth_openidc and a certified provider, everything real; and before a provider that lies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.site import _free_port
from tests.sso.behind import Behind
from tests.sso.certified import serving
from tests.sso.hostile import Hostile
from tests.sso.hostile import serving as lying
from tests.sso.proxied import ADMITTED, LOG_OUT, Browser, Listener, Place, need_tools, proxied
from tests.sso.relying import Site, settings_for
from tests.support.small import small


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


@pytest.fixture(scope="module")
def running() -> Iterator[Hostile]:
    """A provider that lies, one for a module."""
    with lying() as provider:
        yield provider


@pytest.fixture
def provider(running: Hostile) -> Hostile:
    """The same, telling the truth until a test says otherwise."""
    running.reset()
    return running


@pytest.fixture(scope="module")
def made(running: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("sso")
    with small(home) as deployment:
        yield Site.over(deployment, settings_for(home, running.issuer))


@pytest.fixture
def site(made: Site) -> Site:
    """A small force that relies on it, with an audit nobody wrote to yet."""
    made.audit.entries.clear()
    return made
