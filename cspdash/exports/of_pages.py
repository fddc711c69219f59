"""Documents out of pages: the same answer that was drawn, its rows in the same order, typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cspdash.domain.audit import AuditPage
from cspdash.domain.periods import PERIOD_CHOICES
from cspdash.domain.ports import AsAt, Bar, Figure, OfficerPage, RecordsPage, SummaryPage, UnitPage
from cspdash.domain.view import View
from cspdash.exports.document import Cell, Column, Document, Table

_NUMBERS = frozenset({"integer", "number", "pence"})
_FIGURE = (
    Column("As shown"),
    Column("Counted"),
    Column("Numerator", "number"),
    Column("Denominator", "number"),
    Column("Records", "number"),
    Column("Remark"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same in every document of a deployment."""

    marking: str
    force_name: str
    zone: ZoneInfo


def unit_document(page: UnitPage, records: RecordsPage | None, setting: Setting) -> Document:
    """The bars of a unit, its total last; and the records that are open beneath them."""
    columns = (Column(_capital(page.children_word)), Column(page.metric_title, "number", bar=True), *_FIGURE)
    rows = [(bar.name, *_cells(bar.figure, _remark(bar))) for bar in page.bars]
    rows.append((f"Total {page.unit_name}", *_cells(page.total, "")))
    bars = Table(f"{page.metric_title} by {page.children_word}", columns, tuple(rows), has_sum=True)
    tables = (bars, records_table(records)) if records else (bars,)
    title = f"{page.family_title}: {page.unit_name}, {page.metric_title}"
    facts = (
        ("Force", setting.force_name),
        ("Unit", f"{page.unit_name} ({page.unit})"),
        ("Metric", f"{page.metric_title} ({page.view.metric})"),
        *_filters(page.view, page.period_text if page.is_flow else ""),
        ("Records of", records.bar_name if records else ""),
        *_origin(page.as_at, page.definition.sentence, page.definition.version, page.data_version, setting.zone),
        ("Scope", page.scope_note or "Everything in view of this role"),
        ("Note", page.axis_note),
    )
    is_person_level = records is not None or any(bar.kind == "officer" for bar in page.bars)
    return Document(f"{page.family}_{page.view.metric}", title, setting.marking, facts, tables, is_person_level)


def officer_document(page: OfficerPage, records: RecordsPage | None, setting: Setting) -> Document:
    """Every scorecard's line of one officer, the months of the metric in view, the records behind it."""
    columns = (Column("Scorecard"), Column("Metric"), Column("Figure", "number"), *_FIGURE)
    lines = [(line.family_title, line.metric_title, *_cells(line.figure, line.words)) for line in page.lines]
    months = [
        (month.on, *_cells(month.figure, "outside the usual range" if month.is_outside else ""))
        for month in page.months
    ]
    month_columns = (Column("Month", "date"), Column(page.metric_title, "number", bar=True), *_FIGURE)
    tables = [Table("All scorecards", columns, tuple(lines))]
    if months:
        tables.append(Table(f"{page.metric_title}, last 12 months", month_columns, tuple(months)))
    if records:
        tables.append(records_table(records))
    facts = (
        ("Force", setting.force_name),
        ("Officer", f"{page.name} ({page.officer})"),
        ("About", page.about),
        *(("Bear in mind", warning) for warning in page.warnings),
        ("Metric", f"{page.metric_title} ({page.view.metric})"),
        *_filters(page.view, ""),
        *_origin(page.as_at, page.definition.sentence, page.definition.version, page.data_version, setting.zone),
        ("Scope", "One officer"),
    )
    title = f"{page.name}: {page.metric_title}"
    return Document(f"officer_{page.view.metric}", title, setting.marking, facts, tuple(tables), is_person_level=True)


def summary_document(page: SummaryPage, setting: Setting) -> Document:
    """Every headline metric by unit: the figures in one table, typed; as shown in another."""
    heads = [f"{column.family_title}: {column.title}" for column in page.columns]
    rows = [
        (name, *(_number(column.cells[index].figure.value) for column in page.columns))
        for index, (_ref, name, _view) in enumerate(page.rows)
    ]
    rows.append((page.unit_name, *(_number(column.total.value) for column in page.columns)))
    shown = [
        (name, *(column.cells[index].figure.text for column in page.columns))
        for index, (_ref, name, _view) in enumerate(page.rows)
    ]
    shown.append((page.unit_name, *(column.total.text for column in page.columns)))
    first = Column(page.rows_word)
    tables = (
        Table(f"Every metric by {page.rows_word}", (first, *(Column(head, "number") for head in heads)), tuple(rows)),
        Table("As shown", (first, *(Column(head) for head in heads)), tuple(shown)),
    )
    facts = (
        ("Force", setting.force_name),
        ("Unit", f"{page.unit_name} ({page.unit})"),
        *_filters(page.view, ""),
        *_origin(page.as_at, "", "", page.data_version, setting.zone),
        ("Scope", page.scope_note or "Everything in view of this role"),
    )
    return Document("summary", f"Summary: {page.unit_name}", setting.marking, facts, tables, is_person_level=False)


