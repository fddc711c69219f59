"""A circuit breaker before a database server: once it does not answer, nobody waits for it but one who tries.

While open, a request for a connection fails at once with DatabaseUnavailable. Every `rest_seconds` one caller is let
through; if that one gets a connection, the breaker closes. So a dead or frozen server costs each request nothing, and
one that is back is used again within seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from cspdash.domain.errors import DatabaseUnavailable

REST_SECONDS = 1.0


class Breaker:
    """Shared by the threads of a process. `clock` counts seconds and never goes back."""

    def __init__(self, rest_seconds: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest, self._clock = rest_seconds, clock
        self._guard = threading.Lock()
        self._try_again_at: float | None = None
        self.times_opened = 0

    @property
    def is_open(self) -> bool:
        return self._try_again_at is not None

    def enter(self) -> None:
        """Called before a connection is made. Raises DatabaseUnavailable while open, but for the one whose turn it is."""
        with self._guard:
            if self._try_again_at is None:
                return
            now = self._clock()
            if now < self._try_again_at:
                raise DatabaseUnavailable
            self._try_again_at = now + self._rest

    def refuse_while_resting(self) -> None:
        """Called before a connection that is there already is tried. Raises DatabaseUnavailable while nobody's turn is."""
        with self._guard:
            if self._try_again_at is not None and self._clock() < self._try_again_at:
                raise DatabaseUnavailable

    def failed(self) -> None:
        """The server did not answer, or could not be reached."""
        with self._guard:
            self.times_opened += self._try_again_at is None
            self._try_again_at = self._clock() + self._rest

    def answered(self) -> None:
        with self._guard:
            self._try_again_at = None
