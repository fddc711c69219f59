"""Overtime: where the money goes."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page, "By kind", "Spend against budget is for units only; an officer's hours are no measure of the officer."
    )
