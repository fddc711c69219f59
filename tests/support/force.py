"""Small forces, by hand or by Hypothesis, written straight into the tables, and a naive oracle without SQL or numpy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import Engine, MetaData, event, insert

from cspdash.domain.catalogue import Catalogue, Metric
from cspdash.domain.conditions import holds, reach
from cspdash.domain.datasets import Dataset, load_datasets
from cspdash.domain.org import OfficerRow, PostingRow, UnitRow, resolve_postings
from cspdash.domain.periods import Moment, Period, day_start, local_day
from data_access import schema
from data_access.engine import open_engine
from data_access.queries.figures import share_of_month

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 14, 5, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PRECEDENCE = {"athena": 10, "hr": 30}


@dataclass
class Force:
    """Rows as a load leaves them (source and derived columns), by dataset."""

    units: list[UnitRow]
    officers: list[dict[str, Any]]
    postings: list[PostingRow]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def metadata(datasets: Mapping[str, Dataset] | None = None) -> MetaData:
    return schema.build(datasets or load_datasets())


def write(force: Force, engine: Engine, tables: MetaData, loaded_at: datetime = NOW) -> None:
    """Everything into empty tables, postings resolved by the rules of cspdash.domain.org."""
    book = {"source": "test", "mapping": "test", "version": "1", "row_hash": "x", "loaded_at": NOW}
    used = ["unit", "officer", "posting", "posting_resolved", "org_issue", "data_version", *force.rows]
    with engine.begin() as connection:
        tables.create_all(connection, [tables.tables[name] for name in (*used, "source_state")])
        for name in used:
            connection.execute(tables.tables[name].delete())

        def put(name: str, rows: Iterable[Mapping[str, Any]]) -> None:
            table = tables.tables[name]
            full = [{column.name: row.get(column.name) for column in table.columns} for row in rows]
            if full:
                connection.execute(insert(table), full)

        put(
            "unit",
            [
                {
                    "ref": u.ref,
                    "name": u.name,
                    "level": u.level,
                    "parent_ref": u.parent_ref,
                    "unit_type": u.unit_type,
                    "sort_order": u.sort_order,
                    **book,
                }
                for u in force.units
            ],
        )
        put("officer", [{**officer, **book} for officer in force.officers])
        put("posting", [{**book, **asdict(posting)} for posting in force.postings])
        resolved, issues = resolve_postings(force.postings, facts(force), PRECEDENCE, {u.ref for u in force.units})
        put(
            "posting_resolved",
            [
                {
                    "officer_id": r.officer_id, "starts_on": r.starts_on, "ends_before": r.ends_before,
                    "starts_at": day_start(r.starts_on, ZONE),
                    "ends_at": day_start(min(r.ends_before, date(9999, 12, 30)), ZONE), "unit_id": r.unit_id,
                    "role": r.role, "fte": r.fte,
                    "acting_rank": r.acting_rank, "source": r.source, "posting_ref": r.posting_ref,
                }
                for r in resolved
            ],
        )  # fmt: skip
        put(
            "org_issue",
            [
                {
                    "id": i,
                    "kind": o.kind,
                    "subject": o.subject,
                    "officer_id": o.officer_id,
                    "unit_id": o.unit_id,
                    "source": o.source,
                    "words": o.words,
                }
                for i, o in enumerate(issues)
            ],
        )
        for name, rows in force.rows.items():
            put(name, [{**book, **row} for row in rows])
        put(
            "data_version",
            [
                {"dataset": name, "version": 1, "bumped_at": loaded_at, "rules_version": ""}
                for name in ["organisation", *force.rows]
            ],
        )


def facts(force: Force) -> dict[str, OfficerRow]:
    return {o["ref"]: OfficerRow(o["ref"], o.get("joined_on"), o.get("left_on")) for o in force.officers}


def sqlite(folder: Path) -> Engine:
    """A database file whose commits need not survive a power cut."""
    engine = open_engine(f"sqlite:///{folder / 'test.db'}")

    @event.listens_for(engine, "connect")
    def _fast(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine


# --- the oracle -----------------------------------------------------------------------------------------------------


class Oracle:
    """Figures worked out row by row with plain Python: slow, and with as little in common with the real thing as can be."""

    def __init__(self, force: Force, datasets: Mapping[str, Dataset]) -> None:
        self.force, self.datasets = force, datasets
        self.parent = {u.ref: u.parent_ref for u in force.units}
        self.root = next(u.ref for u in force.units if not u.parent_ref)
        self.officer_refs = {o["ref"] for o in force.officers}

    def posting(self, officer: str | None, day: date) -> str | None:
        """Unit of the officer's posting on a day, by the stated rules."""
        if officer not in self.officer_refs:
            return None
        left = next((o.get("left_on") for o in self.force.officers if o["ref"] == officer), None)
        if left and day >= left:
            return None
        covering = [
            p for p in self.force.postings
            if p.officer_id == officer and p.unit_id and p.starts_on <= day
            and (p.ends_on is None or (p.ends_on >= p.starts_on and day <= p.ends_on))
        ]  # fmt: skip
        if not covering:
            return None
        best = sorted(
            covering,
            key=lambda p: (PRECEDENCE.get(p.source, 1000), p.is_primary is False, -p.starts_on.toordinal(), p.ref),
        )[0]
        return best.unit_id if best.unit_id in self.parent else None

    def above(self, unit: str) -> list[str]:
        found = [unit]
        while self.parent[found[-1]]:
            found.append(self.parent[found[-1]])  # type: ignore[arg-type]
        return found

    def is_open(self, row: Mapping[str, Any], metric: Metric, moment: Moment) -> bool:
        for name, closing in ((metric.opens, False), (metric.closes, True)):
            if not name:
                continue
            value = row.get(name)
            limit: Any = reach(moment) if isinstance(value, datetime) else moment.day
            happened = value is not None and value <= limit
            if happened == closing:
                return False
        return True

    def counts(self, row: Mapping[str, Any], metric: Metric, moment: Moment, period: Period | None) -> bool:
        if row.get("deleted_at") is not None or (metric.column and row.get(metric.column) is None):
            return False
        if metric.kind == "stock":
            if not self.is_open(row, metric, moment):
                return False
        else:
            value = row.get(metric.at)
            if value is None or period is None:
                return False
            day = local_day(value, ZONE) if isinstance(value, datetime) else value
            if not period.first <= day <= period.last:
                return False
        return holds(metric.where, row, moment)

    def place(self, row: Mapping[str, Any], metric: Metric, moment: Moment, as_was: bool) -> tuple[str, str | None]:
        """(unit, officer or None) a row belongs to."""
        day = moment.day
        if metric.kind == "flow" and as_was:
            value = row[metric.posted_at or metric.at]
            day = local_day(value, ZONE) if isinstance(value, datetime) else value
        officer, recorded = row.get(metric.officer), row.get("unit_id")
        recorded = recorded if recorded in self.parent else None
        posted = self.posting(officer, day) if day is not None else None
        if metric.attribution == "place" and recorded:
            return (posted, officer) if posted and recorded in self.above(posted) else (recorded, None)
        if posted:
            return posted, officer
        return recorded or self.root, None

    def rows(
        self, metric: Metric, moment: Moment, period: Period | None, as_was: bool
    ) -> list[tuple[Mapping[str, Any], str, str | None]]:
        return [
            (row, *self.place(row, metric, moment, as_was))
            for row in self.force.rows.get(metric.dataset, [])
            if self.counts(row, metric, moment, period)
        ]

    def sums(self, rows: Iterable[Mapping[str, Any]], metric: Metric, moment: Moment) -> tuple[float, float, int]:
        """(numerator, denominator, records), without a ratio's denominator."""
        above = under = 0.0
        records = 0
        for row in rows:
            records += 1
            if metric.measure == "count":
                above += 1
            elif metric.measure == "share":
                under += 1
                above += holds(metric.numerator_where, row, moment)
            else:
                above += row[metric.column]
        return above, under, records

    def below(self, metric: Metric, moment: Moment, period: Period, unit: str) -> float:
        """A ratio's denominator for a unit and all below it."""
        assert metric.below
        total = 0.0
        for row in self.force.rows.get(metric.below.dataset, []):
            home = row.get("unit_id") if row.get("unit_id") in self.parent else self.root
            if row.get("deleted_at") is None and unit in self.above(home) and holds(metric.below.where, row, moment):
                total += row[metric.below.column] * share_of_month(row[metric.below.at], period)
        return total


