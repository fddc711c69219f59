"""The web application: gate, sign-in, headers, pages and callbacks around ports somebody else has made.

No database here: what answers the questions is passed in, so that tests can pass in something small.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dash
from dash.development.base_component import Component
from dash.exceptions import DependencyException
from flask import Flask, Response, has_request_context, jsonify
from flask_compress import Compress

import cspdash
from callbacks import (
    administration,
    drill,
    export,
    kept_form,
    live,
    look_reasons,
    navigate,
    plan,
    refresh,
    search,
    source_care,
)
from callbacks.administration import AdministrationPages
from callbacks.boundary import on_error
from callbacks.consultations import Consultations
from callbacks.pages import Pages
from callbacks.plan_state import PlanStates
from callbacks.typed_form import Typed
from cspdash.auth import demonstration
from cspdash.auth.callback_body import refuse_wildcards
from cspdash.auth.door import Door
from cspdash.auth.double_submit import HEADER, DoubleSubmit, register_double_submit
from cspdash.auth.entrance import goodbye, guard_entrance, need_entrance, objection_of, register_entrance
from cspdash.auth.gate import FILES, Gate, register_gate
from cspdash.auth.headers import register_headers
from cspdash.auth.looking import SeenViewer
from cspdash.auth.overload import Places, register_overload
from cspdash.auth.personas import LOOPBACK, Persona
from cspdash.auth.policy_reports import ENDPOINT as POLICY_REPORTS
from cspdash.auth.policy_reports import register_policy_reports
from cspdash.auth.rate_limit import Ledger, RateLimit
from cspdash.auth.refusals import register_refusals
from cspdash.auth.request_log import Pseudonyms, register_request_log
from cspdash.auth.sealed import Seal
from cspdash.auth.signed_in import (
    Limits,
    Sessions,
    current_session_id,
    current_user_id,
    current_viewer,
    is_signed_in,
    viewer_of_open_page,
)
from cspdash.auth.staying import register_staying
from cspdash.domain.administration import Administration, Looks
from cspdash.domain.audit import AuditLog
from cspdash.domain.correcting import Corrections
from cspdash.domain.identity import Identity
from cspdash.domain.kept_forms import KeptForms
from cspdash.domain.ports import Plans, Reader, SourceCare, Viewer
from cspdash.exports.of_pages import Setting
from cspdash.settings import Settings
from layouts import ids, shell
from layouts.sign_in import SignInPages

ASSETS = Path(cspdash.__file__).parents[1] / "assets"
MOST_BYTES = 256 * 1024
HEALTH = frozenset({"healthz", "readyz"})
PATIENCE_SECONDS = 5.0
# What a page asks by itself keeps nobody signed in.
BY_ITSELF = frozenset({f"{ids.MOVED}.data"})


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Whoever answers the application's questions. A port added here is one more thing it can be asked.

    `is_ready` says what keeps it from answering, "" for nothing; `identity` knows people and sessions; `calls` counts for
    all processes together.
    """

    reader: Reader
    plans: Plans
    audit: AuditLog
    identity: Identity
    forms: KeptForms
    care: SourceCare
    administering: tuple[Administration, Looks, Corrections]
    is_ready: Callable[[], str]
    personas: Sequence[Persona] = ()
    calls: Ledger | None = None


def build(settings: Settings, ports: Ports) -> dash.Dash:
    """The application around these ports. Raises SettingsError where nobody could sign in safely."""
    personas, audit, identity = ports.personas, ports.audit, ports.identity
    need_entrance(settings, personas)
    is_demo = settings.mode == "demo"
    server, is_secure = _server(settings), not is_demo
    _register_first(server, settings)
    register_refusals(server, missing=(DependencyException,))
    find = demonstration.finder(personas) if is_demo else identity.directory.find
    limits = Limits(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_absolute_hours))
    sessions = Sessions(
        server, find, identity.sessions, audit, limits, is_secure=is_secure, objection=objection_of(settings)
    )
    double_submit = DoubleSubmit(settings.signing_keys(), current_session_id, is_secure=is_secure)
    gate = Gate(
        sessions,
        HEALTH,
        idle_inputs=BY_ITSELF,
        is_loopback_only=is_demo,
        double_submit=double_submit,
        rate_limit=RateLimit(settings.calls_per_minute, ports.calls),
        tokenless=frozenset({POLICY_REPORTS}),
        is_secure=is_secure,
    )
    guard_entrance(server, settings)
    register_gate(server, gate)  # before Dash, so that it comes first
    register_double_submit(server, double_submit)
    register_policy_reports(server)
    _register_health(server, ports.is_ready)
    states = PlanStates(Seal(settings.signing_keys(), "plan"))
    consultations = Consultations(audit, timedelta(minutes=settings.audit_redraw_minutes))
    zone, seal = ZoneInfo(settings.force_timezone), Seal(settings.signing_keys(), "administration")
    administered = AdministrationPages(*ports.administering, seal, zone)
    typed, looking = Typed(ports.forms, zone), settings.looking
    pages = Pages(ports.reader, ports.plans, states, consultations, administered, typed, zone, looking)
    sign_in_pages = SignInPages(settings.handling_marking, settings.force_name, personas)
    door = Door(sessions, identity.directory, audit, sign_in_pages, pages.home_href, goodbye(settings))
    gate.open_endpoints |= register_entrance(server, settings, door, personas)
    register_staying(server, sessions)
    seen = SeenViewer(administered.looks, find, current_viewer)
    open_page = SeenViewer(administered.looks, find, viewer_of_open_page)
    live.register(server, ports.reader, seen)
    app = _dash(settings, server, double_submit.cookie)
    _register_callbacks(app, pages, settings, seen, open_page)
    look_reasons.register(app, pages, seen, sessions.say_why)
    source_care.register(app, ports.care, consultations, current_viewer)
    refuse_wildcards(app.callback_map)
    gate.callback_map = app.callback_map
    register_headers(server, app.csp_hashes(), is_secure=is_secure)
    _register_compression(server)
    _set_up(app)
    return app


