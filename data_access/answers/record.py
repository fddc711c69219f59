"""One record: its clocks judged at the page's moment, what it says, and the records that belong with it.

Open to whoever may see it in a list: the officer it names is in scope today (as for the officer's page), or, where it
names none that is known, its unit is; else it must be behind the figure it was reached from, asked for by the same scope.
A record that is only counted is never opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from cspdash.domain.catalogue import Metric
from cspdash.domain.datasets import Dataset
from cspdash.domain.errors import BadFilter, NotPermitted, ReasonNeeded, UnknownMetric, UnknownOfficer, UnknownUnit
from cspdash.domain.periods import Moment
from cspdash.domain.ports import Crumb, RecordClock, RecordLine, RecordPage
from cspdash.domain.rules.stl import offence_words
from cspdash.domain.standing.clock import Standing
from cspdash.domain.standing.of_record import standings
from cspdash.domain.view import OFFICER, RECORD, View
from cspdash.domain.wording import time_text
from data_access.answers.records import cell, is_behind, is_count_only
from data_access.answers.unit import crumbs
from data_access.merging import merged_from, merged_into
from data_access.reading import Reading
from data_access.row_security import seeing

Row = Mapping[str, Any]

NOT_HERE = "There is no such record, or your role does not cover it."
MOST_BESIDE = 25
# Which records are shown beside which: (dataset, its column that names the record).
_BESIDE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "investigation": (
        ("suspect_offence", "investigation_ref"),
        ("suspect_release", "investigation_ref"),
        ("victim", "investigation_ref"),
        ("disposal", "investigation_ref"),
        ("acro_item", "investigation_ref"),
    ),
    "victim": (("victim_event", "victim_ref"),),
    "suspect_release": (("suspect_arrest", "release_ref"),),
}


def record_page(reading: Reading, view: View) -> RecordPage:
    """The page of `view.record`. Raises BadFilter for a kind of record there is not, NotPermitted."""
    dataset = reading.figures.datasets.get(view.dataset)
    if dataset is None or dataset.kind != "record":
        raise BadFilter(f"There is no kind of record {view.dataset[:40]!r}.")
    with reading.figures.engine.connect() as connection:
        seeing(connection, reading.scope)
        whose = _whose(reading, connection, dataset, view.record)
        if whose is None:
            _say_where_it_went(reading, connection, view, dataset)
        look_reason = _opened(reading, view, dataset, whose) if whose is not None else None
        row = _row(reading, connection, dataset, view.record) if look_reason is not None else None
        if row is None:
            raise NotPermitted(NOT_HERE)
        merged = merged_from(connection, reading.figures.metadata, dataset.name, row["ref"])
        if is_count_only(row, dataset):
            raise NotPermitted("This record is counted, and not shown to anybody here.")
        investigation = _investigation(reading, connection, view, row)
        beside = tuple(
            (reading.figures.datasets[name].title, lines)
            for name, column in _BESIDE.get(dataset.name, ())
            if name in reading.figures.datasets
            and (lines := _lines(reading, connection, view, name, column, row["ref"]))
        )
    moment = reading.moment
    return RecordPage(
        view=view,
        heading=_heading(dataset, row),
        about=_about(reading, row),
        crumbs=_crumbs(reading, view),
        back=_back(reading, view),
        moment_text=time_text(moment.at, moment.zone),
        clocks=tuple(_clock(standing, reading) for standing in standings(dataset, row, moment)),
        facts=(*_facts(reading, dataset, row), *((("Merged into this one", ", ".join(merged)),) if merged else ())),
        derived=_derived(reading, dataset, row),
        investigation=investigation,
        beside=beside,
        as_at=reading.as_at((dataset.name,)),
        data_version=reading.data_version,
        look_reason=look_reason or "",
    )


def _whose(reading: Reading, connection: Connection, dataset: Dataset, ref: str) -> Row | None:
    """Of a record only what says whose it is: no more is read before it may be opened."""
    table = reading.figures.metadata.tables[dataset.name]
    columns = (table.c.ref, table.c.officer_id, table.c.unit_id)
    found = connection.execute(select(*columns).where(table.c.ref == ref, table.c.deleted_at.is_(None)))
    row = found.mappings().first()
    return dict(row) if row is not None else None


def _row(reading: Reading, connection: Connection, dataset: Dataset, ref: str) -> Row | None:
    table = reading.figures.metadata.tables[dataset.name]
    found = connection.execute(select(table).where(table.c.ref == ref, table.c.deleted_at.is_(None)))
    row = found.mappings().first()
    return dict(row) if row is not None else None


def _say_where_it_went(reading: Reading, connection: Connection, view: View, dataset: Dataset) -> None:
    """Raises BadFilter for a record that was merged into one that the viewer may open."""
    into = merged_into(connection, reading.figures.metadata, dataset.name, view.record)
    row = _row(reading, connection, dataset, into) if into else None
    if row is not None and may_open(reading, row) and not is_count_only(row, dataset):
        raise BadFilter(f"{view.record} was merged into {into} and no longer counts by itself. Look for {into}.")


# --- scope ---
def _opened(reading: Reading, view: View, dataset: Dataset, whose: Row) -> str | None:
    """Why it is looked at outside the viewer's own team ("" inside), None where it is not theirs. Raises ReasonNeeded."""
    if may_open(reading, whose):
        return _open(reading, whose)
    origin = _origin(reading, view)
    if origin is None:
        return None
    try:
        return is_behind(reading, origin, whose["ref"], dataset.name)
    except (BadFilter, NotPermitted, UnknownMetric, UnknownOfficer, UnknownUnit):
        return None


