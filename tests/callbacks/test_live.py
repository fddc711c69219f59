"""What an open page asks every other second: nothing when nothing moved, and the truth about each source."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dash
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, update

from cspdash.domain.ports import Viewer
from layouts import ids
from tests.support.asking import visit, words
from tests.support.force import NOW
from tests.support.small import SAME_SITE, Small, signed_in


def look(client: FlaskClient, tag: str = "") -> Any:
    return client.get("/live", headers={**SAME_SITE, **({"If-None-Match": tag} if tag else {})})


def read_at(deployment: Small, **values: Any) -> None:
    table = deployment.reader.figures.metadata.tables["source_state"]
    with deployment.engine.begin() as connection:
        connection.execute(update(table).values(**values))
    deployment.reader.figures.pulse._seconds = 0.0


def test_a_page_that_has_seen_the_state_is_told_nothing(app: dash.Dash) -> None:
    client = signed_in(app, "sgt")
    first = look(client)
    assert first.status_code == 200
    again = look(client, first.headers["ETag"])
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in again.headers


def test_the_state_is_what_a_page_is_drawn_from(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    deployment.reader.figures.pulse._seconds = 0.0
    drawn = visit(app, client, "/workload")[ids.VERSION]["data"]
    seen = look(client)
    assert seen.get_json()["state"] == drawn
    deployment.add_crime("NEW-1", "E2")
    moved = look(client, seen.headers["ETag"])
    assert moved.status_code == 200
    assert moved.get_json()["state"] != drawn
    assert visit(app, client, "/workload")[ids.VERSION]["data"] == moved.get_json()["state"]


def test_a_source_that_falls_silent_is_news_without_any_load(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    deployment.reader.figures.pulse._seconds = 0.0
    fresh = look(client)
    assert [source["state"] for source in fresh.get_json()["sources"]] == [""]
    deployment.now[0] = NOW + timedelta(minutes=16)
    late = look(client, fresh.headers["ETag"]).get_json()
    assert late["sources"][0]["state"] == "late"
    assert late["state"] != fresh.get_json()["state"]
    assert late["version"] == fresh.get_json()["version"]
    read_at(deployment, is_down=True)
    assert look(client).get_json()["sources"][0]["state"] == "down"


def test_a_poll_that_finds_nothing_wakes_no_page_but_ages_are_told_in_time(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    deployment.reader.figures.pulse._seconds = 0.0
    whole = NOW.replace(second=0)
    read_at(deployment, loaded_at=whole)
    tag = look(client).headers["ETag"]
    read_at(deployment, loaded_at=whole + timedelta(seconds=20))
    assert look(client, tag).status_code == 304
    read_at(deployment, loaded_at=whole + timedelta(seconds=31))
    told = look(client, tag)
    assert told.get_json()["sources"][0]["loaded"] == (whole + timedelta(seconds=31)).isoformat()


def test_midnight_is_news(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    before = look(client).get_json()["state"]
    deployment.now[0] = NOW + timedelta(hours=10)
    assert look(client).get_json()["state"] != before


def test_many_pages_ask_the_database_once(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    deployment.reader.figures.pulse._clock = lambda: 0.0
    look(client)
    asked: list[str] = []
    event.listen(deployment.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: asked.append(statement))
    for _ in range(50):
        look(client)
    assert [statement for statement in asked if "data_version" in statement or "source_state" in statement] == []


def test_what_draws_a_page_is_never_a_second_old(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    deployment.reader.figures.pulse._clock = lambda: 0.0
    look(client)
    deployment.add_crime("NEW-1", "E2")
    assert "15 open investigations" in words(visit(app, client, "/workload?unit=watford-int-c")[ids.MAIN]["children"])


def test_whoever_may_see_no_source_is_told_of_none(deployment: Small) -> None:
    assert deployment.reader.glance(Viewer("x", "Nobody", "no such role")).sources == ()


def test_a_stranger_is_turned_away(app: dash.Dash) -> None:
    assert look(app.server.test_client()).status_code == 401


def test_looking_keeps_nobody_signed_in(app: dash.Dash) -> None:
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        client = signed_in(app, "sgt")
        for _ in range(3):
            clock.shift(timedelta(minutes=5))
            assert look(client).status_code == 200
        clock.shift(timedelta(minutes=1))
        assert look(client).status_code == 401
