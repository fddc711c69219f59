"""What is about to be shown or done is logged first; where that cannot be, nothing is shown or done.

One entry a page, not one a bar. A page shown again from memory is looked at again, so it is logged again. What an open page
redraws by itself is not somebody looking once more: within a while of the look that was logged it is not logged again,
unless other people or records have come into it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cspdash.auth.refusals import forbid, is_forbidden
from cspdash.domain.audit import AuditEntry, AuditLog, Operation
from cspdash.domain.consulted import Subject
from cspdash.domain.errors import NotPermitted
from cspdash.domain.ports import Viewer

MOST = 4096  # looks remembered a process


@dataclass
class Consultations:
    """Logs for the callbacks. `redrawn_within` is how long an open page redraws without being logged again."""

    audit: AuditLog
    redrawn_within: timedelta = timedelta(minutes=15)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _looks: OrderedDict[tuple[str, str, str], tuple[datetime, int]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def shown(self, viewer: Viewer, address: str, subject: Subject, *, is_redraw: bool = False) -> None:
        """Raises AuditUnavailable. `is_redraw` is what a browser says: it counts only after a look that was logged."""
        key, now = (viewer.actor, viewer.user_id, address), self.clock()
        with self._guard:
            logged_at, shown = self._looks.get(key, (datetime.min.replace(tzinfo=UTC), 0))
        if is_redraw and shown == subject.shown and now - logged_at < self.redrawn_within:
            self.audit.need()
            return
        self.write(viewer, Operation.CONSULTATION, subject)
        with self._guard:
            self._looks[key] = (now, subject.shown)
            self._looks.move_to_end(key)
            while len(self._looks) > MOST:
                self._looks.popitem(last=False)

    def refused(self, viewer: Viewer, subject: Subject, **facts: Any) -> None:
        """Somebody asked for what they may not see or do: an entry, and the answer is a 403. Raises AuditUnavailable."""
        self.write(viewer, Operation.REFUSAL, subject, **facts)
        forbid()

    @contextmanager
    def asked(self, viewer: Viewer, subject: Subject) -> Iterator[None]:
        """Around what a callback asks of a port: where that is refused, it is logged, unless it was within. Raises as within."""
        try:
            yield
        except NotPermitted:
            if not is_forbidden():
                self.refused(viewer, subject)
            raise

    def write(self, viewer: Viewer, operation: Operation, subject: Subject, **facts: Any) -> int:
        """Any other entry. Raises AuditUnavailable."""
        return self.audit.write(AuditEntry.by(viewer, operation, **{**subject.facts(), **facts}))


def as_it_was(subject: Subject, at: datetime) -> Subject:
    """The same, looked at although the database does not answer."""
    return replace(subject, detail=f"{subject.detail} as it was at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
