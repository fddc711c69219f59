"""Out-of-court disposals: used well, as dip samples tell; no number of them is an aim."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(
        page, "By disposal", "No number of disposals is an aim. Whether each was right is what the dip sample asks."
    )
