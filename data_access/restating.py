"""The restatement log: which past figure changed, from what to what, because of which load.

Watched are all live metrics whose past can be worked out, at the last thirteen month ends (a flow: over each of those
months), for the force and the units of the summary's level: what was reported. A figure is worked out by the very code that
draws its page. After loads, those whose data moved are worked out again and compared; a restatement is noted where the
figure as it is shown, or the number of records behind it, is another. A new definition is none: it is another figure.

A figure that changes and changes back between two looks is not noted; the log names every load in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from cspdash.domain.catalogue import Metric
from cspdash.domain.datasets import Dataset
from cspdash.domain.periods import add_months, local_day
from cspdash.domain.ports import Figure, Viewer
from cspdash.domain.view import View
from cspdash.domain.wording import plural
from data_access.answers.bars import UnitBars
from data_access.cache import CubeCache
from data_access.lock import restating_lock
from data_access.organisation import ORGANISATION, PARTS
from data_access.reading import Figures
from data_access.state import State, upsert, writing

MONTHS = 13
TRIES = 3
WATCHER = Viewer("restatements", "Restatements", "operator")


@dataclass(frozen=True, slots=True)
class Watched:
    """One past figure."""

    metric: str
    month: date
    unit: str
    figure: Figure

    @property
    def key(self) -> tuple[str, date, str]:
        return self.metric, self.month, self.unit


@dataclass(frozen=True, slots=True)
class Cause:
    """What happened since the figure was last looked at."""

    loads: tuple[int, ...]
    words: str


def month_ends(today: date, count: int = MONTHS) -> list[date]:
    """The last days of the months before this one, the newest first."""
    first = today.replace(day=1)
    return [add_months(first, -back) - timedelta(days=1) for back in range(count)]


class Restater:
    """Looks after loads. Keeps what it read of the organisation, so let it live as long as the process."""

    def __init__(self, figures: Figures) -> None:
        # Cubes of thirteen months would push what pages need out of the shared cache.
        self.figures = Figures(
            figures.engine, figures.metadata, figures.datasets, figures.catalogue, figures.options, CubeCache(None)
        )
        self.tables = figures.metadata.tables
        self.state = State(figures.metadata)

    def look(self, at_most_every: timedelta | None = None) -> int:
        """Compares what moved and notes what changed; returns how many figures did. Raises IngestBusy.

        `at_most_every`: does nothing when the last look is not so long ago.
        """
        with restating_lock(self.figures.engine) as still_held:
            now = self.figures.options.clock()
            with self.figures.engine.connect() as connection:
                known = {row.metric: row for row in connection.execute(select(self.tables["watched_metric"]))}
                newest = max((row.looked_at for row in known.values()), default=None)
                if at_most_every and newest and now - newest < at_most_every:
                    return 0
            found = 0
            for metric in self._watched():
                found += self._look_at(metric, known.get(metric.slug), now)
                still_held()
            return found

    def _look_at(self, metric: Metric, seen: Any, now: datetime) -> int:
        """Loads go on meanwhile: figures count only if the data they are from stood still; else the next look has them."""
        for _ in range(TRIES):
            basis = Basis.read(self)
            if seen is not None and not basis.has_moved(metric, seen):
                return 0
            fresh = list(self._work_out(metric, basis))
            if Basis.read(self).data(metric) == basis.data(metric):
                return self._compare(metric, seen, fresh, basis, now)
        return 0

    def _watched(self) -> Iterator[Metric]:
        for metric in self.figures.catalogue.metrics:
            if metric.has_past or metric.kind == "flow":
                yield metric

    # --- one metric ---
    def _compare(self, metric: Metric, seen: Any, fresh: Sequence[Watched], basis: Basis, now: datetime) -> int:
        is_same_definition = seen is not None and seen.definition == metric.version_over_time
        watched = self.tables["watched_figure"]
        with writing(self.figures.engine) as connection:
            before = {
                (row.metric, row.month, row.unit_id): row
                for row in connection.execute(select(watched).where(watched.c.metric == metric.slug))
            }
            changed = [each for each in fresh if is_same_definition and differs(before.get(each.key), each.figure)]
            if changed:
                cause = basis.cause(connection, metric, seen)
                rows = [_restatement(each, before[each.key], cause, seen.looked_at, now) for each in changed]
                connection.execute(insert(self.tables["restatement"]), rows)
            connection.execute(delete(watched).where(watched.c.metric == metric.slug))
            if fresh:
                connection.execute(insert(watched), [_row(each) for each in fresh])
            upsert(connection, self.tables["watched_metric"], basis.row(metric, now))
        return len(changed)

    def _work_out(self, metric: Metric, basis: Basis) -> Iterator[Watched]:
        """The figures as their pages show them."""
        for month in basis.months:
            with self.figures.as_one():
                reading = self.figures.reading(WATCHER, month)
                if not reading.has_figure(metric):
                    continue
                view = View(page=metric.family, metric=metric.slug, period="month", as_at=month)
                bars = UnitBars.of(reading, metric, view, 0)
                for position in watched_units(reading.organisation, reading.options.summary_level):
                    unit = reading.organisation.unit_row(position).ref
                    yield Watched(metric.slug, month, unit, bars.unit_figure(position))


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures follow from at one moment."""

    tables: Mapping[str, Any]
    datasets: Mapping[str, Dataset]
    sources: Mapping[str, str]  # titles
    months: Sequence[date]
    versions: Mapping[str, str]
    rules: Mapping[str, str]
    last_load: int

    @classmethod
    def read(cls, restater: Restater) -> Basis:
        options, load = restater.figures.options, restater.tables["load"]
        with restater.figures.engine.connect() as connection:
            rules = {name: rules for name, (_, rules) in restater.state.data_versions(connection).items()}
            last = connection.execute(select(func.coalesce(func.max(load.c.id), 0))).scalar_one()
        versions = restater.figures.versions()  # after the last load: one in between is named twice, not never
        titles = {name: info.title for name, info in options.sources.items()}
        months = month_ends(local_day(options.clock(), options.zone))
        return cls(restater.tables, restater.figures.datasets, titles, months, versions, rules, last)

    def data(self, metric: Metric) -> str:
        names = sorted({*metric.depends_on, ORGANISATION})
        return _digest(f"{name}={self.versions.get(name, '')}" for name in names)

    def rules_of(self, metric: Metric) -> str:
        return _digest(f"{name}={self.rules.get(name, '')}" for name in sorted(metric.depends_on))

    def has_moved(self, metric: Metric, seen: Any) -> bool:
        now = (metric.version_over_time, self.data(metric), self.months[0])
        return (seen.definition, seen.data, seen.last_month) != now

    def row(self, metric: Metric, now: datetime) -> dict[str, Any]:
        return {
            "metric": metric.slug,
            "definition": metric.version_over_time,
            "data": self.data(metric),
            "last_month": self.months[0],
            "rules": self.rules_of(metric),
            "load_id": self.last_load,
            "looked_at": now,
        }

    def cause(self, connection: Connection, metric: Metric, seen: Any) -> Cause:
        """Every load in between that changed what the metric looks at, its rules' other datasets or the organisation."""
        load = self.tables["load"]
        related = {relation.dataset for name in metric.depends_on for relation in self.datasets[name].related}
        query = select(load).where(
            load.c.id > seen.load_id,
            load.c.id <= self.last_load,
            load.c.changed > 0,
            load.c.dataset.in_({*metric.depends_on, *related, *PARTS}),
        )
        loads = connection.execute(query.order_by(load.c.id)).all()
        parts = [f"{self.sources.get(row.source, row.source)}: {self._rows(row)}" for row in loads]
        if seen.rules != self.rules_of(metric):
            parts.append("other clocks or thresholds")
        return Cause(tuple(row.id for row in loads), "; ".join(parts) or "not told by a load")

    def _rows(self, row: Any) -> str:
        """ "4 rows of Investigations"."""
        title = self.datasets[row.dataset].title if row.dataset in self.datasets else row.dataset
        return f"{plural(row.changed, 'row', 'rows')} of {title}"


