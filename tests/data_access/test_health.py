"""What is kept of how asking a source goes, and who may say "try now"."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data_access.health import Pulse, ask_now, asked, health_of, keep
from tests.support.works import NOW, Works


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    works = Works.open(tmp_path, "" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield works
    works.engine.dispose()


def test_what_is_kept_is_what_is_read_and_somebody_asking_is_not_forgotten(works: Works) -> None:
    later = NOW + timedelta(seconds=30)
    down = Pulse("athena", 2.0, NOW, None, later, 4, "open", None, 2.5, "Athena could not be read: no route")
    with works.engine.begin() as connection:
        keep(connection, works.metadata, [down, Pulse("gone", 2.0)])
        ask_now(connection, works.metadata, "athena", NOW)
        keep(connection, works.metadata, [down])

    with works.engine.connect() as connection:
        (found,) = health_of(connection, works.metadata, {"athena": "Athena", "hr": "HR"})
        assert asked(connection, works.metadata) == {"athena": NOW}

    assert (found.title, found.failures, found.breaker, found.next_at) == ("Athena", 4, "open", later)
    assert found.reason == down.reason
