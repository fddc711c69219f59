"""So many calls a minute for each user, whatever the number of browsers, workers and tabs.

The rule is that of a leaky bucket (GCRA): each call costs its share of a minute, and a user may run one minute ahead. One
moment per user is all that is kept; where, is the ledger's business (docs/adr on rate limits).
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

from werkzeug.datastructures import Headers
from werkzeug.exceptions import TooManyRequests

LOG = logging.getLogger("cspdash")
WINDOW_SECONDS = 60.0
TRY_AGAIN_SECONDS = 30.0
ROUNDING_SECONDS = 0.001  # of sums of floats


class Ledger(Protocol):
    """Remembers until when each user has used up their calls."""

    def charge(self, who: str, now: float, cost_seconds: float, window_seconds: float) -> float:
        """Books one call and returns 0, or books nothing and returns how many seconds are too many."""


class MemoryLedger:
    """The ledger of one process."""

    def __init__(self, most: int = 10_000) -> None:
        self._until: dict[str, float] = {}
        self._most = most
        self._guard = threading.Lock()

    def charge(self, who: str, now: float, cost_seconds: float, window_seconds: float) -> float:
        with self._guard:
            used = self._until.get(who, now)
            if not now <= used <= now + 2 * window_seconds:  # past, or left over from a clock that was put back
                used = now
            over = used + cost_seconds - now - window_seconds
            if over > ROUNDING_SECONDS:
                return over
            if len(self._until) >= self._most:
                self._until = {each: until for each, until in self._until.items() if until > now}
            self._until[who] = used + cost_seconds
            return 0.0


class RateLimit:
    """Counts the calls of each user. A user stands in the ledger as a hash.

    While the ledger fails, this process counts by itself: nobody is locked out, and nobody is unlimited.
    """

    def __init__(
        self, calls_per_minute: int, ledger: Ledger | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._cost, self._clock = WINDOW_SECONDS / calls_per_minute, clock
        self._own = MemoryLedger()
        self._ledger = ledger or self._own
        self._resumes_at = 0.0

    def count(self, user_id: str) -> None:
        """Raises TooManyRequests, with Retry-After, for a call too many."""
        who = sha256(user_id.encode()).hexdigest()[:32]
        over = self._charge(who, self._clock())
        if over > 0:
            raise _TooMany(math.ceil(over))

    def _charge(self, who: str, now: float) -> float:
        if time.monotonic() >= self._resumes_at:
            try:
                return self._ledger.charge(who, now, self._cost, WINDOW_SECONDS)
            except Exception as error:  # noqa: BLE001  whatever it is, people must be able to work
                self._resumes_at = time.monotonic() + TRY_AGAIN_SECONDS
                LOG.warning("calls are counted for each process by itself: %s", type(error).__name__)
        return self._own.charge(who, now, self._cost, WINDOW_SECONDS)


class _TooMany(TooManyRequests):
    def __init__(self, seconds: int) -> None:
        super().__init__("Too many requests in one minute. Wait a moment; the page will try again by itself.")
        self._seconds = seconds

    def get_headers(self, *args: object, **kwargs: object) -> list[tuple[str, str]]:
        return list(Headers([*super().get_headers(*args, **kwargs), ("Retry-After", str(self._seconds))]))  # type: ignore[arg-type]
