"""Response: from the call to the first unit at the scene."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(page, "By grade", "Counted where the incident was. Immediate: 12 minutes; prompt: one hour.")
