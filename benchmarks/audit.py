"""What logging a view costs: one entry, against the same row inserted and committed without a chain."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.timing import in_turn
from cspdash.domain.audit import AuditEntry, Operation
from data_access.audit.anchor import Anchor
from data_access.audit.trail import AuditTrail
from data_access.audit.verify import verify
from tests.support.postgres import PostgresServer

_TIMES = 300
_NUMBERS = count(1)
_TABLE = "CREATE TABLE plain (seq BIGINT PRIMARY KEY, at TEXT, entry TEXT, hash TEXT)"


def entry() -> AuditEntry:
    facts = {"subject": "unit", "subject_id": "watford-intervention-c", "unit_id": "watford-intervention-c", "rows": 10}
    return AuditEntry(operation=Operation.CONSULTATION, user_id="sgt-watford-c", role="sergeant", detail="{}", **facts)  # type: ignore[arg-type]


def measure() -> None:
    """Prints both databases; aim: under 3 ms a view."""
    row = ("2026-11-26 13:00:00.000000", entry().canonical(), "0" * 64)
    with TemporaryDirectory() as folder:
        trail = _trail(f"sqlite:///{folder}/audit.db", Path(folder))
        plain = sqlite3.connect(f"{folder}/plain.db", isolation_level=None)
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _TABLE):
            plain.execute(statement)
        print("One entry of the audit, SQLite; floor: the same row without a chain")
        insert = "INSERT INTO plain VALUES (?, ?, ?, ?)"
        in_turn(
            "entry", lambda: trail.write(entry()), "row", lambda: plain.execute(insert, (next(_NUMBERS), *row)), _TIMES
        )
        _verified(trail)
        plain.close()
    with PostgresServer.started() as server, server.database() as url, TemporaryDirectory() as folder:
        trail = _trail(url, Path(folder))
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(_TABLE)
            print("One entry of the audit, PostgreSQL; floor: the same row without a chain")
            numbered = "INSERT INTO plain VALUES (%s, %s, %s, %s)"

            def floor() -> object:
                return connection.execute(numbered, (next(_NUMBERS), *row))

            in_turn("entry", lambda: trail.write(entry()), "row", floor, _TIMES)
        _verified(trail)


def _trail(url: str, folder: Path) -> AuditTrail:
    trail = AuditTrail.open(url, Anchor(folder / "anchor.jsonl"))
    trail.prepare()
    return trail


def _verified(trail: AuditTrail) -> None:
    verdict = verify(trail)
    assert not verdict.faults
    print(f"  {verdict.rows} entries, chain intact\n")
    trail.close()
