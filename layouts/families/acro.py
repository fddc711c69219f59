"""ACRO: what is owed to the national record."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page,
        "By what is outstanding",
        "Items are counted for whoever the record names; those naming nobody show as not mapped.",
    )
