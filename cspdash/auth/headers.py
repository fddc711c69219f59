"""Headers every answer carries, whatever its status: what a browser may load, run, keep and tell others."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, request

from cspdash.auth.policy_reports import ADDRESS

_SUITES = "/_dash-component-suites/"  # component files carry a fingerprint in their names; Dash says how long they last
_ASSETS = "/assets/"  # our own files are asked for with the time of their last change
_A_YEAR = "private, max-age=31536000, immutable"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def content_policy(script_hashes: Iterable[str]) -> str:
    """The content security policy: own files and the named inline scripts. Dash and plotly need inline styles."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
            f"report-uri {ADDRESS}",
        )
    )


def register_headers(server: Flask, script_hashes: Iterable[str], *, is_secure: bool) -> None:
    """Adds the headers to every answer. `is_secure`: served over TLS, so browsers are told to insist on it."""
    policy = content_policy(script_hashes)

    @server.after_request
    def add(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers[name] = value
        response.headers["Content-Security-Policy"] = policy
        if is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers["Cache-Control"] = _how_long(response)
        return response


def _how_long(response: Response) -> str:
    """Files that hold no figures may be kept; everything else is forgotten at once."""
    if response.status_code not in (200, 304):
        return "no-store"
    if request.path.startswith(_ASSETS):
        return _A_YEAR if request.args.get("m") else "no-cache"
    if request.path.startswith(_SUITES):
        return _A_YEAR if response.cache_control.max_age else "no-cache"
    return "no-store"
