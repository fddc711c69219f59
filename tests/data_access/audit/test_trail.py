"""Writing the audit, on both databases: a gapless chain, columns that say what the entry says, nothing half written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.errors import AuditUnavailable
from data_access.audit.chain import hash_of
from data_access.audit.tables import ENTRIES
from data_access.audit.trail import AuditTrail


@pytest.fixture(params=["sqlite", "postgres"])
def audit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditTrail]:
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'audit.db'}" if is_sqlite else request.getfixturevalue("postgres_url")
    trail = AuditTrail.open(url)
    trail.prepare()
    yield trail
    trail.close()


def entry(user_id: str = "sgt", **facts: object) -> AuditEntry:
    return AuditEntry(operation=Operation.CONSULTATION, user_id=user_id, **facts)  # type: ignore[arg-type]


def test_entries_are_numbered_and_chained(audit: AuditTrail) -> None:
    awkward = 'Zoë "O\'Hara" \\ {} \u2028 \x00 \ud800 \U0001f600\n%s'
    assert [audit.write(entry(detail=awkward)), audit.write(entry(rows=0, officer_id="E1"))] == [1, 2]
    with audit.engine.connect() as connection:
        rows = connection.execute(select(ENTRIES).order_by(ENTRIES.c.seq)).all()
    previous = "0" * 64
    for row in rows:
        assert row.previous == previous
        assert row.hash == hash_of(row.seq, row.at, row.entry, row.previous)
        previous = row.hash
    assert [(row.user_id, row.operation, row.officer_id) for row in rows] == [
        ("sgt", "consultation", None),
        ("sgt", "consultation", "E1"),
    ]


def test_nothing_is_written_where_it_cannot_be(audit: AuditTrail) -> None:
    with audit.engine.connect() as connection, connection.begin():
        connection.execute(text("ALTER TABLE audit_entry RENAME TO gone"))
    with pytest.raises(AuditUnavailable):
        audit.write(entry())
