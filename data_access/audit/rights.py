"""What the application's own role may do with the audit on PostgreSQL: add an entry, and read. Nothing else."""

from __future__ import annotations

from sqlalchemy import Connection, text

from data_access.audit.tables import CHECKPOINTS, ENTRIES


def grant(connection: Connection, role: str) -> None:
    """Run by the tables' owner. `entry` is the only column the role may give: number, time and hash are the trigger's."""
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    for statement in (
        f"REVOKE ALL ON {ENTRIES.name}, {CHECKPOINTS.name} FROM {name}",
        f"GRANT INSERT (entry), SELECT ON {ENTRIES.name} TO {name}",
        f"GRANT SELECT ON {CHECKPOINTS.name} TO {name}",
    ):
        connection.execute(text(statement.replace(":", "\\:")))
