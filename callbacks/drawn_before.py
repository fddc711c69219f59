"""Pages drawn a moment ago, kept for the same viewer: Back, a second look and the refresh cost a look-up.

A page depends on who asks and what they may see (the scope's key comes first: a change of posting, role or cover counts at
once), the address, the data and, for ages and hours, the minute. All of it is in the key; nothing is ever purged by hand.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from cspdash.domain.ports import Viewer

T = TypeVar("T")
MOST = 128  # pages a process


class DrawnBefore:
    """The last pages of this process, by everything they depend on."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[object, ...], object] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, scope: str, viewer: Viewer, address: str, state: tuple[object, ...], draw: Callable[[], T]) -> T:
        """What `draw` makes, or made within this minute for the same scope, viewer, address and state of the data."""
        key = (scope, viewer, address, state, int(self._clock().timestamp()) // 60)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
        made = draw()
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made
