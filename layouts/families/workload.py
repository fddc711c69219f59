"""Workload: how old the open work is."""

from __future__ import annotations

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families.generic import breakdown


def extras(page: UnitPage) -> html.Element | None:
    return breakdown(page, "By age", "Fewer is not always better: nobody's aim is nothing to investigate.")