def may_open(reading: Reading, row: Row) -> bool:
    """Whether the record is in scope by itself, wherever it was reached from."""
    organisation = reading.organisation
    who = organisation.number.get(row["officer_id"] or "", -1)
    if who >= 0:
        return reading.scope.may_officer(who, reading.today)
    unit = organisation.tree.position.get(row["unit_id"] or "", -1)
    return reading.scope.may_name(unit) if unit >= 0 else reading.scope.may_name_all


def _open(reading: Reading, row: Row) -> str:
    """The same of a record that is in scope by itself."""
    organisation, scope = reading.organisation, reading.scope
    who = organisation.number.get(row["officer_id"] or "", -1)
    if who >= 0:
        return scope.open_officer(who, reading.today)
    return scope.open_here(max(organisation.tree.position.get(row["unit_id"] or "", -1), 0))


def _is_said(reading: Reading, row: Row) -> bool:
    """Whether a record in scope may be shown without asking anything."""
    try:
        _open(reading, row)
    except ReasonNeeded:
        return False
    return True


def _origin(reading: Reading, view: View) -> View | None:
    """The view of the figure it was reached from, as the viewer's browser says."""
    metric = _metric(reading, view)
    if metric is None:
        return None
    page = OFFICER if view.officer else metric.family
    unit = view.unit or (reading.organisation.unit_row(max(reading.scope.home, 0)).ref if not view.officer else "")
    return view.but(page=page, unit=unit, dataset="", record="")


def _metric(reading: Reading, view: View) -> Metric | None:
    try:
        return reading.metric(view.metric) if view.metric else None
    except UnknownMetric:
        return None


def _back(reading: Reading, view: View) -> View | None:
    origin = _origin(reading, view)
    return origin if origin is not None and (origin.bar or origin.officer) else None


def _crumbs(reading: Reading, view: View) -> tuple[Crumb, ...]:
    """The way up where it was reached from a unit's page."""
    origin = _origin(reading, view)
    if origin is None or origin.page == OFFICER or origin.unit not in reading.organisation.tree.position:
        return ()
    page, position = origin.but(bar="", rows=1, order=""), reading.organisation.unit(origin.unit)
    return (*crumbs(reading, page, position), Crumb(reading.organisation.unit_row(position).name, page))


