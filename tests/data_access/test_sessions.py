"""Sessions as they are kept. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, select

from cspdash.domain.identity import StoreUnavailable, handle_of
from cspdash.domain.looking_outside import StandingReason
from cspdash.domain.ports import Viewer
from data_access.engine import open_engine
from data_access.sessions import DatabaseSessions
from tests.support.force import metadata

SGT, CHIEF = Viewer("p1", "PS Nair", "sergeant", "E1"), Viewer("p2", "ACC Reed", "chief_officer")


@dataclass
class Place:
    engine: Engine
    tables: MetaData
    store: DatabaseSessions
    now: list[datetime]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    is_sqlite = request.param == "sqlite"
    engine = open_engine(f"sqlite:///{tmp_path}/x.db" if is_sqlite else request.getfixturevalue("postgres_url"))
    tables, now = metadata(), [datetime(2026, 11, 22, 14, 5, tzinfo=UTC)]
    tables.create_all(engine, [tables.tables["session"]])
    yield Place(engine, tables, DatabaseSessions(engine, tables, lambda: now[0]), now)
    engine.dispose()


def test_a_session_is_found_by_its_secret_alone(place: Place) -> None:
    place.store.start("secret-1", SGT, "oidc", "idp-9")
    found = place.store.find("secret-1")
    assert found is not None
    assert (found.user_id, found.role, found.method, found.idp_sid) == ("p1", "sergeant", "oidc", "idp-9")
    assert (found.created_at, found.seen_at, found.ended_at) == (place.now[0], place.now[0], None)
    assert place.store.find("secret-2") is None
    assert place.store.find(found.handle) is None  # what a page or a log may show opens nothing


def test_the_secret_is_nowhere_in_the_table(place: Place) -> None:
    place.store.start("secret-1", SGT, "oidc")
    with place.engine.connect() as connection:
        rows = connection.execute(select(place.tables.tables["session"])).all()
    assert "secret-1" not in repr(rows)
    assert handle_of("secret-1") in repr(rows)


def test_activity_moves_the_idle_clock_of_an_open_session_only(place: Place) -> None:
    place.store.start("a", SGT, "oidc")
    place.now[0] += timedelta(minutes=3)
    place.store.seen("a")
    assert place.store.find("a").seen_at == place.now[0]  # type: ignore[union-attr]
    place.store.end("a", "signed out")
    ended = place.store.find("a")
    place.now[0] += timedelta(minutes=3)
    place.store.seen("a")
    assert place.store.find("a") == ended


def test_an_end_is_kept_with_its_reason_and_gives_the_token_back_once(place: Place) -> None:
    place.store.start("a", SGT, "oidc", id_token="ey.x.y")
    assert place.store.end("a", "signed out") == "ey.x.y"
    assert place.store.end("a", "again") == ""
    found = place.store.find("a")
    assert found is not None
    assert (found.ended_at, found.ended_why) == (place.now[0], "signed out")


def test_an_administrator_ends_one_or_all_of_somebody(place: Place) -> None:
    for sid in ("a", "b", "c"):
        place.store.start(sid, SGT, "oidc")
    place.store.start("z", CHIEF, "oidc")
    assert place.store.end_one(handle_of("a"), "ended by an administrator", "p9")
    assert not place.store.end_one(handle_of("a"), "ended by an administrator", "p9")
    assert {each.handle for each in place.store.sessions("p1")} == {handle_of("b"), handle_of("c")}
    assert place.store.end_all("p1", "ended by an administrator", "p9") == 2
    assert [each.user_id for each in place.store.sessions()] == ["p2"]
    assert len(place.store.sessions(are_open=False)) == 4
    assert place.store.find("a").ended_by == "p9"  # type: ignore[union-attr]


def test_old_ones_are_forgotten(place: Place) -> None:
    place.store.start("a", SGT, "oidc")
    place.now[0] += timedelta(days=2)
    place.store.start("b", SGT, "oidc")
    assert place.store.forget(place.now[0] - timedelta(days=1)) == 1
    assert place.store.find("a") is None
    assert place.store.find("b") is not None


def test_a_month_later_it_is_forgotten_and_a_day_later_no_longer_listed(place: Place) -> None:
    place.store.start("a", SGT, "oidc")
    place.now[0] += timedelta(hours=23)
    assert len(place.store.sessions()) == 1
    place.now[0] += timedelta(hours=2)
    assert place.store.sessions() == []  # nobody came back to hear that it is over
    place.now[0] += timedelta(days=31)
    place.store.start("b", SGT, "oidc")
    assert place.store.find("a") is None


def test_a_store_that_is_away_says_so(place: Place) -> None:
    place.tables.tables["session"].drop(place.engine)
    for question in (
        lambda: place.store.find("a"),
        lambda: place.store.start("a", SGT, "oidc"),
        lambda: place.store.seen("a"),
        lambda: place.store.end("a", "x"),
        place.store.sessions,
    ):
        with pytest.raises(StoreUnavailable):
            question()


def said(unit: str, reason: str, place: Place, *, is_alone: bool = False) -> StandingReason:
    return StandingReason(unit, is_alone, reason, place.now[0] + timedelta(hours=1))


def test_why_somebody_looks_is_kept_with_the_session_it_was_said_in(place: Place) -> None:
    place.store.start("a", CHIEF, "oidc")
    place.store.start("b", CHIEF, "oidc")
    assert place.store.find("a").looks == ()  # type: ignore[union-attr]
    first, second = said("herts", "audit", place, is_alone=True), said("csp-watford", "conduct", place)
    place.store.say_why("a", first)
    after = place.store.say_why("a", second)
    assert after == place.store.find("a")
    assert after is not None
    assert after.looks == (second, first)  # the latest first
    again = said("csp-watford", "audit", place)
    assert place.store.say_why("a", again).looks == (again, first)  # type: ignore[union-attr]
    assert place.store.find("b").looks == ()  # type: ignore[union-attr]
    assert place.store.say_why("nobody's", first) is None
    place.store.end("a", "signed out")
    assert place.store.say_why("a", second) is None


def test_reasons_said_at_once_in_several_tabs_are_all_kept(place: Place) -> None:
    place.store.start("a", CHIEF, "oidc")
    units = [f"unit-{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as tabs:
        list(tabs.map(lambda unit: place.store.say_why("a", said(unit, "audit", place)), units))
    assert sorted(each.unit_id for each in place.store.find("a").looks) == sorted(units)  # type: ignore[union-attr]
