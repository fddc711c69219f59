"""How fresh a figure is: what its sources promised, and what a late or silent one means for it.

Each source makes its own promise (`stale_after` of its file). A source later than that is late; one that does not answer is
down. A figure of a late or silent source is still shown, as what it is: old, in words and hatching. It is not shown at all
where nothing of the period asked for can have arrived: no crime recorded last week and no word from the crime system since
the week before last are not the same, and only one of them is a zero.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cspdash.domain.ports import AsAt
from cspdash.domain.wording import moment_text

LATE, DOWN = "late", "down"
AGES_SECONDS = 30  # how exactly a page knows when a source was last read while nothing else changes
SHORTEST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 2.0, 10.0


def state_of(source: AsAt) -> str:
    """ "down", "late", or "" for a source that keeps its promise."""
    return DOWN if source.is_down else LATE if source.is_stale else ""


def is_old(sources: Iterable[AsAt]) -> bool:
    """Whether a figure of these sources is older than one of them promised."""
    return any(state_of(source) for source in sources)


def is_covered(sources: Sequence[AsAt], first: date, zone: ZoneInfo) -> bool:
    """Whether every source has been read since a period's first day began. One that promises nothing (a file loaded once)
    is taken as complete."""
    return all(
        source.loaded_at is not None and source.loaded_at.astimezone(zone).date() >= first
        for source in sources
        if source.stale_after_seconds
    )


def old_words(sources: Iterable[AsAt], today: date, zone: ZoneInfo) -> str:
    """Why bars are hatched: "Finance is late, last read 22 Nov 09:00. …"; "" where no source is old."""
    said = [_said(source, today, zone) for source in sources if state_of(source)]
    return f"{'; '.join(said)}. Bars stay hatched until it is read again." if said else ""


def _said(source: AsAt, today: date, zone: ZoneInfo) -> str:
    what = "is not answering" if source.is_down else "is late"
    if source.loaded_at is None:
        return f"{source.title} {what}, never read"
    return f"{source.title} {what}, last read {moment_text(source.loaded_at.astimezone(zone), today)}"


def age_of(loaded_at: datetime | None) -> int:
    """When a source was last read, as exactly as pages that are merely open know it; 0 for never."""
    return int(loaded_at.timestamp()) // AGES_SECONDS if loaded_at else 0


def look_seconds(every_seconds: float | None) -> float:
    """How often an open page looks for something new, where sources are asked every so many seconds (None: not known).

    News cannot come faster than sources are asked: a look adds half of that wait at most, and never more than ten seconds.
    """
    return min(max((every_seconds or 0.0) / 2, SHORTEST_LOOK_SECONDS), LONGEST_LOOK_SECONDS)


def drawn_state(version: str, sources: Iterable[AsAt], today: date) -> str:
    """One short text for all that decides how a page looks: the data, who is late or silent, and the day."""
    troubled = sorted(f"{source.source}={state_of(source)}" for source in sources if state_of(source))
    return hashlib.sha256("|".join((version, today.isoformat(), *troubled)).encode()).hexdigest()[:12]
