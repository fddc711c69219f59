"""Plans as rows: kept whole, changed by whoever saw the latest revision, every revision kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, MetaData, Row, Select, and_, bindparam, func, insert, or_, select, update

from cspdash.domain.plans import PlanFields, day_of
from cspdash.domain.ports import Baseline


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan as it is kept. `fields` holds the form's fields as typed."""

    plan_id: str
    revision: int
    officer_id: str
    metric: str
    period: str
    status: str
    baseline: Baseline
    fields: Mapping[str, str]
    owner_id: str
    owner_name: str
    changed_at: datetime

    @property
    def due_on(self) -> date | None:
        return day_of(self.fields.get("due_on", ""))

    @property
    def review_on(self) -> date | None:
        return day_of(self.fields.get("review_on", ""))


@dataclass(frozen=True, slots=True)
class Revision:
    """One saving of a plan."""

    revision: int
    fields: Mapping[str, str]
    changed_at: datetime
    changed_by: str
    changed_by_name: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who saves what, and when."""

    fields: PlanFields
    by: str
    by_name: str
    at: datetime


def read_plan(connection: Connection, metadata: MetaData, plan_id: str) -> PlanRow | None:
    plan = metadata.tables["plan"]
    row = connection.execute(select(plan).where(plan.c.plan_id == plan_id)).one_or_none()
    return _plan(row) if row else None


def read_plans(connection: Connection, metadata: MetaData, officer_id: str = "") -> list[PlanRow]:
    """All plans, or one officer's: what is due first, closed ones last."""
    plan = metadata.tables["plan"]
    query = select(plan).order_by(plan.c.status == "closed", plan.c.due_on.is_(None), plan.c.due_on, plan.c.plan_id)
    if officer_id:
        query = query.where(plan.c.officer_id == officer_id)
    return [_plan(row) for row in connection.execute(query)]


def officers_due(connection: Connection, metadata: MetaData, today: date) -> dict[str, int]:
    """How many active plans of each officer should be looked at now."""
    return {officer: int(count) for officer, count in connection.execute(_officers_due(metadata), {"today": today})}


@lru_cache(maxsize=8)
def _officers_due(metadata: MetaData) -> Select[Any]:
    """Built once: it is asked at every drill, and building it takes longer than asking it."""
    plan, today = metadata.tables["plan"], bindparam("today", type_=metadata.tables["plan"].c.due_on.type)
    is_due = and_(plan.c.status == "active", or_(plan.c.due_on <= today, plan.c.review_on <= today))
    return select(plan.c.officer_id, func.count()).where(is_due).group_by(plan.c.officer_id)


def read_revisions(connection: Connection, metadata: MetaData, plan_id: str) -> list[Revision]:
    """Every saving of a plan, first one first."""
    kept = metadata.tables["plan_revision"]
    query = select(kept).where(kept.c.plan_id == plan_id).order_by(kept.c.revision)
    return [
        Revision(row.revision, json.loads(row.fields), row.changed_at, row.changed_by, row.changed_by_name)
        for row in connection.execute(query)
    ]


def insert_plan(connection: Connection, metadata: MetaData, row: PlanRow, change: Change) -> None:
    """A new plan. Raises IntegrityError when there is one of that id."""
    columns = {
        "plan_id": row.plan_id,
        "officer_id": row.officer_id,
        "metric": row.metric,
        "period": row.period,
        "baseline": _baseline_text(row.baseline),
        "owner_id": row.owner_id,
        "owner_name": row.owner_name,
        "created_at": change.at,
        "revision": 1,
    }
    connection.execute(insert(metadata.tables["plan"]).values(**columns, **_changed(change)))
    _keep_revision(connection, metadata, row.plan_id, 1, change)


def update_plan(connection: Connection, metadata: MetaData, plan_id: str, revision: int, change: Change) -> bool:
    """Saves over the revision the editor saw; False, and nothing written, when it is no longer the latest."""
    plan = metadata.tables["plan"]
    seen = and_(plan.c.plan_id == plan_id, plan.c.revision == revision)
    done = connection.execute(update(plan).where(seen).values(revision=revision + 1, **_changed(change)))
    if done.rowcount != 1:
        return False
    _keep_revision(connection, metadata, plan_id, revision + 1, change)
    return True


def _changed(change: Change) -> dict[str, Any]:
    return {
        "status": change.fields.status,
        "fields": json.dumps(change.fields.as_typed()),
        "due_on": change.fields.due_on,
        "review_on": change.fields.review_on,
        "changed_at": change.at,
        "changed_by": change.by,
    }


def _keep_revision(connection: Connection, metadata: MetaData, plan_id: str, revision: int, change: Change) -> None:
    values = {
        "plan_id": plan_id,
        "revision": revision,
        "fields": json.dumps(change.fields.as_typed()),
        "status": change.fields.status,
        "changed_at": change.at,
        "changed_by": change.by,
        "changed_by_name": change.by_name,
    }
    connection.execute(insert(metadata.tables["plan_revision"]).values(**values))


def _plan(row: Row[Any]) -> PlanRow:
    return PlanRow(
        plan_id=row.plan_id,
        revision=row.revision,
        officer_id=row.officer_id,
        metric=row.metric,
        period=row.period,
        status=row.status,
        baseline=baseline_from(json.loads(row.baseline)),
        fields=json.loads(row.fields),
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        changed_at=row.changed_at,
    )


def _baseline_text(baseline: Baseline) -> str:
    return json.dumps({**asdict(baseline), "as_at": baseline.as_at.isoformat()})


def baseline_from(kept: Mapping[str, Any]) -> Baseline:
    """A baseline from its JSON."""
    return Baseline(**{**kept, "as_at": datetime.fromisoformat(kept["as_at"])})
