"""A record's clocks by its dataset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cspdash.domain.datasets import Dataset
from cspdash.domain.periods import Moment
from cspdash.domain.rules.record import Row
from cspdash.domain.standing import counted, crime, custody, duties, victims
from cspdash.domain.standing.clock import Standing

Judge = Callable[[Row, Moment], tuple[Standing, ...]]

JUDGES: dict[str, Judge] = {  # keyed like cspdash.domain.derivation.RULES
    "investigation": crime.investigation,
    "suspect_offence": crime.accused,
    "overtime_budget": duties.budget,
    "victim": victims.contract,
    "victim_event": victims.key_event,
    "suspect_release": custody.release,
    "overtime_claim": duties.overtime,
    "stop_search_form": duties.form,
    "incident": duties.incident,
    "intel_report": counted.report,
    "disposal": counted.outcome,
    "acro_item": duties.item,
}


def standings(dataset: Dataset, row: Row, moment: Moment) -> tuple[Standing, ...]:
    """Every clock of a record with its source and derived columns, judged at the moment; () without a rule.

    A derived column that no clock names is explained by the first, so that none is without a reason.
    """
    judge = JUDGES.get(dataset.rule)
    if judge is None:
        return ()
    found = judge(row, moment)
    named = {name for standing in found for name in standing.columns}
    rest = tuple(column.name for column in dataset.derived_columns if column.name not in named)
    return (replace(found[0], columns=found[0].columns + rest), *found[1:])
