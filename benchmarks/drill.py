"""A drill: what a click on a bar costs the server, against an empty Dash callback that returns the very same answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dash
from dash import Input, Output, dcc, html
from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.timing import HEAD, Series, in_turn, timed
from cspdash.deployment import OPERATOR, Deployment
from cspdash.web import build
from tests.support.asking import body_of, post

TEAM = "/workload?unit=watford-intervention-c"
PERSONA = "sgt-watford-c"
_TIMES = 60
_COLD_TIMES = 10


def signed_in(app: dash.Dash, persona: str) -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(
        "/sign-in", data={"persona": persona, "csrf_token": token}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code in (302, 303), f"sign-in answered {answer.status_code}"
    return client


def drill_body(app: dash.Dash, address: str = TEAM) -> dict[str, Any]:
    pathname, _, search = address.partition("?")
    return body_of(app, "url.pathname", {"url.pathname": pathname, "url.search": f"?{search}"})


def empty_app(answer: dict[str, Any]) -> dash.Dash:
    """A callback that works nothing out: it returns what the drill returned, made beforehand."""
    app = dash.Dash("floor", serve_locally=True, enable_mcp=False)
    app.layout = html.Div([dcc.Location(id="url"), *(html.Div(id=name) for name in answer)])
    places = [Output(name, prop) for name, props in answer.items() for prop in props]
    values = [value for props in answer.values() for value in props.values()]

    @app.callback(places, Input("url", "pathname"))
    def nothing(_pathname: str) -> list[Any]:
        return values

    return app


def _addresses(deployment: Deployment) -> list[str]:
    """Pages of different teams, each asked for once, so that none has been drawn before."""
    organisation = deployment.reader.figures.reading(OPERATOR).organisation
    teams = [unit.ref for unit in organisation.tree.units if unit.level == "Team"]
    return [f"/{family}?unit={team}" for team in teams for family in ("workload", "stl")]


@contextmanager
def statements(deployment: Deployment) -> Iterator[list[str]]:
    """The SQL the deployment's database is asked, while the `with` lasts."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(" ".join(statement.split()))

    event.listen(deployment.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(deployment.engine, "before_cursor_execute", note)


def measure(deployment: Deployment) -> None:
    app = build(deployment.settings, deployment.reader, deployment.plans, deployment.personas, deployment.trouble)
    client, body = signed_in(app, PERSONA), drill_body(app)
    first = post(client, body)
    assert first.status_code == 200, first.text[:200]
    answer = dict(first.get_json()["response"])
    floor = empty_app(answer)
    floor_client, floor_body = floor.server.test_client(), body_of(floor, "url.pathname", {"url.pathname": "/"})

    print(f"Drill to a team ({len(first.data):,} bytes), warm cache, same process")
    with statements(deployment) as asked:
        post(client, body)
    others = _addresses(deployment)
    first_looks = iter([drill_body(app, address) for address in others])
    floor_run = lambda: post(floor_client, floor_body)  # noqa: E731
    in_turn(
        "drill to a page not drawn before",
        lambda: post(client, next(first_looks)),
        "empty callback, same bytes",
        floor_run,
        min(_TIMES, len(others) - 1),
    )
    in_turn(
        "the same page again (Back, refresh)",
        lambda: post(client, body),
        "empty callback, same bytes",
        floor_run,
        _TIMES,
    )
    print(f"  SQL statements a warm drill asks (versions, freshness, plans): {len(asked)}\n")
    _cold(deployment, client, body)


def _cold(deployment: Deployment, client: FlaskClient, body: dict[str, Any]) -> None:
    """After the investigations moved: what the next click has to work out again."""
    table = deployment.metadata.tables["data_version"]

    def move() -> None:
        with deployment.engine.begin() as connection:
            connection.execute(
                table.update().where(table.c.dataset == "investigation").values(version=table.c.version + 1)
            )

    seconds = []
    cubes: list[str] = []
    for _ in range(_COLD_TIMES):
        move()
        with statements(deployment) as asked:
            seconds.append(timed(lambda: post(client, body)))
        cubes = [sql for sql in asked if "GROUP BY" in sql and "investigation" in sql]
    print("The same drill just after its dataset moved (all of the page's cubes anew)")
    print(HEAD)
    print(Series("drill, cold", tuple(seconds)).row())
    print(f"  of which cube queries: {len(cubes)} (one a metric and moment; every level and unit is in each)\n")
