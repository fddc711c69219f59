"""What stands beside a bar in words: how many of its records have which value of the metric's `beside` column.

Who may authorise the next extension of how many bail periods; why how many incidents are left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from cspdash.domain.ports import Figure
from cspdash.domain.wording import number
from data_access.answers.named import Entries
from data_access.queries.figures import Placed, Question, placed_rows
from data_access.reading import Reading
from data_access.row_security import counting

NOT_GIVEN = "not given"


@dataclass(frozen=True, eq=False)
class Beside:
    """The records of a question with their place and their value of the column."""

    placed: Placed

    @classmethod
    def of(cls, reading: Reading, question: Question) -> Beside | None:
        metric = question.metric
        if not metric.beside or not reading.has_figure(metric, question.moment):
            return None

        def make() -> Beside:
            with reading.figures.engine.connect() as connection, counting(connection):
                metadata = reading.figures.metadata
                return cls(
                    placed_rows(
                        connection, question, metadata, reading.organisation, value=metric.beside, are_named=False
                    )
                )

        return reading.figures.kept(("beside", metric.beside, reading.key(question)), make)

    def counts(self, which: Entries) -> list[tuple[str, int]]:
        """Values in short words and how many records have each, most first."""
        chosen = np.flatnonzero(which(self.placed.officer, self.placed.unit))
        found = Counter(short(self.placed.value[i]) for i in chosen.tolist())
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def words(self, which: Entries) -> str:
        """ "inspector or above 3, superintendent or above 1"."""
        return ", ".join(f"{name} {number(count)}" for name, count in self.counts(which))

    def parts(self, which: Entries) -> tuple[tuple[str, Figure, None], ...]:
        """The same as figures, for a breakdown."""
        return tuple(
            (name[:1].upper() + name[1:], Figure(float(count), float(count), None, count, number(count)), None)
            for name, count in self.counts(which)
        )


def short(value: object) -> str:
    """The first words of a value: "Inspector or above, to 6 months" is "inspector or above"."""
    text = str(value or "").partition(",")[0].replace("_", " ").strip()
    return text[:1].lower() + text[1:] if text else NOT_GIVEN
