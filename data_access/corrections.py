"""The port behind team corrections: who may say what of whom, then the audit, then the row."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cspdash.domain.administration import UnknownEntry
from cspdash.domain.audit import Audit, AuditEntry, Operation
from cspdash.domain.correcting import (
    APPROVE,
    REFUSE,
    WITHDRAW,
    CorrectionForm,
    CorrectionLine,
    CorrectionPage,
    CorrectionsPage,
)
from cspdash.domain.corrections import KIND_WORDS, STATE_WORDS, Correction, CorrectionInvalid, check, state_of
from cspdash.domain.errors import DecidedAlready, NotPermitted
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import POSTED
from cspdash.domain.wording import day_text, time_text
from data_access import correction_rows as rows
from data_access.reading import Figures, Reading
from data_access.row_security import directory, seeing
from data_access.state import writing

APPROVERS = frozenset(POSTED[POSTED.index("inspector") :]) | {"operator"}
NOBODY = "No officer outside this unit has that number, or more than one has. Use the employee number."
_DONE = {
    APPROVE: "Approved. It counts from the next load, within seconds where sources are followed.",
    REFUSE: "Refused.",
    WITHDRAW: "Withdrawn. The sources count again from the next load.",
}


@dataclass(frozen=True)
class ScorecardCorrections:
    """Implements cspdash.domain.correcting.Corrections. Safe to share between threads."""

    figures: Figures
    audit: Audit
    policy: Literal["approve", "apply"] = "approve"

    # --- pages ---
    def list(self, viewer: Viewer) -> CorrectionsPage:
        reading = self._supervisor(viewer)
        with self.figures.engine.connect() as connection:
            seeing(connection, reading.scope, viewer.user_id)
            found = [each for each in rows.read(connection, self.figures.metadata) if self._may_see(reading, each)]
        lines = sorted((self._line(reading, each) for each in found), key=lambda line: not line.is_for_me)
        why = {self._open(reading, each) for each in found if self._is_open(reading, each)} - {""}
        return CorrectionsPage(tuple(lines), reading.scope.note, " ".join(sorted(why)))

    def waiting(self, viewer: Viewer) -> int:
        reading = self.figures.reading(viewer)
        version = reading.versions.get(rows.CORRECTIONS)
        if version is None or not reading.scope.roles & APPROVERS:
            return 0

        def find() -> tuple[Correction, ...]:
            with self.figures.engine.connect() as connection, directory(connection):
                return tuple(rows.read(connection, self.figures.metadata, only_open=True))

        waiting = self.figures.kept(("corrections", version), find)
        return sum(self._is_for(reading, each) for each in waiting)

    def form(self, kind: str, officer_id: str, unit_id: str, viewer: Viewer) -> CorrectionForm:
        reading = self._supervisor(viewer)
        position = reading.organisation.unit(unit_id)
        look_reason = reading.scope.open_here(position)
        name = ""
        if kind == "not_here":
            number = reading.organisation.officer(officer_id)
            if int(reading.organisation.posted(reading.today).unit[number]) != position:
                raise NotPermitted(f"This officer is not in {reading.organisation.unit_row(position).name} any more.")
            name = reading.organisation.officers[number].label
        elif kind != "here":
            raise UnknownEntry("There is no such form.")
        unit_name = reading.organisation.unit_row(position).name
        return CorrectionForm(
            kind, unit_id, unit_name, officer_id, name, self.policy == "approve", reading.today, look_reason
        )

    def page(self, correction_id: str, viewer: Viewer) -> CorrectionPage:
        reading, correction = self._visible(correction_id, viewer)
        line = self._line(reading, correction)
        zone = self.figures.options.zone
        facts = [
            ("Officer", line.who),
            ("Said", f"{line.what}, {line.when}"),
            ("By", f"{correction.proposed_by_name}, {time_text(correction.proposed_at, zone)}"),
            ("Why", correction.reason),
            ("State", line.state_words),
        ]
        if correction.agreed_from is not None:
            facts.append(("Sources agree", f"from {day_text(correction.agreed_from)}"))
        acts = self._acts(reading, correction)
        note = "" if acts or line.state not in ("proposed", "applied") else self._why_not(reading, correction)
        why = self._open(reading, correction)
        return CorrectionPage(correction_id, f"{line.who} {line.what}", tuple(facts), acts, note, why)

    # --- changes ---
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
        viewer.need_write()
        reading = self._supervisor(viewer)
        position = reading.organisation.unit(unit_id)
        reading.scope.open_here(position)
        check(kind, officer.strip(), unit_id, starts_on, ends_on, reason, reading.today)
        assert starts_on is not None
        officer_id = self._officer(reading, kind, officer.strip(), position)
        correction = Correction(
            correction_id=secrets.token_hex(8),
            kind=kind,  # type: ignore[arg-type]  # checked
            officer_id=officer_id,
            unit_id=unit_id,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=" ".join(reason.split()),
            proposed_by=viewer.user_id,
            proposed_by_name=viewer.name,
            proposed_at=reading.now,
            decided_by="policy" if self.policy == "apply" else "",
            decided_at=reading.now if self.policy == "apply" else None,
            is_applied=self.policy == "apply",
        )
        self._need_new(correction)
        self._log(viewer, correction, f"says: {KIND_WORDS[kind]} the unit")
        with writing(self.figures.engine) as connection:
            seeing(connection, reading.scope, viewer.user_id)
            rows.add(connection, self.figures.metadata, correction, reading.now)
        return correction.correction_id

    def decide(self, correction_id: str, act: str, viewer: Viewer) -> str:
        viewer.need_write()
        reading, correction = self._visible(correction_id, viewer)
        if act not in dict(self._acts(reading, correction)):
            raise NotPermitted(self._why_not(reading, correction) or "This is not yours to decide, or it is decided.")
        self._log(viewer, correction, act)
        with writing(self.figures.engine) as connection:
            seeing(connection, reading.scope, viewer.user_id)
            change = rows.decide if act == APPROVE else rows.end
            done = change(connection, self.figures.metadata, correction_id, viewer.user_id, reading.now)
        if not done:
            raise DecidedAlready
        return _DONE[act]

    # --- who may ---
    def _supervisor(self, viewer: Viewer) -> Reading:
        reading = self.figures.reading(viewer)
        if not reading.scope.may_supervise:
            raise NotPermitted("Who is in a team is for those who supervise it to say.")
        return reading

    def _visible(self, correction_id: str, viewer: Viewer) -> tuple[Reading, Correction]:
        reading = self._supervisor(viewer)
        with self.figures.engine.connect() as connection:
            seeing(connection, reading.scope, viewer.user_id)
            found = rows.one(connection, self.figures.metadata, correction_id)
        if found is None or not self._may_see(reading, found):
            raise UnknownEntry("There is no such correction, or it is not of a unit that you supervise.")
        self._open(reading, found)
        return reading, found

    def _open(self, reading: Reading, correction: Correction) -> str:
        """Why the officer is named to this viewer outside their own team. Raises ReasonNeeded."""
        number = reading.organisation.number.get(correction.officer_id, -1)
        is_named = number >= 0 and self._names(reading, correction.officer_id)
        return reading.scope.open_officer(number, reading.today) if is_named else ""

    def _is_open(self, reading: Reading, correction: Correction) -> bool:
        number = reading.organisation.number.get(correction.officer_id, -1)
        return number >= 0 and reading.scope.is_open_officer(number, reading.today)

    def _may_see(self, reading: Reading, correction: Correction) -> bool:
        """Whoever supervises the unit it is about, or the one the officer is posted to."""
        position = reading.organisation.tree.position.get(correction.unit_id, -1)
        mine = position >= 0 and reading.scope.may_name(position)
        return mine or correction.proposed_by == reading.viewer.user_id or self._names(reading, correction.officer_id)

    def _names(self, reading: Reading, officer_id: str) -> bool:
        number = reading.organisation.number.get(officer_id, -1)
        return number >= 0 and reading.scope.may_officer(number, reading.today)

    def _may_decide(self, reading: Reading, correction: Correction) -> bool:
        position = reading.organisation.tree.position.get(correction.unit_id, -1)
        number = reading.organisation.number.get(correction.officer_id, -1)
        if position < 0 or number < 0 or not reading.scope.may_name(position):
            return False
        posted = int(reading.organisation.posted(reading.today).unit[number])
        both = posted < 0 or reading.scope.may_name(posted)
        is_own = correction.officer_id == reading.viewer.officer_id
        return both and not is_own and bool(reading.scope.roles & APPROVERS)

    def _is_for(self, reading: Reading, correction: Correction) -> bool:
        waits = state_of(correction, reading.today) == "proposed"
        return waits and correction.proposed_by != reading.viewer.user_id and self._may_decide(reading, correction)

    def _acts(self, reading: Reading, correction: Correction) -> tuple[tuple[str, str], ...]:
        state, is_own = state_of(correction, reading.today), correction.proposed_by == reading.viewer.user_id
        if self._is_for(reading, correction):
            return ((APPROVE, "Approve"), (REFUSE, "Refuse"))
        if state == "proposed" and is_own:
            return ((WITHDRAW, "Withdraw"),)
        if state == "applied" and (self._may_decide(reading, correction) or (is_own and self.policy == "apply")):
            return ((WITHDRAW, "Take it back"),)
        return ()

    def _why_not(self, reading: Reading, correction: Correction) -> str:
        if correction.proposed_by == reading.viewer.user_id:
            return "What you said yourself is for somebody else to decide."
        return "It is decided by an inspector or above who supervises this unit and the one the officer is posted to."

    # --- what is said ---
    def _officer(self, reading: Reading, kind: str, said: str, position: int) -> str:
        """The employee number meant. Raises CorrectionInvalid, in words that do not tell who exists."""
        organisation, today = reading.organisation, reading.today
        if kind == "not_here":
            number = organisation.number.get(said, -1)
            if number < 0 or int(organisation.posted(today).unit[number]) != position:
                raise CorrectionInvalid({"officer": "This officer is not shown in this unit."})
            return said
        found = [
            officer.ref
            for officer in organisation.officers
            if said in (officer.ref, officer.collar_number) and not (officer.left_on and officer.left_on <= today)
        ]
        exact = [ref for ref in found if ref == said] or found
        if len(exact) != 1 or int(organisation.posted(today).unit[organisation.number[exact[0]]]) == position:
            raise CorrectionInvalid({"officer": NOBODY})
        return exact[0]

    def _need_new(self, correction: Correction) -> None:
        """Raises CorrectionInvalid where the same is said already."""
        with self.figures.engine.connect() as connection, directory(connection):
            there = rows.read(connection, self.figures.metadata, only_open=True)
        same = [
            each
            for each in there
            if (each.officer_id, each.unit_id, each.kind)
            == (correction.officer_id, correction.unit_id, correction.kind)
            and each.agreed_from is None
            and (each.ends_on is None or each.ends_on >= correction.starts_on)
        ]
        if same:
            raise CorrectionInvalid({"officer": f"{same[0].proposed_by_name} has said so already."})

    def _line(self, reading: Reading, correction: Correction) -> CorrectionLine:
        organisation = reading.organisation
        number = organisation.number.get(correction.officer_id, -1)
        position = organisation.tree.position.get(correction.unit_id, -1)
        unit = organisation.tree.units[position].name if position >= 0 else correction.unit_id
        who = f"Officer {correction.officer_id}"
        if number >= 0 and self._names(reading, correction.officer_id):
            who = organisation.officers[number].label if self._is_open(reading, correction) else "An officer"
        state = state_of(correction, reading.today)
        return CorrectionLine(
            correction.correction_id,
            who,
            f"{KIND_WORDS[correction.kind]} {unit}",
            _when(correction, reading.today),
            state,
            STATE_WORDS[state],
            correction.proposed_by_name,
            self._is_for(reading, correction),
        )

    def _log(self, viewer: Viewer, correction: Correction, detail: str) -> None:
        self.audit.write(
            AuditEntry.by(
                viewer,
                Operation.ALTERATION,
                subject="team_correction",
                subject_id=correction.correction_id,
                officer_id=correction.officer_id,
                unit_id=correction.unit_id,
                detail=detail,
            )
        )


def _when(correction: Correction, today: date) -> str:
    first, last = day_text(correction.starts_on, today), correction.last_day
    return f"from {first}" if last is None else f"{first} to {day_text(last, today)}"
