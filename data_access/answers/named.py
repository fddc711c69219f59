"""Which records a bar stands for, as a test on where each belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cspdash.domain.organisation import Ints, Organisation

Entries = Callable[[Ints, Ints], Any]  # officers and units of records -> which of them are meant


def of_unit(position: int, organisation: Organisation) -> Entries:
    """A unit and all below it."""
    last = organisation.tree.ends[position]
    return lambda _officer, unit: (unit >= position) & (unit < last)


def of_officers(numbers: Ints, position: int) -> Entries:
    """Some officers' work in one unit."""
    return lambda officer, unit: (unit == position) & np.isin(officer, numbers)


def not_mapped(position: int) -> Entries:
    """What belongs to a unit and to no officer."""
    return lambda officer, unit: (unit == position) & (officer < 0)
