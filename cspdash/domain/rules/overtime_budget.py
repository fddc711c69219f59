"""Overtime budgets by cost centre and month: a year's line is spread over its months where no profile is supplied."""

from __future__ import annotations

from cspdash.domain.clocks import Clocks
from cspdash.domain.periods import add_months
from cspdash.domain.rules.record import Derived, Related, Row, Shaped

MONTHS = 12


def budget_months(row: Row, _clocks: Clocks) -> list[Shaped]:
    """A line as finance gives it to the rows it is kept in: one a month, which add up to the year's to the penny."""
    line: Shaped = {**row, "line_ref": row["ref"], "month_key": _key(row)}
    if row.get("covers") != "year":
        return [line]
    upto = [round(row["amount_pence"] * number / MONTHS) for number in range(MONTHS + 1)]
    found: list[Shaped] = []
    for number in range(MONTHS):
        month = {**line, "month_on": add_months(row["month_on"].replace(day=1), number)}
        month["amount_pence"] = upto[number + 1] - upto[number]
        month["month_key"] = _key(month)
        month["ref"] = f"{row['ref']}/{month['month_on']:%Y-%m}" if number else row["ref"]
        found.append(month)
    return found


def _key(row: Row) -> str | None:
    return f"{row['cost_centre']}/{row['month_on']:%Y-%m}" if row.get("cost_centre") else None


def line(row: Row, related: Related) -> Derived:
    """A month's own line counts; its share of a year's line only where it has none (local default: the profile wins)."""
    has_own = any(other.get("covers") != "year" for other in related.get("siblings", ()))
    return {"is_in_use": row.get("covers") != "year" or not has_own}
