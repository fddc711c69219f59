"""Intelligence: who feeds the picture, and how much of it is of use."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page,
        "By outcome",
        "Compare with teams of the same kind: response teams and neighbourhood teams see different things.",
    )
