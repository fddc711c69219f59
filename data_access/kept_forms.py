"""Forms that somebody has not saved yet, in the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, MetaData, delete, select

from cspdash.domain.kept_forms import KEPT_FOR, KeptForm
from data_access.state import upsert, writing


class DatabaseKeptForms:
    """Implements cspdash.domain.kept_forms.KeptForms. Safe to share between threads."""

    def __init__(self, engine: Engine, metadata: MetaData, clock: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._engine, self._table, self._clock = engine, metadata.tables["kept_form"], clock

    def keep(self, user_id: str, form: str, revision: int, fields: Mapping[str, str]) -> datetime:
        now, table = self._clock(), self._table
        row = {
            "user_id": user_id,
            "form": form,
            "revision": revision,
            "fields": json.dumps(dict(fields)),
            "kept_at": now,
        }
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.kept_at < now - KEPT_FOR))
            upsert(connection, table, row)
        return now

    def find(self, user_id: str, form: str) -> KeptForm | None:
        table = self._table
        found = select(table.c.revision, table.c.fields, table.c.kept_at).where(
            table.c.user_id == user_id, table.c.form == form, table.c.kept_at >= self._clock() - KEPT_FOR
        )
        with self._engine.connect() as connection:
            row = connection.execute(found).one_or_none()
        return KeptForm(row.revision, json.loads(row.fields), row.kept_at) if row is not None else None

    def drop(self, user_id: str, form: str) -> None:
        table = self._table
        if self.find(user_id, form) is None:  # the usual case takes no write lock
            return
        with writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.user_id == user_id, table.c.form == form))
