"""What browsers report of content they were told not to load or run: one line in the log each, and no address in it."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

LOG = logging.getLogger("cspdash.policy")
ADDRESS, ENDPOINT = "/csp-report", "csp_report"
MOST_BYTES = 16 * 1024
_LONGEST = 60


def register_policy_reports(server: Flask) -> None:
    """POST /csp-report, for somebody signed in."""

    def report() -> Response:
        if (request.content_length or 0) > MOST_BYTES:
            raise RequestEntityTooLarge("A report is smaller than this.")
        told = _report(request.get_data())
        words = {"directive": _short(told.get("effective-directive")), "blocked": _origin(told.get("blocked-uri"))}
        LOG.warning("a browser kept to the content policy", extra=words)
        return Response(status=204)

    server.add_url_rule(ADDRESS, ENDPOINT, report, methods=["POST"])


def _report(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)["csp-report"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRequest("This is not a report.") from None
    if not isinstance(told, dict):
        raise BadRequest("This is not a report.")
    return told


def _origin(blocked: object) -> str:
    """Scheme and host: the rest of an address may name somebody."""
    if not isinstance(blocked, str):
        return ""
    try:
        parts = urlsplit(blocked)
        return _short(f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme or parts.path)
    except ValueError:
        return "?"


def _short(text: object) -> str:
    return text[:_LONGEST] if isinstance(text, str) else ""
