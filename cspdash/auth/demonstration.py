"""Demonstration sign-in: choose a persona, no password. For made-up people on this machine only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from cspdash.auth.forgery import check_form_token, form_token
from cspdash.auth.links import HOME, SIGN_IN, safe_next
from cspdash.auth.personas import FILE_NAME, LOOPBACK, Persona
from cspdash.auth.signed_in import FindViewer, Sessions, is_signed_in
from cspdash.domain.ports import Viewer
from cspdash.settings import Problem, SettingsError

OPEN_ENDPOINTS = frozenset({"sign_in", "signed_out"})
SignInPage = Callable[[str, str], str]  # (token of the form, what went wrong or "") -> HTML


def refuse_outside_demonstration(host: str, personas: Sequence[Persona], home: str) -> None:
    """Raises SettingsError unless a demonstration is for this machine alone, and there is somebody to be."""
    if host not in LOOPBACK:
        what = f"a demonstration signs anybody in without a password, so it may not listen on {host}"
        raise SettingsError(Problem(what, "host", f"Use one of {', '.join(LOOPBACK)}"))
    if not personas:
        raise SettingsError(Problem("there is nobody to sign in as", f"{home}/{FILE_NAME}", "Add [[persona]] tables"))


def finder(personas: Sequence[Persona]) -> FindViewer:
    """Looks a persona up by id."""
    known: dict[str, Viewer] = {persona.id: persona.viewer for persona in personas}
    return known.get


def register_sign_in(
    server: Flask,
    sessions: Sessions,
    find: FindViewer,
    page: SignInPage,
    landing: Callable[[Viewer], str] = lambda _viewer: HOME,
) -> None:
    """GET /sign-in, POST /sign-in (form fields persona, csrf_token, next in the address), POST /sign-out.

    `landing` is where somebody goes who asked for no page.
    """

    def sign_in() -> AnyResponse:
        if request.method == "POST":
            return _try(sessions, find, page, landing)
        return redirect(safe_next(request.args.get("next"))) if is_signed_in() else Response(page(form_token(), ""))

    def sign_out() -> AnyResponse:
        sessions.sign_out()
        return redirect(SIGN_IN, 303)

    server.add_url_rule(SIGN_IN, "sign_in", sign_in, methods=["GET", "POST"])
    server.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def _try(sessions: Sessions, find: FindViewer, page: SignInPage, landing: Callable[[Viewer], str]) -> AnyResponse:
    try:
        check_form_token(request.form.get("csrf_token"))
    except HTTPException as error:
        return Response(page(form_token(), str(error.description)), 403)
    viewer = find(request.form.get("persona", ""))
    if viewer is None:
        return Response(page(form_token(), "Choose who you are from the list."), 400)
    sessions.sign_in(viewer, "demonstration")
    wish = safe_next(request.args.get("next"))
    return redirect(landing(viewer) if wish == HOME else wish, 303)
