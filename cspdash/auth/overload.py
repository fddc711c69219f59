"""More requests than can be worked on are turned away at once, in words, instead of waiting until the browser gives up.

A process works on a few requests at a time, lets as many again as are bearable wait for a moment, and answers 503 with
Retry-After to the rest. Threads must outnumber both together (cspdash.commands.gunicorn_options), or nobody is left to
say so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask, Response, g, jsonify, request

RETRY_AFTER_SECONDS = 5


class Places:
    """How many requests are worked on in this process, and how many wait for their turn."""

    def __init__(self, at_once: int, waiting: int, patience_seconds: float) -> None:
        self._turns = threading.Semaphore(at_once)
        self._waiting = threading.Semaphore(waiting)
        self._patience = patience_seconds

    def enter(self) -> bool:
        """Takes a place, after waiting for one if need be; False when there is none to be had."""
        if self._turns.acquire(blocking=False):
            return True
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._turns.acquire(timeout=self._patience)
        finally:
            self._waiting.release()

    def leave(self) -> None:
        self._turns.release()


def register_overload(server: Flask, places: Places, is_free: Callable[[str], bool]) -> None:
    """Every request takes a place but those that cost nothing, by endpoint: files, health."""

    @server.before_request
    def enter() -> Response | None:
        if is_free(request.endpoint or ""):
            return None
        if places.enter():
            g.has_place = True
            return None
        answer: Response = jsonify(error="Very many people are asking just now. Please try again in a few seconds.")
        answer.status_code = 503
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer

    @server.teardown_request
    def leave(_error: BaseException | None) -> None:
        if g.pop("has_place", False):
            places.leave()
