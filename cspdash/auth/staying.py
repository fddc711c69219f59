"""How long a session lasts, for the page that warns of its end, and one more stretch for whoever is still there."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from cspdash.auth.signed_in import Sessions

PATH = "/session"


def register_staying(server: Flask, sessions: Sessions) -> None:
    """GET /session says how many seconds are left, which counts as no activity; POST starts the idle clock again."""

    def staying() -> Response:
        if request.method == "POST":
            sessions.extend()
        left = sessions.time_left()
        return jsonify(seconds=left.seconds, may_extend=left.idle_seconds <= left.absolute_seconds)

    server.add_url_rule(PATH, "session", staying, methods=["GET", "POST"])
