"""Response: from the call to the first unit at the scene."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page, "Why they are not timed", "Counted where the incident was. Immediate: 12 minutes; prompt: one hour."
    )
