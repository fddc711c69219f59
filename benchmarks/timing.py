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


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def table(*found: Series) -> None:
    """Prints a line for each."""
    print(f"  {'ms':<44}{'min':>10}{'median':>10}{'max':>10}")
    for each in found:
        low, high = min(each.seconds), max(each.seconds)
        print(f"  {each.name:<44}{low * 1e3:>10.2f}{each.median * 1e3:>10.2f}{high * 1e3:>10.2f}")


def in_turn(name: str, run: Callable[[], object], floor_name: str, floor: Callable[[], object], times: int) -> None:
    """Prints both, and their ratio: of the medians, of the best runs, and of the time the processor worked for each."""
    run(), floor()  # warm
    pairs, worked = [], []
    for _ in range(times):
        begun = time.process_time()
        ours = timed(run)
        between = time.process_time()
        pairs.append((ours, timed(floor)))
        worked.append((between - begun, time.process_time() - between))
    first, second = (Series(each, tuple(pair[at] for pair in pairs)) for at, each in enumerate((name, floor_name)))
    table(first, second)
    best = min(first.seconds) / min(second.seconds)
    processor = statistics.median(a for a, _ in worked) / statistics.median(b for _, b in worked)
    print(
        f"  ratio of medians {first.median / second.median:.2f}, of best runs {best:.2f}, of processor time {processor:.2f}"
    )
