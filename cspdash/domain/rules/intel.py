"""Intelligence reports: which of them count as somebody's submission."""

from __future__ import annotations

from cspdash.domain.rules.record import Derived, Row


def countable(row: Row) -> Derived:
    """A report counts unless a system wrote it or it repeats another (local default: guards against padding)."""
    return {"is_countable": not row.get("is_automatic") and row["status"] != "duplicate"}
