"""Rows as a source gives them to rows as they are kept, where one of theirs is several of ours.

A shape is pure, like a rule, and runs before it: overtime across the start of a force day becomes a row a day, a year's
budget a row a month. The first row keeps the source's reference; all name it in the dataset's `part_of` column.
"""

from __future__ import annotations

from collections.abc import Callable

from cspdash.domain.clocks import Clocks
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError
from cspdash.domain.rules.overtime_budget import budget_months
from cspdash.domain.rules.overtime_spells import force_days
from cspdash.domain.rules.record import Row, Shaped

Shape = Callable[[Row, Clocks], list[Shaped]]

SHAPES: dict[str, Shape] = {"force_days": force_days, "budget_months": budget_months}


def shape_of(dataset: Dataset) -> Shape | None:
    """The shape a dataset names, if it does. Raises DefinitionError for one that nobody wrote."""
    if not dataset.shape:
        return None
    if dataset.shape not in SHAPES:
        problem = f"dataset {dataset.name!r} names shape {dataset.shape!r}"
        raise DefinitionError(problem, dataset.where, f"Shapes: {', '.join(SHAPES)}")
    return SHAPES[dataset.shape]


def shape_version(dataset: Dataset, clocks: Clocks) -> str:
    """Changes with the settings a shape looks at: the rows must then be read and shaped anew. "" without a shape."""
    if dataset.shape == "force_days":
        return f"{dataset.shape} {clocks.overtime.force_day_start} {clocks.overtime.week_starts} {clocks.zone.key}"
    return dataset.shape
