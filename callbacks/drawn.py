"""What drawing a page comes to: what goes to the browser, and what the audit is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from dash.development.base_component import Component

from cspdash.domain.consulted import Subject, subject_of
from cspdash.domain.ports import RecordsPage, Viewer
from layouts import urls

STALE = "stale"  # the data version of a page that is shown although the database does not answer


@dataclass(frozen=True)
class Drawn:
    """What one answer sets. `version` is the state (cspdash.domain.ports.Live) from before anything was read, or STALE."""

    main: Any  # a component; two of them below a banner
    side: list[Component]
    freshness: list[Component]
    version: str
    subject: Subject | None = None  # what the page is about, for the audit; None where it shows nothing of anybody
    is_question: bool = False  # why the viewer looks there, and nothing else


class Looked(NamedTuple):
    """A page, and what somebody looks at who has it before them."""

    main: Component
    subject: Subject | None  # None: logged already


def plan_subject(plan_id: str, officer: str, status: str = "", look_reason: str = "") -> Subject:
    return Subject("plan", plan_id or "new", officer, detail=status, look_reason=look_reason)


def kept_for(viewer: Viewer, page: Drawn) -> Viewer:
    """Whose page it is: with why they look where it shows what is outside their team, so that it goes with the reason."""
    return viewer if page.subject is not None and page.subject.look_reason else replace(viewer, looks=())


def refs_of(records: RecordsPage) -> tuple[object, ...]:
    """What tells one record of the page from another: its first column."""
    name = records.columns[0][0] if records.columns else ""
    return tuple(row.get(name) for row in records.rows)


def wish(pathname: str, search: str) -> Subject:
    """What somebody asked for who may not have it."""
    view = urls.parse(pathname, search)
    plan_id = urls.plan_in(pathname)
    return plan_subject(plan_id, urls.new_plan_in(search)[0]) if plan_id else subject_of(view)