# --- words ---
def _heading(dataset: Dataset, row: Row) -> str:
    noun = dataset.noun[0]
    return f"{noun[:1].upper()}{noun[1:]} {row['ref']}"


def _about(reading: Reading, row: Row) -> str:
    """What it is and whose, in a line."""
    organisation = reading.organisation
    who = organisation.number.get(row["officer_id"] or "", -1)
    position = organisation.tree.position.get(row["unit_id"] or "", -1)
    parts = [offence_words(row)] if row.get("offence_title") or row.get("offence_code") else []
    parts.append(organisation.officers[who].label if who >= 0 else "No known officer")
    parts += [organisation.unit_row(position).name] if position >= 0 else []
    return " · ".join(parts)


def _clock(standing: Standing, reading: Reading) -> RecordClock:
    due = cell(standing.due, "instant" if hasattr(standing.due, "hour") else "date", reading) or ""
    return RecordClock(
        standing.clock, standing.state, standing.sentence, standing.judged, due, standing.authority, standing.missing
    )


def _facts(reading: Reading, dataset: Dataset, row: Row) -> tuple[tuple[str, str], ...]:
    """What the source gives, where it gives anything."""
    given = [column for column in dataset.columns if not column.derived]
    pairs = [(column.label, cell(row[column.name], column.type, reading)) for column in given]
    return tuple((label, value) for label, value in pairs if value)


def _derived(reading: Reading, dataset: Dataset, row: Row) -> tuple[tuple[str, str], ...]:
    worked_out = [column for column in dataset.derived_columns if not column.name.endswith("_reason")]
    pairs = [(column.label, cell(row[column.name], column.type, reading)) for column in worked_out]
    return tuple((label, value) for label, value in pairs if value)


# --- what belongs with it ---
def _investigation(reading: Reading, connection: Connection, view: View, row: Row) -> RecordLine | None:
    """The investigation the record belongs to: with its offence where it is in scope, else by its number."""
    ref = row.get("investigation_ref")
    dataset = reading.figures.datasets.get("investigation")
    if not ref or dataset is None:
        return None
    found = _row(reading, connection, dataset, ref)
    if found is None or not may_open(reading, found):
        return RecordLine(str(ref), None)
    if not _is_said(reading, found):
        return _link(view, dataset, str(ref))
    return _line(reading, view, dataset, found, f"{offence_words(found)}, {ref}")


def _lines(
    reading: Reading, connection: Connection, view: View, name: str, column: str, ref: str
) -> tuple[RecordLine, ...]:
    """Other records that name this one, each only if it is in scope by itself; the newest first."""
    dataset, table = reading.figures.datasets[name], reading.figures.metadata.tables[name]
    query = select(table).where(table.c[column] == ref, table.c.deleted_at.is_(None))
    opened = table.c[dataset.opens] if dataset.opens else table.c.ref
    found = connection.execute(query.order_by(opened.desc(), table.c.ref).limit(MOST_BESIDE)).mappings()
    rows = [dict(row) for row in found]
    return tuple(
        _line(reading, view, dataset, row, row["ref"]) if _is_said(reading, row) else _link(view, dataset, row["ref"])
        for row in rows
        if may_open(reading, row) and not is_count_only(row, dataset)
    )


def _line(reading: Reading, view: View, dataset: Dataset, row: Row, name: str) -> RecordLine:
    moment: Moment = reading.moment
    first = next(iter(standings(dataset, row, moment)), None)
    where = _link(view, dataset, row["ref"]).view
    return RecordLine(name, where, first.state if first else "", first.words if first else "")


def _link(view: View, dataset: Dataset, ref: str) -> RecordLine:
    """A record by its number alone: what else there is is on its own page."""
    return RecordLine(ref, View(page=RECORD, dataset=dataset.name, record=ref, as_at=view.as_at))
