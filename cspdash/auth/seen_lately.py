"""Sessions that were good a moment ago: who may go on looking while the database is away.

Nobody can end a session, change a role or leave while the database that says so cannot be reached, so what it said last
still holds; for two minutes at most, because another machine may reach it when this one does not. A session's own clocks
run on. What is new is not shown meanwhile: it would have to come from that database, and be logged.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from cspdash.domain.identity import Session, StoreUnavailable, handle_of
from cspdash.domain.ports import Viewer

GRACE_SECONDS = 120.0
_MOST = 5000

Known = tuple[Session, Viewer]


class SeenLately:
    """What the store last said of each session, in this process. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._known: OrderedDict[str, tuple[float, Known]] = OrderedDict()

    def note(self, sid: str, session: Session | None, viewer: Viewer | None) -> None:
        """What the store says now; of a session that is over there is nothing to remember."""
        handle = handle_of(sid)
        with self._lock:
            self._known.pop(handle, None)
            if session is not None and session.ended_at is None and viewer is not None:
                self._known[handle] = (self._clock(), (session, viewer))
            if len(self._known) > _MOST:
                self._known.popitem(last=False)

    def recall(self, sid: str) -> Known:
        """What it said within the last two minutes. Raises StoreUnavailable where that is nothing."""
        with self._lock:
            at, known = self._known.get(handle_of(sid), (0.0, None))
        if known is None or self._clock() - at > GRACE_SECONDS:
            raise StoreUnavailable
        return known
