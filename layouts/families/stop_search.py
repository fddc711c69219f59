"""Stop and search: whether forms are supervised, never how many there are."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page, "By state", "Supervision of forms, never their number: bars keep the team's order and are not ranked."
    )
