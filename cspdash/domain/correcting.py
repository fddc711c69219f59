"""Correcting who is in a team: the shapes of its pages, and its port.

| what | who |
|---|---|
| say that an officer is not in a unit, or that one is missing | whoever supervises the unit |
| approve or refuse it | an inspector or above who supervises the unit and the one the officer is posted to, and did not say so |
| withdraw it | whoever said so, while it waits; once it counts, whoever could approve it |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from cspdash.domain.corrections import State
from cspdash.domain.ports import Viewer

APPROVE, REFUSE, WITHDRAW = "approve", "refuse", "withdraw"


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction in a list."""

    correction_id: str
    who: str  # an officer's label, or the number alone for whoever may not see the name
    what: str  # "is not in Team C"
    when: str  # "from 3 Nov 2026", "3 Nov to 9 Nov 2026"
    state: State
    state_words: str
    said_by: str
    is_for_me: bool  # waits for this viewer


@dataclass(frozen=True, slots=True)
class CorrectionsPage:
    """Every correction of units the viewer supervises, those waiting for the viewer first."""

    lines: tuple[CorrectionLine, ...]
    scope_note: str
    look_reason: str = (
        ""  # why officers outside the viewer's own team are named (cspdash.domain.looking_outside); as below
    )


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """A new correction: of an officer shown in a unit, or of one who is missing from it."""

    kind: str
    unit: str
    unit_name: str
    officer: str  # "" where it is to be entered
    officer_name: str
    waits: bool  # for an approver; else it counts at once
    today: date
    look_reason: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """One correction, and what this viewer may do about it."""

    correction_id: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, str], ...]  # (act, words on its button)
    note: str = ""
    look_reason: str = ""


class Corrections(Protocol):
    """Every method raises NotPermitted for whoever may not; every change is in the audit before it is made."""

    def list(self, viewer: Viewer) -> CorrectionsPage: ...
    def waiting(self, viewer: Viewer) -> int:
        """How many wait for this viewer; cheap."""
        ...

    def form(self, kind: str, officer_id: str, unit_id: str, viewer: Viewer) -> CorrectionForm: ...
    def propose(
        self,
        kind: str,
        officer: str,
        unit_id: str,
        starts_on: date | None,
        ends_on: date | None,
        reason: str,
        viewer: Viewer,
    ) -> str:
        """`officer` is an employee or collar number. Returns the correction's id. Raises CorrectionInvalid."""
        ...

    def page(self, correction_id: str, viewer: Viewer) -> CorrectionPage:
        """Raises UnknownEntry."""
        ...

    def decide(self, correction_id: str, act: str, viewer: Viewer) -> str:
        """Does what `page` offers, and says in words what was done."""
        ...
