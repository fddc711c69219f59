"""A table while it is made up: named numpy columns of one length, and the few things done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
Rng = np.random.Generator


def length(columns: Columns) -> int:
    """Number of rows."""
    return len(next(iter(columns.values())))


def chosen(columns: Columns, which: NDArray[Any]) -> Columns:
    """The rows a mask or an index list picks."""
    return {name: column[which] for name, column in columns.items()}


def joined(parts: Sequence[Columns]) -> Columns:
    """Tables of the same columns, one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def pick(rng: Rng, values: Sequence[Any], weights: Sequence[float], count: int) -> NDArray[Any]:
    """So many values, each with its weight."""
    share = np.asarray(weights, dtype=float)
    return np.array(values, dtype=object)[rng.choice(len(values), count, p=share / share.sum())]


def exactly(rng: Rng, candidates: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """So many of the candidates, without repetition; all of them if there are fewer."""
    return np.sort(rng.choice(candidates, min(max(count, 0), len(candidates)), replace=False))


def only(which: NDArray[np.bool_], values: NDArray[Any] | str) -> NDArray[np.object_]:
    """The values where something holds, None elsewhere."""
    found = np.full(len(which), None, dtype=object)
    found[which] = values if isinstance(values, str) else values[which]
    return found
