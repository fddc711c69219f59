"""Victim updates: what was agreed with each victim counts, 28 days where nothing was."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page,
        "By victims' rights",
        "A victim who asked for no updates is not counted; a longer interval they agreed to is kept to.",
    )
