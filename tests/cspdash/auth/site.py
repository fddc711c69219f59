"""A small site behind the real gate, headers and sign-in: two callbacks, no figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import dash
from dash import Input, Output, State, dcc, html
from flask import Flask
from flask.testing import FlaskClient

from cspdash.auth import demonstration
from cspdash.auth.gate import Gate, register_gate
from cspdash.auth.headers import register_headers
from cspdash.auth.personas import Persona
from cspdash.auth.refusals import register_refusals
from cspdash.auth.signed_in import Limits, Sessions, current_viewer
from cspdash.auth.staying import register_staying
from cspdash.domain.audit import AuditEntry
from cspdash.domain.errors import AuditUnavailable
from data_access.engine import open_engine
from data_access.sessions import DatabaseSessions
from tests.support.force import metadata

PERSONAS = (
    Persona("sgt", "PS Nair", "Sergeant", "sergeant", officer_id="E1"),
    Persona("supt", "Supt Hale", "Superintendent", "superintendent", unit_id="csp-watford"),
)
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
FIND = demonstration.finder(PERSONAS)


@dataclass
class Kept:
    """An audit that keeps what it is told; `is_away` as when it cannot be written."""

    entries: list[AuditEntry] = field(default_factory=list)
    is_away: bool = False

    def write(self, entry: AuditEntry) -> int:
        if self.is_away:
            raise AuditUnavailable
        self.entries.append(entry)
        return len(self.entries)

    def told(self) -> list[tuple[str, str]]:
        return [(str(entry.operation), entry.detail) for entry in self.entries]


@dataclass
class Site:
    server: Flask
    app: dash.Dash
    people: dict[str, Any]  # who can be found; tests take somebody away
    store: DatabaseSessions
    sessions: Sessions
    audit: Kept

    def stranger(self) -> FlaskClient:
        return self.server.test_client()

    def signed_in(self, persona: str = "sgt") -> FlaskClient:
        client = self.stranger()
        answer = sign_in(client, persona)
        assert answer.status_code == 303, answer.text
        return client


def sign_in(client: FlaskClient, persona: str, next_page: str = "") -> Any:
    token = client.get("/sign-in").text.partition("token:")[2].split()[0]
    address = f"/sign-in?next={next_page}" if next_page else "/sign-in"
    return client.post(address, data={"persona": persona, "csrf_token": token}, headers=SAME_SITE)


def store_in_memory() -> DatabaseSessions:
    engine, tables = open_engine("sqlite:///:memory:"), metadata()
    tables.create_all(engine, [tables.tables["session"]])
    return DatabaseSessions(engine, tables)


def small_site(*, idle_minutes: int = 15, is_secure: bool = False) -> Site:
    people = {persona.id: persona.viewer for persona in PERSONAS}
    server = Flask("small", static_folder=None)
    server.config.update(SECRET_KEY="k" * 40, MAX_CONTENT_LENGTH=256 * 1024, TRUSTED_HOSTS=["localhost", "127.0.0.1"])
    register_refusals(server)
    limits = Limits(timedelta(minutes=idle_minutes), timedelta(hours=8))
    store, audit = store_in_memory(), Kept()
    sessions = Sessions(server, people.get, store, audit, limits, is_secure=is_secure)
    gate = Gate(
        sessions, demonstration.OPEN_ENDPOINTS, idle_inputs=frozenset({"tick.n_intervals"}), is_loopback_only=True
    )
    register_gate(server, gate)
    demonstration.register_sign_in(server, sessions, people.get, lambda token, error: f"token:{token} {error}")
    register_staying(server, sessions)
    app = dash.Dash("small", server=server, enable_mcp=False)
    app.layout = html.Div([dcc.Interval("tick"), dcc.Input("typed"), html.Div(id="main"), html.Div(id="side")])

    @app.callback(
        Output("main", "children"), Output("side", "children"), Input("typed", "value"), State("tick", "interval")
    )
    def echo(value: object, _interval: object) -> tuple[str, str]:
        return str(value), current_viewer().name

    @app.callback(Output("main", "title"), Input("tick", "n_intervals"))
    def tick(_count: object) -> str:
        return "ticked"

    app.clientside_callback("function (x) { return x }", Output("side", "title"), Input("typed", "value"))
    gate.callback_map = app.callback_map
    register_headers(server, app.csp_hashes(), is_secure=is_secure)
    return Site(server, app, people, store, sessions, audit)


def body(**changes: Any) -> dict[str, Any]:
    """A callback request our own page could send, with some parts changed."""
    return {
        "output": "..main.children...side.children..",
        "outputs": [{"id": "main", "property": "children"}, {"id": "side", "property": "children"}],
        "inputs": [{"id": "typed", "property": "value", "value": "x"}],
        "state": [{"id": "tick", "property": "interval", "value": 1000}],
        "changedPropIds": ["typed.value"],
        **changes,
    }


def post(client: FlaskClient, payload: Any, **kwargs: Any) -> Any:
    return client.post("/_dash-update-component", json=payload, headers=SAME_SITE, **kwargs)
