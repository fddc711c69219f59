"""RUI and bail: no share is the right one, so none is the aim."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page,
        "By who may authorise the next extension",
        "No share on bail is the aim: each release is its own decision. Bail ended without one is what to clear.",
    )
