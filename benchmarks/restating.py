"""The restatement log: what it costs to compare thirteen months, against the load that made it necessary."""

from __future__ import annotations

import time

from sqlalchemy import update

from benchmarks.timing import Series, table, timed
from cspdash.deployment import Deployment

_TIMES = 3


def measure(deployment: Deployment, load_seconds: float) -> None:
    """`load_seconds`: the first load of everything, in the same run."""
    deployment.restate()
    nothing = Series("nothing moved", tuple(timed(deployment.restate) for _ in range(_TIMES)))
    one, every = [], []
    for _ in range(_TIMES):
        _move(deployment, "investigation")
        one.append(timed(deployment.restate))
    _move(deployment, "")
    begun = time.process_time()
    every.append(timed(deployment.restate))
    worked = time.process_time() - begun
    figures = deployment.metadata.tables["watched_figure"]
    with deployment.engine.connect() as connection:
        watched = len(connection.execute(figures.select()).all())
    print(f"Restatement log on {deployment.engine.dialect.name}: {watched:,} past figures watched")
    moved = Series("investigations moved", tuple(one))
    table(nothing, moved, Series("every dataset moved", tuple(every)))
    print(
        f"  every dataset, against the first load of all of them {every[0] / load_seconds:.1%}; investigations alone "
        f"{moved.median / load_seconds:.1%}; once in fifteen minutes beside the loads {worked / 900:.2%} of a processor\n"
    )


def _move(deployment: Deployment, dataset: str) -> None:
    moved = deployment.metadata.tables["data_version"]
    statement = update(moved).values(version=moved.c.version + 1)
    with deployment.engine.begin() as connection:
        connection.execute(statement.where(moved.c.dataset == dataset) if dataset else statement)
