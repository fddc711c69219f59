"""A small demonstration force behind a real server, and browsers that are listened to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.screen import SGT, sign_in
from tests.journeys.site import Site, build_home, load, serving
from tests.journeys.watch import Watch

SCREEN = {"width": 1366, "height": 768}
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small demonstration force; read it, do not change it."""
    return build_home(tmp_path_factory.mktemp("journeys") / "force")


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Site]:
    """The force, loaded and served."""
    load(built)
    with serving(built) as running:
        yield running


@pytest.fixture(scope="session")
def browser_context_args(site: Site) -> dict[str, Any]:
    """A force's ordinary laptop."""
    return {"base_url": site.url, "viewport": SCREEN, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """After every journey: nobody else was asked, and neither the browser nor the server complained."""
    before = len(site.faults())
    seen = Watch(site.url)
    yield seen
    assert seen.strangers() == []
    assert seen.troubles() == []
    assert site.faults()[before:] == []


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], watch: Watch) -> BrowserContext:
    return watch.follow(new_context())


@pytest.fixture
def enter(new_context: Callable[..., BrowserContext], watch: Watch) -> Enter:
    """Signs somebody in, in a browser of their own."""

    def signed_in(name: str, wish: str = "/") -> Page:
        page = watch.follow(new_context()).new_page()
        sign_in(page, name, wish)
        return page

    return signed_in


@pytest.fixture
def sergeant(enter: Enter) -> Page:
    """The sergeant of Team C, Watford, signed in."""
    return enter(SGT)
