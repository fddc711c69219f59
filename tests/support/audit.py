"""An audit to write to and to tamper with, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from cspdash.domain.audit import AuditEntry, Operation
from data_access.audit.anchor import Anchor
from data_access.audit.rights import grant
from data_access.audit.trail import AuditTrail

KEY = "a key of these tests, long enough to sign with"


def entry(user_id: str = "sgt", **facts: Any) -> AuditEntry:
    return AuditEntry(**{"operation": Operation.CONSULTATION, "user_id": user_id, **facts})


@dataclass
class Tampering:
    """An audit, and whoever owns its database: all locks can be taken off by the owner, which the chain must show."""

    trail: AuditTrail

    @property
    def is_postgres(self) -> bool:
        return self.trail.engine.dialect.name == "postgresql"

    def fill(self, rows: int) -> None:
        for number in range(rows):
            self.trail.write(entry(f"user-{number % 7}", officer_id=f"E{number % 5}", rows=number))

    def unlock(self) -> None:
        """Takes the triggers off, as only the owner can."""
        names = ("entry_follows", "entry_stays", "entry_kept", "checkpoint_stays", "checkpoint_kept")
        statements = [f"DROP TRIGGER audit_{name}" for name in names]
        if self.is_postgres:
            statements = [f"ALTER TABLE audit_{table} DISABLE TRIGGER USER" for table in ("entry", "checkpoint")]
        self.run(*statements)

    def run(self, *statements: str, **values: Any) -> None:
        with self.trail.engine.connect().execution_options(sqlite_immediate=True) as connection, connection.begin():
            for statement in statements:
                connection.execute(text(statement), values)

    def rows(self) -> list[Any]:
        with self.trail.engine.connect() as connection:
            return list(
                connection.execute(text("SELECT seq, user_id, entry, previous, hash FROM audit_entry ORDER BY seq"))
            )

    def as_application(self, role: str = "scorecards_app") -> AuditTrail:
        """The audit as the application's own role on PostgreSQL sees it."""
        with self.trail.engine.begin() as connection:
            found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
            if not found:
                connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'app'"))
            grant(connection, role)
        url = make_url(self.trail.engine.url).set(username=role, password="app")
        return AuditTrail.open(url.render_as_string(hide_password=False))


@contextmanager
def audit_at(url: str, folder: Path) -> Iterator[Tampering]:
    trail = AuditTrail.open(url, Anchor(folder / "anchor.jsonl", every_seconds=0))
    trail.prepare()
    yield Tampering(trail)
    trail.close()
