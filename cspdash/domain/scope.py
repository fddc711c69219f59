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

Anyone may see an officer's page who may see that officer named where the officer is posted that day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cspdash.domain.entitlement import NOTHING, Entitlements
from cspdash.domain.errors import NotPermitted
from cspdash.domain.org import FOR_EVER
from cspdash.domain.organisation import Organisation
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import POSTED, ROLES, SEES_AUDIT, SEES_SOURCES, SUPERVISORS, higher, role_of_rank
from cspdash.domain.scope_words import scope_sentence

__all__ = ["OUT_OF_SCOPE", "ROLES", "SEES_SOURCES", "SUPERVISORS", "Scope", "Span", "scope_of"]

OUT_OF_SCOPE = "Your role does not cover this officer."
ROOT = 0


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Units by position, from `first` up to, not including, `last`: a unit with all below it, or a unit alone."""

    first: int
    last: int

    def holds(self, position: int) -> bool:
        return self.first <= position < self.last


@dataclass(frozen=True, slots=True)
class Right:
    """One reason to see units: a role for a span, and how it came about ("posting", "acting", "grant", "cover")."""

    role: str
    span: Span
    by: str
    until: date | None = None


@dataclass(frozen=True)
class Scope:
    """Units seen with names and as totals, the rights behind them, and the viewer's own officer number (-1: none)."""

    organisation: Organisation
    named: tuple[Span, ...] = ()
    totals: tuple[Span, ...] = ()
    own: int = -1
    home: int = -1
    role: str = ""
    rights: tuple[Right, ...] = ()

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
        parts = (self.organisation.version, self.named, self.totals, self.own, self.home, self.role, self.rights)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def scope_of(viewer: Viewer, organisation: Organisation, day: date, granted: Entitlements = NOTHING) -> Scope:
    """The viewer's scope on a day."""
    is_posted_role = viewer.role in POSTED
    own = organisation.number.get(viewer.officer_id, -1) if viewer.officer_id and viewer.role != "analyst" else -1
    if viewer.role in ("administrator", "data_protection"):
        own = -1
    home = int(organisation.posted(day).unit[own]) if own >= 0 else organisation.tree.position.get(viewer.unit_id, -1)
    if viewer.role not in ROLES or (viewer.officer_id and is_posted_role and home < 0) or _is_unknown(viewer, own):
        return Scope(organisation, own=own, role=viewer.role)
    if viewer.role == "operator":
        everything = (_all(organisation),)
        right = Right("operator", everything[0], "posting")
        return Scope(organisation, everything, everything, -1, ROOT, viewer.role, (right,))
    rights = (
        *_posted_rights(viewer, organisation, day, own, home),
        *_granted_rights(viewer, organisation, day, granted),
    )
    named = _joined(right.span for right in rights if right.role in SUPERVISORS)
    is_wide = any(right.role in (*SUPERVISORS, "analyst") for right in rights)
    totals = (_all(organisation),) if is_wide else _joined(right.span for right in rights if right.role == "constable")
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


def _posted_rights(viewer: Viewer, organisation: Organisation, day: date, own: int, home: int) -> Iterator[Right]:
    """From the role at sign-in, the rank and the acting rank, at every posting of the day."""
    if viewer.role == "analyst":
        yield Right("analyst", _all(organisation), "posting")
    if viewer.role not in POSTED or home < 0:
        return
    rank = role_of_rank(organisation.officers[own].rank) if own >= 0 else ""
    role = higher(viewer.role, rank) if rank else viewer.role
    if own < 0:
        yield from _posted_at(organisation, role, home)
        return
    for posting in organisation.postings_of(own, day):
        unit = organisation.tree.position.get(posting.unit_id, -1)
        if unit < 0:
            continue
        yield from _posted_at(organisation, role, unit)
        acting = role_of_rank(posting.acting_rank)
        if acting and higher(acting, role) != role:
            until = posting.ends_before - timedelta(days=1) if posting.ends_before < FOR_EVER else None
            yield from _posted_at(organisation, acting, unit, "acting", until)


def _posted_at(
    organisation: Organisation, role: str, unit: int, by: str = "posting", until: date | None = None
) -> Iterator[Right]:
    """What a role carries where somebody is posted."""
    below = Span(unit, organisation.tree.ends[unit])
    if role == "chief_officer":
        yield Right(role, _all(organisation), by, until)
    elif role == "constable":
        yield Right(role, below, by, until)
    elif unit == ROOT:
        yield Right("analyst", below, by, until)  # at headquarters: totals
    else:
        yield Right(role, Span(unit, unit + 1) if role == "sergeant" else below, by, until)


def _granted_rights(viewer: Viewer, organisation: Organisation, day: date, granted: Entitlements) -> Iterator[Right]:
    tree = organisation.tree
    for grant in granted.grants:
        if not grant.counts_on(day) or grant.role not in ROLES or grant.role == "operator":
            continue
        if grant.role in ("analyst", "administrator", "data_protection"):
            yield Right(
                grant.role, _all(organisation) if grant.role == "analyst" else Span(0, 0), "grant", grant.ends_on
            )
        elif (unit := tree.position.get(grant.unit_id, -1)) >= 0:
            yield Right(grant.role, Span(unit, tree.ends[unit]), "grant", grant.ends_on)
    if viewer.role not in POSTED:
        return  # who looks after the system, or at totals, does not supervise by the way
    for cover in granted.covers:
        unit = tree.position.get(cover.unit_id, -1)
        if cover.counts_on(day) and unit > ROOT:
            yield Right("sergeant", Span(unit, tree.ends[unit]), "cover", cover.ends_on)


def _all(organisation: Organisation) -> Span:
    return Span(ROOT, len(organisation.tree.units))


def _joined(spans: Iterator[Span] | list[Span]) -> tuple[Span, ...]:
    """Without what lies within another, in order of the tree."""
    found: list[Span] = []
    for span in sorted(set(spans), key=lambda each: (each.first, -each.last)):
        if not found or span.last > found[-1].last:
            found.append(span)
    return tuple(found)
