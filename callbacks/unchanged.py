"""Looks of open pages answered before anything else runs, where the very same request was just answered "nothing new".

Five hundred idle pages ask every other second, and each question would pass the log, the gate, the session store and the
reader to hear that nothing moved. An answer of 304 is therefore remembered for a while: for the same request to the last
header (the session's secret is one of them), and only while the mark it was given under stands (`Reader.mark`), which
changes with the data, with the sources, and when anybody's session ends. It holds no data, so that nothing can leak by it;
whatever asks for more than "has anything moved?" goes the whole way.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cspdash.domain.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT_SECONDS = 15.0  # then the hour may have made a source late, or a session old
OF_THE_DATA = "cspdash.look_of_the_data"  # in the environ: the answer is about data, not that none can be had
_MOST = 5_000
_OF_ONE_ANSWER = ("set-cookie", "x-request-id", "content-length")
_UNCHANGED = "304 NOT MODIFIED"


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer of 304, until when (monotonic seconds) and under which mark it holds."""

    until: float
    mark: str
    headers: list[tuple[str, str]]


class UnchangedLooks:
    """Stands before the application. Safe to share between threads."""

    def __init__(
        self,
        application: WSGIApplication,
        path: str,
        mark: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application, self._path, self._mark, self._clock = application, path, mark, clock
        self._guard = threading.Lock()
        self._known: OrderedDict[bytes, Remembered] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_look(environ) or (mark := self._standing()) is None:
            return self._application(environ, start_response)
        key = key_of(environ)
        known = self._known.get(key)
        if known is not None and known.mark == mark and self._clock() < known.until:
            start_response(_UNCHANGED, list(known.headers))
            return ()
        return self._application(environ, self._listening(environ, start_response, key, mark))

    def _is_look(self, environ: WSGIEnvironment) -> bool:
        is_get = environ["REQUEST_METHOD"] == "GET" and environ.get("PATH_INFO") == self._path
        return is_get and "HTTP_IF_NONE_MATCH" in environ

    def _standing(self) -> str | None:
        """The mark now; None while the database does not answer, which the whole way knows how to tell."""
        try:
            return self._mark()
        except DatabaseUnavailable:
            return None

    def _listening(
        self, environ: WSGIEnvironment, start_response: StartResponse, key: bytes, mark: str
    ) -> StartResponse:
        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if status.startswith("304 ") and environ.get(OF_THE_DATA):
                self._remember(key, mark, headers)
            return start_response(status, headers, *rest)

        return started

    def _remember(self, key: bytes, mark: str, headers: list[tuple[str, str]]) -> None:
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER]
        with self._guard:
            self._known[key] = Remembered(self._clock() + KEPT_SECONDS, mark, kept)
            self._known.move_to_end(key)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)


def key_of(environ: WSGIEnvironment) -> bytes:
    """All that tells one request from another, secrets among it: kept as a hash."""
    names = sorted(name for name in environ if name.startswith("HTTP_"))
    told = [environ.get("REMOTE_ADDR", ""), environ.get("QUERY_STRING", ""), *names, *(environ[name] for name in names)]
    return sha256("\0".join(told).encode("latin-1", "replace")).digest()
