"""How old one source is, from what the loads noted: the newest event seen and the last time all of it was read well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cspdash.domain.ports import AsAt
from cspdash.domain.wording import day_text, moment_text


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What the screen says of a source: its title, and after how many seconds without a good load it is stale (None: never).

    `takes` names the source's own columns behind one of ours, by (dataset, mapping, our column).
    """

    title: str
    stale_after_seconds: int | None = 900
    takes: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)


def freshness_of(source: str, info: SourceInfo, rows: Sequence[Any], now: datetime, zone: ZoneInfo) -> AsAt:
    """Freshness from rows of source_state: those of a whole source, or of some of its mappings.

    A source is as old as the oldest of its mappings, and an event from the future is taken to be of now.
    """
    events = [row.event_at for row in rows if row.event_at]
    loads = [row.loaded_at for row in rows if row.loaded_at]
    event_at = min(max(events), now) if events else None
    loaded_at = min(loads) if len(loads) == len(rows) and loads else None
    limit = info.stale_after_seconds
    is_stale = loaded_at is None or (limit is not None and (now - loaded_at).total_seconds() > limit)
    today = now.astimezone(zone).date()
    read = loaded_at and loaded_at.astimezone(zone)
    return AsAt(
        source=source,
        title=info.title,
        event_at=event_at,
        loaded_at=loaded_at,
        is_stale=is_stale,
        is_down=any(row.is_down for row in rows),
        words=_words(info.title, event_at or loaded_at, now, zone),
        stale_after_seconds=limit if limit is not None else 0,
        loaded_words=moment_text(read, today) if read else "",
    )


def _words(title: str, at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """ "Athena 14:05", "Athena 20 Nov", "Athena not loaded yet"."""
    if at is None:
        return f"{title} not loaded yet"
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{title} {local:%H:%M}" if local.date() == today else f"{title} {day_text(local.date(), today)}"
