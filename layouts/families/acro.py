"""ACRO: what is owed to the national record."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page,
        "By what is outstanding",
        "Items are counted for whoever the record names; those naming nobody show as not mapped.",
    )
