"""How sure a posting is, and why: what the other sources say of the same officer today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import or_, select

from cspdash.domain.corrections import SOURCE as CORRECTION
from data_access.discrepancy_rows import DISCREPANCIES
from data_access.reading import Reading
from data_access.row_security import seeing
from data_access.storage import among

Confidence = Literal["sure", "likely", "unsure"]


def reasons_of(reading: Reading, officers: Sequence[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """(kind, words) of what other sources say today, by officer; nobody of whom none says anything else."""
    table = reading.figures.metadata.tables.get(DISCREPANCIES)
    if table is None or not officers:
        return {}
    c, today = table.c, reading.today
    with reading.figures.engine.connect() as connection:
        seeing(connection, reading.scope)
        rows = connection.execute(
            select(c.officer_id, c.kind, c.words)
            .where(
                among(c.officer_id, list(officers), connection.dialect),
                c.starts_on <= today,
                or_(c.ends_before.is_(None), c.ends_before > today),
                c.deleted_at.is_(None),
            )
            .order_by(c.ref)
        ).all()
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.officer_id, []).append((row.kind, row.words))
    return found


def confidence_of(source: str, reasons: Sequence[tuple[str, str]]) -> Confidence:
    """A supervisor's approved word is likely at best, however many sources lag behind it."""
    kinds = {kind for kind, _ in reasons}
    if source == CORRECTION:
        return "likely"
    return "unsure" if "disagrees" in kinds else "likely" if kinds else "sure"