def audit_document(page: AuditPage, setting: Setting) -> Document:
    """Entries of the audit, newest first."""
    columns = (
        "Entry",
        "At",
        "User",
        "Name",
        "Role",
        "Looked as",
        "Operation",
        "Subject",
        "Which",
        "Officer",
        "Unit",
        "Rows",
    )
    rest = ("Reason", "Why outside own team", "Recipient", "Reference", "Filter")
    rows = []
    for line in page.lines:
        entry, at = line.entry, line.at.astimezone(setting.zone).isoformat(" ", "seconds")
        who = (entry.user_id, line.name, entry.role, entry.as_user)
        what = (str(entry.operation), entry.subject, entry.subject_id, entry.officer_id, entry.unit_id, entry.rows)
        why = (entry.reason, entry.look_reason)
        rows.append((line.seq, at, *who, *what, *why, entry.recipient, entry.reference, entry.detail))
    titles = tuple(Column(title, "number" if title in ("Entry", "Rows") else "text") for title in (*columns, *rest))
    query = page.query
    asked = (("Who", query.who), ("Whom", query.officer), ("Unit", query.unit), ("Operation", query.operation))
    days = (("From", _iso(query.since)), ("To", _iso(query.until)))
    table = Table("Entries", titles, tuple(rows), page.total)
    facts = (("Force", setting.force_name), *asked, *days)
    return Document("audit", "Audit", setting.marking, facts, (table,), is_person_level=True)


def records_table(records: RecordsPage) -> Table:
    """The records behind one figure, every column of them."""
    columns = [Column(label, "number" if kind in _NUMBERS else "text") for _name, label, kind in records.columns]
    reasons: Sequence[str | None] = records.reasons or (None,) * len(records.rows)
    rows = [
        (
            *(_typed(row.get(name), kind) for name, _label, kind in records.columns),
            *((reason,) if records.reasons else ()),
        )
        for row, reason in zip(records.rows, reasons, strict=True)
    ]
    if records.reasons:
        columns.append(Column("Clock"))
    return Table(
        f"Records: {records.bar_name}" if records.bar_name else records.title,
        tuple(columns),
        tuple(rows),
        records.total,
    )


def _filters(view: View, period: str) -> tuple[tuple[str, str], ...]:
    day = view.as_at.isoformat() if view.as_at else "now"
    return (
        (
            "Period",
            period or (dict(PERIOD_CHOICES).get(view.period, view.period) if view.period != View().period else ""),
        ),
        ("As at", day),
        ("Postings", "as the teams were then" if view.team == "then" else "as the teams are now"),
        ("Per", "full-time officer" if view.per == "fte" else ""),
        ("Order", {"org": "", "value": "highest first", "name": "by name"}.get(view.sort, view.sort)),
    )


def _origin(
    sources: Iterable[AsAt], sentence: str, version: str, data_version: str, zone: ZoneInfo
) -> tuple[tuple[str, str], ...]:
    return (
        *(("Source", _source(source, zone)) for source in sources),
        ("Definition", sentence),
        ("Definition version", version),
        ("Data version", data_version),
    )


def _source(source: AsAt, zone: ZoneInfo) -> str:
    newest = f"newest event {_moment(source.event_at, zone)}" if source.event_at else "never loaded"
    loaded = f"loaded {_moment(source.loaded_at, zone)}" if source.loaded_at else ""
    state = "not answering" if source.is_down else "late" if source.is_stale else ""
    return f"{source.title}: {', '.join(part for part in (newest, loaded, state) if part)}"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M}"


def _cells(figure: Figure, remark: str) -> tuple[Cell, ...]:
    numbers = (_number(figure.numerator), _number(figure.denominator), figure.records)
    return (_number(figure.value), figure.text, figure.fraction, *numbers, remark)


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value


def _remark(bar: Bar) -> str:
    return " · ".join(part for part in (bar.note, bar.words) if part)


def _typed(value: Any, kind: str) -> Cell:
    """A display value as what it is: numbers as numbers, everything else as it is read."""
    if value is None or value == "":
        return None
    if kind in _NUMBERS and isinstance(value, str):
        plain = value.replace(",", "").removeprefix("£")
        try:
            return _number(float(plain))
        except ValueError:
            return value
    return value if isinstance(value, int | float | date) else str(value)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
