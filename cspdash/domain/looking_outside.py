"""Why somebody looks at named officers outside their own team: asked once, kept for a while, for part of the force.

Own is what a viewer leads by posting, by an acting rank, or covers for a colleague (that already has a reason and an end). A
role granted for a unit is a standing right without an occasion, and whoever sees the whole force leads no team of it: both
are asked. Totals never are, and nobody is asked about themselves.

The reason is a code from a list of the force's own, never free text: it goes into every entry of the audit that it opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cspdash.domain.org import Tree

DEFAULT_REASONS: Mapping[str, str] = {
    "supervision": "Supervision or a 1:1",
    "cover": "Cover for somebody who is away",
    "audit": "Audit or dip sample",
    "conduct": "Complaint or conduct matter",
    "data_quality": "Checking the data",
    "other": "Other policing purpose",
}
MOST_REASONS = 8
MOST_STANDING = 64  # of one session; the oldest make way
_ROOT = 0


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Units by position, from `first` up to, not including, `last`: a unit with all below it, or a unit alone."""

    first: int
    last: int

    def holds(self, position: int) -> bool:
        return self.first <= position < self.last

    def covers(self, other: Span) -> bool:
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class StandingReason:
    """What somebody said, and until when it counts: for a unit with all below it, or (`is_alone`) for the unit itself."""

    unit_id: str
    is_alone: bool
    reason: str
    until: datetime


@dataclass(frozen=True)
class LookReasons:
    """The force's list, code to words, and how long one counts. None: nobody is asked."""

    reasons: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_REASONS))
    minutes: int = 60

    def words(self, code: str) -> str:
        """As it is read on a page, also of a code that is no longer on the list."""
        return self.reasons.get(code) or code.replace("_", " ").capitalize()


@dataclass(frozen=True)
class OwnTeam:
    """Which units a viewer sees the names of without being asked, and what they said of others, the latest first.

    `is_asked`: the force asks at all. `named` are all units whose names the viewer may see.
    """

    tree: Tree
    own: tuple[Span, ...]
    named: tuple[Span, ...]
    said: tuple[tuple[Span, str], ...] = ()
    is_asked: bool = False

    def reason_for(self, span: Span) -> str | None:
        """ "" where none is needed, the code of the one that stands, None where one has still to be said."""
        foreign = self._foreign(span)
        if not foreign:
            return ""
        return next((code for said, code in self.said if all(said.holds(at) for at in foreign)), None)

    def asked_for(self, span: Span) -> Span:
        """What a reason for `span` will count for: wide enough not to be asked for each team of a department.

        A team's sister teams with it, where the viewer sees them all by name; a unit with what is below it; the force itself
        alone, unless everything is asked for.
        """
        first, tree = span.first, self.tree
        whole = Span(first, tree.ends[first])
        if span != Span(first, first + 1) or first == _ROOT:
            return span
        above = tree.parents[first]
        is_leaf = whole == span
        wider = Span(above, tree.ends[above]) if is_leaf and above > _ROOT else whole
        return wider if any(each.covers(wider) for each in self.named) else span

    def _foreign(self, span: Span) -> list[int]:
        if not self.is_asked or any(own.covers(span) for own in self.own):
            return []
        return [at for at in range(span.first, span.last) if not any(own.holds(at) for own in self.own)]


def spans_said(tree: Tree, looks: Iterable[StandingReason]) -> tuple[tuple[Span, str], ...]:
    """What was said, by position in the tree as it is now; of a unit that is gone nothing is left."""
    found = []
    for look in looks:
        at = tree.position.get(look.unit_id, -1)
        if at >= 0:
            found.append((Span(at, at + 1 if look.is_alone else tree.ends[at]), look.reason))
    return tuple(found)


def standing(looks: Sequence[StandingReason], now: datetime) -> tuple[StandingReason, ...]:
    """Those that still count."""
    return tuple(look for look in looks if now < look.until)


def with_reason(looks: Sequence[StandingReason], said: StandingReason) -> tuple[StandingReason, ...]:
    """The latest first; what was said of the same place before is taken back."""
    others = [look for look in looks if (look.unit_id, look.is_alone) != (said.unit_id, said.is_alone)]
    return (said, *others)[:MOST_STANDING]
