"""The token a changing request must repeat: a cookie that only a page of this site can read and send back in a header.

It is an HMAC of the session's id, so it belongs to one session: another user's token, or one a neighbouring host planted,
is worth nothing. Dash's renderer copies the cookie into the header; assets/js/token.js puts it into plain forms.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from flask import Flask, Request, Response, request
from werkzeug.exceptions import Forbidden

HEADER = "X-CSRFToken"
FIELD = "csrf_token"
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class DoubleSubmit:
    """Hands out and checks the token. `session_id` is that of the request at hand, "" for a stranger."""

    def __init__(self, keys: Sequence[str], session_id: Callable[[], str], *, is_secure: bool) -> None:
        """`keys` oldest first: the last one makes tokens, those of all of them count."""
        self._keys, self._session_id, self._is_secure = [key.encode() for key in keys], session_id, is_secure

    @property
    def cookie(self) -> str:
        """With `__Host-` a browser takes it over TLS only, and from this very host only."""
        return "__Host-csrf" if self._is_secure else "csrf"

    def token(self) -> str:
        """The token of this session; "" without one."""
        return self._tokens()[-1]

    def _tokens(self) -> list[str]:
        """By every key, the newest last; an old one's stays good for pages that were open when the key changed."""
        session_id = self._session_id()
        made = [hmac.new(key, b"csrf:" + session_id.encode(), sha256).hexdigest() for key in self._keys]
        return made if session_id else [""]

    def check(self, sent_by: Request) -> None:
        """Raises Forbidden unless header or form field, and the cookie too, carry this session's token."""
        sent = sent_by.headers.get(HEADER) or (sent_by.form.get(FIELD, "") if sent_by.mimetype in _FORMS else "")
        both = (sent, sent_by.cookies.get(self.cookie, ""))
        if not any(token and _are_all(token, both) for token in self._tokens()):
            raise Forbidden("This page is out of date. Reload it and try again.")

    def hand_out(self, response: Response) -> Response:
        """Puts the token into the cookie where the browser does not have it yet."""
        token = self.token()
        if token and request.cookies.get(self.cookie) != token:
            response.set_cookie(self.cookie, token, secure=self._is_secure, httponly=False, samesite="Strict", path="/")
        return response


def _are_all(token: str, sent: Iterable[str]) -> bool:
    return all(hmac.compare_digest(token.encode(), each.encode()) for each in sent)


def register_double_submit(server: Flask, double_submit: DoubleSubmit) -> None:
    """Hands the token out with every answer to somebody signed in."""
    server.after_request(double_submit.hand_out)
