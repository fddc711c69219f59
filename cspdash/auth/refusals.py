"""Answers to requests that go wrong: a plain sentence and a reference, never a stack, SQL or a path."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, g, has_app_context, jsonify
from werkzeug.exceptions import HTTPException

from cspdash.domain.errors import AuditUnavailable, DatabaseUnavailable

LOG = logging.getLogger("cspdash")


def noted(error: BaseException) -> str:
    """Logs an unexpected error with its stack and returns the reference it can be found by."""
    reference = secrets.token_hex(4)
    LOG.error("unexpected error, reference %s", reference, exc_info=error)
    return reference


def forbid() -> None:
    """The answer to this request is a 403, whatever is in it: somebody asked for what they may not see or do."""
    if has_app_context():
        g.is_forbidden = True


def is_forbidden() -> bool:
    """Whether that was said of this request already."""
    return has_app_context() and bool(g.get("is_forbidden", False))


def register_refusals(server: Flask, missing: tuple[type[Exception], ...] = ()) -> None:
    """Every error of this server becomes {"error"}, with "ref" where there is more in the log. `missing` mean 404."""

    _register_forbidden(server)

    def answer(status: int, words: str, reference: str = "") -> Response:
        response: Response = jsonify(error=words, **({"ref": reference} if reference else {}))
        response.status_code = status
        return response

    @server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        answered = answer(error.code or 500, error.description or error.name)
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                answered.headers[name] = value
        return answered

    @server.errorhandler(AuditUnavailable)
    def not_logged(error: AuditUnavailable) -> Response:
        return answer(503, str(error))  # no Retry-After: that is for a server which is only busy (assets/js/busy.js)

    @server.errorhandler(DatabaseUnavailable)
    def not_answering(error: DatabaseUnavailable) -> Response:
        answered = answer(503, str(error))
        answered.headers["Retry-After"] = "5"
        return answered

    @server.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if missing and isinstance(error, missing):
            return answer(404, "There is no such file.")
        return answer(500, "Something went wrong here. It is noted and will be looked at.", noted(error))


def _register_forbidden(server: Flask) -> None:
    @server.after_request
    def forbidden(response: Response) -> Response:
        """Dash answers every callback with 200; a page in words is in the body all the same (assets/js/refused.js)."""
        if is_forbidden() and response.status_code < HTTPStatus.BAD_REQUEST:
            response.status_code = HTTPStatus.FORBIDDEN
        return response