def _server(settings: Settings) -> Flask:
    server = Flask("cspdash", static_folder=None)
    server.debug = False  # whatever FLASK_DEBUG in the environment says
    server.config.update(
        SECRET_KEY=settings.require_secret_key(),
        SECRET_KEY_FALLBACKS=settings.signing_keys()[:-1],
        # Only what a visitor is about to do, as signing in; who is signed in is kept on the server.
        SESSION_COOKIE_NAME="cspdash_visit" if settings.mode == "demo" else "__Host-visit",
        SESSION_COOKIE_SECURE=settings.mode != "demo",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=100,
        TRUSTED_HOSTS=_hosts(settings),
    )
    return server


def _hosts(settings: Settings) -> list[str]:
    """Names this site answers to: those of the settings, or that of its public address; this machine's in a demonstration."""
    if settings.mode == "demo":
        return [*LOOPBACK, "[::1]"]
    return list(settings.allowed_hosts) or [urlsplit(settings.public_url).hostname or "localhost"]


def _register_first(server: Flask, settings: Settings) -> None:
    """What comes even before the gate: the log, which tells of refusals too, and the door that a crowd finds closed."""
    level = logging.INFO if settings.mode == "production" else logging.DEBUG
    register_request_log(server, Pseudonyms(settings.require_secret_key()), current_user_id, level)
    places = Places(settings.requests_at_once, settings.requests_waiting, PATIENCE_SECONDS)
    register_overload(server, places, lambda endpoint: endpoint in FILES | HEALTH)


def _dash(settings: Settings, server: Flask, csrf_cookie: str) -> dash.Dash:
    app = dash.Dash(
        "cspdash",
        server=server,  # type: ignore[arg-type]  # Dash says bool, and takes a Flask
        assets_folder=str(ASSETS),
        pages_folder="",
        use_pages=False,
        serve_locally=True,
        title=f"Scorecards · {settings.force_name}",
        update_title=None,  # type: ignore[arg-type]  # Dash's own way to say: leave the title alone
        index_string=shell.index_string(settings.handling_marking),
        # Bars and forms come with their pages; tests/callbacks/test_wiring.py compares ids with what is drawn.
        suppress_callback_exceptions=True,
        on_error=on_error,
        add_log_handler=False,
        enable_mcp=False,
        csrf_token_name=csrf_cookie,
        csrf_header_name=HEADER,
    )

    def layout() -> Component:
        known = has_request_context() and is_signed_in()
        name, title = (current_viewer().name, current_viewer().title) if known else ("", "")
        return shell.shell(settings.handling_marking, settings.force_name, name, title, settings.mode)

    app.layout = layout
    return app


def _register_compression(server: Flask) -> None:
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIMETYPES=["text/html", "text/css", "application/json", "application/javascript", "text/javascript"],
        COMPRESS_REGISTER=False,
    )
    compress = Compress(server)

    @server.after_request
    def squeeze(response: Response) -> Response:
        if response.direct_passthrough:  # a file: read whole here, since compressing it as a stream leaves it open
            response.direct_passthrough = False
            response.make_sequence()
        squeezed: Response = compress.after_request(response)
        return squeezed


def _set_up(app: dash.Dash) -> None:
    """What Dash leaves to the first request: finding its scripts and our assets.

    Done there, it is not safe between threads: requests that come meanwhile are told that there is no such script.
    """
    app._setup_server()  # type: ignore[no-untyped-call]  # noqa: SLF001  Dash has no other name for it


def _register_callbacks(
    app: dash.Dash, pages: Pages, settings: Settings, seen: Callable[[], Viewer], open_page: Callable[[], Viewer]
) -> None:
    """What shows is drawn for `seen`, whom an administrator may look as; what changes something, for who is signed in.

    What a page does that is open already goes on under the reason it was opened with (`open_page`).
    """
    navigate.register(app, pages, seen)
    drill.register(app)
    search.register(app, pages.reader, pages.consultations, seen)
    plan.register(app, pages, viewer_of_open_page)
    setting = Setting(settings.handling_marking, settings.force_name, ZoneInfo(settings.force_timezone))
    export.register(app, pages, setting, open_page)
    kept_form.register(app, pages, viewer_of_open_page)
    refresh.register(app, pages, open_page, ZoneInfo(settings.force_timezone))
    administration.register(app, pages.administration, pages.consultations, viewer_of_open_page)


def _register_health(server: Flask, is_ready: Callable[[], str]) -> None:
    """/healthz: this process answers. /readyz: it could draw a page."""

    def healthz() -> Response:
        return jsonify(status="ok")

    def readyz() -> Response:
        trouble = is_ready()
        answer: Response = jsonify(status="not ready" if trouble else "ok", **({"why": trouble} if trouble else {}))
        answer.status_code = 503 if trouble else 200
        return answer

    server.add_url_rule("/healthz", "healthz", healthz)
    server.add_url_rule("/readyz", "readyz", readyz)
