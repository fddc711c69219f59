"""The token a changing request must repeat: a cookie that only a page of this site can read and send back in a header.

It is an HMAC of the session's id, so it belongs to one session: another user's token, or one a neighbouring host planted,
is worth nothing. Dash's renderer copies the cookie into the header; assets/js/token.js puts it into plain forms.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

from flask import Flask, Request, Response, request
from werkzeug.exceptions import Forbidden

HEADER = "X-CSRFToken"
FIELD = "csrf_token"
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class DoubleSubmit:
    """Hands out and checks the token. `session_id` is that of the request at hand, "" for a stranger."""

    def __init__(self, secret_key: str, session_id: Callable[[], str], *, is_secure: bool) -> None:
        self._key, self._session_id, self._is_secure = secret_key.encode(), session_id, is_secure

    @property
    def cookie(self) -> str:
        """With `__Host-` a browser takes it over TLS only, and from this very host only."""
        return "__Host-csrf" if self._is_secure else "csrf"

    def token(self) -> str:
        """The token of this session; "" without one."""
        session_id = self._session_id()
        return hmac.new(self._key, b"csrf:" + session_id.encode(), sha256).hexdigest() if session_id else ""

    def check(self, sent_by: Request) -> None:
        """Raises Forbidden unless header or form field, and the cookie too, carry this session's token."""
        token = self.token()
        sent = sent_by.headers.get(HEADER) or (sent_by.form.get(FIELD, "") if sent_by.mimetype in _FORMS else "")
        both = (sent, sent_by.cookies.get(self.cookie, ""))
        if not token or not all(hmac.compare_digest(token.encode(), each.encode()) for each in both):
            raise Forbidden("This page is out of date. Reload it and try again.")

    def hand_out(self, response: Response) -> Response:
        """Puts the token into the cookie where the browser does not have it yet."""
        token = self.token()
        if token and request.cookies.get(self.cookie) != token:
            response.set_cookie(self.cookie, token, secure=self._is_secure, httponly=False, samesite="Strict", path="/")
        return response


def register_double_submit(server: Flask, double_submit: DoubleSubmit) -> None:
    """Hands the token out with every answer to somebody signed in."""
    server.after_request(double_submit.hand_out)
