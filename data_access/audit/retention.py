"""Dropping months of the audit that need not be kept: written to a file first where one is wanted, then signed off."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, func, select, text

from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.errors import DomainError
from cspdash.domain.periods import day_start
from cspdash.domain.ports import Viewer
from data_access.audit.checkpoints import Keep, drop_month
from data_access.audit.tables import ENTRIES, LOCK
from data_access.audit.trail import AuditTrail
from data_access.audit.verify import verify


@dataclass(frozen=True, slots=True)
class Retention:
    """How long entries stay, in whole months of the force's zone; `archive` is a folder for what is dropped."""

    keep_months: int
    key: str
    zone: ZoneInfo
    archive: Path | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    month: str
    rows: int


def retain(trail: AuditTrail, retention: Retention, viewer: Viewer, now: datetime | None = None) -> list[Dropped]:
    """Drops whole months older than are kept, oldest first, each logged, signed and dropped in one transaction.

    Raises DomainError, with nothing dropped, where the chain does not verify.
    """
    now = now or datetime.now(UTC)
    verdict = verify(trail, retention.key)
    if verdict.faults:
        raise DomainError(f"Nothing was dropped: the audit does not verify. {verdict.faults[0].words.capitalize()}.")
    dropped = []
    for month in _due(trail, retention, now):
        rows = _drop(trail, retention, viewer, month, now)
        dropped += [Dropped(f"{month:%Y-%m}", rows)] if rows else []
    return dropped


def _due(trail: AuditTrail, retention: Retention, now: datetime) -> Iterator[date]:
    """First days of the months to drop."""
    with trail.engine.connect() as connection:
        oldest = connection.execute(select(func.min(ENTRIES.c.at))).scalar_one()
    if oldest is None:
        return
    month = oldest.astimezone(retention.zone).date().replace(day=1)
    last = now.astimezone(retention.zone).date().replace(day=1) - relativedelta(months=retention.keep_months)
    while month < last:
        yield month
        month += relativedelta(months=1)


def _drop(trail: AuditTrail, retention: Retention, viewer: Viewer, month: date, now: datetime) -> int:
    name, ends_at = f"{month:%Y-%m}", day_start(month + relativedelta(months=1), retention.zone)
    trail.write(AuditEntry.by(viewer, Operation.ERASURE, subject="audit", subject_id=name))
    with trail.engine.connect().execution_options(sqlite_immediate=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        keep = _archiver(connection, retention.archive, name)
        return drop_month(connection, name, ends_at, retention.key, now, keep)


def _archiver(connection: Connection, folder: Path | None, month: str) -> Keep:
    """Writes a month as gzipped lines of JSON, whole and on disk before anything is dropped."""

    def keep(first: int, last: int) -> None:
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"audit-{month}.jsonl.gz"
        draft = path.with_suffix(".draft")
        rows = connection.execute(select(ENTRIES).where(ENTRIES.c.seq.between(first, last)).order_by(ENTRIES.c.seq))
        with draft.open("wb") as file:
            with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
                for row in rows:
                    facts = {"seq": row.seq, "at": row.at.isoformat(), "previous": row.previous, "hash": row.hash}
                    packed.write(json.dumps({**facts, "entry": row.entry}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    return keep
