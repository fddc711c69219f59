"""A count split by one of its records' columns: who may extend bail next, which kind of item, which disposal."""

from __future__ import annotations

from collections import Counter

from cspdash.domain.catalogue import Metric
from cspdash.domain.cube import Sums
from cspdash.domain.ports import Figure
from cspdash.domain.view import View
from cspdash.domain.wording import figure
from data_access.queries.figures import Placed, placed_rows
from data_access.reading import Reading
from data_access.row_security import counting

NOT_SAID = "Not said"
MOST = 12

Part = tuple[str, Figure, View | None]


def breakdown(reading: Reading, view: View, metric: Metric) -> tuple[Part, ...]:
    """The unit's count by the metric's `split` column, most first; () where it has none. The parts add up to the count.

    The unit itself is in scope as a total already; a part says no more than how many.
    """
    if not metric.split or not reading.has_figure(metric):
        return ()
    question = reading.question(metric, view)

    def read() -> Placed:
        with reading.figures.engine.connect() as connection, counting(connection):
            return placed_rows(
                connection,
                question,
                reading.figures.metadata,
                reading.organisation,
                value=metric.split,
                are_named=False,
            )

    placed = reading.figures.kept(("split", reading.key(question), metric.split), read)
    position = reading.organisation.unit(view.unit)
    inside = (placed.unit >= position) & (placed.unit < reading.organisation.tree.ends[position])
    column = reading.figures.datasets[metric.dataset].column(metric.split)
    counts = Counter(placed.value[i] for i in inside.nonzero()[0].tolist())
    ordered = sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], str(item[0])))
    parts = [(_name(value, column.type), count) for value, count in ordered[:MOST]]
    if rest := sum(count for _, count in ordered[MOST:]):
        parts.append((f"{len(ordered) - MOST} others", rest))
    return tuple((name, figure(metric, Sums(count, 0, count)), None) for name, count in parts)


def _name(value: object, kind: str) -> str:
    if value is None or value == "":
        return NOT_SAID
    if kind == "bool":
        return "Yes" if value else "No"
    text = str(value)
    return text.replace("_", " ").capitalize() if kind == "choice" else text
