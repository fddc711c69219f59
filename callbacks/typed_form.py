"""What somebody typed into a plan's form and has not saved: put back into the form when they open it again.

It is the typist's alone: nobody else is shown it, an administrator who looks as them neither. Saving the plan, or starting
afresh, forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from callbacks.plan_state import PlanState
from cspdash.domain.kept_forms import KeptForms
from cspdash.domain.ports import PlanPage, Viewer
from layouts import ids

NAMES = tuple(name.removeprefix("plan-").replace("-", "_") for name in ids.PLAN_FIELDS)


@dataclass(frozen=True)
class Typed:
    """Forms with what somebody typed into them, kept in a store."""

    store: KeptForms
    zone: ZoneInfo

    def into(self, page: PlanPage, viewer: Viewer) -> tuple[PlanPage, str]:
        """The page with what this viewer typed and did not save, over the revision it was typed over; and when that was."""
        if viewer.is_read_only or not (page.may_edit or page.may_comment):
            return page, ""
        kept = self.store.find(viewer.user_id, form_of(page.plan_id, page.draft.officer, page.draft.metric))
        if kept is None:
            return page, ""
        fields = {name: kept.fields[name] for name in NAMES if name in kept.fields}
        page = replace(page, draft=replace(page.draft, **fields), revision=kept.revision)
        return page, f"{kept.kept_at.astimezone(self.zone):%H:%M on %-d %B}"

    def keep(self, state: PlanState, fields: dict[str, str], viewer: Viewer) -> str:
        """Keeps it; when, for the page to say."""
        form = form_of(state.plan_id, state.officer, state.metric)
        kept_at = self.store.keep(viewer.user_id, form, state.revision, fields)
        return f"{kept_at.astimezone(self.zone):%H:%M}"

    def forget(self, state: PlanState, viewer: Viewer) -> None:
        self.store.drop(viewer.user_id, form_of(state.plan_id, state.officer, state.metric))


def form_of(plan_id: str, officer: str, metric: str) -> str:
    """The name of a form: its plan's, or what a new plan would be about."""
    return plan_id or f"new {officer} {metric}"
