"""Usual ranges of officers and units from a metric's cube, and the judgement of one bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.cube import Cube
from cspdash.domain.expected import Usual, is_concern, judge, usual_range
from cspdash.domain.organisation import Floats
from cspdash.domain.ports import Figure, Judgement, Range
from cspdash.domain.wording import range_text, scale, value_text
from data_access.queries.figures import Question
from data_access.reading import Reading

_STEPS = {"count": 1.0, "percent": 1.0, "pounds": 10.0, "hours": 0.5, "minutes": 0.5}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a bar is judged, and the small words beside it."""

    judgement: Judgement
    usual: Range | None
    words: str
    is_concern: bool = False


UNJUDGED = Verdict("not_judged", None, "")


def is_judged(metric: Metric) -> bool:
    return metric.is_judged and metric.better != "neutral"


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges bars of one metric at one moment."""

    reading: Reading
    metric: Metric
    cube: Cube
    question: Question

    # --- peers ---
    def officer_peers(self) -> Mapping[tuple[int, str], Usual]:
        """Usual range per full-time officer (or as a share), by role and kind of unit, over everybody in post."""
        return self.reading.figures.kept(("officer peers", self.reading.key(self.question)), self._officer_peers)

    def _officer_peers(self) -> Mapping[tuple[int, str], Usual]:
        metric, organisation = self.metric, self.reading.organisation
        posted = organisation.posted(self.question.moment.day)
        above, under, _ = self.cube.officer_totals(len(organisation.officers))
        values = self._values(above, under, posted.fte)
        kinds = [organisation.kind_of(position) for position in range(len(organisation.tree.units))]
        groups: dict[tuple[int, str], list[int]] = {}
        for number in np.flatnonzero(posted.unit >= 0).tolist():
            groups.setdefault((int(posted.role[number]), kinds[posted.unit[number]]), []).append(number)
        found = {key: usual_range(values[members], _STEPS[metric.format]) for key, members in groups.items()}
        return {key: usual for key, usual in found.items() if usual}

    def unit_peers(self) -> Mapping[str, Usual]:
        """Usual range by kind of unit, over all units of that kind with anybody posted."""
        return self.reading.figures.kept(("unit peers", self.reading.key(self.question)), self._unit_peers)

    def _unit_peers(self) -> Mapping[str, Usual]:
        organisation = self.reading.organisation
        strength = organisation.strength(self.question.moment.day)
        if self.cube.is_median:
            values = np.array([self._median_of(position) for position in range(len(strength))])
        else:
            above, under, _ = self.cube.unit_sums(organisation)
            values = self._values(above, under, strength)
        groups: dict[str, list[int]] = {}
        for position in np.flatnonzero(strength > 0).tolist():
            groups.setdefault(organisation.kind_of(position), []).append(position)
        found = {kind: usual_range(values[members], _STEPS[self.metric.format]) for kind, members in groups.items()}
        return {kind: usual for kind, usual in found.items() if usual}

    def _median_of(self, position: int) -> float:
        middle = self.cube.middle(self.cube.inside(position, self.reading.organisation), self.metric.rank)
        return np.nan if middle is None else middle

    def _values(self, above: Floats, under: Floats, fte: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.metric.is_share:
                enough = under >= (self.reading.options.few_denominator if self.metric.measure == "share" else 1)
                return np.where(enough, above / under * 100, np.nan)
            values = above / scale(self.metric)
            return np.where(fte > 0, values / fte, np.nan) if self.metric.per_fte else values

    # --- verdicts ---
    def officer(self, number: int, shown: Figure) -> Verdict:
        metric = self.metric
        if not (is_judged(metric) and metric.judges_officers) or self.cube.is_median or metric.measure == "ratio":
            return UNJUDGED
        posted = self.reading.organisation.posted(self.question.moment.day)
        unit = int(posted.unit[number])
        if unit < 0:
            return UNJUDGED
        usual = self.officer_peers().get((int(posted.role[number]), self.reading.organisation.kind_of(unit)))
        return self._verdict(shown, usual, float(posted.fte[number]))

    def unit(self, position: int, shown: Figure) -> Verdict:
        if not is_judged(self.metric):
            return UNJUDGED
        usual = self.unit_peers().get(self.reading.organisation.kind_of(position))
        if usual is None or usual.peers < self.reading.options.min_peers:
            return UNJUDGED  # said once, under the chart: ten CSPs would each say "too few to judge"
        return self._verdict(
            shown, usual, float(self.reading.organisation.strength(self.question.moment.day)[position])
        )

    def _verdict(self, shown: Figure, usual: Usual | None, fte: float) -> Verdict:
        """Judged by the range as printed: per full-time officer where the metric is compared so."""
        metric, options = self.metric, self.reading.options
        per_fte = metric.per_fte and not metric.is_share
        value = shown.value
        if value is not None and per_fte:
            value = value / fte if fte > 0 else None
        volume, least = self._volume(shown, usual, fte if per_fte else 1.0)
        judgement = judge(value, usual, volume=volume, min_volume=least, min_peers=options.min_peers)
        spoken = (
            Range(usual.low, usual.high, usual.peers, range_text(metric, usual))
            if usual and usual.peers >= options.min_peers
            else None
        )
        return Verdict(
            judgement, spoken, self._words(judgement, spoken, value, fte, per_fte), is_concern(judgement, metric.better)
        )

    def _volume(self, shown: Figure, usual: Usual | None, fte: float) -> tuple[float, float]:
        options, metric = self.reading.options, self.metric
        if metric.is_share:
            return float(
                shown.denominator or 0
            ), options.few_denominator if metric.min_volume is None else metric.min_volume
        # A count is too small to judge only when both it and what would be usual are small.
        expected = usual.high * fte if usual else 0.0
        return max(
            float(shown.records), expected
        ), options.min_volume if metric.min_volume is None else metric.min_volume

    def _words(self, judgement: Judgement, usual: Range | None, value: float | None, fte: float, per_fte: bool) -> str:
        part_time = per_fte and value is not None and fte > 0 and abs(fte - 1) > 0.01
        each = f"{value_text(self.metric, round(value, 1))} per full-time" if part_time and value is not None else ""
        if judgement == "too_few":
            return "too few to judge" if value else ""  # a zero says it itself
        if judgement in ("high", "low") and usual:
            return ", ".join(filter(None, (each, usual.text)))
        return each if fte <= 1 else ""


def plan_range(verdict: Verdict) -> str:
    """The usual range as it is frozen with a plan."""
    return f"{verdict.usual.text}, {verdict.usual.peers} peers" if verdict.usual else verdict.words
