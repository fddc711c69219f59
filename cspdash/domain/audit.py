"""The audit: who did what, to whom, when. Never the data itself.

The Data Protection Act 2018, section 62, names the operations that a law enforcement system must log: collection,
alteration, consultation, disclosure (transfers included), combination and erasure. Signing in and out, refusals, changes of
administration and looking as somebody else are logged beside them. An entry is written and committed before what it
speaks of is shown or done; where that fails, nothing is shown or done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

import cspdash
from cspdash.domain.ports import Viewer

# Why somebody is given a file: a short list, never free text. Why somebody looks is cspdash.domain.looking_outside's.
REASONS: dict[str, str] = {
    "one_to_one": "1:1 or performance conversation",
    "supervision": "Daily supervision or briefing",
    "case_review": "Review of an investigation",
    "inspection": "Inspection or internal audit",
    "conduct": "Complaint or misconduct matter",
    "disclosure_request": "Subject access or disclosure request",
    "evaluation": "Evaluation or research",
    "other": "Other policing purpose",
}
LONGEST = 400  # characters of one field: an entry names things, it does not hold them


class Operation(StrEnum):
    """What was done. The first six are those of section 62."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    REFUSAL = "refusal"
    ADMINISTRATION = "administration"
    VIEW_AS = "view_as"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done.

    `user_id`, `role` and `user_unit` are the person's who did it; `as_user` is whom they looked as, where they did.
    `subject` is the kind of thing ("unit", "officer", "records", "plan", "dataset", "export", "session" ...), `subject_id`
    which one; `officer_id` and `unit_id` are the officer and the unit it is about, so that both can be asked for.
    `detail` is the filter or the address, without what it found; `rows` how many rows were shown, written or given away.
    `reason` is a code from a list, `recipient` who was given a file, `reference` a file's SHA-256, another entry's number
    or an error's reference. `look_reason` is the code of why somebody looked at named officers or records outside their own
    team (cspdash.domain.looking_outside), "" inside it.
    """

    operation: Operation
    user_id: str
    role: str = ""
    user_unit: str = ""
    as_user: str = ""
    subject: str = ""
    subject_id: str = ""
    officer_id: str = ""
    unit_id: str = ""
    detail: str = ""
    rows: int | None = None
    reason: str = ""
    look_reason: str = ""
    recipient: str = ""
    reference: str = ""
    app_version: str = cspdash.__version__

    @classmethod
    def by(cls, viewer: Viewer, operation: Operation, **facts: Any) -> AuditEntry:
        """What this viewer did; what an administrator did who looked as this viewer is the administrator's."""
        if viewer.seen_by:
            return cls(
                operation=operation,
                **{"user_id": viewer.seen_by, "role": "administrator", "as_user": viewer.user_id, **facts},
            )
        return cls(
            operation=operation, user_id=viewer.user_id, **{"role": viewer.role, "user_unit": viewer.unit_id, **facts}
        )

    def canonical(self) -> str:
        """The entry as the one JSON text that is hashed: names in order, nothing empty, no control characters."""
        found = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return canonical({name: value for name, value in found.items() if value not in ("", None)})


def canonical(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Text on one line, cut to LONGEST: whoever reads the log must not be fooled by what somebody typed."""
    if not isinstance(value, str):
        return value
    shown = value.encode("utf-8", "replace").decode("utf-8")
    return "".join(each if each.isprintable() else " " for each in shown[:LONGEST])


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What to look for; everything "" or None: all of it. `unit` means it and the units below; days are the force's."""

    who: str = ""  # a user's id, or part of their name
    officer: str = ""  # an employee number
    unit: str = ""
    operation: str = ""
    since: date | None = None
    until: date | None = None  # this day included
    page: int = 1


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as it is read back. `name` is the user's, where it is still known."""

    seq: int
    at: datetime
    name: str
    entry: AuditEntry
    hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries that were looked for, newest first."""

    query: AuditQuery
    lines: tuple[AuditLine, ...]
    total: int
    page: int
    pages: int
    page_size: int


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked at an officer: in which role, when and, from outside the team, why; never who."""

    at: datetime
    role: str
    operation: str
    subject: str
    reason: str = ""


class Audit(Protocol):
    """Where entries go."""

    def write(self, entry: AuditEntry) -> int:
        """Commits the entry and returns its number. Raises AuditUnavailable; then nothing may be shown or done."""
        ...

    def need(self) -> None:
        """Raises AuditUnavailable where nothing could be logged just now."""
        ...


class AuditLog(Audit, Protocol):
    """What reads the entries back. Whoever asks is logged first, like any other consultation."""

    def search(self, query: AuditQuery, viewer: Viewer, page_size: int = 50) -> AuditPage:
        """Raises NotPermitted for whoever may not read it (cspdash.domain.roles.SEES_AUDIT), and AuditUnavailable."""
        ...

    def looks_at(self, viewer: Viewer, limit: int = 20) -> tuple[Look, ...]:
        """Who looked at the viewer's own figures, newest first. Raises AuditUnavailable."""
        ...
