"""Statutory time limits: which offences run out, and when."""

from __future__ import annotations

from dash.development.base_component import Component

from cspdash.domain.ports import UnitPage
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> Component | None:
    return breakdown(
        page,
        "By time left",
        "Summary-only offences: six months from the offence, to the end of the day. A charge or summons stops it.",
    )
