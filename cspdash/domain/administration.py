"""Administration: people and roles, cover, sessions, looking as somebody else. Shapes of its pages, and its port.

Nobody changes what is theirs: not to themselves, not what they asked for. Which change wants a second administrator:

| change | who | a second |
|---|---|---|
| give a role | an administrator | another administrator approves before it counts |
| set cover for a unit | a supervisor of the unit, by posting or granted role | nobody: the unit is theirs |
| set cover for any unit | an administrator | another administrator approves before it counts |
| end a role, end cover, refuse either | an administrator; cover also a supervisor of the unit | nobody: it takes access away |
| end sessions, take access away from a person | an administrator | nobody: it takes access away |
| give access back to a person | an administrator, not to themselves | nobody: roles and postings still decide |
| look as somebody else | an administrator, for minutes, with a reason | nobody: nothing can be changed, all is logged |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from cspdash.domain.errors import DomainError
from cspdash.domain.ports import Viewer

State = Literal["waits", "future", "now", "over", "ended", "refused"]
STATE_WORDS: dict[str, str] = {
    "waits": "Waits for a second administrator",
    "future": "Approved, not begun",
    "now": "In effect",
    "over": "Over",
    "ended": "Ended early",
    "refused": "Refused",
}
APPROVE, END, END_ALL, DISABLE, ENABLE = "approve", "end", "end_all", "disable", "enable"


class UnknownEntry(DomainError):
    """There is no such person, grant, cover or session, or it is not for this viewer."""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who may sign in."""

    user_id: str
    name: str
    title: str
    roles: tuple[str, ...]
    officer_id: str = ""
    unit_id: str = ""
    signed_in_at: datetime | None = None
    is_disabled: bool = False
    last_signed_in: str = ""  # in words, on pages


@dataclass(frozen=True, slots=True)
class Entry:
    """A grant or cover as it is listed. `entry_id` opens it."""

    entry_id: str
    kind: Literal["grant", "cover"]
    who: str
    what: str  # "Inspector of Watford Intervention", "Covers Team D, Watford Intervention"
    when: str
    state: State
    reason: str
    asked_by: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    handle: str
    name: str
    role: str
    method: str
    since: str
    seen: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    people: tuple[KnownPerson, ...]
    found: str  # what was looked for
    waiting: tuple[Entry, ...]  # grants and cover that wait for a second administrator


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: KnownPerson
    unit_name: str
    grants: tuple[Entry, ...]
    sessions: tuple[OpenSession, ...]
    is_own: bool
    units: tuple[tuple[str, str], ...]  # (ref, name) to choose from


@dataclass(frozen=True, slots=True)
class CoverPage:
    entries: tuple[Entry, ...]
    units: tuple[tuple[str, str], ...]
    waits: bool  # what this viewer sets waits for a second administrator
    scope_note: str


@dataclass(frozen=True, slots=True)
class SessionsPage:
    sessions: tuple[OpenSession, ...]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One grant, cover, session or person, and what this viewer may do about it."""

    kind: str  # "grant", "cover", "session", "person"
    entry_id: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, str], ...]  # (act, words on its button)
    note: str = ""


@dataclass(frozen=True, slots=True)
class LookPage:
    """Looking as somebody else: whom one may look as, and for how long."""

    people: tuple[KnownPerson, ...]
    minutes: int
    past: tuple[tuple[str, str, str, str], ...]  # (when, who looked, as whom, why)


@dataclass(frozen=True, slots=True)
class Looking:
    """An administrator looks at pages as somebody else until then."""

    as_user_id: str
    until: datetime


class People(Protocol):
    """Everybody who may sign in, whatever way."""

    def people(self, text: str = "") -> Sequence[KnownPerson]: ...
    def person(self, user_id: str) -> KnownPerson | None: ...
    def disable(self, user_id: str, by: str, why: str) -> None: ...
    def enable(self, user_id: str) -> None: ...
    def may_disable(self) -> bool:
        """False where people come from a file (the demonstration)."""
        ...


class Administration(Protocol):
    """Every method raises NotPermitted for whoever may not; every change is in the audit before it is made."""

    def people_page(self, text: str, viewer: Viewer) -> PeoplePage: ...
    def person_page(self, user_id: str, viewer: Viewer) -> PersonPage: ...
    def cover_page(self, viewer: Viewer) -> CoverPage: ...
    def sessions_page(self, viewer: Viewer) -> SessionsPage: ...
    def decision(self, kind: str, entry_id: str, viewer: Viewer) -> DecisionPage:
        """Raises UnknownEntry."""
        ...

    def ask_grant(
        self,
        user_id: str,
        role: str,
        unit_id: str,
        starts_on: date | None,
        ends_on: date | None,
        reason: str,
        viewer: Viewer,
    ) -> str:
        """Asks for a role; returns the grant's id. Raises EntitlementInvalid."""
        ...

    def set_cover(
        self,
        officer_id: str,
        unit_id: str,
        starts_on: date | None,
        ends_on: date | None,
        reason: str,
        viewer: Viewer,
    ) -> str:
        """Sets cover, or asks for it; returns its id. Raises EntitlementInvalid."""
        ...

    def decide(self, kind: str, entry_id: str, act: str, reason: str, viewer: Viewer) -> str:
        """Does what `decision` offers, and says in words what was done."""
        ...


class Looks(Protocol):
    """Looking at pages as somebody else. Only an administrator may; every method but `now` says so with NotPermitted."""

    def page(self, viewer: Viewer) -> LookPage: ...
    def begin(self, user_id: str, reason: str, viewer: Viewer) -> Looking:
        """Raises EntitlementInvalid without a reason."""
        ...

    def now(self, viewer: Viewer) -> Looking | None:
        """Whom this administrator looks as just now; cheap."""
        ...

    def end(self, viewer: Viewer) -> None: ...


def state_of(starts_on: date, ends_on: date | None, today: date, *, is_approved: bool, is_ended: bool) -> State:
    """Where a grant or cover stands on a day."""
    if is_ended:
        return "ended" if is_approved else "refused"
    if ends_on is not None and ends_on < today:
        return "over"
    if not is_approved:
        return "waits"
    return "future" if starts_on > today else "now"
