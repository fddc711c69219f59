"""A small deployment and its application, new for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dash
import pytest

from tests.support.small import Small, app_of, small


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)
