"""What a view is about, in the audit's words: which unit or officer, under which filter. Never what it showed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from cspdash.domain.audit import canonical
from cspdash.domain.view import AUDIT, OFFICER, PLANS, RECORD, RESTATEMENTS, SOURCES, SUMMARY, TEAM, View

OFFICER_BAR = "officer:"
_ABOUT = frozenset(
    {"page", "unit", "officer", "bar", "table", "dataset", "record"}
)  # said elsewhere, or no matter who sees what


@dataclass(frozen=True, slots=True)
class Subject:
    """The part of an entry that says what was looked at. `shown` tells two answers to the same question apart."""

    subject: str
    subject_id: str = ""
    officer_id: str = ""
    unit_id: str = ""
    detail: str = ""
    rows: int | None = None
    look_reason: str = ""
    shown: int = 0

    def facts(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "shown"}


def subject_of(
    view: View, rows: int | None = None, shown: object = (), kind: str = "", look_reason: str = ""
) -> Subject:
    """What somebody looks at who has this view before them, records included where they are open; `kind` says otherwise."""
    officer = view.officer or (view.bar.removeprefix(OFFICER_BAR) if view.bar.startswith(OFFICER_BAR) else "")
    usual, name = _kind(view)
    return Subject(
        kind or usual, name, officer, view.unit, filter_of(view), rows, look_reason, hash((shown, look_reason))
    )


def filter_of(view: View) -> str:
    """The view's choices as one line of JSON, defaults left out."""
    usual = View()
    chosen = {
        each.name: str(getattr(view, each.name))
        for each in fields(View)
        if each.name not in _ABOUT and getattr(view, each.name) != getattr(usual, each.name)
    }
    return canonical({"page": view.page, **chosen})


def _kind(view: View) -> tuple[str, str]:
    if view.page == RECORD:
        return "record", f"{view.dataset}/{view.record}"
    if view.bar:
        return "records", view.bar
    if view.page == OFFICER:
        return "officer", view.officer
    if view.page in (SUMMARY, TEAM, SOURCES, RESTATEMENTS, PLANS, AUDIT):
        return view.page, view.unit
    return "unit", view.unit
