"""Verifying the audit: every row's hash, every link, what was dropped, and what the anchor saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from data_access.audit.chain import hash_of
from data_access.audit.checkpoints import Checkpoint, checkpoints
from data_access.audit.tables import ENTRIES, FIRST_PREVIOUS
from data_access.audit.trail import AuditTrail

MOST_FAULTS = 20
_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and at which entry."""

    seq: int
    words: str


@dataclass(slots=True)
class Verdict:
    """What was looked at. `anchored_to` is the last number the anchor noted; `is_signed`: signatures were checked."""

    rows: int = 0
    first: int = 0
    last: int = 0
    last_hash: str = FIRST_PREVIOUS
    notes: int = 0
    anchored_to: int = 0
    months: int = 0
    is_signed: bool = False
    faults: list[Fault] = field(default_factory=list)

    def found(self, seq: int, words: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(seq, words))


def verify(trail: AuditTrail, key: str = "") -> Verdict:
    """Walks the whole chain; where all is well, notes in the anchor where it got to. Raises SQLAlchemyError.

    Without a `key` the checkpoints' signatures are not checked.
    """
    verdict = Verdict(is_signed=bool(key))
    noted = {each.seq: each for each in trail.anchor.noted()}
    with trail.engine.connect() as connection, connection.begin():
        kept = checkpoints(connection)
        _check_months(kept, key, verdict)
        seen = _walk(connection, kept[-1] if kept else None, set(noted), verdict)
    verdict.notes = len(noted)
    verdict.anchored_to = max(noted, default=0)
    seen |= {each.last_seq: each.last_hash for each in kept}
    for seq, note in sorted(noted.items()):
        if seq > verdict.last:
            words = f"the anchor's line {note.line} saw entry {seq}, but the chain ends at {verdict.last}: its end was cut off"
            verdict.found(verdict.last + 1, words)
            break
        if seq in seen and seen[seq] != note.hash:
            verdict.found(
                seq, f"entry {seq} is not the one the anchor's line {note.line} saw: the chain was written anew"
            )
            break
    if verdict.last and not verdict.faults:
        trail.anchor.note(verdict.last, verdict.last_hash)
        trail.anchor.flush()
    return verdict


def _walk(connection: Connection, before: Checkpoint | None, wanted: set[int], verdict: Verdict) -> dict[int, str]:
    """Every row and link; returns the hashes of the wanted numbers."""
    seen: dict[int, str] = {}
    seq, previous = (before.last_seq, before.last_hash) if before else (0, FIRST_PREVIOUS)
    for row in _rows(connection):
        if row.seq != seq + 1:
            gone = f"entry {seq + 1} is" if row.seq == seq + 2 else f"entries {seq + 1} to {row.seq - 1} are"
            verdict.found(seq + 1, f"{gone} missing")
        elif row.previous != previous:
            verdict.found(
                row.seq, f"entry {row.seq} does not follow the one before: one of them was changed or swapped"
            )
        if hash_of(row.seq, row.at, row.entry, row.previous) != row.hash:
            verdict.found(row.seq, f"entry {row.seq} was changed: its hash does not fit what it says")
        seq, previous = row.seq, row.hash
        verdict.rows += 1
        verdict.first = verdict.first or row.seq
        if seq in wanted:
            seen[seq] = previous
    verdict.last, verdict.last_hash = seq, previous
    return seen


def _rows(connection: Connection) -> Iterator[Any]:
    columns = (ENTRIES.c.seq, ENTRIES.c.at, ENTRIES.c.entry, ENTRIES.c.previous, ENTRIES.c.hash)
    found = connection.execution_options(yield_per=_AT_A_TIME).execute(select(*columns).order_by(ENTRIES.c.seq))
    yield from found


def _check_months(kept: list[Checkpoint], key: str, verdict: Verdict) -> None:
    """Checkpoints follow each other without a gap, and are signed by us."""
    verdict.months = len(kept)
    seq, signature = 0, FIRST_PREVIOUS
    for month in kept:
        if month.first_seq != seq + 1 or month.previous != signature or month.rows != month.last_seq - seq:
            verdict.found(seq + 1, f"the checkpoint of {month.month} does not follow the one before")
        if key and not month.is_genuine(key):
            verdict.found(month.last_seq, f"the checkpoint of {month.month} is not signed with this key")
        seq, signature = month.last_seq, month.signature
