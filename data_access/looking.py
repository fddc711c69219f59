"""Looking at pages as somebody else: an administrator, for minutes, with a reason, all of it in the audit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from cspdash.domain.administration import KnownPerson, Looking, LookPage, People, UnknownEntry
from cspdash.domain.audit import Audit, AuditEntry, Operation
from cspdash.domain.entitlement import EntitlementInvalid, check_reason
from cspdash.domain.errors import NotPermitted
from cspdash.domain.ports import Viewer
from cspdash.domain.wording import time_text
from data_access import entitlements as rows
from data_access.reading import Figures, Reading
from data_access.state import writing


@dataclass(frozen=True)
class ScorecardLooks:
    """Implements cspdash.domain.administration.Looks. Safe to share between threads."""

    figures: Figures
    people: People
    audit: Audit
    minutes: int = 15

    def page(self, viewer: Viewer) -> LookPage:
        reading = self._administrator(viewer)
        people = [each for each in self.people.people() if _may_look_as(each, viewer)]
        with self.figures.engine.connect() as connection:
            past = rows.past_looks(connection, self.figures.metadata)
        names = {each.user_id: each.name for each in self.people.people()}
        shown = tuple(
            (
                time_text(row.started_at, reading.options.zone),
                names.get(row.user_id, row.user_id),
                names.get(row.as_user_id, row.as_user_id),
                row.reason,
            )
            for row in past
        )
        return LookPage(tuple(people), self.minutes, shown)

    def begin(self, user_id: str, reason: str, viewer: Viewer) -> Looking:
        reading = self._administrator(viewer)
        person = self.people.person(user_id)
        if person is None:
            raise UnknownEntry("There is no such person.")
        if not _may_look_as(person, viewer):
            raise NotPermitted("Nobody looks as an administrator, or as themselves.")
        if problems := check_reason(reason):
            raise EntitlementInvalid(problems)
        until = reading.now + timedelta(minutes=self.minutes)
        self._log(viewer, user_id, f"begins, until {until:%Y-%m-%d %H:%M} UTC")
        values = {
            "view_id": secrets.token_hex(8),
            "user_id": viewer.user_id,
            "as_user_id": user_id,
            "reason": reason.strip(),
            "started_at": reading.now,
            "ends_at": until,
        }
        with writing(self.figures.engine) as connection:
            rows.stop_looking(connection, self.figures.metadata, viewer.user_id, reading.now)
            rows.start_looking(connection, self.figures.metadata, values)
        return Looking(user_id, until)

    def now(self, viewer: Viewer) -> Looking | None:
        with self.figures.engine.connect() as connection:
            found = rows.looking(connection, self.figures.metadata, viewer.user_id, self.figures.options.clock())
        return Looking(*found) if found else None

    def end(self, viewer: Viewer) -> None:
        found = self.now(viewer)
        if found is None:
            return
        self._log(viewer, found.as_user_id, "ends")
        with writing(self.figures.engine) as connection:
            rows.stop_looking(connection, self.figures.metadata, viewer.user_id, self.figures.options.clock())

    def _administrator(self, viewer: Viewer) -> Reading:
        viewer.need_write()
        reading = self.figures.reading(viewer)
        if viewer.role != "administrator":  # at sign-in: a role granted for a while is not enough
            raise NotPermitted("Only administrators look at pages as somebody else.")
        return reading

    def _log(self, viewer: Viewer, whom: str, what: str) -> None:
        self.audit.write(AuditEntry.by(viewer, Operation.VIEW_AS, subject="person", subject_id=whom, detail=what))


def _may_look_as(person: KnownPerson, viewer: Viewer) -> bool:
    return person.user_id != viewer.user_id and not person.is_disabled and "administrator" not in person.roles
