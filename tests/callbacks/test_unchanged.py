"""Looks answered from memory: only the very same request, only while nothing moved and nobody's session ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from callbacks.unchanged import KEPT_SECONDS, OF_THE_DATA, UnchangedLooks, key_of
from cspdash.domain.errors import DatabaseUnavailable
from tests.support.force import NOW
from tests.support.small import SAME_SITE, Small, signed_in

LOOK = {"REQUEST_METHOD": "GET", "PATH_INFO": "/live", "HTTP_IF_NONE_MATCH": '"a"', "HTTP_COOKIE": "session=one"}


class Behind:
    """An application behind the memory: says what it is told to, and counts."""

    def __init__(self) -> None:
        self.status, self.asked, self.has_data = "304 NOT MODIFIED", 0, True

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        environ[OF_THE_DATA] = self.has_data
        headers = [("ETag", '"a"'), ("X-Request-ID", str(self.asked)), ("Set-Cookie", f"csrf={self.asked}")]
        start_response(self.status, headers)
        return (b"",)


class Front:
    """The memory before it, its clock and the mark that stands."""

    def __init__(self) -> None:
        self.behind, self.now, self.mark = Behind(), 0.0, "first"
        self.looks = UnchangedLooks(self.behind, "/live", self.standing, lambda: self.now)

    def standing(self) -> str:
        if not self.mark:
            raise DatabaseUnavailable
        return self.mark

    def ask(self, **changed: str) -> tuple[str, dict[str, str]]:
        told: list[Any] = []
        list(self.looks({**LOOK, **changed}, lambda status, headers, *_: told.append((status, dict(headers)))))
        return told[0][0], told[0][1]


def test_the_same_look_is_answered_from_memory_without_what_belonged_to_one_answer() -> None:
    front = Front()
    front.ask()
    status, headers = front.ask()
    assert (front.behind.asked, status, headers) == (1, "304 NOT MODIFIED", {"ETag": '"a"'})


@pytest.mark.parametrize(
    "changed",
    [
        {"HTTP_COOKIE": "session=two"},
        {"HTTP_IF_NONE_MATCH": '"b"'},
        {"HTTP_HOST": "evil"},
        {"HTTP_ORIGIN": "https://evil"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_X_REMOTE_USER": "somebody"},
        {"REMOTE_ADDR": "10.0.0.1"},
        {"QUERY_STRING": "a=b"},
        {"REQUEST_METHOD": "POST"},
        {"PATH_INFO": "/"},
    ],
)
def test_any_other_request_goes_the_whole_way(changed: dict[str, str]) -> None:
    front = Front()
    front.ask()
    front.ask(**changed)
    assert front.behind.asked == 2


def test_no_two_requests_share_a_key_by_where_one_header_ends() -> None:
    assert key_of({"HTTP_A": "x", "HTTP_B": "y"}) != key_of({"HTTP_A": "x\0HTTP_B", "HTTP_C": "y"})
    assert key_of({"HTTP_A": "x", "HTTP_B": ""}) != key_of({"HTTP_A": "", "HTTP_B": "x"})


def test_what_is_not_unchanged_is_never_remembered() -> None:
    front = Front()
    for status in ("200 OK", "401 UNAUTHORIZED", "503 SERVICE UNAVAILABLE"):
        front.behind.status = status
        assert [front.ask()[0], front.ask()[0]] == [status, status]
    assert front.behind.asked == 6


def test_that_no_data_can_be_had_is_never_remembered() -> None:
    front = Front()
    front.behind.has_data = False
    front.ask()
    front.ask()
    assert front.behind.asked == 2


def test_a_mark_that_moved_or_cannot_be_told_sends_everybody_the_whole_way() -> None:
    front = Front()
    front.ask()
    front.mark = "second"
    front.ask()
    front.mark = ""
    front.ask()
    assert front.behind.asked == 3


def test_an_answer_under_an_older_mark_is_not_taken_for_one_under_the_new() -> None:
    """The data move between the mark and the answer: what is remembered belongs to the mark seen first."""
    front = Front()
    answer = front.behind.__call__

    def moving(environ: Any, start_response: Any) -> Iterable[bytes]:
        front.mark = "second"
        return answer(environ, start_response)

    front.looks._application = moving
    front.ask()
    front.ask()
    assert front.behind.asked == 2


def test_it_is_asked_anew_after_a_while() -> None:
    front = Front()
    front.ask()
    front.now = KEPT_SECONDS - 0.1
    front.ask()
    assert front.behind.asked == 1
    front.now = KEPT_SECONDS
    front.ask()
    assert front.behind.asked == 2


class TestWithTheApplication:
    def look(self, client: FlaskClient, tag: str = "") -> Any:
        return client.get("/live", headers={**SAME_SITE, **({"If-None-Match": tag} if tag else {})})

    def seen(self, client: FlaskClient) -> str:
        """The tag of a page that has asked once more already, so that the next look is answered from memory."""
        tag = self.look(client).headers["ETag"]
        assert self.look(client, tag).status_code == 304
        return str(tag)

    def test_headers_are_those_of_the_whole_way(self, app: dash.Dash) -> None:
        client = signed_in(app, "sgt")
        tag = self.look(client).headers["ETag"]
        whole, remembered = self.look(client, tag), self.look(client, tag)
        assert "X-Request-ID" in whole.headers
        assert "X-Request-ID" not in remembered.headers
        assert {**dict(whole.headers), "X-Request-ID": ""} == {**dict(remembered.headers), "X-Request-ID": ""}

    def test_a_session_that_ended_is_told_so(self, app: dash.Dash, deployment: Small) -> None:
        client, other = signed_in(app, "sgt"), signed_in(app, "sgt")
        tag = self.seen(client)
        deployment.reader.figures.pulse._seconds = 0.0
        table = deployment.reader.figures.metadata.tables["session"]
        with deployment.engine.begin() as connection:  # as another worker process would
            connection.execute(update(table).values(ended_at=NOW, ended_why="ended by an administrator"))
        assert self.look(client, tag).status_code == 401
        assert self.look(other, tag).status_code == 401

    def test_a_change_is_told(self, app: dash.Dash, deployment: Small) -> None:
        client = signed_in(app, "sgt")
        tag = self.seen(client)
        deployment.reader.figures.pulse._seconds = 0.0
        deployment.add_crime("NEW-1", "E2")
        assert self.look(client, tag).status_code == 200

    def test_a_source_read_again_is_told_as_exactly_as_before(self, app: dash.Dash, deployment: Small) -> None:
        client = signed_in(app, "sgt")
        tag = self.seen(client)
        deployment.reader.figures.pulse._seconds = 0.0
        table = deployment.reader.figures.metadata.tables["source_state"]
        with deployment.engine.begin() as connection:
            connection.execute(update(table).values(loaded_at=NOW + timedelta(seconds=31)))
        assert self.look(client, tag).status_code == 200

    @pytest.mark.parametrize(("every", "again"), [(2.0, 2.0), (10.0, 5.0), (900.0, 10.0), (None, 2.0)])
    def test_pages_look_more_seldom_where_sources_are_asked_seldom(
        self, app: dash.Dash, deployment: Small, every: float | None, again: float
    ) -> None:
        if every is not None:
            table = deployment.reader.figures.metadata.tables["source_health"]
            with deployment.engine.begin() as connection:
                connection.execute(
                    insert(table).values(source="hr", every_seconds=3600.0, failures=0, breaker="closed")
                )
                connection.execute(
                    insert(table).values(source="athena", every_seconds=every, failures=0, breaker="closed")
                )
        deployment.reader.figures.pulse._seconds = 0.0
        assert self.look(signed_in(app, "sgt")).get_json()["again"] == again
