"""Follows sources: each is asked at its own pace and in its own thread, what came is written one load at a time.

A source that is down, slow or hanging delays only itself. What is known of how asking goes is kept in source_health.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection

from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.errors import IngestBusy
from data_access.follow.desk import Desk, Settled
from data_access.follow.poll import Look, Poll
from data_access.follow.watched import Watched
from data_access.health import asked, keep
from data_access.ingest import Ingest
from data_access.loading import LoadResult

TICK_SECONDS = 0.2
_AGAIN_SECONDS = 1.0  # after our own database, or another load, was in the way
_HEALTH_EVERY_SECONDS = 10.0
_ASKED_EVERY_SECONDS = 2.0
_GOODBYE_SECONDS = 2.0

Say = Callable[[str], None]
Told = Callable[[LoadResult], None]


class Follower:
    """run() until `stop` is set. `told` hears of every load that changed, refused or failed; `say` what else happens."""

    def __init__(
        self, ingest: Ingest, every_seconds: float, only: Collection[str], stop: threading.Event, say: Say, told: Told
    ) -> None:
        self.ingest, self.stop, self.say, self.told = ingest, stop, say, told
        self.clock = ingest.options.now
        self.watched = {source.name: Watched(ingest, source, every_seconds) for source in ingest.named(only)}
        self.desk = Desk(ingest, stop)
        self.arrived: queue.SimpleQueue[tuple[Poll, Look | None]] = queue.SimpleQueue()
        self._health_at = self._asked_at = time.monotonic()
        self._trouble = ""

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self._start()
                self._settle(self._arrivals())
                self._see_to_limits()
                self._tend()
        finally:
            self._end()

    # --- asking ---
    def _start(self) -> None:
        now = time.monotonic()
        for watched in self.watched.values():
            if watched.is_due(now):
                watched.start(now, lambda poll, look: self.arrived.put((poll, look)))

    def _arrivals(self) -> list[tuple[Poll, Look | None]]:
        """What was read meanwhile; waits a moment where nothing was."""
        found = []
        try:
            found.append(self.arrived.get(timeout=self._patience()))
            while True:
                found.append(self.arrived.get_nowait())
        except queue.Empty:
            return found

    def _patience(self) -> float:
        waits = [each.pace.next - time.monotonic() for each in self.watched.values() if each.poll is None]
        return min(max(min(waits, default=TICK_SECONDS), 0.01), TICK_SECONDS)

    def _see_to_limits(self) -> None:
        """Gives up on looks that take too long."""
        for watched in self.watched.values():
            if watched.poll is not None and (words := watched.overdue(time.monotonic())):
                looks = watched.give_up(words)
                self._settle_looks(looks)
                self._ended(watched)

    # --- what came ---
    def _settle(self, arrivals: list[tuple[Poll, Look | None]]) -> None:
        current = [(poll, look) for poll, look in arrivals if self.watched[poll.source.name].poll is poll]
        for _, look in arrivals:
            if look is not None and not any(look is kept for _, kept in current):
                look.close()
        self._settle_looks([look for _, look in current if look is not None])
        for poll, look in current:
            if look is None:
                self._ended(self.watched[poll.source.name])

    def _settle_looks(self, looks: list[Look]) -> None:
        if not looks:
            return
        try:
            settled = self.desk.settle(looks)
        except IngestBusy as busy:
            self._in_the_way(looks, str(busy))
            return
        except SQLAlchemyError as error:
            self._in_the_way(looks, f"The scorecards' own database does not answer: {_first_line(error)}")
            return
        finally:
            for look in looks:
                look.close()
        self._clear()
        for each in settled:
            self._note(each)

    def _note(self, settled: Settled) -> None:
        watched = self.watched[settled.look.source.name]
        watched.took(settled)
        result = settled.result
        if result is not None and (
            result.changed or settled.is_news or result.result != watched.said.get(result.mapping)
        ):
            self.told(result)
        watched.said[settled.look.mapping.name] = "ok" if result is None else result.result

    def _in_the_way(self, looks: list[Look], words: str) -> None:
        """What was read is read again: by then it may be different."""
        if words != self._trouble:
            self.say(words)
        self._trouble = words
        for name in {look.source.name for look in looks}:
            self.watched[name].again(_AGAIN_SECONDS)

    def _clear(self) -> None:
        if self._trouble:
            self.say("That is over; loads go on.")
        self._trouble = ""

    def _ended(self, watched: Watched) -> None:
        watched.ended(self.clock())

    # --- health ---
    def _tend(self) -> None:
        now = time.monotonic()
        moved = [each for each in self.watched.values() if each.has_moved]
        is_urgent = any(each.changed_mind for each in moved)
        try:
            if is_urgent or (moved and now - self._health_at >= _HEALTH_EVERY_SECONDS):
                with self.desk.writing() as connection:
                    keep(connection, self.ingest.metadata, [each.pulse() for each in moved])
                for each in moved:
                    each.is_kept()
                self._health_at = now
            if now - self._asked_at >= _ASKED_EVERY_SECONDS:
                self._asked_at = now
                with self.ingest.engine.connect() as connection:
                    wanted = asked(connection, self.ingest.metadata)
                for name, at in wanted.items():
                    if name in self.watched:
                        self.watched[name].asked(at)
        except SQLAlchemyError as error:
            self._health_at = self._asked_at = now
            self._in_the_way([], f"The scorecards' own database does not answer: {_first_line(error)}")

    def _end(self) -> None:
        """Ends looks under way, and waits a moment for those that listen. The others end with the process."""
        for watched in self.watched.values():
            watched.stop()
        until = time.monotonic() + _GOODBYE_SECONDS
        for watched in self.watched.values():
            watched.wait(max(until - time.monotonic(), 0))


def _first_line(error: SQLAlchemyError) -> str:
    said = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()
    return said[0][:200] if said else type(error).__name__
