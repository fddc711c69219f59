"""An empty database of each kind the scorecards run on, for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from data_access.engine import open_engine
from tests.support.force import sqlite


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same tests run on both: what one answers, the other answers."""
    if request.param == "sqlite":
        engine = sqlite(tmp_path_factory.mktemp("warehouse"))
        yield engine
        engine.dispose()
        return
    with request.getfixturevalue("postgres_server").database() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()
