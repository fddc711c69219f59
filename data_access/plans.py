"""The plans port's implementation: who may, then what is kept, then the answer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from cspdash.domain.catalogue import Metric
from cspdash.domain.errors import NotPermitted, PlanChanged, PlanInvalid
from cspdash.domain.plans import PlanFields, check, check_comment, draft_of, new_draft
from cspdash.domain.ports import Baseline, PlanDraft, PlanPage, PlansElsewhere, PlanSummary, Viewer
from cspdash.domain.wording import time_text
from data_access.answers.plans import Access, baseline_now, elsewhere, metric_or_none, new_page, plan_page, plan_summary
from data_access.queries.plans import (
    Change,
    PlanRow,
    insert_plan,
    officers_due,
    read_plan,
    read_plans,
    read_revisions,
    update_plan,
)
from data_access.reading import Figures, Reading
from data_access.row_security import seeing


class ScorecardPlans:
    """Implements cspdash.domain.ports.Plans over a database. Safe to share between threads."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._metadata = figures.metadata

    # --- reading ---
    def new(self, officer: str, metric: str, period: str, viewer: Viewer) -> PlanPage:
        """The form for a new plan, with the figure it starts from."""
        reading = self.figures.reading(viewer)
        access = Access(reading, officer)
        access.need_supervise()
        access.open()
        found = self._metric(reading, metric)
        reading.period(found, period)
        baseline = baseline_now(reading, found, period, reading.organisation.officer(officer))
        return new_page(reading, new_draft(officer, metric, period, found.better, reading.today), baseline)

    def page(self, plan_id: str, viewer: Viewer) -> PlanPage:
        reading = self.figures.reading(viewer)
        with self.figures.engine.connect() as connection:
            seeing(connection, reading.scope)
            row = self._readable(connection, reading, plan_id)
            return plan_page(reading, row, read_revisions(connection, self._metadata, plan_id))

    def list(self, viewer: Viewer, officer: str = "") -> tuple[PlanSummary, ...]:
        reading = self.figures.reading(viewer)
        return tuple(plan_summary(reading, row) for row, is_open in self._listed(reading, officer) if is_open)

    def elsewhere(self, viewer: Viewer) -> tuple[PlansElsewhere, ...]:
        reading = self.figures.reading(viewer)
        return elsewhere(reading, (row.officer_id for row, is_open in self._listed(reading) if not is_open))

    def of_unit(self, unit: str, viewer: Viewer) -> tuple[tuple[PlanSummary, ...], str]:
        reading = self.figures.reading(viewer)
        position = reading.organisation.unit(unit)
        look_reason = reading.scope.open_here(position)
        posted = reading.organisation.posted(reading.today).unit

        def place(officer: str) -> int:
            number = reading.organisation.number.get(officer, -1)
            return max(int(posted[number]), 0) if number >= 0 else 0

        found = [row for row, is_open in self._listed(reading) if is_open and place(row.officer_id) == position]
        return tuple(plan_summary(reading, row) for row in found), look_reason

    def _listed(self, reading: Reading, officer: str = "") -> Iterator[tuple[PlanRow, bool]]:
        """Plans the viewer may read, each with whether it may be shown without asking why."""
        with self.figures.engine.connect() as connection:
            seeing(connection, reading.scope)
            rows = read_plans(connection, self._metadata, officer)
        open_ones: dict[str, bool] = {}
        for row in self._allowed(reading, rows):
            if row.officer_id not in open_ones:
                open_ones[row.officer_id] = Access(reading, row.officer_id).is_open
            yield row, open_ones[row.officer_id]

    def due(self, viewer: Viewer) -> int:
        return self.figures.seen(("due", viewer), lambda: self._due(viewer))

    def _due(self, viewer: Viewer) -> int:
        reading = self.figures.reading(viewer)
        with self.figures.engine.connect() as connection:
            seeing(connection, reading.scope)
            counts = officers_due(connection, self._metadata, reading.today)
        return sum(count for officer, count in counts.items() if Access(reading, officer).may_read("active", ""))

    # --- writing ---
    def save(
        self,
        plan_id: str,
        revision: int,
        draft: PlanDraft,
        baseline: Baseline | None,
        viewer: Viewer,
        key: str = "",
    ) -> str:
        """See cspdash.domain.ports.Plans."""
        viewer.need_write()
        reading = self.figures.reading(viewer)
        if not plan_id:
            return self._create(reading, draft, baseline, key)
        with self.figures.engine.execution_options(sqlite_immediate=True).begin() as connection:
            seeing(connection, reading.scope)
            row = self._readable(connection, reading, plan_id)
            if row.revision != revision:
                raise self._changed(connection, reading, plan_id)
            fields = self._edited(reading, row, draft)
            if fields.as_typed() == dict(row.fields):
                return plan_id
            if not update_plan(connection, self._metadata, plan_id, revision, _change(reading, fields)):
                raise self._changed(connection, reading, plan_id)
        return plan_id

    def _create(self, reading: Reading, draft: PlanDraft, baseline: Baseline | None, key: str) -> str:
        access = Access(reading, draft.officer)
        access.need_supervise()
        access.open()
        metric = self._metric(reading, draft.metric)
        reading.period(metric, draft.period)
        number = reading.organisation.officer(draft.officer)
        evidence = baseline or baseline_now(reading, metric, draft.period, number)
        if evidence.metric != metric.slug:
            raise PlanInvalid({"metric": "This form was opened on another metric. Open the plan again."})
        if draft.officer_comment.strip():
            raise PlanInvalid({"officer_comment": "Only the officer writes here, once the plan is active."})
        fields = check(draft, evidence, reading.today, is_share=metric.is_share)
        viewer = reading.viewer
        plan_id = _plan_id(key, viewer.user_id)
        row = PlanRow(
            plan_id, 1, draft.officer, metric.slug, draft.period, fields.status, evidence, fields.as_typed(),
            viewer.user_id, viewer.name, reading.now,
        )  # fmt: skip
        try:
            with self.figures.engine.begin() as connection:
                seeing(connection, reading.scope)
                insert_plan(connection, self._metadata, row, _change(reading, fields))
        except IntegrityError:
            if not key:
                raise
            self._need_same(reading, row)
        return plan_id

    def _need_same(self, reading: Reading, row: PlanRow) -> None:
        """A form sent twice: nothing to do if it said the same; else somebody edited what the first sending made."""
        with self.figures.engine.connect() as connection:
            seeing(connection, reading.scope)
            kept = read_plan(connection, self._metadata, row.plan_id)
            if kept is None or dict(kept.fields) != dict(row.fields):
                raise self._changed(connection, reading, row.plan_id)

    def _edited(self, reading: Reading, row: PlanRow, draft: PlanDraft) -> PlanFields:
        """The fields after this viewer's edit: a supervisor changes all but the comment, the officer that alone."""
        access = Access(reading, row.officer_id)
        access.open()
        before = _kept_fields(row)
        typed = draft_of(row.officer_id, row.metric, row.period, row.fields)
        draft = replace(draft, officer=row.officer_id, metric=row.metric, period=row.period)
        if access.is_own:
            if replace(draft, officer_comment=typed.officer_comment) != typed:
                raise NotPermitted("You can answer in this plan; your supervisor changes the rest.")
            return replace(before, officer_comment=check_comment(draft.officer_comment, before))
        access.need_supervise()
        metric = metric_or_none(reading, row.metric)
        fields = check(draft, row.baseline, reading.today, before, is_share=metric is not None and metric.is_share)
        if fields.officer_comment != before.officer_comment:
            raise PlanInvalid({"officer_comment": "Only the officer changes what is written here."})
        return fields

    # --- what is there ---
    def _metric(self, reading: Reading, slug: str) -> Metric:
        metric = reading.metric(slug)
        if not metric.may_plan:
            raise NotPermitted(
                f"No plan is opened on {metric.title.lower()}: it is not a measure of how somebody is doing."
            )
        return metric

    def _readable(self, connection: Connection, reading: Reading, plan_id: str) -> PlanRow:
        row = read_plan(connection, self._metadata, plan_id)
        # The same words whether there is no such plan or it is not for this viewer.
        if row is None or not Access(reading, row.officer_id).may_read(row.status, row.owner_id):
            raise NotPermitted("Your role does not cover this plan.")
        return row

    def _allowed(self, reading: Reading, rows: Iterable[PlanRow]) -> Iterable[PlanRow]:
        known: dict[str, Access] = {}
        for row in rows:
            access = known.setdefault(row.officer_id, Access(reading, row.officer_id))
            if access.may_read(row.status, row.owner_id):
                yield row

    def _changed(self, connection: Connection, reading: Reading, plan_id: str) -> PlanChanged:
        latest = read_revisions(connection, self._metadata, plan_id)[-1]
        return PlanChanged(latest.changed_by_name, time_text(latest.changed_at, reading.options.zone))


def _change(reading: Reading, fields: PlanFields) -> Change:
    return Change(fields, reading.viewer.user_id, reading.viewer.name, reading.now)


def _plan_id(key: str, user_id: str) -> str:
    """Made from the form's key where it has one, so that the same form always makes the same plan."""
    if not key:
        return secrets.token_hex(8)
    return hashlib.sha256(f"{user_id}|{key}".encode()).hexdigest()[:16]


def _kept_fields(row: PlanRow) -> PlanFields:
    """A kept plan's fields as values; they were checked when they were kept."""
    typed = dict(row.fields)
    value = typed.pop("target_value", "")
    due_on, review_on = typed.pop("due_on", ""), typed.pop("review_on", "")
    del due_on, review_on
    return PlanFields(**typed, target_value=float(value) if value else None, due_on=row.due_on, review_on=row.review_on)  # type: ignore[arg-type]
