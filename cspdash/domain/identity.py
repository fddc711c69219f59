"""Who may sign in, who is signed in, and the two stores the sign-in asks: a directory of people, and sessions.

A person is an issuer and a subject, as an identity provider vouches for them; never an e-mail address, which is given to
somebody else one day. What they may see follows from role and posting, looked up anew for every request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from cspdash.domain.errors import DatabaseUnavailable, DomainError
from cspdash.domain.looking_outside import StandingReason
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import POSTED

Method = Literal["demonstration", "oidc", "proxy"]

# Who has several roles is taken for the first of them in this order; `operator` is nobody's to give.
BY_RANK = (*reversed(POSTED), "analyst", "administrator", "data_protection")
# These are somebody of the force: without an officer number that HR knows, nobody could say what is theirs to see.
NEEDS_OFFICER = frozenset(POSTED) - {"chief_officer"}

# Why a session ended: the words an administrator and the audit read.
SIGNED_OUT = "signed out"
SIGNED_IN_AGAIN = "signed in again"
IDLE = "nothing done for too long"
TOO_OLD = "longer than a shift"
ENDED_BY_ADMINISTRATOR = "ended by an administrator"
NO_LONGER_KNOWN = "no longer has access"
ROLE_CHANGED = "role changed"


class SignInRefused(DomainError):
    """Somebody the provider vouches for has no access here. The words go to them; `reason` to the audit."""

    def __init__(self, reason: str, words: str = "", person_id: str = "") -> None:
        self.reason, self.person_id = reason, person_id
        super().__init__(words or "Your sign-in was not accepted. Ask your administrator for access to Scorecards.")


class StoreUnavailable(DatabaseUnavailable):
    """Sessions or people cannot be looked up just now, so nobody can be let in."""

    def __init__(self) -> None:
        super().__init__("Scorecards cannot check who you are just now. Please try again in a minute.")


@dataclass(frozen=True, slots=True)
class Vouched:
    """What an identity provider says about somebody, checked and put into our words.

    `roles` are of cspdash.domain.roles.ROLES; None where the provider speaks of none (Kerberos), so that those an
    administrator gave count, as does a name where it says none. `officer_id` is the HR employee number, "" where it says none.
    """

    issuer: str
    subject: str
    name: str
    roles: tuple[str, ...] | None
    officer_id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known here. `roles` come strongest first; `unit_id` places somebody who is no officer."""

    person_id: str
    issuer: str
    subject: str
    name: str
    title: str
    roles: tuple[str, ...]
    officer_id: str
    unit_id: str
    added_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    disabled_by: str
    disabled_why: str


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one browser. `handle` names it on a page; the secret that opens it is the browser's alone."""

    handle: str
    user_id: str
    name: str
    role: str
    method: str
    idp_sid: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    ended_why: str
    ended_by: str
    looks: tuple[StandingReason, ...] = ()  # said in this session; lapsed ones included


class Directory(Protocol):
    """Who may sign in. Every method raises StoreUnavailable when it cannot be asked."""

    def find(self, person_id: str) -> Viewer | None:
        """Who this is now: None for somebody unknown, disabled, who left the force or has no role."""

    def signed_in(self, who: Vouched) -> Viewer:
        """Notes what the provider says and returns who this is. Raises SignInRefused."""

    def people(self, text: str = "") -> Sequence[Person]:
        """Everybody known, or those whose name or employee number holds the text; by name."""

    def person(self, person_id: str) -> Person | None: ...

    def admit(self, who: Vouched, unit_id: str = "") -> str:
        """Adds somebody who has not signed in yet, or changes name, roles, officer and unit. Returns the person's id."""

    def place(self, person_id: str, unit_id: str) -> None:
        """The unit of somebody who is no officer (an analyst, a chief officer)."""

    def disable(self, person_id: str, by: str, why: str) -> None:
        """Nobody's session of this person outlives the next request."""

    def enable(self, person_id: str) -> None: ...


class SessionStore(Protocol):
    """Sessions on the server. `sid` is the browser's secret, 256 random bits; it is nowhere kept as it is.

    Every method raises StoreUnavailable when the store cannot be asked.
    """

    def start(self, sid: str, viewer: Viewer, method: Method, idp_sid: str = "", id_token: str = "") -> None: ...

    def find(self, sid: str) -> Session | None:
        """The session, ended ones included; None for one that never was or is forgotten."""

    def seen(self, sid: str) -> None:
        """Somebody did something: the idle clock starts again."""

    def say_why(self, sid: str, said: StandingReason) -> Session | None:
        """Keeps why somebody looks outside their own team, until the session ends; the session as it then is."""

    def end(self, sid: str, why: str) -> str:
        """Ends a session; returns the ID token it kept for the provider's sign-out, or ""."""

    def end_one(self, handle: str, why: str, by: str) -> bool:
        """Ends the session of that handle; whether there was one to end."""

    def end_all(self, user_id: str, why: str, by: str) -> int:
        """Ends every session of somebody; how many there were."""

    def sessions(self, user_id: str = "", *, are_open: bool = True) -> Sequence[Session]:
        """Sessions of somebody or of all, last seen first."""

    def forget(self, before: datetime) -> int:
        """Deletes sessions nobody was seen in since; how many."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Both stores together, as the web application is handed them."""

    directory: Directory
    sessions: SessionStore


def handle_of(sid: str) -> str:
    """What stands for a session wherever it is named: the SHA-256 of its secret."""
    return hashlib.sha256(sid.encode()).hexdigest()


def person_id_of(issuer: str, subject: str) -> str:
    """The same person has the same id on every machine."""
    return "p" + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:24]


def strongest_first(roles: Sequence[str]) -> tuple[str, ...]:
    """Known roles, each once, the one that counts first."""
    return tuple(role for role in BY_RANK if role in roles)
