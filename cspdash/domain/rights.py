"""What somebody may see, and how that came about: rights from posting, acting rank, grants and cover, for units each.

The table of roles stands in cspdash.domain.scope, which makes one scope of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cspdash.domain.entitlement import Entitlements
from cspdash.domain.looking_outside import Span
from cspdash.domain.org import FOR_EVER
from cspdash.domain.organisation import Organisation
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import POSTED, ROLES, SUPERVISORS, higher, role_of_rank

ROOT = 0


@dataclass(frozen=True, slots=True)
class Right:
    """One reason to see units: a role for a span, and how it came about ("posting", "acting", "grant", "cover")."""

    role: str
    span: Span
    by: str
    until: date | None = None


def own_team(rights: Iterable[Right]) -> tuple[Span, ...]:
    """Units led by posting or acting rank, or covered: not what is granted, and never the force as a whole."""
    led = (each for each in rights if each.role in SUPERVISORS and each.by != "grant")
    return joined(each.span for each in led if each.span.first > ROOT)


def posted_rights(viewer: Viewer, organisation: Organisation, day: date, own: int, home: int) -> Iterator[Right]:
    """From the role at sign-in, the rank and the acting rank, at every posting of the day."""
    if viewer.role == "analyst":
        yield Right("analyst", everything(organisation), "posting")
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
        yield Right(role, everything(organisation), by, until)
    elif role == "constable":
        yield Right(role, below, by, until)
    elif unit == ROOT:
        yield Right("analyst", below, by, until)  # at headquarters: totals
    else:
        yield Right(role, Span(unit, unit + 1) if role == "sergeant" else below, by, until)


def granted_rights(viewer: Viewer, organisation: Organisation, day: date, granted: Entitlements) -> Iterator[Right]:
    tree = organisation.tree
    for grant in granted.grants:
        if not grant.counts_on(day) or grant.role not in ROLES or grant.role == "operator":
            continue
        if grant.role in ("analyst", "administrator", "data_protection"):
            yield Right(
                grant.role, everything(organisation) if grant.role == "analyst" else Span(0, 0), "grant", grant.ends_on
            )
        elif (unit := tree.position.get(grant.unit_id, -1)) >= 0:
            yield Right(grant.role, Span(unit, tree.ends[unit]), "grant", grant.ends_on)
    if viewer.role not in POSTED:
        return  # who looks after the system, or at totals, does not supervise by the way
    for cover in granted.covers:
        unit = tree.position.get(cover.unit_id, -1)
        if cover.counts_on(day) and unit > ROOT:
            yield Right("sergeant", Span(unit, tree.ends[unit]), "cover", cover.ends_on)


def everything(organisation: Organisation) -> Span:
    return Span(ROOT, len(organisation.tree.units))


def joined(spans: Iterator[Span] | list[Span]) -> tuple[Span, ...]:
    """Without what lies within another, in order of the tree."""
    found: list[Span] = []
    for span in sorted(set(spans), key=lambda each: (each.first, -each.last)):
        if not found or span.last > found[-1].last:
            found.append(span)
    return tuple(found)
