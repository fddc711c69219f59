"""When to try again: at a steady pace while all is well, ever more rarely while it is not, and then only to see."""

from __future__ import annotations

from tenacity import RetryCallState, Retrying, wait_exponential_jitter

from cspdash.domain.ports import Breaker

OPENS_AFTER = 5  # failures in a row
LONGEST_WAIT_SECONDS = 60.0
_SOON_SECONDS = 5.0


class Pace:
    """The next try of one source or mapping. Failures wait longer each time, by chance a little more, so that sources
    that failed together do not come back together.

    Times are seconds of time.monotonic: a clock that is set back must not stop anything.
    """

    def __init__(self, every_seconds: float, now: float) -> None:
        self.every_seconds = every_seconds
        self.next = now
        self.failures = 0
        self.breaker: Breaker = "closed"
        soon = min(every_seconds, _SOON_SECONDS)
        self._wait = wait_exponential_jitter(multiplier=soon, max=LONGEST_WAIT_SECONDS, jitter=soon)

    def is_due(self, now: float) -> bool:
        return now >= self.next

    def began(self) -> None:
        """A try begins; of an open breaker it is the one that finds out."""
        if self.breaker == "open":
            self.breaker = "half_open"

    def went_well(self, began: float, now: float) -> None:
        self.failures, self.breaker = 0, "closed"
        self.next = max(began + self.every_seconds, now)

    def failed(self, now: float, *, is_down: bool = True) -> None:
        """One more failure. `is_down`: it was not there; otherwise it gave what cannot be used."""
        self.failures += 1
        if is_down and (self.failures >= OPENS_AFTER or self.breaker == "half_open"):
            self.breaker = "open"
        self.next = now + self.wait_seconds()

    def wait_seconds(self) -> float:
        state = RetryCallState(Retrying(), None, (), {})
        state.attempt_number = self.failures
        return float(self._wait(state))

    def at_once(self, now: float) -> None:
        """Somebody asked for a try."""
        self.next = now
