"""The administration port's implementation: who may, then the audit, then the change."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from cspdash.domain.administration import (
    DISABLE,
    ENABLE,
    END,
    END_ALL,
    CoverPage,
    DecisionPage,
    Entry,
    KnownPerson,
    OpenSession,
    People,
    PeoplePage,
    PersonPage,
    SessionsPage,
    UnknownEntry,
)
from cspdash.domain.audit import Audit, AuditEntry, Operation
from cspdash.domain.entitlement import EntitlementInvalid, check_cover, check_grant, check_reason
from cspdash.domain.errors import DecidedAlready, NotPermitted
from cspdash.domain.identity import ENDED_BY_ADMINISTRATOR, NO_LONGER_KNOWN, Session, SessionStore
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import POSTED, spoken
from cspdash.domain.wording import time_text
from data_access import entitlements as rows
from data_access.answers.entitlements import entry_of, facts_of, unit_name_of, units_to_choose
from data_access.entitlements import COVER, GRANT, KINDS, Kept
from data_access.reading import Figures, Reading
from data_access.state import writing

ONLY_ADMINISTRATORS = "Only administrators see this page."
_DONE = {
    "approved": "Approved. It counts from its first day.",
    "refused": "Refused.",
    "ended": "Ended. It no longer counts.",
}


@dataclass(frozen=True)
class ScorecardAdministration:
    """Implements cspdash.domain.administration.Administration. Safe to share between threads."""

    figures: Figures
    people: People
    sessions: SessionStore
    audit: Audit

    # --- pages ---
    def people_page(self, text: str, viewer: Viewer) -> PeoplePage:
        reading = self._administrator(viewer)
        found = tuple(map(self._shown, self.people.people(text[:100].strip())))
        waiting = [each for each in self._entries(reading, GRANT, COVER) if each.state == "waits"]
        return PeoplePage(found, text, tuple(waiting))

    def person_page(self, user_id: str, viewer: Viewer) -> PersonPage:
        reading = self._administrator(viewer)
        person = self._known(user_id)
        return PersonPage(
            self._shown(person),
            unit_name_of(reading, person),
            tuple(self._entries(reading, GRANT, whose=user_id)),
            tuple(self._session(each, viewer) for each in self.sessions.sessions(user_id)),
            user_id == viewer.user_id,
            units_to_choose(reading, lambda _: True),
        )

    def cover_page(self, viewer: Viewer) -> CoverPage:
        """All cover for an administrator; for a supervisor that of the units they supervise."""
        reading = self._cover_setter(viewer)
        scope, position = reading.scope, reading.organisation.tree.position
        entries = self._entries(
            reading, COVER, only=lambda row: scope.may_administer or _sets(reading, position.get(row.unit_id, -1))
        )
        units = units_to_choose(reading, lambda at: scope.may_administer or scope.may_set_cover(at))
        return CoverPage(tuple(entries), units, not scope.may_supervise, scope.note)

    def sessions_page(self, viewer: Viewer) -> SessionsPage:
        self._administrator(viewer)
        return SessionsPage(tuple(self._session(each, viewer) for each in self.sessions.sessions()))

    # --- one entry ---
    def decision(self, kind: str, entry_id: str, viewer: Viewer) -> DecisionPage:
        if kind in KINDS:
            return self._entry_decision(kind, entry_id, viewer)
        self._administrator(viewer)
        if kind == "session":
            return self._session_decision(entry_id, viewer)
        if kind == "person":
            return self._person_decision(entry_id, viewer)
        raise UnknownEntry("There is no such entry.")

    def _entry_decision(self, kind: str, entry_id: str, viewer: Viewer) -> DecisionPage:
        reading, row = self._visible(kind, entry_id, viewer)
        shown = self._entry(reading, KINDS[kind], row)
        facts = facts_of(shown, is_approved=row.is_approved)
        acts: list[tuple[str, str]] = []
        note = ""
        if shown.state == "waits" and reading.scope.may_administer:
            note = self._why_not_approve(row, viewer)
            acts += [] if note else [("approve", "Approve")]
        if shown.state in ("waits", "future", "now"):
            acts.append((END, "Refuse" if shown.state == "waits" else "End it now"))
        return DecisionPage(kind, entry_id, f"{shown.what}: {shown.who}", facts, tuple(acts), note)

    def _session_decision(self, handle: str, viewer: Viewer) -> DecisionPage:
        found = next((each for each in self.sessions.sessions() if each.handle == handle), None)
        if found is None:
            raise UnknownEntry("This session is over.")
        zone = self.figures.options.zone
        facts = (
            ("Who", f"{found.name}, {spoken(found.role)}"),
            ("Signed in", time_text(found.created_at, zone)),
            ("Last seen", time_text(found.seen_at, zone)),
        )
        acts = ((END, "End this session"), (END_ALL, "End all sessions of this person"))
        note = "This may be the session you use just now." if found.user_id == viewer.user_id else ""
        return DecisionPage("session", handle, f"Session of {found.name}", facts, acts, note)

    def _person_decision(self, user_id: str, viewer: Viewer) -> DecisionPage:
        person = self._known(user_id)
        facts = (("Who", f"{person.name}, {person.title}"), ("Access", "taken away" if person.is_disabled else "yes"))
        if not self.people.may_disable():
            note = "People come from a file here, so access is given and taken away there."
            return DecisionPage("person", user_id, f"Access of {person.name}", facts, (), note)
        if user_id == viewer.user_id:
            note = "Another administrator decides about your own access."
            return DecisionPage("person", user_id, f"Access of {person.name}", facts, (), note)
        act = (ENABLE, "Give access back") if person.is_disabled else (DISABLE, "Take access away, ending all sessions")
        return DecisionPage("person", user_id, f"Access of {person.name}", facts, (act,))

    # --- changes ---
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
        reading = self._administrator(viewer, writes=True)
        person = self._known(user_id)
        unit_id = unit_id if role in POSTED else ""
        check_grant(role, unit_id, starts_on, ends_on, reason, reading.today)
        if user_id == viewer.user_id:
            raise NotPermitted("Nobody gives a role to themselves. Ask another administrator.")
        if unit_id:
            reading.organisation.unit(unit_id)
        values: dict[str, object] = {
            "user_id": user_id,
            "role": role,
            "unit_id": unit_id,
            "starts_on": starts_on,
            "ends_on": ends_on,
        }
        return self._add(reading, "grant", values, reason, person.officer_id, is_approved=False)

    def set_cover(
        self,
        officer_id: str,
        unit_id: str,
        starts_on: date | None,
        ends_on: date | None,
        reason: str,
        viewer: Viewer,
    ) -> str:
        reading = self._cover_setter(viewer, writes=True)
        officer_id = officer_id.strip()
        check_cover(officer_id, unit_id, starts_on, ends_on, reason, reading.today)
        position = reading.organisation.unit(unit_id)
        if position == 0:
            raise EntitlementInvalid(
                {"unit": "Nobody covers the whole force. Choose the unit that is without a supervisor."}
            )
        is_theirs = reading.scope.may_set_cover(position)
        if not (is_theirs or reading.scope.may_administer):
            reading.scope.need_named(position)
            raise NotPermitted("Cover is set by whoever supervises the unit, not by whoever covers it.")
        number = reading.organisation.number.get(officer_id, -1)
        if number < 0 or int(reading.organisation.posted(reading.today).unit[number]) < 0:
            raise EntitlementInvalid({"officer": "No officer in post has this employee number."})
        if officer_id == viewer.officer_id:
            raise NotPermitted("Nobody covers by their own word. Ask your supervisor or an administrator.")
        values: dict[str, object] = {
            "officer_id": officer_id,
            "unit_id": unit_id,
            "starts_on": starts_on,
            "ends_on": ends_on,
        }
        return self._add(reading, "cover", values, reason, officer_id, is_approved=is_theirs)

    def decide(self, kind: str, entry_id: str, act: str, reason: str, viewer: Viewer) -> str:
        viewer.need_write()
        page = self.decision(kind, entry_id, viewer)
        if act not in dict(page.acts):
            raise NotPermitted(page.note or "This cannot be done any more, or not by you.")
        if kind in KINDS:
            return self._decide_entry(kind, entry_id, act, viewer)
        if kind == "person":
            return self._decide_person(entry_id, act, reason, viewer)
        return self._end_sessions(entry_id, act, viewer)

    def _decide_entry(self, kind: str, entry_id: str, act: str, viewer: Viewer) -> str:
        reading, row = self._visible(kind, entry_id, viewer)
        before, after = (
            ("asked", "approved") if act == "approve" else (_was(row), "ended" if row.is_approved else "refused")
        )
        self._log(viewer, kind, entry_id, f"{before} -> {after}", row.unit_id, row.whose if kind == "cover" else "")
        change: Callable[..., bool] = rows.approve if act == "approve" else rows.end
        with writing(self.figures.engine) as connection:
            done = change(connection, self.figures.metadata, KINDS[kind], entry_id, viewer.user_id, reading.now)
        if not done:
            raise DecidedAlready
        return _DONE[after]

    def _decide_person(self, user_id: str, act: str, reason: str, viewer: Viewer) -> str:
        if problems := check_reason(reason):
            raise EntitlementInvalid(problems)
        self._log(viewer, "person", user_id, "access -> none" if act == DISABLE else "no access -> access")
        if act == ENABLE:
            self.people.enable(user_id)
            return "Access is given back."
        self.people.disable(user_id, viewer.user_id, reason.strip())
        count = self.sessions.end_all(user_id, NO_LONGER_KNOWN, viewer.user_id)
        return f"Access is taken away; {count} sessions ended."

    def _end_sessions(self, handle: str, act: str, viewer: Viewer) -> str:
        found = next((each for each in self.sessions.sessions() if each.handle == handle), None)
        if found is None:
            raise UnknownEntry("This session is over.")
        what = "one session" if act == END else "all sessions"
        self._log(viewer, "session", found.user_id, f"{what} open -> ended, handle {handle[:12]}")
        if act == END:
            self.sessions.end_one(handle, ENDED_BY_ADMINISTRATOR, viewer.user_id)
            return "The session has ended."
        return f"{self.sessions.end_all(found.user_id, ENDED_BY_ADMINISTRATOR, viewer.user_id)} sessions have ended."

    # --- who may ---
    def _administrator(self, viewer: Viewer, *, writes: bool = False) -> Reading:
        if writes:
            viewer.need_write()
        reading = self.figures.reading(viewer)
        if not reading.scope.may_administer:
            raise NotPermitted(ONLY_ADMINISTRATORS)
        return reading

    def _cover_setter(self, viewer: Viewer, *, writes: bool = False) -> Reading:
        if writes:
            viewer.need_write()
        reading = self.figures.reading(viewer)
        if not (reading.scope.may_administer or reading.scope.may_supervise):
            raise NotPermitted("Cover is set by supervisors and administrators.")
        return reading

    def _visible(self, kind: str, entry_id: str, viewer: Viewer) -> tuple[Reading, Kept]:
        """The entry, if this viewer may see and end it: the same words whether there is none or it is not theirs."""
        reading = self._cover_setter(viewer) if kind == "cover" else self._administrator(viewer)
        with self.figures.engine.connect() as connection:
            row = rows.entry(connection, self.figures.metadata, KINDS[kind], entry_id)
        position = reading.organisation.tree.position.get(row.unit_id, -1) if row else -1
        if row is None or not (reading.scope.may_administer or _sets(reading, position)):
            raise UnknownEntry(f"There is no such {kind}, or it is not yours to see.")
        return reading, row

    def _why_not_approve(self, row: Kept, viewer: Viewer) -> str:
        if row.asked_by == viewer.user_id:
            return "You asked for this, so another administrator approves it."
        if row.whose in (viewer.user_id, viewer.officer_id):
            return "This is for you, so another administrator approves it."
        return ""

    # --- what is there ---
    def _known(self, user_id: str) -> KnownPerson:
        person = self.people.person(user_id)
        if person is None:
            raise UnknownEntry("There is no such person.")
        return person

    def _name(self, user_id: str) -> str:
        person = self.people.person(user_id)
        return person.name if person else user_id

    def _entries(
        self, reading: Reading, *kinds: rows.Kind, whose: str = "", only: Callable[[Kept], bool] = lambda _: True
    ) -> Iterable[Entry]:
        with self.figures.engine.connect() as connection:
            found = [
                (kind, row)
                for kind in kinds
                for row in rows.entries(connection, self.figures.metadata, kind, whose=whose)
                if only(row)
            ]
        return [self._entry(reading, kind, row) for kind, row in found]

    def _entry(self, reading: Reading, kind: rows.Kind, row: Kept) -> Entry:
        return entry_of(reading, kind, row, self._name)

    def _session(self, found: Session, viewer: Viewer) -> OpenSession:
        zone = self.figures.options.zone
        since, seen = time_text(found.created_at, zone), time_text(found.seen_at, zone)
        is_own = found.user_id == viewer.user_id
        return OpenSession(found.handle, found.name, found.role, found.method, since, seen, is_own)

    def _shown(self, person: KnownPerson) -> KnownPerson:
        at = person.signed_in_at
        return replace(person, last_signed_in=time_text(at, self.figures.options.zone)) if at else person

    # --- keeping ---
    def _add(
        self,
        reading: Reading,
        kind: str,
        values: dict[str, object],
        reason: str,
        officer_id: str,
        *,
        is_approved: bool,
    ) -> str:
        entry_id, viewer, now = secrets.token_hex(8), reading.viewer, reading.now
        days = f"{values['starts_on']} to {values['ends_on'] or 'further notice'}"
        state = "in force" if is_approved else "asked"
        what = f"none -> {values.get('role', 'cover')} {state}, {days}"
        self._log(viewer, kind, entry_id, what, str(values["unit_id"]), officer_id)
        full = {
            KINDS[kind].key: entry_id,
            **values,
            "reason": reason.strip(),
            "asked_by": viewer.user_id,
            "asked_at": now,
        }
        full |= {"approved_by": "", "approved_at": now if is_approved else None, "ended_by": "", "ended_at": None}
        with writing(self.figures.engine) as connection:
            rows.add(connection, self.figures.metadata, KINDS[kind], full, now)
        return entry_id

    def _log(
        self, viewer: Viewer, subject: str, subject_id: str, change: str, unit_id: str = "", officer_id: str = ""
    ) -> None:
        about = {"subject": subject, "subject_id": subject_id, "unit_id": unit_id, "officer_id": officer_id}
        self.audit.write(AuditEntry.by(viewer, Operation.ADMINISTRATION, detail=change, **about))


def _was(row: Kept) -> str:
    return "approved" if row.is_approved else "asked"


def _sets(reading: Reading, position: int) -> bool:
    return position >= 0 and reading.scope.may_set_cover(position)
