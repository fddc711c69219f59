"""A drill: what a click on a bar costs the server, against an empty Dash callback that returns the very same answer.

Both go over WSGI in this process, in turn. The floor works nothing out and passes no gate: its answer was made beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import dash
from dash import Input, dcc, html
from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.timing import Series, in_turn, table, timed
from callbacks.administration import AdministrationPages
from callbacks.consultations import Consultations
from callbacks.drawn import Drawn
from callbacks.navigate import outputs, values
from callbacks.pages import Pages
from callbacks.plan_state import PlanStates
from callbacks.typed_form import Typed
from cspdash.app import ports_of
from cspdash.auth.sealed import Seal
from cspdash.deployment import Deployment
from cspdash.domain.view import View
from data_access.answers.bars import UnitBars
from tests.support.asking import body_of, post
from tests.support.small import signed_in

TEAM, METRIC = "watford-intervention-c", "open_investigations"
PERSONA = "sgt-watford-c"
_TIMES, _COLD_TIMES = 60, 10


def drill_body(app: dash.Dash, look: int = 0) -> dict[str, Any]:
    """The request for the team's page. Addresses differ by a parameter that means nothing, so that no page drawn before
    can be taken for this one."""
    return body_of(app, "url.pathname", {"url.pathname": "/workload", "url.search": f"?unit={TEAM}&look={look}"})


def empty_app(drawn: Drawn) -> dash.Dash:
    """A callback that works nothing out: it returns the components of a page drawn beforehand."""
    app = dash.Dash("floor", serve_locally=True, enable_mcp=False)
    places, made = outputs(), values(drawn)
    app.layout = html.Div([dcc.Location(id="url"), *(html.Div(id=place.component_id) for place in places)])

    @app.callback(places, Input("url", "pathname"))
    def nothing(_pathname: str) -> list[Any]:
        return made

    return app


@contextmanager
def statements(deployment: Deployment) -> Iterator[list[str]]:
    """The SQL the deployment's database is asked, while the `with` lasts."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(" ".join(statement.split()))

    event.listen(deployment.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(deployment.engine, "before_cursor_execute", note)


def measure(deployment: Deployment, app: dash.Dash) -> None:
    client = signed_in(app, PERSONA)
    seal, zone = Seal(["x" * 40], "bench"), deployment.reader.figures.options.zone
    rights = AdministrationPages(*deployment.administering(), seal, zone)
    log = Consultations(deployment.audit_log)
    pages = Pages(
        deployment.reader, deployment.plans, PlanStates(seal), log, rights, Typed(ports_of(deployment).forms, zone)
    )
    first, drawn = post(client, drill_body(app)), pages.draw("/workload", f"?unit={TEAM}", deployment.viewer(PERSONA))
    floor = empty_app(drawn)
    floor_client, floor_body = floor.server.test_client(), body_of(floor, "url.pathname", {"url.pathname": "/"})
    assert first.status_code == 200, first.text[:200]
    assert post(floor_client, floor_body).get_json()["response"] == first.get_json()["response"], "not the same bytes"

    def at_floor() -> object:
        return post(floor_client, floor_body)

    bodies = (drill_body(app, look) for look in count(1))
    print(f"Drill to a team of ten, {len(first.data):,} bytes of JSON; figures in the cache")
    with statements(deployment) as asked:
        post(client, next(bodies))
    in_turn("drill, page not drawn before", lambda: post(client, next(bodies)), "floor", at_floor, _TIMES)
    print(f"  SQL statements: {len(asked)}, of them for figures: {len(figure_queries(asked))}\n")
    again = drill_body(app)
    with statements(deployment) as asked:
        post(client, again)
    in_turn("drill, same page within a minute", lambda: post(client, again), "floor", at_floor, _TIMES)
    print(f"  SQL statements: {len(asked)}\n")
    _cold(deployment, client, bodies)


def figure_queries(asked: list[str]) -> list[str]:
    """Statements that look at records, not at versions, freshness or plans."""
    datasets = (
        "investigation",
        "victim",
        "incident",
        "overtime_",
        "suspect_release",
        "stop_search_form",
        "intel_report",
    )
    return [sql for sql in asked if any(f"FROM {name}" in sql for name in datasets)]


def _cold(deployment: Deployment, client: FlaskClient, bodies: Iterator[dict[str, Any]]) -> None:
    """After the investigations moved: what the next click has to work out again."""
    seconds = []
    for _ in range(_COLD_TIMES):
        _move(deployment)
        seconds.append(timed(lambda: post(client, next(bodies))))
    print("The same drill just after its dataset moved")
    table(Series("drill, nothing of its dataset cached", tuple(seconds)))
    _move(deployment)
    with statements(deployment) as asked:
        post(client, next(bodies))
    _move(deployment)
    print(f"  SQL statements for the bars: {len(_for_the_bars(deployment))}")
    print(f"  and for all of the page (every tab, comparisons, what falls due): {len(figure_queries(asked))}\n")


def _move(deployment: Deployment) -> None:
    moved = deployment.metadata.tables["data_version"]
    with deployment.engine.begin() as connection:
        of_it = moved.c.dataset == "investigation"
        connection.execute(moved.update().where(of_it).values(version=moved.c.version + 1))


def _for_the_bars(deployment: Deployment) -> list[str]:
    """What the database is asked for one metric's bars, all levels and units of which come from one cube."""
    viewer = deployment.viewer(PERSONA)
    reading = deployment.reader.figures.reading(viewer)
    view = View(page="workload", unit=TEAM, metric=METRIC)
    with statements(deployment) as asked:
        for unit in (TEAM, "csp-watford", "herts"):
            position = reading.organisation.unit(unit)
            assert UnitBars.of(reading, reading.metric(METRIC), view.but(unit=unit), position).bars()
    return asked
