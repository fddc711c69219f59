"""A follower at work in a thread, for tests that change its sources and look at what comes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from data_access.follow.follower import Follower
from data_access.loading import LoadResult
from tests.support.works import Works


@dataclass
class Following:
    works: Works
    follower: Follower
    stop: threading.Event
    thread: threading.Thread
    said: list[str] = field(default_factory=list)
    told: list[LoadResult] = field(default_factory=list)

    def health(self, source: str) -> Any:
        """What is kept of a source's health; None before anything is."""
        table = self.works.metadata.tables["source_health"]
        with self.works.engine.connect() as connection:
            return connection.execute(select(table).where(table.c.source == source)).one_or_none()


@contextmanager
def following(works: Works, every_seconds: float = 0.1) -> Iterator[Following]:
    """Follows every source of the works until the `with` ends; the works' clock runs meanwhile."""
    works.ticks = lambda: datetime.now(UTC)
    stop, said, told = threading.Event(), [], []  # type: ignore[var-annotated]
    follower = Follower(works.ingestion(), every_seconds, (), stop, said.append, told.append)
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        yield Following(works, follower, stop, thread, said, told)
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive(), "it did not stop"


def eventually(found: Callable[[], Any], seconds: float = 20, what: object = "") -> Any:
    """What `found` returns, once it is true. Fails after so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := found():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what or found}")
