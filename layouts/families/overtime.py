"""Overtime: where the money goes."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page, "By kind", "Spend against budget is for units only; an officer's hours are no measure of the officer."
    )
