"""Data versions and freshness for pages that are merely open: one look at the database serves all of them.

Hundreds of open pages ask every other second. What they are told may be half a second old, so each process asks the
database twice a second at most, however many ask it. Whatever draws a figure reads for itself and never from here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from cspdash.domain.freshness import age_of

SECONDS = 0.5


@dataclass(frozen=True)
class Beat:
    """Data versions by dataset, the rows of source_state, and when somebody's session last ended.

    `every_seconds`: how often the source that is asked most often is asked.
    """

    versions: Mapping[str, str]
    states: Sequence[Any]
    ended_at: datetime | None = None
    every_seconds: float | None = None

    @cached_property
    def mark(self) -> str:
        """Differs wherever an open page could be told something else, or may no longer ask; ages as exactly as pages know."""
        sources = [(s.source, s.mapping, s.dataset, s.event_at, age_of(s.loaded_at), s.is_down) for s in self.states]
        return repr((sorted(self.versions.items()), sources, self.ended_at))


class Pulse:
    """The last beat, read again when it is older than half a second. A read that fails is told to whoever asked, and not kept."""

    def __init__(self, read: Callable[[], Beat], seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic):
        self._read, self._seconds, self._clock = read, seconds, clock
        self._guard = threading.Lock()
        self._last: Beat | None = None
        self._read_at = 0.0

    def beat(self) -> Beat:
        """Raises what the read raises."""
        with self._guard:
            if self._last is None or self._clock() - self._read_at >= self._seconds:
                self._last = None
                self._last = self._read()
                self._read_at = self._clock()
            return self._last
