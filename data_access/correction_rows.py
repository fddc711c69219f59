"""Supervisors' corrections as rows. Who may write them is data_access.corrections' to say.

Whatever changes one bumps the version of "corrections" in the same transaction: marks of dispute are drawn from the next
request on, and the organisation is made anew by the next load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, insert, select, update

from cspdash.domain.corrections import Correction
from data_access.state import State

CORRECTIONS = "corrections"
_NAMES = tuple(each.name for each in fields(Correction))


def read(connection: Connection, metadata: MetaData, *, only_open: bool = False) -> list[Correction]:
    """All corrections, the latest first; `only_open`: without those taken back or refused."""
    table = metadata.tables["team_correction"]
    query = select(*(table.c[name] for name in _NAMES)).order_by(table.c.proposed_at.desc(), table.c.correction_id)
    if only_open:
        query = query.where(table.c.ended_at.is_(None))
    return [Correction(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name


def one(connection: Connection, metadata: MetaData, correction_id: str) -> Correction | None:
    table = metadata.tables["team_correction"]
    row = connection.execute(
        select(*(table.c[name] for name in _NAMES)).where(table.c.correction_id == correction_id)
    ).one_or_none()
    return Correction(**row._mapping) if row else None  # noqa: SLF001  the same


def add(connection: Connection, metadata: MetaData, correction: Correction, now: datetime) -> None:
    connection.execute(insert(metadata.tables["team_correction"]).values(asdict(correction)))
    State(metadata).bump(connection, CORRECTIONS, now)


def decide(connection: Connection, metadata: MetaData, correction_id: str, by: str, now: datetime) -> bool:
    """Applies it; whether it still waited."""
    values = {"decided_by": by, "decided_at": now, "is_applied": True}
    return _change(connection, metadata, correction_id, values, now, waits=True)


def end(connection: Connection, metadata: MetaData, correction_id: str, by: str, now: datetime) -> bool:
    """Refuses or withdraws it; whether there was anything to end."""
    return _change(connection, metadata, correction_id, {"ended_by": by, "ended_at": now}, now, waits=False)


def _change(
    connection: Connection,
    metadata: MetaData,
    correction_id: str,
    values: dict[str, Any],
    now: datetime,
    *,
    waits: bool,
) -> bool:
    c = metadata.tables["team_correction"].c
    where = [c.correction_id == correction_id, c.ended_at.is_(None), *([c.is_applied.is_(False)] if waits else [])]
    if connection.execute(update(metadata.tables["team_correction"]).where(*where).values(values)).rowcount != 1:
        return False
    State(metadata).bump(connection, CORRECTIONS, now)
    return True


def note_agreement(
    connection: Connection, metadata: MetaData, found: Sequence[tuple[str, date | None]], now: datetime
) -> None:
    """Since when the sources say the same, for corrections by id; None: they do not, or no longer."""
    table = metadata.tables["team_correction"]
    for correction_id, since in found:
        connection.execute(update(table).where(table.c.correction_id == correction_id).values(agreed_from=since))
    if found:
        State(metadata).bump(connection, CORRECTIONS, now)


def digest(corrections: Sequence[Correction]) -> str:
    """What of the corrections the organisation is made from."""
    counting = sorted(
        (each.correction_id, str(each.last_day), each.starts_on.isoformat())
        for each in corrections
        if each.counts_at_all()
    )
    return hashlib.sha256(repr(counting).encode()).hexdigest()[:8] if counting else ""
