"""Pages as they last were, for while the database does not answer: shown again to the same viewer, and said to be old.

A page is told apart by viewer and address alone; what it holds is what that viewer was allowed to see when it was drawn.
So it is not shown for ever: postings and roles move on, too.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from cspdash.domain.ports import Viewer

T = TypeVar("T")
MOST = 256  # pages a process
SHOWN_FOR = timedelta(hours=1)


class Kept(NamedTuple, Generic[T]):
    page: T
    at: datetime  # when it was drawn, UTC


class LastGood(Generic[T]):
    """The last good page of each viewer and address. Safe to share between threads."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[Viewer, str], Kept[T]] = OrderedDict()
        self._guard = threading.Lock()

    def keep(self, viewer: Viewer, address: str, page: T) -> T:
        with self._guard:
            self._kept[viewer, address] = Kept(page, self._clock())
            self._kept.move_to_end((viewer, address))
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return page

    def find(self, viewer: Viewer, address: str) -> Kept[T] | None:
        """The page, unless it was never drawn here or is too old to be shown."""
        with self._guard:
            kept = self._kept.get((viewer, address))
        return kept if kept and self._clock() - kept.at <= SHOWN_FOR else None
