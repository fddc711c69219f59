"""The chain: each row's hash covers the row and the hash before it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime


def hash_of(seq: int, at: datetime, entry: str, previous: str) -> str:
    """SHA-256 in hex, over the previous hash and the row as canonical JSON; PostgreSQL's trigger works out the same."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    row = f'{{"at":"{moment}","entry":{entry},"previous":"{previous}","seq":{seq}}}'
    return hashlib.sha256(row.encode()).hexdigest()
