"""The door of a proxy that has signed people in already (Kerberos, or OpenID Connect at the proxy) and names them.

The header is one fixed name; the proxy must take it away from what browsers send (docs/admin/signing-in.md). That only the
proxy can speak here is cspdash.auth.proxy_peer's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask, Request, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cspdash.auth.door import Door
from cspdash.auth.links import HOME, SIGN_IN, SIGN_OUT, SIGNED_OUT_PAGE, safe_next
from cspdash.auth.signed_in import is_signed_in
from cspdash.domain.errors import AuditUnavailable
from cspdash.domain.identity import Session, SignInRefused, StoreUnavailable, Vouched, person_id_of

OPEN_ENDPOINTS = frozenset({"sign_in", "signed_out"})
GOODBYE = (
    "You are signed out of Scorecards. Lock this computer when you leave it: whoever uses it next is let in as you."
)
SOMEBODY_ELSE = "somebody else at the proxy"
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}")


def named_user(asked: Request, header: str) -> str:
    """Whom the proxy names; "" for nobody, and for anything that is not one plain name."""
    name = asked.headers.get(header, "")
    return name if _USER.fullmatch(name) else ""


def objection(issuer: str, header: str) -> Callable[[Request, Session], str]:
    """A session belongs to whom the proxy names now: at a shared computer that may be somebody else.

    The goodbye is shown to anybody, so a proxy names nobody there; that ends no session, or any link to it would.
    """

    def object_to(asked: Request, kept: Session) -> str:
        if asked.path == SIGNED_OUT_PAGE:
            return ""
        is_same = person_id_of(issuer, named_user(asked, header)) == kept.user_id
        return "" if is_same else SOMEBODY_ELSE

    return object_to


def register_proxy_sign_in(server: Flask, door: Door, issuer: str, header: str, proxy_sign_out: str = "") -> None:
    """GET /sign-in, POST /sign-out. `proxy_sign_out` is where the proxy ends its own session; "" where it has none."""

    def sign_in() -> AnyResponse:
        if is_signed_in():
            return redirect(safe_next(request.args.get("next")))
        try:
            viewer = door.recognise(_vouched(issuer, header))
            door.sessions.sign_in(viewer, "proxy")
        except SignInRefused as refused:
            return door.refused(refused)
        except (StoreUnavailable, AuditUnavailable) as error:
            return door.not_now(str(error))
        wish = safe_next(request.args.get("next"))
        return redirect(door.landing(viewer) if wish == HOME else wish, 303)

    def sign_out() -> AnyResponse:
        door.sessions.sign_out()
        return door.leave(proxy_sign_out)

    server.add_url_rule(SIGN_IN, "sign_in", sign_in, methods=["GET"])
    server.add_url_rule(SIGN_OUT, "sign_out", sign_out, methods=["POST"])


def _vouched(issuer: str, header: str) -> Vouched:
    if not (name := named_user(request, header)):
        raise SignInRefused("the proxy names nobody")
    return Vouched(issuer, name, "", None)
