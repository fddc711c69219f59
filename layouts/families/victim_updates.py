"""Victim updates: what was agreed with each victim counts, 28 days where nothing was."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page,
        "By victims' rights",
        "A victim who asked for no updates is not counted; a longer interval they agreed to is kept to.",
    )
