"""Checkpoints: where the chain stood when a month of it was dropped, signed, so that what is left still verifies."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select

from cspdash.domain.audit import canonical
from data_access.audit.tables import CHECKPOINTS, ENTRIES, FIRST_PREVIOUS

Keep = Callable[[int, int], None]  # first and last number: puts these entries somewhere before they are dropped


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One month: its entries are `first_seq` to `last_seq`, and `last_hash` is where the next month's chain begins."""

    month: str
    first_seq: int
    last_seq: int
    last_hash: str
    rows: int
    made_at: datetime
    previous: str
    signature: str = ""

    def signed(self, key: str) -> str:
        """HMAC-SHA256, in hex, over the checkpoint and the signature before it."""
        facts = {**asdict(self), "made_at": self.made_at.astimezone(UTC).isoformat()}
        facts.pop("signature")
        return hmac.new(key.encode(), canonical(facts).encode(), hashlib.sha256).hexdigest()

    def is_genuine(self, key: str) -> bool:
        return hmac.compare_digest(self.signature, self.signed(key))


def checkpoints(connection: Connection) -> list[Checkpoint]:
    """All there are, oldest first."""
    rows = connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.last_seq))
    return [Checkpoint(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def drop_month(connection: Connection, month: str, ends_at: datetime, key: str, now: datetime, keep: Keep) -> int:
    """Makes the checkpoint of a month and drops its entries, all in the caller's transaction. Returns how many.

    The month's entries are those before the first one at or after `ends_at`: a clock that was set back splits no month.
    """
    table = ENTRIES.c
    after = connection.execute(select(func.min(table.seq)).where(table.at >= ends_at)).scalar_one()
    if after is None:
        return 0  # the chain's last entry always stays
    last = connection.execute(select(table.seq, table.hash).where(table.seq == after - 1)).one_or_none()
    if last is None:
        return 0
    first, rows = connection.execute(select(func.min(table.seq), func.count()).where(table.seq <= last.seq)).one()
    before = checkpoints(connection)
    made = Checkpoint(month, first, last.seq, last.hash, rows, now, before[-1].signature if before else FIRST_PREVIOUS)
    values = {**asdict(made), "signature": made.signed(key)}
    keep(first, last.seq)
    connection.execute(insert(CHECKPOINTS).values(values))
    connection.execute(delete(ENTRIES).where(table.seq <= last.seq))
    return int(rows)
