"""Viewer -> Scope: which units somebody may see, and whether with names or as totals only. Deny by default.

| role | named officers and records | totals |
|---|---|---|
| constable | the officer alone | own team |
| sergeant | the very unit they are posted to | the whole force |
| inspector, chief inspector, superintendent | that unit and all below | the whole force |
| chief_officer | the whole force | the whole force |
| analyst | nobody | the whole force |
| administrator | nobody; the Sources and Administration pages | nothing |
| data_protection | nobody; the Audit page | nothing |
| operator (the command line, on the machine itself) | the whole force | the whole force |

Rights add up. They come from the role of the sign-in and the officer's rank (the higher counts) at every posting of the day
of asking, from an acting rank for as long as that posting runs, from roles granted (for the unit of the grant), and from
cover. All is read anew on every request. Somebody whose sign-in has no role of ours, and an officer posted nowhere (left,
not yet started), has no right but to their own page. By posting alone only a chief officer sees the whole force: whoever
else is posted to the force itself, at headquarters, has names of nobody until a role is granted.

Anyone may see an officer's page who may see that officer named where the officer is posted that day. Names outside the
viewer's own team are opened (`open_here`, `open_below`, `open_officer`) with a reason only, where the force asks for one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from cspdash.domain.entitlement import NOTHING, Entitlements
from cspdash.domain.errors import NotPermitted, ReasonNeeded
from cspdash.domain.looking_outside import OwnTeam, Span, spans_said
from cspdash.domain.organisation import Organisation
from cspdash.domain.ports import Viewer
from cspdash.domain.rights import ROOT, Right, everything, granted_rights, joined, own_team, posted_rights
from cspdash.domain.roles import POSTED, ROLES, SEES_AUDIT, SEES_SOURCES, SUPERVISORS
from cspdash.domain.scope_words import place_name, scope_sentence

__all__ = ["OUT_OF_SCOPE", "ROLES", "SEES_SOURCES", "SUPERVISORS", "Scope", "Span", "scope_of"]

OUT_OF_SCOPE = "Your role does not cover this officer."


@dataclass(frozen=True)
class Scope:
    """Units seen with names and as totals, the rights behind them, and the viewer's own officer number (-1: none).

    `team` knows for which of the names a reason is needed; None: for nobody's.
    """

    organisation: Organisation
    named: tuple[Span, ...] = ()
    totals: tuple[Span, ...] = ()
    own: int = -1
    home: int = -1
    role: str = ""
    rights: tuple[Right, ...] = ()
    team: OwnTeam | None = None

    def may_total(self, position: int) -> bool:
        return any(span.holds(position) for span in (*self.totals, *self.named))

    def may_name(self, position: int) -> bool:
        return any(span.holds(position) for span in self.named)

    def may_name_below(self, position: int) -> bool:
        """Whether the unit and every unit below it is seen with names."""
        last = self.organisation.tree.ends[position]
        return any(span.first <= position and last <= span.last for span in self.named)

    @property
    def may_name_all(self) -> bool:
        """The whole force, with those who are posted nowhere."""
        return self.may_name_below(ROOT)

    def may_officer(self, number: int, day: date) -> bool:
        """Whether this officer may be seen by name, with figures and records."""
        if number == self.own and number >= 0:
            return True
        unit = int(self.organisation.posted(day).unit[number])
        return self.may_name(unit) if unit >= 0 else self.may_name_all

    @property
    def roles(self) -> frozenset[str]:
        """Every role in effect."""
        return frozenset({self.role, *(right.role for right in self.rights)})

    @property
    def may_sources(self) -> bool:
        return bool(self.roles & set(SEES_SOURCES))

    @property
    def may_audit(self) -> bool:
        return bool(self.roles & set(SEES_AUDIT))

    @property
    def may_mend_sources(self) -> bool:
        """Look at refused rows, ask a source at once, have it read again."""
        return bool(self.roles & {"administrator", "operator"})

    @property
    def may_administer(self) -> bool:
        return "administrator" in self.roles

    @property
    def may_supervise(self) -> bool:
        """Every unit seen with names is supervised: no role has the one without the other."""
        return bool(self.named)

    def may_set_cover(self, position: int) -> bool:
        """Whoever supervises a unit by posting or grant, acting included; not who only covers it."""
        supervises = (right for right in self.rights if right.role in SUPERVISORS and right.by != "cover")
        return any(right.span.holds(position) for right in supervises)

    def need_total(self, position: int) -> None:
        """Raises NotPermitted."""
        if not self.may_total(position):
            raise NotPermitted(f"Your role does not cover {self.organisation.unit_row(position).name}.")

    def need_named(self, position: int) -> None:
        """Raises NotPermitted unless the unit and all below it are seen with names."""
        if not self.may_name_below(position):
            raise NotPermitted(
                f"Your role covers totals only for {self.organisation.unit_row(position).name}, not its records or officers."
            )

    def need_named_here(self, position: int) -> None:
        """The same for the very unit, whatever lies below it."""
        if not self.may_name(position):
            raise NotPermitted(
                f"Your role covers totals only for {self.organisation.unit_row(position).name}, not its records or officers."
            )

    def need_officer(self, number: int, day: date) -> None:
        """Raises NotPermitted, in words that do not say whether the officer exists."""
        if not self.may_officer(number, day):
            raise NotPermitted(OUT_OF_SCOPE)

    def need_known(self, officer_id: str) -> int:
        """The officer's number. Nobody but who sees everybody learns that there is none: raises UnknownOfficer, NotPermitted."""
        if officer_id not in self.organisation.number and not self.may_name_all:
            raise NotPermitted(OUT_OF_SCOPE)
        return self.organisation.officer(officer_id)

    # --- names are opened: permitted, and outside the viewer's own team with a reason ---
    def open_here(self, position: int) -> str:
        """The reason that stands for names of the very unit, "" where none is needed. Raises NotPermitted, ReasonNeeded."""
        self.need_named_here(position)
        return self._reason(Span(position, position + 1))

    def open_below(self, position: int) -> str:
        """The same for the unit and all below it."""
        self.need_named(position)
        return self._reason(Span(position, self.organisation.tree.ends[position]))

    def open_officer(self, number: int, day: date) -> str:
        """The same for an officer, wherever posted that day."""
        self.need_officer(number, day)
        return "" if self.is_self(number) else self._reason(self._place_of(number, day))

    def is_open_here(self, position: int) -> bool:
        """Whether names of the very unit may be shown without asking anything."""
        return self.may_name(position) and self._said(Span(position, position + 1)) is not None

    def is_open_officer(self, number: int, day: date) -> bool:
        if not self.may_officer(number, day):
            return False
        return self.is_self(number) or self._said(self._place_of(number, day)) is not None

    def is_self(self, number: int) -> bool:
        return number >= 0 and number == self.own

    def _place_of(self, number: int, day: date) -> Span:
        """Where an officer is posted; who is posted nowhere counts to the force itself."""
        unit = max(int(self.organisation.posted(day).unit[number]), ROOT) if number >= 0 else ROOT
        return Span(unit, unit + 1)

    def _said(self, span: Span) -> str | None:
        return self.team.reason_for(span) if self.team else ""

    def _reason(self, span: Span) -> str:
        found = self._said(span)
        if found is not None:
            return found
        assert self.team
        place, tree = self.team.asked_for(span), self.organisation.tree
        is_alone = place.last < tree.ends[place.first]
        name = place_name(tree, place.first) + (" itself" if is_alone else "")
        raise ReasonNeeded(tree.units[place.first].ref, name, is_alone=is_alone)

    @property
    def note(self) -> str:
        """What the viewer is shown and what not, in one line; "" when they see all."""
        named = [(span.first, span.last) for span in self.named]
        return scope_sentence(self.organisation.tree, named, bool(self.totals), self.own >= 0, self._by_cover())

    def _by_cover(self) -> list[tuple[int, str, date | None]]:
        """(unit, how, last day) of what is seen for a while only."""
        return [(right.span.first, right.by, right.until) for right in self.rights if right.by in ("acting", "cover")]

    @property
    def digest(self) -> str:
        """Short text that differs wherever what is shown may differ: part of every key under which a page is kept."""
        said = self.team and (self.team.own, self.team.said, self.team.is_asked)
        parts = (self.organisation.version, self.named, self.totals, self.own, self.home, self.role, self.rights, said)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def scope_of(
    viewer: Viewer,
    organisation: Organisation,
    day: date,
    granted: Entitlements = NOTHING,
    *,
    asks_reason: bool = False,
) -> Scope:
    """The viewer's scope on a day; `asks_reason`: names outside their own team are opened with one of `viewer.looks`."""
    found = _scope_of(viewer, organisation, day, granted)
    said = spans_said(organisation.tree, viewer.looks)
    team = OwnTeam(organisation.tree, own_team(found.rights), found.named, said, is_asked=True)
    return replace(found, team=team) if asks_reason else found