def watched_units(organisation: Any, level: str) -> list[int]:
    """The force and the units of the summary's level."""
    units = organisation.tree.units
    return [0, *(at for at in range(1, len(units)) if units[at].level.lower() == level.lower())]


def differs(before: Any, figure: Figure) -> bool:
    """Whether what is shown is another figure; False for one that was not watched before."""
    return before is not None and (before.words, before.records) != (shown(figure), figure.records)


def shown(figure: Figure) -> str:
    """The figure as a page writes it: "28", "91 % (164 of 180)"."""
    return f"{figure.text} ({figure.fraction})" if figure.fraction else figure.text


def _restatement(each: Watched, before: Any, cause: Cause, stood_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "found_at": now,
        "stood_at": stood_at,
        "metric": each.metric,
        "month": each.month,
        "unit_id": each.unit,
        "before_value": before.value,
        "before_records": before.records,
        "before_words": before.words,
        "after_value": each.figure.value,
        "after_records": each.figure.records,
        "after_words": shown(each.figure),
        "loads": " ".join(map(str, cause.loads)),
        "cause": cause.words,
    }


def _row(each: Watched) -> dict[str, Any]:
    return {
        "metric": each.metric,
        "month": each.month,
        "unit_id": each.unit,
        "value": each.figure.value,
        "numerator": each.figure.numerator,
        "denominator": each.figure.denominator,
        "records": each.figure.records,
        "words": shown(each.figure),
    }


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
