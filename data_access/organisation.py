"""Keeps posting_resolved and org_issue as units, officers and postings have it, by the rules of cspdash.domain.org.

They are made again whenever one of the three changed, or the precedence of sources did: the data version of the
organisation notes what it was made from, so that a run that was killed in between is made good by the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, MetaData, Table, bindparam, delete, insert, select

from cspdash.domain.corrections import SOURCE as CORRECTION
from cspdash.domain.corrections import Correction, agreed_from, with_corrections
from cspdash.domain.datasets import Dataset
from cspdash.domain.discrepancies import discrepancies
from cspdash.domain.org import OfficerRow, OrgIssue, PostingRow, Resolved, UnitRow, check_units, resolve_postings
from cspdash.domain.periods import day_start
from data_access.column_types import Day, Instant
from data_access.combining import Combined
from data_access.correction_rows import CORRECTIONS, note_agreement, read
from data_access.discrepancy_rows import replace_discrepancies
from data_access.state import State
from data_access.storage import DriverStatement, Row, Rows, stored

ORGANISATION = "organisation"
PARTS = ("unit", "officer", "posting")


class Organisation:
    """The resolved organisation within the connection's transaction."""

    def __init__(
        self, connection: Connection, metadata: MetaData, datasets: Mapping[str, Dataset], precedence: Mapping[str, int]
    ) -> None:
        self.connection, self.metadata, self.datasets, self.precedence = connection, metadata, datasets, precedence
        self.state, self.dialect = State(metadata), connection.dialect

    def made_from(self) -> str:
        """What the resolved postings follow from, as a short text."""
        versions = self.state.data_versions(self.connection)
        parts = [f"{name} {versions[name][0]}" for name in PARTS if name in versions]
        order = hashlib.sha256(repr(sorted(self.precedence.items())).encode()).hexdigest()[:8]
        said = [f"corrections {versions[CORRECTIONS][0]}"] if CORRECTIONS in versions else []
        return ", ".join([*parts, *said, f"precedence {order}"]) if parts else ""

    def lacks_corrections(self) -> bool:
        """Whether the corrections are others than those the resolved postings were made with."""
        versions = self.state.data_versions(self.connection)
        if CORRECTIONS not in versions:
            return False
        return f"corrections {versions[CORRECTIONS][0]}" not in versions.get(ORGANISATION, (0, ""))[1].split(", ")

    def is_current(self) -> bool:
        made_from = self.made_from()
        return not made_from or self.state.data_versions(self.connection).get(ORGANISATION, (0, ""))[1] == made_from

    def rebuild(self, zone: ZoneInfo, now: datetime) -> Combined:
        """Makes both tables again where they are not current. Returns what was put together of several sources' data."""
        if self.is_current():
            return Combined(ORGANISATION, (), 0)
        units = [_as(UnitRow, row) for row in self._rows("unit")]
        officers = {row["ref"]: _as(OfficerRow, row) for row in self._rows("officer")}
        postings = [_as(PostingRow, row) for row in self._postings()]
        known = {unit.ref: unit.name for unit in units}
        today = now.astimezone(zone).date()
        corrections = self._corrections(postings, officers, known, today, now)
        corrected = with_corrections(postings, corrections)
        resolved, issues = resolve_postings(corrected, officers, self.precedence, known)
        changed = self._replace_postings(resolved, zone)
        self._replace_issues([*check_units(units), *issues])
        found = discrepancies(postings, resolved, officers, today)
        replace_discrepancies(self.connection, self.metadata, found, known, now)
        self.state.bump(self.connection, ORGANISATION, now, self.made_from())
        return self._combined(changed, [each.officer_id for each in corrections if each.counts_at_all()])

    def _combined(self, changed: Sequence[str], corrected: Sequence[str]) -> Combined:
        """Of the officers of changed postings, those of whom more than one source speaks: supervisors' words are one."""
        parts: dict[str, set[tuple[str, str]]] = {officer: {(CORRECTION, "posting")} for officer in corrected}
        for name, column in (("officer", "ref"), ("posting", "officer_id")):
            c = self.metadata.tables[name].c
            for officer, source in self.connection.execute(select(c[column], c.source).where(c.deleted_at.is_(None))):
                parts.setdefault(officer, set()).add((source, name))
        several = [officer for officer in changed if len({source for source, _ in parts.get(officer, ())}) > 1]
        told = {f"{source} {name}" for officer in set(several) for source, name in parts[officer]}
        return Combined(ORGANISATION, tuple(sorted(told)), len(several))

    def _corrections(
        self,
        postings: Sequence[PostingRow],
        officers: Mapping[str, OfficerRow],
        known: Container[str],
        today: date,
        now: datetime,
    ) -> list[Correction]:
        """Those not taken back, each with the day from which all else says the same, noted where that is news.

        All else are the sources and the other corrections: who is taken out of one team by one word may be put by the
        sources into another, of which a second word speaks.
        """
        found = read(self.connection, self.metadata, only_open=True)
        since: dict[str, date | None] = {}
        for each in found:
            own = [posting for posting in postings if posting.officer_id == each.officer_id]
            others = [other for other in found if other is not each and other.officer_id == each.officer_id]
            runs, _ = resolve_postings(with_corrections(own, others), officers, self.precedence, known)
            since[each.correction_id] = agreed_from(each, runs, today)
        news = [
            (each.correction_id, since[each.correction_id])
            for each in found
            if each.agreed_from != since[each.correction_id]
        ]
        note_agreement(self.connection, self.metadata, news, now)
        return [replace(each, agreed_from=since[each.correction_id]) for each in found]

    def _rows(self, name: str) -> list[Row]:
        return Rows(self.datasets[name], self.connection).where()

    def _postings(self) -> list[Row]:
        """Postings with the source each is from, which the precedence needs."""
        table = self.metadata.tables["posting"]
        sources = dict(self.connection.execute(select(table.c.ref, table.c.source)).all())
        return [{**row, "source": sources[row["ref"]]} for row in self._rows("posting")]

    def _replace_postings(self, resolved: Sequence[Resolved], zone: ZoneInfo) -> list[str]:
        """Writes only what is different: on most days few of a hundred thousand postings change.

        Returns the officer of each that did.
        """
        table = self.metadata.tables["posting_resolved"]
        starts = {day: day_start(day, zone) for one in resolved for day in (one.starts_on, one.ends_before)}
        wanted = {}
        for one in resolved:
            own = {each.name: getattr(one, each.name) for each in fields(one)}
            instants = {"starts_at": starts[one.starts_on], "ends_at": starts[one.ends_before]}
            wanted[one.officer_id, one.starts_on] = {**own, **instants}
        there = {(row.officer_id, row.starts_on): row._asdict() for row in self.connection.execute(select(table))}
        outdated = [key for key, row in there.items() if wanted.get(key) != row]
        if outdated:
            key = (table.c.officer_id == bindparam("of"), table.c.starts_on == bindparam("since"))
            self.connection.execute(delete(table).where(*key), [{"of": of, "since": since} for of, since in outdated])
        new = [key for key, row in wanted.items() if there.get(key) != row]
        self._insert(table, [wanted[key] for key in new])
        return [officer for officer, _ in {*outdated, *new}]

    def _replace_issues(self, issues: Sequence[OrgIssue]) -> None:
        table = self.metadata.tables["org_issue"]
        self.connection.execute(delete(table))
        self._insert(table, [{each.name: getattr(issue, each.name) for each in fields(issue)} for issue in issues])

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        statement = DriverStatement(insert(table).values({name: bindparam(name) for name in rows[0]}), self.dialect)
        columns = [stored(_kind(table.c[name]), [row[name] for row in rows], self.dialect) for name in statement.names]
        statement.run(self.connection, list(zip(*columns, strict=True)))


def _kind(column: Column[Any]) -> str:
    """The column's type by the name that storage knows it by."""
    return "instant" if isinstance(column.type, Instant) else "date" if isinstance(column.type, Day) else "text"


def _as(kind: Any, row: Row) -> Any:
    """The row as one of the domain's classes, which name some of its columns."""
    return kind(**{each.name: row[each.name] for each in fields(kind) if each.name in row})
