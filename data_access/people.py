"""The directory in the database: people an identity provider vouched for, or an administrator let in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, MetaData, Row, Select, bindparam, func, or_, select, update

from cspdash.domain.identity import NEEDS_OFFICER, Person, SignInRefused, Vouched, person_id_of, strongest_first
from cspdash.domain.ports import Viewer
from data_access.asking import asked, told
from data_access.row_security import directory
from data_access.state import upsert

_MOST = 2000


class DatabaseDirectory:
    """Implements cspdash.domain.identity.Directory. Safe to share between threads."""

    def __init__(
        self,
        engine: Engine,
        metadata: MetaData,
        zone: ZoneInfo,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine, self._zone, self._clock = engine, zone, clock
        self._people, self._officers = metadata.tables["person"], metadata.tables["officer"]

    # --- who somebody is now ---
    def find(self, person_id: str) -> Viewer | None:
        with asked(self._engine) as connection:
            row = self._row(connection, person_id)
        return self._viewer(row) if row is not None and not self._objection(row) else None

    @cached_property
    def _one(self) -> Select[Any]:
        """A person with their officer, in one question: it is asked at every request."""
        people, officers = self._people, self._officers
        here = (officers.c.ref == people.c.officer_id) & officers.c.deleted_at.is_(None)
        columns = (*people.c, officers.c.ref.label("officer_ref"), officers.c.left_on)
        return (
            select(*columns).outerjoin_from(people, officers, here).where(people.c.person_id == bindparam("person_id"))
        )

    def _row(self, connection: Connection, person_id: str) -> Row[Any] | None:
        with directory(connection):
            return connection.execute(self._one, {"person_id": person_id}).one_or_none()

    def _objection(self, row: Row[Any]) -> str:
        """Why this person has no access; "" where they have."""
        roles = row.roles.split()
        if row.disabled_at is not None:
            return "disabled"
        if not roles:
            return "no role"
        if row.officer_id and row.officer_ref is None:
            return "unknown officer"
        if row.left_on is not None and row.left_on <= self._today():
            return "left the force"
        if roles[0] in NEEDS_OFFICER and not row.officer_id:
            return "no employee number"
        return ""

    def _viewer(self, row: Row[Any]) -> Viewer:
        return Viewer(row.person_id, row.name, row.roles.split()[0], row.officer_id, row.unit_id, row.title)

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    # --- signing in ---
    def signed_in(self, who: Vouched) -> Viewer:
        person_id = person_id_of(who.issuer, who.subject)
        with told(self._engine) as connection:
            known = self._row(connection, person_id)
            if known is None and who.roles is None:
                raise SignInRefused("not admitted")
            roles = known.roles.split() if who.roles is None and known is not None else strongest_first(who.roles or ())
            values = self._values(connection, who, roles, known)
            upsert(connection, self._people, {"person_id": person_id, **values, "signed_in_at": self._clock()})
            row = self._row(connection, person_id)
            assert row is not None
            # Known from now on, with or without access: an administrator sees who tried and what they lack.
        if objection := self._objection(row):
            raise SignInRefused(objection)
        return self._viewer(row)

    def _values(
        self, connection: Connection, who: Vouched, roles: Sequence[str], known: Row[Any] | None
    ) -> dict[str, Any]:
        kept = {"unit_id": known.unit_id, "added_at": known.added_at} if known is not None else {}
        # A provider that speaks of roles speaks of employee numbers, too: one it no longer gives is gone.
        number = who.officer_id or (known.officer_id if known is not None and who.roles is None else "")
        if number and not set(roles) & NEEDS_OFFICER and not self._is_officer(connection, number):
            number = ""  # police staff have employee numbers, too, and are no officers
        return {
            "issuer": who.issuer,
            "subject": who.subject,
            "name": who.name or (known.name if known is not None else who.subject),
            "title": who.title or (known.title if known is not None else ""),
            "roles": " ".join(roles),
            "officer_id": number,
            "unit_id": "",
            "added_at": self._clock(),
            **kept,
        }

    def _is_officer(self, connection: Connection, number: str) -> bool:
        officers = self._officers
        is_it = (officers.c.ref == number, officers.c.deleted_at.is_(None))
        with directory(connection):
            return connection.execute(select(officers.c.ref).where(*is_it)).one_or_none() is not None

    # --- administration ---
    def people(self, text: str = "") -> Sequence[Person]:
        table = self._people
        found = select(*_columns(table)).order_by(table.c.name, table.c.person_id).limit(_MOST)
        if text:
            like = f"%{text.lower().replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
            columns = (table.c.name, table.c.officer_id, table.c.subject)
            found = found.where(or_(*(func.lower(column).like(like, escape="/") for column in columns)))
        with asked(self._engine) as connection:
            return [_person(row) for row in connection.execute(found)]

    def person(self, person_id: str) -> Person | None:
        with asked(self._engine) as connection:
            found = select(*_columns(self._people)).where(self._people.c.person_id == person_id)
            row = connection.execute(found).one_or_none()
        return _person(row) if row is not None else None

    def admit(self, who: Vouched, unit_id: str = "") -> str:
        person_id = person_id_of(who.issuer, who.subject)
        with told(self._engine) as connection:
            known = self._row(connection, person_id)
            values = {
                "issuer": who.issuer,
                "subject": who.subject,
                "name": who.name,
                "title": who.title,
                "roles": " ".join(strongest_first(who.roles or ())),
                "officer_id": who.officer_id,
                "unit_id": unit_id,
                "added_at": known.added_at if known is not None else self._clock(),
            }
            upsert(connection, self._people, {"person_id": person_id, **values})
        return person_id

    def place(self, person_id: str, unit_id: str) -> None:
        self._change(person_id, unit_id=unit_id)

    def disable(self, person_id: str, by: str, why: str) -> None:
        self._change(person_id, disabled_at=self._clock(), disabled_by=by, disabled_why=why)

    def enable(self, person_id: str) -> None:
        self._change(person_id, disabled_at=None, disabled_by="", disabled_why="")

    def _change(self, person_id: str, **values: Any) -> None:
        with told(self._engine) as connection:
            connection.execute(update(self._people).where(self._people.c.person_id == person_id).values(values))


def _columns(table: Any) -> list[Any]:
    return [table.c[name] for name in Person.__dataclass_fields__]


def _person(row: Row[Any]) -> Person:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    return Person(**{**values, "roles": tuple(values["roles"].split())})
