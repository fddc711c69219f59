"""One small deployment and its application for all tests of a module: none of them changes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dash
import pytest
from flask.testing import FlaskClient

from tests.support.small import PERSONAS, Small, app_of, signed_in, small


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("security")


@pytest.fixture(scope="module")
def deployment(home: Path) -> Iterator[Small]:
    with small(home) as made:
        yield made


@pytest.fixture(scope="module")
def app(deployment: Small, home: Path) -> dash.Dash:
    return app_of(deployment, home)


@pytest.fixture(scope="module")
def clients(app: dash.Dash) -> dict[str, FlaskClient]:
    """Everybody, signed in."""
    return {persona.id: signed_in(app, persona.id) for persona in PERSONAS}
