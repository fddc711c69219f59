"""The usual range: what officers (or units) like this one usually show, and whether a figure lies outside it.

First version, printable in one sentence: the middle 95 % of the peers, that is from the 2.5th to the 97.5th percentile,
rounded outwards to what is shown. Peers are officers of the same role and unit type in the force (units: same level and type),
counted per full-time officer where the metric says so. With fewer than `min_peers` peers, or too little volume on this bar,
nothing is judged: "too few to judge". A neutral metric is never judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cspdash.domain.organisation import Floats
from cspdash.domain.ports import Judgement

LOW, HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Usual:
    """Bounds in the metric's unit (per full-time officer where it is compared so), rounded as printed, and how many peers."""

    low: float
    high: float
    peers: int


def usual_range(values: Floats, step: float = 1.0) -> Usual | None:
    """The middle 95 % of the peers' values, rounded outwards to whole `step`s. None without any peer."""
    found = values[np.isfinite(values)]
    if not len(found):
        return None
    low, high = np.percentile(found, (LOW, HIGH))
    # A hair's breadth of tolerance: 19.000000001 must not be printed as 20.
    return Usual(float(np.floor(low / step + 1e-9) * step), float(np.ceil(high / step - 1e-9) * step), len(found))


def judge(value: float | None, usual: Usual | None, *, volume: float, min_volume: float, min_peers: int) -> Judgement:
    """Where a value (already per full-time officer) lies. `volume` is what it rests on: the count, or the denominator."""
    if value is None:
        return "not_judged"
    if usual is None or usual.peers < min_peers:
        return "too_few"
    if volume < min_volume:
        return "too_few"
    if value > usual.high:
        return "high"
    return "low" if value < usual.low else "usual"


def is_concern(judgement: Judgement, better: str) -> bool:
    """Whether being outside is worth an eye: high where lower is better, low where higher is."""
    return (judgement == "high" and better == "lower") or (judgement == "low" and better == "higher")
