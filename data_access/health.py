"""How asking each source goes: kept by `cspdash ingest --follow`, read by the Sources page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, MetaData, select

from cspdash.domain.ports import Breaker, SourceHealth
from data_access.state import upsert


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is kept of one source; see cspdash.domain.ports.SourceHealth."""

    source: str
    every_seconds: float
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    breaker: Breaker = "closed"
    lag_seconds: float | None = None
    read_seconds: float | None = None
    reason: str = ""


def keep(connection: Connection, metadata: MetaData, pulses: Iterable[Pulse]) -> None:
    """Writes what is known of these sources over what was known before."""
    for pulse in pulses:
        values = {name: getattr(pulse, name) for name in Pulse.__slots__}
        upsert(connection, metadata.tables["source_health"], values)


def health_of(connection: Connection, metadata: MetaData, titles: Mapping[str, str]) -> tuple[SourceHealth, ...]:
    """Every source that was asked and is still declared (`titles` by name), in the order of `titles`."""
    table = metadata.tables["source_health"]
    found = {row.source: row for row in connection.execute(select(table))}
    return tuple(
        SourceHealth(
            source=name,
            title=title,
            tried_at=row.tried_at,
            succeeded_at=row.succeeded_at,
            next_at=row.next_at,
            every_seconds=row.every_seconds,
            failures=row.failures,
            breaker=row.breaker,
            lag_seconds=row.lag_seconds,
            read_seconds=row.read_seconds,
            reason=row.reason,
        )
        for name, title in titles.items()
        if (row := found.get(name)) is not None
    )


def ask_now(connection: Connection, metadata: MetaData, source: str, now: datetime) -> None:
    """Asks whoever follows the sources to try this one at once, whatever its breaker says."""
    table = metadata.tables["source_health"]
    connection.execute(table.update().where(table.c.source == source).values(asked_at=now))


def asked(connection: Connection, metadata: MetaData) -> dict[str, datetime]:
    """Sources that somebody asked to try at once, and when; those tried since are among them."""
    table = metadata.tables["source_health"]
    rows = connection.execute(select(table.c.source, table.c.asked_at).where(table.c.asked_at.is_not(None)))
    return {row.source: row.asked_at for row in rows}
