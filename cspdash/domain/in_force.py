"""Effective dates within definitions: a target, a threshold or a wording that changes on a day (domain rule: every
threshold and target is effective-dated configuration).

A metric's text, target or least volume, and the number of any of its conditions, may be a list of changes; a condition's
number may also name one of its family's thresholds, which are written once and may change in the same way:

    [family.thresholds]
    old_days = [{from = 2015-04-01, value = 120}, {from = 2027-01-01, value = 90}]

    [[metric]]
    title = "Open for more than {old_days} days"
    where = [["recorded_at", "more_than_days_ago", "old_days"]]
    target = [{from = 2015-04-01, value = 90}, {from = 2024-07-01, value = 100}]

What is in force on the figure's own day counts: a past figure keeps the target and the threshold it was judged by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cspdash.domain.clocks import Dated
from cspdash.domain.conditions import DAY_OPERATORS, INSTANT_OPERATORS, NO_VALUE, NUMBER_OPERATORS
from cspdash.domain.definition_file import SLUG, RawMetric

TEXTS = ("title", "short_title", "summary_title", "target_text", "flag_words", "clock", "exclusions", "note")
LIMITS = ("target", "min_volume", "flag_above")
MAY_CHANGE = (*LIMITS, *TEXTS)
CONDITIONS = ("where", "numerator_where")
_COUNTING = (DAY_OPERATORS | INSTANT_OPERATORS | NUMBER_OPERATORS) - NO_VALUE
_CHANGE = "[{from = 2015-04-01, value = 90}, {from = 2024-07-01, value = 100}]"
_NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Spans:
    """A metric's table as it reads in each span of days: (first day, table), the first from the beginning of time.

    `dated` names what changes, for the words on the definition card.
    """

    tables: tuple[tuple[date, RawMetric], ...]
    dated: tuple[tuple[str, Dated[Any]], ...]


def spans_of(metric: RawMetric, thresholds: Mapping[str, Any]) -> Spans:
    """Raises DefinitionError for a change that is none, or a threshold nobody has set."""
    reading = _Reading(metric, thresholds)
    first = reading.on(date.min)
    days = sorted({since for value in reading.dated.values() for since, _ in value.later})
    later = ((day, replace(metric, raw=reading.on(day))) for day in days)
    return Spans(((date.min, replace(metric, raw=first)), *later), tuple(reading.dated.items()))


class _Reading:
    """One metric's table, read for a day."""

    def __init__(self, metric: RawMetric, thresholds: Mapping[str, Any]) -> None:
        self.metric, self.thresholds = metric, thresholds
        self.dated: dict[str, Dated[Any]] = {}  # what changes, as far as it was met

    def on(self, day: date) -> dict[str, Any]:
        raw = dict(self.metric.raw)
        for key in (key for key in MAY_CHANGE if key in raw):
            raw[key] = self._value(raw[key], key.replace("_", " "), key, day)
        if isinstance(raw.get("flag_above"), str):
            raw["flag_above"] = self._threshold(raw["flag_above"], "flag_above", day)
        for key in (key for key in TEXTS if isinstance(raw.get(key), str)):
            raw[key] = self._filled(raw[key], key, day)
        for key in (key for key in CONDITIONS if key in raw):
            raw[key] = self._conditions(raw[key], key, day)
        if isinstance(raw.get("denominator"), Mapping) and "where" in raw["denominator"]:
            where = self._conditions(raw["denominator"]["where"], "denominator", day)
            raw["denominator"] = {**raw["denominator"], "where": where}
        return raw

    def _value(self, raw: Any, label: str, key: str, day: date) -> Any:
        """What is in force on the day, of something plain or dated."""
        if not (isinstance(raw, list) and raw and all(isinstance(item, Mapping) for item in raw)):
            return raw
        value = self.dated.setdefault(label, self._changes(raw, key))
        return value.on(day)

    def _changes(self, raw: list[Mapping[str, Any]], key: str) -> Dated[Any]:
        for item in raw:
            since = item.get("from")
            if set(item) != {"from", "value"} or not isinstance(since, date) or isinstance(since, datetime):
                raise self.metric.refusal(key, f"{key}: {dict(item)!r} is not a change", f"{key} = {_CHANGE}")
        changes = sorted(((item["from"], item["value"]) for item in raw), key=lambda change: change[0])
        if len({since for since, _ in changes}) < len(changes):
            raise self.metric.refusal(key, f"{key} changes twice on one day", "Give each change a day of its own")
        return Dated(changes[0][1], tuple(changes[1:]))

    def _threshold(self, name: str, key: str, day: date) -> Any:
        if name not in self.thresholds:
            known = ", ".join(sorted(self.thresholds)) or "none yet"
            raise self.metric.refusal(
                key, f"threshold {name!r} is not set", f"Set it under [family.thresholds]; there are: {known}"
            )
        return self._value(self.thresholds[name], name.replace("_", " "), key, day)

    def _filled(self, text: str, key: str, day: date) -> str:
        return _NAMED.sub(lambda found: str(self._threshold(found[1], key, day)), text)

    def _conditions(self, raw: Any, key: str, day: date) -> Any:
        return [self._condition(item, key, day) for item in raw] if isinstance(raw, list | tuple) else raw

    def _condition(self, raw: Any, key: str, day: date) -> Any:
        if isinstance(raw, Mapping):
            return {how: self._conditions(items, key, day) for how, items in raw.items()}
        if not (isinstance(raw, list) and len(raw) == 3 and isinstance(raw[1], str) and raw[1] in _COUNTING):
            return raw
        name, operator, value = raw
        if isinstance(value, str) and SLUG.fullmatch(value):
            return [name, operator, self._threshold(value, key, day)]
        return [name, operator, self._value(value, f"{name} {operator}".replace("_", " "), key, day)]


def in_force_words(dated: tuple[tuple[str, Dated[Any]], ...], day: date) -> str:
    """What of a definition is dated, what is in force on a day, since when, what was before and what is to come."""
    return " ".join(_said(label, value, day) for label, value in dated)


def _said(label: str, value: Dated[Any], day: date) -> str:
    past = [change for change in value.later if change[0] <= day]
    coming = [change for change in value.later if change[0] > day]
    words = f"{label[:1].upper()}{label[1:]}: {_plain(value.on(day))}"
    if past:
        before = past[-2][1] if len(past) > 1 else value.first
        words += f" since {_day(past[-1][0])}, before {_plain(before)}"
    if coming:
        words += f"; {_plain(coming[0][1])} from {_day(coming[0][0])}"
    return f"{words}."


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
