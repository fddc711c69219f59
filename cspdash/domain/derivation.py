"""From a record's own columns to its clocks: one pure rule per dataset, called for every row on the way in.

A rule never looks at the clock on the wall. Whatever depends on today is a condition of a metric, judged at the
figure's own moment; so what is derived stays true until the record, its related records or the configuration change.
"""

from __future__ import annotations

from collections.abc import Callable

from cspdash.domain.clocks import Clocks
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import DefinitionError
from cspdash.domain.rules import (
    acro,
    bail,
    intel,
    oocd,
    overtime,
    overtime_budget,
    response,
    stl_investigation,
    stop_search,
    victim_updates,
    workload,
)
from cspdash.domain.rules.record import Derived, Related, Row

Rule = Callable[[Row, Related, Clocks], Derived]


def _investigation(row: Row, related: Related, clocks: Clocks) -> Derived:
    limit = stl_investigation.investigation_limit(row, related, clocks)
    lifecycle = workload.lifecycle(row, related, clocks)
    return {**limit, **lifecycle, **stl_investigation.answerable(row, related, limit, lifecycle, clocks)}


RULES: dict[str, Rule] = {
    "investigation": _investigation,
    "suspect_offence": stl_investigation.one_accused,
    "victim": victim_updates.contract,
    "victim_event": victim_updates.key_event,
    "suspect_release": bail.release,
    "overtime_claim": overtime.claim,
    "overtime_budget": lambda row, related, _clocks: overtime_budget.line(row, related),
    "stop_search_form": lambda row, _related, clocks: stop_search.review(row, clocks),
    "incident": lambda row, _related, clocks: response.attendance(row, clocks),
    "intel_report": lambda row, _related, _clocks: intel.countable(row),
    "disposal": lambda row, _related, clocks: oocd.disposal(row, clocks),
    "acro_item": lambda row, _related, clocks: acro.item(row, clocks),
}


def derive(dataset: Dataset, row: Row, related: Related, clocks: Clocks) -> Derived:
    """Every derived column of the row's dataset, always all of them; {} for a dataset without a rule."""
    if not dataset.rule:
        return {}
    rule = RULES.get(dataset.rule)
    if rule is None:
        raise DefinitionError(
            f"dataset {dataset.name!r} names rule {dataset.rule!r}", dataset.where, f"Rules: {', '.join(RULES)}"
        )
    return rule(row, related, clocks)
