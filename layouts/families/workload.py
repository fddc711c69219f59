"""Workload: how old the open work is."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(page, "By age", "Fewer is not always better: nobody's aim is nothing to investigate.")
