"""RUI and bail: no share is the right one, so none is the aim."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page,
        "By how they were released",
        "No share on bail is the aim: each release is its own decision. Bail ended without one is what to clear.",
    )
