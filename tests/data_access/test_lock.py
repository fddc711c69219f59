"""One ingest at a time: whoever comes second hears so at once, and the lock goes with whoever held it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from cspdash.domain.errors import IngestBusy
from data_access.engine import open_engine
from data_access.lock import ingest_lock
from tests.support.works import DOGS, MAKE_DOGS, Works


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def test_the_second_hears_busy(url: str) -> None:
    one, other = open_engine(url), open_engine(url)
    with ingest_lock(one):
        with pytest.raises(IngestBusy, match="Another ingest is at work"), ingest_lock(other):
            raise AssertionError("two at once")
        with pytest.raises(IngestBusy), ingest_lock(one):
            raise AssertionError("twice by one")
    for _ in range(30):  # at once: nothing waits for a server to notice that somebody went
        with ingest_lock(other) as still_held:
            still_held()
    one.dispose()
    other.dispose()


def test_a_load_that_raises_lets_go(url: str) -> None:
    engine = open_engine(url)
    with pytest.raises(ZeroDivisionError), ingest_lock(engine):
        raise ZeroDivisionError
    with ingest_lock(engine):
        pass
    engine.dispose()


def test_the_lock_is_given_back_not_merely_dropped(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server notices some time later that a session ended; the next load would hear busy until then."""
    monkeypatch.setattr(Connection, "invalidate", lambda _self: None)
    engine, other = open_engine(postgres_url), open_engine(postgres_url)
    with ingest_lock(engine):
        pass
    with ingest_lock(other):
        pass
    engine.dispose()
    other.dispose()


def test_the_lock_file_is_private(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/data/x.db")
    with ingest_lock(engine):
        assert (tmp_path / "data" / "x.db.ingest.lock").stat().st_mode & 0o777 == 0o600
    engine.dispose()


def test_a_load_whose_lock_was_lost_keeps_nothing(tmp_path: Path, postgres_url: str) -> None:
    works = Works.open(tmp_path, postgres_url)
    works.source("pound", DOGS)
    works.sql("pound", MAKE_DOGS, "insert into dogs values ('d1', null, 'Rex', 1, 'N')")
    ends_others = (
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
    )

    def lose(*_given: Any) -> None:
        with works.engine.connect() as connection:
            connection.execute(text(ends_others))

    with pytest.raises(IngestBusy, match="was lost"):
        works.ingest(progress=lose)
    assert works.rows() == {}
    assert works.one().changed == 1
    works.engine.dispose()
