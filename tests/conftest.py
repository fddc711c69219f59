"""What every test can rely on: no settings but its own, Chromium, real data, PostgreSQL, a known number of examples."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings

if TYPE_CHECKING:
    from tests.support.postgres import PostgresServer

ROOT = Path(__file__).parents[1]
CHROMIUM = Path(os.environ.pop("CSPDASH_CHROMIUM", "/usr/bin/chromium"))
REAL_DATA = Path(os.environ.pop("CSPDASH_REAL_DATA", ROOT.parent / "shared" / "real"))

# A developer's own deployment must not leak into the tests.
for name in [name for name in os.environ if name.startswith("CSPDASH_")]:
    del os.environ[name]

settings.register_profile("quick", max_examples=25, deadline=None)
# On a build machine the examples are the same each time: a change is refused for what it does, not by chance.
settings.register_profile("full", max_examples=100, deadline=None, derandomize=bool(os.environ.get("CI")))
# For mutants it is enough that something failed: looking for the smallest example that does takes minutes.
settings.register_profile("mutants", max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker("real")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, outside the repository."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real data at {REAL_DATA}; set CSPDASH_REAL_DATA to its folder")
    return REAL_DATA


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which speaks to nobody but the pages under test."""
    if not CHROMIUM.is_file():
        pytest.skip(f"no Chromium at {CHROMIUM}; `make browser` installs it, or set CSPDASH_CHROMIUM")
    quiet = [
        "disable-background-networking",
        "disable-component-update",
        "disable-quic",
        "disable-sync",
        "no-first-run",
    ]
    flags = [*quiet, "disable-gpu", "no-sandbox"]  # root, as in a container, cannot have a sandbox
    return {"executable_path": str(CHROMIUM), "headless": True, "args": [f"--{flag}" for flag in flags]}


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    from tests.support.postgres import PostgresServer  # slow to import, and few tests need it

    with PostgresServer.started() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: "PostgresServer") -> Iterator[str]:
    """An empty PostgreSQL database of the test's own, as an SQLAlchemy URL."""
    with postgres_server.database() as url:
        yield url
