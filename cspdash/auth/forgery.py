"""Requests another site made a browser send: refused before anything is read.

Locks, each enough against the attacks we know: cookies are SameSite=Lax; whatever changes something must say by
`Sec-Fetch-Site` or `Origin` that it comes from this very site; callbacks take JSON only; and whoever is signed in repeats
a token (cspdash.auth.double_submit), as does the sign-in form.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Request, session
from werkzeug.exceptions import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT_AS = "form_token"


def refuse_foreign(request: Request, *, is_secure: bool = False) -> None:
    """Raises Forbidden for a changing request that does not come from a page of this site.

    `is_secure`: browsers know this site by https, whatever the proxy speaks with us.
    """
    if request.method in SAFE_METHODS:
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if fetch_site is None and origin is None:
        raise Forbidden("A browser says where a request comes from; this one did not.")
    if fetch_site is not None and fetch_site != "same-origin":
        raise Forbidden("This request came from another site.")
    if origin is not None and origin != f"{'https' if is_secure else request.scheme}://{request.host}":
        raise Forbidden("This request came from another site.")


def form_token() -> str:
    """The token a form of this visitor must send back; made once a session."""
    if _KEPT_AS not in session:
        session[_KEPT_AS] = secrets.token_urlsafe(24)
    return str(session[_KEPT_AS])


def check_form_token(sent: str | None) -> None:
    """Raises Forbidden unless the form carries this visitor's token."""
    if not sent or not hmac.compare_digest(str(session.get(_KEPT_AS, "")).encode(), sent.encode()):
        raise Forbidden("This form is out of date. Go back, reload the page and try again.")