def _scope_of(viewer: Viewer, organisation: Organisation, day: date, granted: Entitlements) -> Scope:
    is_posted_role = viewer.role in POSTED
    own = organisation.number.get(viewer.officer_id, -1) if viewer.officer_id and viewer.role != "analyst" else -1
    if viewer.role in ("administrator", "data_protection"):
        own = -1
    home = int(organisation.posted(day).unit[own]) if own >= 0 else organisation.tree.position.get(viewer.unit_id, -1)
    if viewer.role not in ROLES or (viewer.officer_id and is_posted_role and home < 0) or _is_unknown(viewer, own):
        return Scope(organisation, own=own, role=viewer.role)
    if viewer.role == "operator":
        force = (everything(organisation),)
        right = Right("operator", force[0], "posting")
        return Scope(organisation, force, force, -1, ROOT, viewer.role, (right,))
    rights = (
        *posted_rights(viewer, organisation, day, own, home),
        *granted_rights(viewer, organisation, day, granted),
    )
    named = joined(right.span for right in rights if right.role in SUPERVISORS)
    is_wide = any(right.role in (*SUPERVISORS, "analyst") for right in rights)
    totals = (
        (everything(organisation),) if is_wide else joined(right.span for right in rights if right.role == "constable")
    )
    if viewer.role in ("chief_officer", "analyst"):
        home = max(home, ROOT)
    return Scope(
        organisation,
        named,
        totals,
        own,
        home if own >= 0 or viewer.role in (*POSTED, "analyst") else -1,
        viewer.role,
        rights,
    )


def _is_unknown(viewer: Viewer, own: int) -> bool:
    """An employee number that is nobody's: no right can follow from it."""
    return bool(viewer.officer_id) and viewer.role in POSTED and own < 0
