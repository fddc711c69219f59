"""T-ERR: whatever fails within, a body says a sentence and a reference; the log has the rest under that reference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError, StatementError

from cspdash.web import build
from tests.support.asking import ADDRESS, body_of, post
from tests.support.small import Small, app_of, ports_of, settings_of, signed_in

SECRET = "postgresql://scorecards:Pa55-hunter2@db.force.internal:5432/live"
SQL = "SELECT officer.ref, officer.name FROM officer WHERE officer.ref = 'E5'"
PLACE = "/srv/cspdash/data_access/reader.py"
NAME = "PC 2733 Shah"
TOLD = f"{SECRET} {SQL} {PLACE} {NAME}"
FAILURES: tuple[Callable[[], BaseException], ...] = (
    lambda: OperationalError(SQL, {"ref": NAME}, Exception(TOLD)),
    lambda: ProgrammingError(SQL, (NAME,), Exception(TOLD)),
    lambda: IntegrityError(SQL, {}, Exception(TOLD)),
    lambda: DBAPIError(SQL, {}, Exception(TOLD)),
    lambda: StatementError(TOLD, SQL, {}, Exception(TOLD)),
    lambda: RuntimeError(TOLD),
    lambda: ValueError(TOLD),
    lambda: TypeError(TOLD),
    lambda: KeyError(TOLD),
    lambda: IndexError(TOLD),
    lambda: AttributeError(TOLD),
    lambda: ZeroDivisionError(TOLD),
    lambda: FileNotFoundError(2, TOLD, PLACE),
    lambda: PermissionError(13, TOLD, PLACE),
    lambda: ConnectionError(TOLD),
    lambda: TimeoutError(TOLD),
    lambda: RecursionError(TOLD),
    lambda: MemoryError(TOLD),
    lambda: UnicodeDecodeError("utf-8", TOLD.encode(), 0, 1, TOLD),
    lambda: AssertionError(TOLD),
)
NEVER = (
    "Pa55",
    "hunter2",
    "db.force.internal",
    "SELECT",
    "officer.ref",
    "/srv/",
    "Traceback",
    "Shah",
    "sqlalchemy",
    ".py",
)
REFERENCE = re.compile(r"\b[0-9a-f]{8}\b")


class Failing:
    """A port all of whose questions fail, but for those that stand beside every page."""

    def __init__(self, real: Any, failure: Callable[[], BaseException], spared: frozenset[str]) -> None:
        self._real, self._failure, self._spared = real, failure, spared

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name in self._spared or not callable(real):
            return real

        def fail(*_args: object, **_named: object) -> None:
            raise self._failure()

        return fail


def failing_app(
    deployment: Small, home: Path, failure: Callable[[], BaseException], spared: frozenset[str]
) -> dash.Dash:
    reader, plans = (Failing(each, failure, spared) for each in (deployment.reader, deployment.plans))
    return build(settings_of(home), replace(ports_of(deployment), reader=reader, plans=plans))


def check(answer: Any, log: str) -> None:
    assert answer.status_code in (200, 500, 503), answer.status_code
    for words in NEVER:
        assert words not in answer.text, words
    found = REFERENCE.findall(answer.text)
    assert found, answer.text
    assert found[0] in log
    assert "Pa55-hunter2" in log or "hidden" in log or SECRET in log  # the story is there for who may read it


BESIDE = frozenset({"as_one", "data_version", "headlines", "as_at", "home", "due"})


@pytest.mark.parametrize("number", range(len(FAILURES)))
def test_a_page_that_fails_says_a_reference(
    deployment: Small, home: Path, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    app = failing_app(deployment, home, FAILURES[number], BESIDE)
    client = signed_in(app, "sgt")
    values = {"url.pathname": "/workload", "url.search": "", "search.value": "Shah", "tick.n_intervals": 6}
    for changed in ("url.pathname", "search.value"):
        caplog.clear()
        answer = post(client, body_of(app, changed, values))
        check(answer, "\n".join([caplog.text, *(str(record.exc_info) for record in caplog.records)]))


@pytest.mark.parametrize("number", [0, 5, 8, 13, 17])
def test_even_where_everything_fails(
    deployment: Small, home: Path, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    app = failing_app(deployment, home, FAILURES[number], frozenset({"as_one", "home"}))
    client = signed_in(app, "sgt")
    for changed in [f"{part['id']}.{part['property']}" for part in _first_inputs(app)]:
        caplog.clear()
        answer = post(client, body_of(app, changed, {"url.pathname": "/workload", "search.value": "Shah"}))
        assert answer.status_code in (200, 204, 500, 503), (changed, answer.text)
        for words in NEVER:
            assert words not in answer.text, (changed, words)


def _first_inputs(app: dash.Dash) -> list[dict[str, str]]:
    return [registered["inputs"][0] for registered in app.callback_map.values() if "callback" in registered]


def test_outside_of_callbacks_too(deployment: Small, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(deployment, home)
    rules = {rule.endpoint for rule in app.server.url_map.iter_rules()}

    def fail(**_parts: str) -> None:
        raise RuntimeError(TOLD)

    client = signed_in(app, "sgt")
    for endpoint in sorted(rules - {ADDRESS}):
        app.server.view_functions[endpoint] = fail
    for path in (
        "/",
        "/workload",
        "/assets/js/keys.js",
        "/_dash-layout",
        "/_dash-dependencies",
        "/healthz",
        "/sign-in",
    ):
        caplog.clear()
        answer = client.get(path)
        assert answer.status_code == 500
        assert set(answer.get_json()) == {"error", "ref"}
        for words in NEVER:
            assert words not in answer.text
        assert json.loads(answer.text)["ref"] in caplog.text


def test_a_refusal_says_no_more_than_it_must(clients: dict[str, FlaskClient]) -> None:
    for answer in (clients["sgt"].get("/assets/none.js"), clients["sgt"].delete("/"), clients["sgt"].post(ADDRESS)):
        assert 400 <= answer.status_code < 500
        assert set(answer.get_json()) == {"error"}
