"""Out-of-court disposals: used well, as dip samples tell; no number of them is an aim."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page, "By disposal", "No number of disposals is an aim. Whether each was right is what the dip sample asks."
    )
