"""Following: changes arrive, nothing new costs nothing, one source in trouble delays nobody else, it stops at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from cspdash.domain.errors import DefinitionError, IngestBusy
from data_access.follow.follower import Follower
from data_access.follow.pace import OPENS_AFTER
from data_access.health import ask_now
from data_access.lock import ingest_lock
from data_access.sources.reading import Chunk
from data_access.sources.sql import SqlReading
from tests.support.following import eventually, following
from tests.support.works import ADD_DOG, DOGS, KENNELS, MAKE_DOGS, Works


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    works = Works.open(tmp_path, "" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    works.source("pound", DOGS)
    works.sql("pound", MAKE_DOGS, ADD_DOG, rows=[("d1", "k1", "Rex", 1, "N")])
    works.source("homes", KENNELS)
    works.sql("homes", "create table kennels (id, name)", "insert into kennels values ('k1', 'Sunny')")
    yield works
    works.engine.dispose()


def name_of(works: Works, dog: str = "d1") -> str | None:
    return works.rows().get(dog, {}).get("name")


def test_what_changes_arrives_with_all_that_follows_and_a_health_that_says_so(works: Works) -> None:
    with following(works) as at_work:
        eventually(lambda: works.rows().get("d1", {}).get("kennel_name") == "Sunny", what="first load, either order")
        works.sql("pound", ADD_DOG, rows=[("d2", "k1", "Fly", 2, "N")])
        works.sql("homes", "update kennels set name = 'Shady'")
        shady = {"d1": "Shady", "d2": "Shady"}
        eventually(lambda: {ref: row["kennel_name"] for ref, row in works.rows().items()} == shady, what="both follow")
        assert works.rows()["d2"]["siblings"] == 1
        works.sql("pound", "update dogs set gone = 'Y', v = 3 where id = 'd1'")
        eventually(lambda: set(works.rows()) == {"d2"})
        eventually(lambda: at_work.health("pound") and at_work.health("homes"))
        health = at_work.health("pound")
        assert (health.failures, health.breaker, health.reason, health.every_seconds) == (0, "closed", "", 0.1)
        assert health.succeeded_at is not None
        assert at_work.said == []


def test_it_comes_to_the_same_as_loading_once(works: Works, tmp_path_factory: pytest.TempPathFactory) -> None:
    with following(works):
        for version in range(2, 6):
            works.sql("pound", ADD_DOG, rows=[(f"d{version}", "k1", f"Dog {version}", version, "N")])
            time.sleep(0.15)
        eventually(lambda: len(works.rows()) == 5)

    once = Works.open(tmp_path_factory.mktemp("once"))
    for name in ("pound", "homes"):
        (once.home / "sources").mkdir(exist_ok=True)
        (once.home / "sources" / f"{name}.toml").write_text((works.home / "sources" / f"{name}.toml").read_text())
        once.connections[name] = f"sqlite:///{works.home}/{name}.db"
    once.ingest()
    assert once.state("dog") == works.state("dog")
    once.engine.dispose()


def test_nothing_new_writes_nothing_but_now_and_then_that_it_looked(works: Works) -> None:
    with following(works, every_seconds=0.05) as at_work:
        eventually(lambda: name_of(works) and works.rows("kennel") and at_work.health("homes"))
        time.sleep(1)
        before = {name: works.table(name) for name in ("dog", "kennel", "data_version", "load")}
        written: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
                written.append(statement.split("(", maxsplit=1)[0])

        event.listen(works.engine, "before_cursor_execute", note)
        time.sleep(2)
        event.remove(works.engine, "before_cursor_execute", note)

    assert len(written) <= 4, "two sources' health, and two mappings' last good load: not forty looks"
    assert {name: works.table(name) for name in before} == before


def test_a_mapping_that_refuses_and_a_source_that_is_away_do_not_hold_up_the_other(works: Works) -> None:
    works.sql("homes", "alter table kennels rename column name to title")
    works.source("gone", KENNELS.replace("kennels", "nowhere"), 'kind = "sql"\ntitle = "Old homes"')
    with following(works, every_seconds=0.05) as at_work:
        eventually(lambda: name_of(works) == "Rex")
        eventually(lambda: (found := at_work.health("gone")) and found.failures)
        works.sql("pound", "update dogs set name = 'Max', v = 2")
        eventually(lambda: name_of(works) == "Max", seconds=5)
        down, refused = at_work.health("gone"), eventually(lambda: at_work.health("homes"))
        assert "Old homes could not be read: there is no file gone.db" in down.reason
        assert down.next_at > down.tried_at
        assert "has no column 'name'" in refused.reason
        assert refused.breaker == "closed"
        works.sql("homes", "alter table kennels rename column title to name")
        eventually(lambda: works.rows("kennel"), what="tried again by itself")
        eventually(lambda: at_work.health("homes").reason == "")


def test_the_breaker_opens_and_closes_and_somebody_may_ask_for_a_try(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_access.follow.pace.LONGEST_WAIT_SECONDS", 60.0)
    hidden = works.home / "pound.db"
    hidden.rename(works.home / "elsewhere.db")
    with following(works, every_seconds=0.02) as at_work:
        health = eventually(lambda: (found := at_work.health("pound")) and found.breaker == "open" and found)
        assert health.failures >= OPENS_AFTER
        at_work.follower.watched["pound"].pace.next = time.monotonic() + 3600
        (works.home / "elsewhere.db").rename(hidden)
        with works.engine.begin() as connection:
            ask_now(connection, works.metadata, "pound", datetime.now(UTC) + timedelta(seconds=1))
        eventually(lambda: name_of(works) == "Rex", what="asked for")
        eventually(lambda: at_work.health("pound").breaker == "closed")


class Hanging(SqlReading):
    """A source that gives a first row and then nothing for as long as a frozen network would."""

    def chunks(self) -> Generator[Chunk]:
        inner = super().chunks()
        if self.mapping.source == "homes":
            yield next(inner)
            time.sleep(60)
        yield from inner


def test_a_source_that_hangs_is_given_up_and_it_stops_at_once_even_so(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    works.source("homes", KENNELS, 'kind = "sql"\nanswer_within = "1s"')
    monkeypatch.setattr("data_access.load.SqlReading", Hanging)
    with following(works, every_seconds=0.05) as at_work:
        eventually(lambda: name_of(works) == "Rex")
        health = eventually(lambda: (found := at_work.health("homes")) and found.failures and found)
        assert health.reason == "Homes did not answer within 1 seconds."
        works.sql("pound", "update dogs set name = 'Max', v = 2")
        eventually(lambda: name_of(works) == "Max", seconds=5)
        assert works.rows("kennel") == {}
        began = time.monotonic()
    assert time.monotonic() - began < 8


def test_another_load_at_work_is_waited_for(works: Works) -> None:
    with ingest_lock(works.engine), following(works) as at_work:
        eventually(lambda: at_work.said)
        assert "Another ingest is at work" in at_work.said[0]
        assert works.rows() == {}
        released = at_work
    assert released.said.count(at_work.said[0]) == 1
    with following(works):
        eventually(lambda: name_of(works) == "Rex")


def ingested(works: Works, source: str) -> bool:
    """A load by somebody else; false while the follower itself is writing."""
    with suppress(IngestBusy):
        return bool(works.ingest([source]))
    return False


def test_what_another_load_wrote_meanwhile_is_not_overwritten_with_older_rows(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look read before another load's and written after it is thrown away and taken again."""
    works.ingest()
    raced: list[bool] = []

    class Raced(SqlReading):
        def chunks(self) -> Generator[Chunk]:
            yield from super().chunks()
            if self.mapping.source == "homes" and not raced:
                raced.append(True)
                works.sql("homes", "update kennels set name = 'Newer'")
                monkeypatch.setattr("data_access.load.SqlReading", SqlReading)
                eventually(lambda: ingested(works, "homes"))

    monkeypatch.setattr("data_access.load.SqlReading", Raced)
    with following(works) as at_work:
        eventually(lambda: raced and at_work.health("homes"))
        time.sleep(0.5)
        assert works.rows("kennel")["k1"]["name"] == "Newer"
        assert [each.result for each in at_work.told if each.dataset == "kennel" and not each.ok] == []
        # Written once, by the other load: no older row came in between, to be mended by the next look.
        assert [each.changed for each in at_work.told if each.dataset == "kennel" and each.changed] == []


def test_a_name_nobody_declared(works: Works) -> None:
    with pytest.raises(DefinitionError, match="no source 'athena'"):
        Follower(works.ingestion(), 1.0, ["athena"], threading.Event(), print, print)


def test_our_own_database_may_restart(tmp_path: Path) -> None:
    from tests.support.own_postgres import OwnServer

    with OwnServer.started() as server:
        works = Works.open(tmp_path, server.url)
        works.source("pound", DOGS)
        works.sql("pound", MAKE_DOGS, ADD_DOG, rows=[("d1", "k1", "Rex", 1, "N")])
        with following(works) as at_work:
            eventually(lambda: name_of(works) == "Rex")
            server.kill()
            works.sql("pound", "update dogs set name = 'Max', v = 2")
            eventually(lambda: any("own database does not answer" in said for said in at_work.said))
            server.start()
            eventually(lambda: at_work.said[-1] == "That is over; loads go on.")
            eventually(lambda: name_of(works) == "Max")
            assert at_work.health("pound").reason == "", "it is not the source's fault"
        works.engine.dispose()
