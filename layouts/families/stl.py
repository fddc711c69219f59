"""Statutory time limits: which offences run out, and when."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page,
        "By time left",
        "Summary-only offences: six months from the offence, to the end of the day. A charge or summons stops it.",
    )
