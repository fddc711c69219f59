"""The door to the force's identity provider: there, back, out; whatever goes wrong, a plain page and a line in the audit."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from cspdash.auth.door import Door
from cspdash.auth.links import HOME, SIGN_IN, SIGN_OUT, SIGNED_OUT_PAGE, safe_next
from cspdash.auth.openid_connect import CALLBACK, Proof, Provider, ProviderAway
from cspdash.auth.signed_in import is_signed_in
from cspdash.domain.errors import AuditUnavailable
from cspdash.domain.identity import SignInRefused, StoreUnavailable

LOG = logging.getLogger("cspdash")
OPEN_ENDPOINTS = frozenset({"sign_in", "sign_in_callback", "signed_out"})
_NEXT = "next"


def register_single_sign_on(server: Flask, door: Door, provider: Provider) -> None:
    """GET /sign-in, GET /sign-in/callback, POST /sign-out."""

    def sign_in() -> AnyResponse:
        if is_signed_in():
            return redirect(safe_next(request.args.get(_NEXT)))
        session[_NEXT] = safe_next(request.args.get(_NEXT))
        return provider.begin()

    def callback() -> AnyResponse:
        wish = safe_next(session.get(_NEXT))
        try:
            proof = provider.proof()
        except SignInRefused:
            if is_signed_in():  # a second tab that came back late
                return redirect(wish)
            raise
        return _let_in(door, proof, wish)

    def sign_out() -> AnyResponse:
        return door.leave(provider.sign_out_address(door.sessions.sign_out(), SIGNED_OUT_PAGE))

    server.add_url_rule(SIGN_IN, "sign_in", _plainly(door, sign_in), methods=["GET"])
    server.add_url_rule(CALLBACK, "sign_in_callback", _plainly(door, callback), methods=["GET"])
    server.add_url_rule(SIGN_OUT, "sign_out", _plainly(door, sign_out), methods=["POST"])


def _let_in(door: Door, proof: Proof, wish: str) -> AnyResponse:
    viewer = door.recognise(proof.who)
    door.sessions.sign_in(viewer, "oidc", proof.idp_sid, proof.id_token)
    return redirect(door.landing(viewer) if wish == HOME else wish, 303)


def _plainly(door: Door, view: Callable[[], AnyResponse]) -> Callable[[], AnyResponse]:
    """The view, with a plain page for everything that can keep somebody out."""

    def guarded() -> AnyResponse:
        try:
            return view()
        except SignInRefused as refused:
            return door.refused(refused)
        except ProviderAway as error:
            LOG.warning("the identity provider: %s", error.__cause__ or error)
            return door.not_now("Your force's sign-in is not answering just now. Please try again in a minute.")
        except (StoreUnavailable, AuditUnavailable) as error:
            return door.not_now(str(error))

    guarded.__name__ = view.__name__
    return guarded