# --- random forces --------------------------------------------------------------------------------------------------

_INSTANTS = st.integers(0, 447 * 24).map(lambda hours: NOW - timedelta(hours=hours, minutes=65))
_DAYS = st.dates(date(2025, 9, 1), date(2027, 1, 31))


def values(column: Any) -> st.SearchStrategy[Any]:
    """Values of a column, empty now and then; small ranges, so that conditions are met often."""
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(["0", "1", "2", "8", "17", "22", "rui", "STL_S127", "NONE"]),
        "choice": st.sampled_from(column.choices or ("x",)),
        "integer": st.integers(0, 5000),
        "number": st.integers(0, 400).map(lambda n: n / 4),
        "pence": st.integers(-5000, 50000),
        "bool": st.booleans(),
        "date": st.one_of(_DAYS, st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))),
        "instant": st.one_of(_INSTANTS, st.integers(0, 45 * 24).map(lambda n: NOW - timedelta(hours=n))),
    }
    return by_type[column.type] if column.required else st.one_of(st.none(), by_type[column.type], by_type[column.type])


@st.composite
def forces(draw: st.DrawFn, dataset: Dataset, also: Dataset | None = None) -> Force:
    """A force of a few units and officers, with postings of every kind of oddity and rows of a dataset."""
    shape = draw(st.lists(st.integers(0, 100), min_size=2, max_size=9))
    units = [UnitRow("u0", "Force", "Force", None)]
    for index, pick in enumerate(shape, 1):
        units.append(
            UnitRow(
                f"u{index}",
                f"Unit {index}",
                "CSP" if pick % 3 else "Team",
                f"u{pick % index}",
                "t" if pick % 2 else None,
                pick,
            )
        )
    officers = [
        {
            "ref": f"o{n}",
            "name": f"Name{n}",
            "rank": "PC",
            "collar_number": str(n),
            "left_on": draw(st.one_of(st.none(), st.none(), _DAYS)),
            "is_probationer": False,
        }
        for n in range(draw(st.integers(1, 6)))
    ]
    someone = st.sampled_from([o["ref"] for o in officers] + ["nobody-knows"])
    somewhere = st.sampled_from([u.ref for u in units] + ["no-such-unit"])
    postings = []
    for index in range(draw(st.integers(0, 10))):
        starts = draw(_DAYS)
        ends = draw(st.one_of(st.none(), st.integers(-30, 400).map(lambda n, s=starts: s + timedelta(days=n))))
        source = draw(st.sampled_from(["athena", "hr", "other"]))
        postings.append(
            PostingRow(
                f"p{index}",
                draw(someone),
                draw(somewhere),
                draw(st.sampled_from([None, "response"])),
                draw(st.sampled_from([None, 1.0, 0.6])),
                starts,
                ends,
                draw(st.sampled_from([None, True, False])),
                None,
                source,
            )
        )
    force = Force(units, officers, postings)
    for wanted in filter(None, (dataset, also)):
        rows = []
        for index in range(draw(st.integers(0, 14))):
            row: dict[str, Any] = {column.name: draw(values(column)) for column in wanted.columns}
            row |= {
                "ref": f"r{index}",
                "officer_id": draw(st.one_of(st.none(), someone, someone)),
                "unit_id": draw(st.one_of(st.none(), somewhere, somewhere)),
            }
            row["deleted_at"] = NOW if draw(st.integers(0, 11)) == 0 else None
            if wanted.has("stl_officer_id"):
                row["stl_officer_id"] = draw(st.one_of(st.none(), someone, someone))
            if wanted.has("month_on"):
                row["month_on"] = row["month_on"].replace(day=1)
            rows.append(row)
        force.rows[wanted.name] = rows
    return force


def catalogue_of(metrics: Sequence[Metric], datasets: Mapping[str, Dataset]) -> Catalogue:
    from cspdash.domain.catalogue import Family

    return Catalogue((Family(next(iter(metrics)).family, "Test", 1, "", tuple(metrics)),), datasets)
