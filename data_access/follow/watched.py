"""One source as it is followed: its pace, the look under way, how its mappings fare, what is known of its health."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

from cspdash.domain.errors import BatchRefused, SourceUnavailable
from data_access.follow.desk import Settled
from data_access.follow.pace import Pace
from data_access.follow.poll import Given, Look, Poll, Print
from data_access.health import Pulse
from data_access.ingest import Ingest, load_order
from data_access.mapped import Source
from data_access.sources.opened import OpenSources

MOST_STUCK = 3  # looks that were given up and still hang


class Watched:
    """Belongs to the thread that follows; only the look itself is another's."""

    def __init__(self, ingest: Ingest, source: Source, every_seconds: float) -> None:
        self.ingest, self.source = ingest, source
        every = source.every.total_seconds() if source.every else every_seconds
        self.pace = Pace(every, time.monotonic())
        self.rests: dict[str, Pace] = {}  # mappings that gave what cannot be used
        self.poll: Poll | None = None
        self.prints: dict[str, Print] = {}
        self.said: dict[str, str] = {}  # mapping -> what was last said of it
        self.has_moved = False  # health that is not kept yet
        self.changed_mind = True  # ... and should be known soon
        self._stuck: list[Poll] = []
        self._opened = self._open()
        self._began = 0.0
        self._outcome: dict[str, str] = {}  # of this look: mapping -> "ok" or what went wrong
        self._unread: set[str] = set()
        self._events: dict[str, datetime] = {}
        self._again: float | None = None
        self._pulse = Pulse(source.name, every)
        order = {name: number for number, name in enumerate(load_order(ingest.datasets))}
        self._mappings = sorted(source.mappings, key=lambda mapping: order[mapping.dataset])

    def _open(self) -> OpenSources:
        return OpenSources(self.ingest.options, stays_open=True)

    # --- asking ---
    def is_due(self, now: float) -> bool:
        self._stuck = [poll for poll in self._stuck if poll.is_alive()]
        return self.poll is None and self.pace.is_due(now) and len(self._stuck) < MOST_STUCK

    def start(self, now: float, give: Given) -> None:
        self.pace.began()
        self._opened.forget()
        self._began, self._again = now, None
        self._outcome, self._unread = {}, set()
        resting = {name for name, rest in self.rests.items() if not rest.is_due(now)}
        mappings = [mapping for mapping in self._mappings if mapping.name not in resting]
        place = self.ingest.workplace(self._opened, still_held=lambda: None)
        self.poll = Poll(place, self.source, mappings, self.prints, give)
        self.poll.start()

    def overdue(self, monotonic: float) -> str:
        """Why to give up on the look under way, in plain words; "" for none."""
        if self.poll is None:
            return ""
        answer, read = self.source.answer_within, self.source.read_within
        if monotonic - self.poll.beat > answer.total_seconds():
            return f"{self.source.title} did not answer within {in_words(answer)}"
        if monotonic - self.poll.began > read.total_seconds():
            return f"{self.source.title} could not be read within {in_words(read)}"
        return ""

    def give_up(self, words: str) -> list[Look]:
        """Leaves the look under way to itself; what was not read counts as failed. The next one starts from nothing."""
        poll = self.poll
        assert poll is not None
        unread = poll.unread()
        poll.cancel()
        self._stuck.append(poll)
        self._opened = self._open()
        return [Look(self.source, mapping, error=SourceUnavailable(f"{words}.")) for mapping in unread]

    def asked(self, at: datetime) -> None:
        """Somebody asked for a try at that time."""
        tried = self._pulse.tried_at
        if tried is None or at > tried:
            for pace in (self.pace, *self.rests.values()):
                pace.at_once(time.monotonic())

    def again(self, seconds: float) -> None:
        """What this look read was not written, for no fault of the source's."""
        self._again = time.monotonic() + seconds

    # --- what came ---
    def took(self, settled: Settled) -> None:
        """One mapping was read, and written or not."""
        now = time.monotonic()
        look, name = settled.look, settled.look.mapping.name
        self._outcome[name] = "ok" if settled.result is None or settled.result.ok else settled.result.result
        if isinstance(look.error, SourceUnavailable):
            self._unread.add(name)
        if isinstance(settled.error, BatchRefused):
            rest = self.rests.setdefault(name, Pace(self.pace.every_seconds, now))
            rest.failed(now, is_down=False)
        elif look.error is None:
            self.rests.pop(name, None)
            if settled.is_stale:
                self._again = now
            elif look.print is not None and not look.is_same:
                self.prints[name] = look.print
        if settled.event_at is not None:
            self._events[name] = settled.event_at

    def ended(self, now: datetime) -> None:
        """The look is over: when is the next one?"""
        monotonic = time.monotonic()
        breaker, reason = self.pace.breaker, self._pulse.reason
        self.poll = None
        wrong = next((words for words in self._outcome.values() if words != "ok"), "")
        if self._outcome and self._unread == self._outcome.keys():
            self.pace.failed(monotonic)
        else:
            self.pace.went_well(self._began, monotonic)
        if self._again is not None:
            self.pace.next = min(self.pace.next, self._again)
        is_well = self.pace.failures == 0
        wrong = wrong or next((self.said[name] for name in self.rests if self.said.get(name, "ok") != "ok"), "")
        event_at = max(self._events.values(), default=None)
        self._pulse = Pulse(
            source=self.source.name,
            every_seconds=self.pace.every_seconds,
            tried_at=now,
            succeeded_at=now if is_well else self._pulse.succeeded_at,
            next_at=now + timedelta(seconds=max(self.pace.next - monotonic, 0)),
            failures=self.pace.failures,
            breaker=self.pace.breaker,
            lag_seconds=self._lag(event_at, now) if is_well else self._pulse.lag_seconds,
            read_seconds=monotonic - self._began,
            reason=wrong,
        )
        self.has_moved = True
        self.changed_mind = self.changed_mind or (breaker, reason) != (self.pace.breaker, wrong)

    def _lag(self, event_at: datetime | None, now: datetime) -> float | None:
        return None if event_at is None else max((now - event_at).total_seconds(), 0.0)

    def pulse(self) -> Pulse:
        return self._pulse

    def is_kept(self) -> None:
        self.has_moved = self.changed_mind = False

    # --- the end ---
    def stop(self) -> None:
        if self.poll is not None:
            self.poll.cancel()

    def wait(self, seconds: float) -> None:
        if self.poll is not None and self.poll.thread is not None:
            self.poll.thread.join(seconds)
        if self.poll is None or not self.poll.is_alive():
            closing = threading.Thread(target=self._opened.close, daemon=True)
            closing.start()
            closing.join(seconds)


def in_words(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{seconds:g} seconds" if seconds < 120 else f"{seconds / 60:g} minutes"
