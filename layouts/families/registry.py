"""Which module adds what one family shows that others do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cspdash.domain.ports import UnitPage
from layouts.components import tags as html
from layouts.families import (
    acro,
    generic,
    intel,
    oocd,
    overtime,
    response,
    rui_bail,
    stl,
    stop_search,
    victim_updates,
    workload,
)

Extras = Callable[[UnitPage], html.Element | None]

EXTRAS: Mapping[str, Extras] = {
    "workload": workload.extras,
    "victim_updates": victim_updates.extras,
    "stl": stl.extras,
    "rui_bail": rui_bail.extras,
    "overtime": overtime.extras,
    "stop_search": stop_search.extras,
    "response": response.extras,
    "intel": intel.extras,
    "oocd": oocd.extras,
    "acro": acro.extras,
}


def extras(page: UnitPage) -> html.Element | None:
    """What stands beside the page's bars; a family of the force's own gets the generic part."""
    return EXTRAS.get(page.family, generic.extras)(page)
