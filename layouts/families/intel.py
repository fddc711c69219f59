"""Intelligence: who feeds the picture, and how much of it is of use."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page,
        "By outcome",
        "Compare with teams of the same kind: response teams and neighbourhood teams see different things.",
    )
