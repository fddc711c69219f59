"""Sessions in the database: who is signed in, since when, last seen when, and why a session ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Engine, MetaData, Row, Select, bindparam, delete, insert, select, update

from cspdash.domain.identity import Method, Session, handle_of
from cspdash.domain.looking_outside import StandingReason, with_reason
from cspdash.domain.ports import Viewer
from data_access.asking import asked, told, told_if_free

_SHOWN = (
    "sid_hash",
    "user_id",
    "name",
    "role",
    "method",
    "idp_sid",
    "created_at",
    "seen_at",
    "ended_at",
    "ended_why",
    "ended_by",
    "looks",
)
_MOST = 1000
KEPT_FOR = timedelta(days=31)  # after somebody was last seen: long enough to ask who was signed in
LONGEST = timedelta(hours=24)  # no setting lets a session last longer, whether or not anybody came back to hear so


class DatabaseSessions:
    """Implements cspdash.domain.identity.SessionStore. Safe to share between threads."""

    def __init__(self, engine: Engine, metadata: MetaData, clock: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._engine, self._table, self._clock = engine, metadata.tables["session"], clock

    def start(self, sid: str, viewer: Viewer, method: Method, idp_sid: str = "", id_token: str = "") -> None:
        now = self._clock()
        row: dict[str, Any] = {"sid_hash": handle_of(sid), "user_id": viewer.user_id, "name": viewer.name}
        row |= {"role": viewer.role, "method": method, "idp_sid": idp_sid, "id_token": id_token}
        row |= {"created_at": now, "seen_at": now}
        with told(self._engine) as connection:
            connection.execute(delete(self._table).where(self._table.c.seen_at < now - KEPT_FOR))
            connection.execute(insert(self._table).values(row))

    @cached_property
    def _by_handle(self) -> Select[Any]:
        return select(*self._columns).where(self._table.c.sid_hash == bindparam("handle"))

    @property
    def _columns(self) -> list[Any]:
        return [self._table.c[name] for name in _SHOWN]

    def find(self, sid: str) -> Session | None:
        with asked(self._engine) as connection:
            row = connection.execute(self._by_handle, {"handle": handle_of(sid)}).one_or_none()
        return _session(row) if row is not None else None

    def seen(self, sid: str) -> None:
        table = self._table
        is_it = (table.c.sid_hash == handle_of(sid), table.c.ended_at.is_(None))
        with told_if_free(self._engine) as connection:
            connection.execute(update(table).where(*is_it).values(seen_at=self._clock()))

    def say_why(self, sid: str, said: StandingReason) -> Session | None:
        table = self._table
        is_it = (table.c.sid_hash == handle_of(sid), table.c.ended_at.is_(None))
        with told(self._engine) as connection:
            query = select(*self._columns).where(*is_it).with_for_update()  # two pages may say something at once
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            looks = with_reason(_session(row).looks, said)
            connection.execute(update(table).where(*is_it).values(looks=_written(looks)))
        return replace(_session(row), looks=looks)

    def end(self, sid: str, why: str) -> str:
        handle = handle_of(sid)
        with told(self._engine) as connection:
            token = select(self._table.c.id_token).where(self._table.c.sid_hash == handle)
            kept = connection.execute(token).scalar_one_or_none() or ""
            self._end(connection, self._table.c.sid_hash == handle, why, "")
        return str(kept)

    def end_one(self, handle: str, why: str, by: str) -> bool:
        with told(self._engine) as connection:
            return self._end(connection, self._table.c.sid_hash == handle, why, by) > 0

    def end_all(self, user_id: str, why: str, by: str) -> int:
        with told(self._engine) as connection:
            return self._end(connection, self._table.c.user_id == user_id, why, by)

    def sessions(self, user_id: str = "", *, are_open: bool = True) -> Sequence[Session]:
        table = self._table
        found = select(*self._columns).order_by(table.c.seen_at.desc()).limit(_MOST)
        if user_id:
            found = found.where(table.c.user_id == user_id)
        if are_open:
            found = found.where(table.c.ended_at.is_(None), table.c.created_at > self._clock() - LONGEST)
        with asked(self._engine) as connection:
            return [_session(row) for row in connection.execute(found)]

    def forget(self, before: datetime) -> int:
        with told(self._engine) as connection:
            return connection.execute(delete(self._table).where(self._table.c.seen_at < before)).rowcount

    def _end(self, connection: Any, which: Any, why: str, by: str) -> int:
        values = {"ended_at": self._clock(), "ended_why": why, "ended_by": by, "id_token": ""}
        is_open = self._table.c.ended_at.is_(None)
        return int(connection.execute(update(self._table).where(which, is_open).values(values)).rowcount)


def _session(row: Row[Any]) -> Session:
    handle, *others = tuple(row)
    return replace(Session(handle, *others), looks=_read(others[-1]))


def _written(looks: Sequence[StandingReason]) -> str:
    return json.dumps([[each.unit_id, each.is_alone, each.reason, each.until.isoformat()] for each in looks])


def _read(kept: str | None) -> tuple[StandingReason, ...]:
    found = json.loads(kept) if kept else []
    return tuple(StandingReason(unit, alone, why, datetime.fromisoformat(until)) for unit, alone, why, until in found)
