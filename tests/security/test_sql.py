"""T-SQL: what a browser sends never becomes part of a statement; it travels as a bound value, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dash
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.support.asking import body_of, post
from tests.support.small import Small, app_of, signed_in

MARK = "zq7x"
HOSTILE = (
    f"{MARK}'",
    f"{MARK}' OR '1'='1",
    f"{MARK}'; DROP TABLE officer; --",
    f'{MARK}" OR ""="',
    f"{MARK}` OR 1=1",
    f"{MARK}) UNION SELECT name FROM officer --",  # noqa: S608  that is the point
    f"{MARK}/**/OR/**/1=1",
    f"{MARK}\x00' OR 1=1",
    f"{MARK}\\' OR 1=1 --",
    f"{MARK}%27%20OR%201=1",
    f"{MARK}ʼ OR ʼ1ʼ=ʼ1",  # letters that some drivers fold into a quotation mark
    f"{MARK}＇; DROP TABLE officer",
    f"{MARK}:name %(x)s ? $1",
    f"{MARK}_%",
    f"-{MARK}",
    MARK + "'" * 10_000,
)
PLACES = (
    "/{}",
    "/officer/{}",
    "/plans/{}",
    "/plans/new?officer={}&metric=open",
    "/plans/new?officer=E2&metric={}",
    "/workload?unit={}",
    "/workload?metric={}",
    "/volume?period={}",
    "/workload?as_at={}",
    "/workload?unit=watford-int-c&bar={}",
    "/workload?unit=watford-int-c&bar=officer:{}",
    "/workload?unit=watford-int-c&bar=officer:E2&order={}",
    "/workload?unit=watford-int-c&bar=officer:E2&rows={}",
    "/workload?sort={}&team={}&per={}",
    "/team?unit={}",
    "/sources?x={}",
)


class Statements:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: list[str] = []


@contextmanager
def asked(engine: Engine) -> Iterator[Statements]:
    """Everything the database is asked: the text of each statement, and the values bound to it."""
    found = Statements()

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        found.texts.append(" ".join(text.split()))
        found.values.append(repr(values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def visit(app: dash.Dash, client: FlaskClient, address: str) -> int:
    pathname, _, search = address.partition("?")
    return post(
        client, body_of(app, "url.pathname", {"url.pathname": pathname, "url.search": f"?{search}"})
    ).status_code


@pytest.fixture(scope="module")
def known(deployment: Small, home: Path) -> set[str]:
    """Every statement that addresses of somebody, and of nobody, lead to, nothing being remembered from before."""
    app = app_of(deployment, home)
    client = signed_in(app, "sgt")
    with asked(deployment.engine) as plain:
        for place in PLACES:
            for name in ("zq7y", "-zq7y", "", "E2", "open", "28d", "watford-int-c"):
                visit(app, client, place.replace("{}", name))
    return set(plain.texts)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_address_becomes_part_of_a_statement(
    app: dash.Dash, clients: dict[str, FlaskClient], deployment: Small, known: set[str], hostile: str
) -> None:
    for place in PLACES:
        for spelt in (hostile, quote(hostile, safe="")):
            with asked(deployment.engine) as found:
                assert visit(app, clients["sgt"], place.replace("{}", spelt)) in (200, 403)
            assert not [text for text in found.texts if MARK in text.lower()], place
            assert set(found.texts) <= known, place  # the same statements as for any other name


def test_values_are_bound(app: dash.Dash, clients: dict[str, FlaskClient], deployment: Small) -> None:
    """Otherwise the test above might have looked at nothing."""
    with asked(deployment.engine) as found:
        visit(app, clients["sgt"], f"/plans/{MARK}'")
    assert [values for values in found.values if MARK in values]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_nor_does_any_input_or_state_of_a_callback(
    app: dash.Dash, clients: dict[str, FlaskClient], deployment: Small, hostile: str
) -> None:
    tried = 0
    for registered in [each for each in app.callback_map.values() if "callback" in each]:
        parts = [f"{part['id']}.{part['property']}" for part in (*registered["inputs"], *registered["state"])]
        for part in parts:
            tried += 1
            with asked(deployment.engine) as found:
                answer = post(clients["sgt"], body_of(app, parts[0], {part: hostile}))
            assert answer.status_code in (200, 204, 400, 403), (part, answer.text)
            assert not [text for text in found.texts if MARK in text.lower()], part
    assert tried > 20


@pytest.mark.parametrize("hostile", HOSTILE[:-1], ids=range(len(HOSTILE) - 1))
def test_a_plan_keeps_hostile_words_as_words(
    app: dash.Dash, clients: dict[str, FlaskClient], deployment: Small, hostile: str
) -> None:
    from tests.support.asking import ask, props_of
    from tests.support.asking import visit as see

    client = clients["sgt"]
    form = see(app, client, "/plans/new?officer=E2&metric=open")
    state = props_of(form["main"]["children"], "plan-state")["data"]
    typed = {
        "plan-state.data": state,
        "plan-draft.n_clicks": 1,
        "plan-specific.value": hostile,
        "plan-support.value": hostile,
        "plan-relevant.value": hostile,
        "plan-target-direction.value": "at_most",
        "plan-target-value.value": "3",
    }
    with asked(deployment.engine) as found:
        answer = ask(app, client, "plan-draft.n_clicks", typed)
    assert not [text for text in found.texts if MARK in text.lower()]
    assert [values for values in found.values if MARK in values]
    plan = see(app, client, answer["url"]["href"])
    assert props_of(plan["main"]["children"], "plan-specific")["value"] == hostile.replace("\x00", "").strip()
