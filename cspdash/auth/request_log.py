"""One line in the log for every request, under an id that the answer carries too.

No name, address, token or cookie goes in: the endpoint stands for the path, which may name an officer, and a keyed hash
for the person. Who saw what is the audit's business.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Callable
from hashlib import sha256

import structlog
from flask import Flask, Response, g, request

LOG = logging.getLogger("cspdash.requests")
HEADER = "X-Request-ID"


class Pseudonyms:
    """A short keyed hash for a user: the same person has the same one, and only the key's owner can tell whose it is."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def of(self, user_id: str) -> str:
        return hmac.new(self._key, b"log:" + user_id.encode(), sha256).hexdigest()[:12] if user_id else ""


def register_request_log(server: Flask, pseudonyms: Pseudonyms, user_id: Callable[[], str], level: int) -> None:
    """Register it before all else, so that refusals are logged too. `user_id`: of the request at hand, "" for a stranger."""

    @server.before_request
    def begin() -> None:
        g.request_id, g.begun = secrets.token_hex(8), time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @server.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers[HEADER] = g.request_id
        if LOG.isEnabledFor(level):
            facts = {
                "method": request.method if request.method.isalpha() else "?",
                "endpoint": request.endpoint or "none",
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - g.begun) * 1000, 1),
                "who": pseudonyms.of(user_id()),
            }
            LOG.log(level, "request", extra=facts)
        return response
