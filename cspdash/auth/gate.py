"""The gate before every request: closed by default, by the endpoint's name.

It must be registered before Dash registers anything of its own, so that it comes first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from cspdash.auth.callback_body import check_callback_body
from cspdash.auth.double_submit import DoubleSubmit
from cspdash.auth.forgery import SAFE_METHODS, refuse_foreign
from cspdash.auth.links import sign_in_href
from cspdash.auth.personas import LOOPBACK
from cspdash.auth.rate_limit import RateLimit
from cspdash.auth.signed_in import Sessions, current_viewer, is_signed_in

# Dash names an endpoint after its path.
CALLBACKS = "/_dash-update-component"
SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
PAGES = frozenset({"/", "/<path:path>"})
# Files of the program itself: asked for by the dozen, and never counted.
FILES = frozenset({"_dash_assets.static", SUITES, "/_favicon.ico"})
# A proxy on this machine passes on what others ask; a demonstration, which knows no password, is not for them.
_FORWARDED = frozenset({"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"})


@dataclass
class Gate:
    """What the gate knows. `callback_map` is Dash's own, filled in later; `open_endpoints` need nobody signed in.

    `idle_inputs` are inputs a page sends by itself ("tick.n_intervals"): they keep nobody signed in. `is_loopback_only`
    refuses other machines, which a demonstration does. `tokenless` endpoints are told by the browser itself, which cannot
    repeat the token. `is_secure`: browsers reach us over TLS.
    """

    sessions: Sessions
    open_endpoints: frozenset[str]
    callback_map: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    idle_inputs: frozenset[str] = frozenset()
    is_loopback_only: bool = False
    double_submit: DoubleSubmit | None = None
    rate_limit: RateLimit | None = None
    tokenless: frozenset[str] = frozenset()
    is_secure: bool = False

    def __call__(self) -> AnyResponse | None:
        error = request.routing_exception
        if error is not None and error.code == BadRequest.code:
            # A Host that is not ours: no redirect, and no word, may repeat it.
            raise BadRequest("This is not an address of this site.")
        if self.is_loopback_only and (request.remote_addr not in LOOPBACK or _FORWARDED & set(request.headers.keys())):
            raise Forbidden("The demonstration answers this machine only.")
        if (request.content_length or 0) > (request.max_content_length or math.inf):
            raise RequestEntityTooLarge("The request is too large.")  # even where nobody would read it
        refuse_foreign(request, is_secure=self.is_secure)
        if request.endpoint in self.open_endpoints:
            return None
        if not is_signed_in():
            return self._turn_away()
        if self.rate_limit and request.endpoint not in FILES:
            self.rate_limit.count(current_viewer().user_id)
        if self.double_submit and request.method not in SAFE_METHODS and request.endpoint not in self.tokenless:
            self.double_submit.check(request)
        if request.endpoint == CALLBACKS:
            self._check_callback()
        elif request.endpoint in PAGES:
            self.sessions.note_activity()
        return None

    def _turn_away(self) -> AnyResponse:
        if request.method == "GET" and request.endpoint in PAGES:
            return redirect(sign_in_href(request.full_path.removesuffix("?")))
        answer: Response = jsonify(error="You are not signed in.")
        answer.status_code = 401
        return answer

    def _check_callback(self) -> None:
        if request.mimetype != "application/json":
            raise UnsupportedMediaType("A callback is JSON.")
        try:
            body = request.get_json()
        except RecursionError:
            raise BadRequest("The request is nested too deeply.") from None
        check_callback_body(body, self.callback_map)
        if not set(body.get("changedPropIds", ())) <= self.idle_inputs or not body.get("changedPropIds"):
            self.sessions.note_activity()


def register_gate(server: Flask, gate: Gate) -> None:
    """Puts the gate before every request of this server."""
    watch: Callable[[], AnyResponse | None] = gate.__call__
    server.before_request(watch)
