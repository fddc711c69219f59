"""Two things timed in turn, A B A B, so that a drifting machine drifts for both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """Seconds of several runs."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def row(self) -> str:
        low, middle, high = min(self.seconds), self.median, max(self.seconds)
        return f"  {self.name:<44}{low * 1e3:>10.2f}{middle * 1e3:>10.2f}{high * 1e3:>10.2f}"


HEAD = f"  {'ms':<44}{'min':>10}{'median':>10}{'max':>10}"


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def in_turn(name: str, run: Callable[[], object], floor_name: str, floor: Callable[[], object], times: int) -> float:
    """Prints both, and returns the median of the ratios pair by pair."""
    run(), floor()  # warm
    pairs = [(timed(run), timed(floor)) for _ in range(times)]
    print(HEAD)
    for each in (Series(name, tuple(a for a, _ in pairs)), Series(floor_name, tuple(b for _, b in pairs))):
        print(each.row())
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"  ratio, median of pairs: {ratio:.2f}\n")
    return ratio
