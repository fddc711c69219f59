"""Reading the audit back: for the data protection officer, and for an officer who asks who looked."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from cspdash.domain.audit import AuditEntry, AuditLine, AuditPage, AuditQuery, Look, Operation, canonical
from cspdash.domain.errors import AuditUnavailable, DatabaseUnavailable, NotPermitted
from cspdash.domain.periods import day_start
from cspdash.domain.ports import Viewer
from data_access.audit.tables import ENTRIES
from data_access.audit.trail import AuditTrail

LOOKS = (Operation.CONSULTATION, Operation.DISCLOSURE)
MOST = 100_000

# A user's id or part of a name -> id to name of those it may mean; "" for everybody known.
FindUsers = Callable[[str], Mapping[str, str]]
UnitsBelow = Callable[[str], Collection[str]]


@dataclass(frozen=True)
class AuditLog:
    """Implements cspdash.domain.audit.AuditLog. Names are looked up when read: the entries hold none."""

    trail: AuditTrail
    zone: ZoneInfo
    users: FindUsers
    units_below: UnitsBelow
    may_search: Callable[[Viewer], bool]

    def write(self, entry: AuditEntry) -> int:
        return self.trail.write(entry)

    def need(self) -> None:
        self.trail.need()

    def search(self, query: AuditQuery, viewer: Viewer, page_size: int = 50) -> AuditPage:
        if not self.may_search(viewer):
            raise NotPermitted("Only the data protection officer reads the audit.")
        found = self._search(query, min(max(page_size, 1), MOST))
        asked = {name: str(value) for name in _ASKED if (value := getattr(query, name))}
        facts = {"officer_id": query.officer, "unit_id": query.unit, "detail": canonical(asked) if asked else ""}
        self.write(AuditEntry.by(viewer, Operation.CONSULTATION, subject="audit", rows=len(found.lines), **facts))
        return found

    def _search(self, query: AuditQuery, page_size: int) -> AuditPage:
        names = self.users("")
        wanted = self._conditions(query)
        try:
            with self.trail.engine.connect() as connection:
                total = connection.execute(select(func.count()).select_from(ENTRIES).where(*wanted)).scalar_one()
                pages = max(1, -(-total // page_size))
                page = min(max(query.page, 1), pages)
                found = connection.execute(_rows(wanted).limit(page_size).offset((page - 1) * page_size))
                lines = tuple(_line(row, names) for row in found)
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            raise AuditUnavailable from error
        return AuditPage(replace(query, page=page), lines, total, page, pages, page_size)

    def looks_at(self, viewer: Viewer, limit: int = 20) -> tuple[Look, ...]:
        if not viewer.officer_id:
            return ()
        table = ENTRIES.c
        looked = [
            table.officer_id == viewer.officer_id,
            table.user_id != viewer.user_id,
            table.operation.in_(LOOKS),
            table.subject != "audit",
        ]
        try:
            with self.trail.engine.connect() as connection:
                found = connection.execute(_rows(looked).limit(limit)).all()
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            raise AuditUnavailable from error
        return tuple(_look(row) for row in found)

    def _conditions(self, query: AuditQuery) -> list[ColumnElement[bool]]:
        table, wanted = ENTRIES.c, list[ColumnElement[bool]]()
        if query.who:
            wanted.append(table.user_id.in_([query.who, *self.users(query.who)]))
        if query.officer:
            wanted.append(table.officer_id == query.officer)
        if query.unit:
            wanted.append(table.unit_id.in_([query.unit, *self.units_below(query.unit)]))
        if query.operation:
            wanted.append(table.operation == query.operation)
        if query.since:
            wanted.append(table.at >= day_start(query.since, self.zone))
        if query.until:
            wanted.append(table.at < day_start(query.until + timedelta(days=1), self.zone))
        return wanted


_ASKED = ("who", "operation", "since", "until")
_FIELDS = frozenset(AuditEntry.__dataclass_fields__)


def _rows(wanted: Collection[ColumnElement[bool]]) -> Select[Any]:
    return select(ENTRIES).where(*wanted).order_by(ENTRIES.c.seq.desc())


def _look(row: Row[Any]) -> Look:
    facts = json.loads(row.entry)
    return Look(row.at, row.role or "", row.operation, row.subject or "", facts.get("look_reason", ""))


def _line(row: Row[Any], names: Mapping[str, str]) -> AuditLine:
    facts = json.loads(row.entry)
    entry = AuditEntry(**{name: value for name, value in facts.items() if name in _FIELDS})
    return AuditLine(row.seq, row.at, names.get(entry.user_id, ""), entry, row.hash)
