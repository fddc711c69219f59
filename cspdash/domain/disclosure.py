"""Which totals may be shown where names may not: none from which a figure of one or two officers could be worked out.

A total of few officers is a figure of each of them to whoever knows them; and what is not shown is found by taking what is
shown from the total above it. So (docs/adr, "small numbers"):

1. Officers whose names the viewer does not see are counted: those posted to a unit on the day of a figure, or on every day of
   its period, whichever is fewest; above teams only where work is theirs. Officers not in post whom records still name count
   with the work that is not mapped. The viewer is never counted.
2. A total of no such officer is shown, and of `least` or more. A total of fewer is small, and not shown.
3. What a unit is made of (the units below it, its own officers without names, its work not mapped) is shown one by one, except
   small pieces; these are shown together, and as many of the next smallest with them as it takes to make `least`.
4. Within a small piece nothing is shown but what the viewer sees with names. A larger unit that is shown with others only
   keeps most of its pieces: its total goes, and the smallest of its pieces with it.

Then every sum or difference of what one moment shows holds no such officer or at least `least`. Figures of different days
differ by everybody's work in between and are not protected against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cspdash.domain.organisation import Ints, Organisation
from cspdash.domain.scope import Scope

OWN, UNMAPPED = "own", "unmapped"
Piece = int | str  # a unit below by position, or one of the two above
State = Literal["open", "partly", "closed"]
_MANY = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Disclosure:
    """What one viewer may be shown of one figure of the force. `counts` are officers without names, by unit and day."""

    organisation: Organisation
    scope: Scope
    least: int
    below: NDArray[np.int64]  # of each unit and all below it, by day
    own: NDArray[np.int64]  # of the very unit, by day
    lost: Ints  # not in post, named by work that is not mapped, by unit
    _withheld: dict[int, frozenset[Piece]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, scope: Scope, posted: NDArray[np.int64], officer: Ints, unit: Ints, named: Ints, least: int
    ) -> Disclosure:
        """`posted`: officers posted to each unit by day, the viewer left out (`posted_by_day`, `without`).

        `officer`, `unit` and `named` are the figure's entries, as in a cube (cspdash.domain.cube).
        """
        organisation = scope.organisation
        size = len(organisation.tree.units)
        is_leaf = organisation.unit_ends == np.arange(size) + 1
        has_work = np.zeros(size, dtype=bool)
        has_work[unit[(officer >= 0) & (officer != scope.own)]] = True
        unseen = np.ones(size, dtype=bool)
        for span in scope.named:
            unseen[span.first : span.last] = False
        own = posted * (unseen & (is_leaf | has_work))[:, None]
        lost = _lost(unit, officer, named, unseen, scope.own, size)
        running = np.concatenate((np.zeros((1, own.shape[1]), dtype=np.int64), np.cumsum(own + lost[:, None], axis=0)))
        below = running[organisation.unit_ends] - running[:-1]
        return cls(organisation, scope, least, below, own, lost)

    def may_show(self, position: int) -> bool:
        """Whether the total of a unit may be shown."""
        return not _fewest(self.below[position]) or self._state(position) == "open"

    def may_show_piece(self, position: int, piece: str) -> bool:
        """Whether a unit's own officers without names, or its work not mapped, may be shown by themselves."""
        if not _fewest(self._counts(position, piece)):
            return True
        return self._state(position) != "closed" and piece not in self.withheld(position)

    def together(self, position: int) -> frozenset[Piece]:
        """Pieces of a unit that are shown as one figure only; none where its total is not shown either."""
        return self.withheld(position) if self._state(position) == "open" else frozenset()

    def withheld(self, position: int) -> frozenset[Piece]:
        """Pieces of a unit that are not shown one by one: the small ones, and others until they hold enough officers."""
        if position not in self._withheld:
            self._withheld[position] = self._choose(position)
        return self._withheld[position]

    def _state(self, position: int) -> State:
        """open: total and pieces; partly: no total, and pieces but for some; closed: nothing without a name."""
        parent = self.organisation.tree.parents[position]
        if self._is_small(self.below[position]):
            return "closed"
        if parent < 0 or not self.scope.may_total(parent):
            return "open" if self.scope.may_total(position) else "closed"
        above = self._state(parent)
        if above == "closed" or position not in self.withheld(parent):
            return above if above == "closed" else "open"
        return "partly"

    def _choose(self, position: int) -> frozenset[Piece]:
        pieces: list[Piece] = [*self.organisation.tree.children(position), OWN, UNMAPPED]
        found = [piece for piece in pieces if self._is_small(self._counts(position, piece))]
        must = self._state(position) == "partly"  # else the total would be the sum of what is shown
        others = sorted(
            (piece for piece in pieces if piece not in found and _fewest(self._counts(position, piece))),
            key=lambda piece: (_fewest(self._counts(position, piece)), str(piece)),
        )
        unknown = sum((self._counts(position, piece) for piece in found), np.zeros_like(self.own[0]))
        for piece in others:
            if not self._is_small(unknown) and (found or not must):
                break
            found.append(piece)
            unknown = unknown + self._unknown(position, piece)
        return frozenset(found)

    def _unknown(self, position: int, piece: Piece) -> NDArray[np.int64]:
        """What of a piece stays unknown when it is withheld: of a unit with units below it, only what is withheld there."""
        if not isinstance(piece, int) or not self.organisation.tree.children(piece):
            return self._counts(position, piece)
        # The piece is only about to be withheld, so its own choice is made as if it were.
        return self._as_partly(piece)

    def _as_partly(self, position: int) -> NDArray[np.int64]:
        pieces: list[Piece] = [*self.organisation.tree.children(position), OWN, UNMAPPED]
        counted = [piece for piece in pieces if _fewest(self._counts(position, piece))]
        smallest = min(counted, key=lambda piece: (_fewest(self._counts(position, piece)), str(piece)))
        return self._unknown(position, smallest)

    def _counts(self, position: int, piece: Piece) -> NDArray[np.int64]:
        if isinstance(piece, int):
            return self.below[piece]
        return self.own[position] if piece == OWN else np.full(self.own.shape[1], self.lost[position])

    def _is_small(self, counts: NDArray[np.int64]) -> bool:
        return 0 < _fewest(counts) < self.least


def posted_by_day(organisation: Organisation, first: int, last: int) -> NDArray[np.int64]:
    """Officers posted to each unit on each day from `first` to `last` (ordinals)."""
    size, days = len(organisation.tree.units), last - first + 1
    change = np.zeros((size, days + 1), dtype=np.int64)
    _, unit, starts, ends = organisation.spells
    rows = (unit >= 0) & (starts <= last) & (ends > first)
    np.add.at(change, (unit[rows], np.maximum(starts[rows] - first, 0)), 1)
    np.add.at(change, (unit[rows], np.minimum(ends[rows] - first, days)), -1)
    return np.cumsum(change, axis=1)[:, :days]


def without(posted: NDArray[np.int64], organisation: Organisation, first: int, officer: int) -> NDArray[np.int64]:
    """The same, one officer left out; -1: nobody."""
    found, days = posted.copy(), posted.shape[1]
    who, unit, starts, ends = organisation.spells
    for row in np.flatnonzero((who == officer) & (unit >= 0)).tolist() if officer >= 0 else ():
        found[unit[row], max(int(starts[row]) - first, 0) : max(min(int(ends[row]) - first, days), 0)] -= 1
    return found


def _fewest(counts: NDArray[np.int64]) -> int:
    """On the day with the fewest, of days with any; 0 for none at all."""
    there = counts[counts > 0]
    return int(there.min()) if len(there) else 0


def _lost(unit: Ints, officer: Ints, named: Ints, unseen: NDArray[np.bool_], own: int, size: int) -> Ints:
    """How many different officers not in post the work not mapped of each unit names."""
    rows = (officer < 0) & (named >= 0) & (named != own)
    pairs = np.unique(np.stack((unit[rows], named[rows])), axis=1)
    counts = np.bincount(pairs[0], minlength=size).astype(np.int64)
    return np.where(unseen, counts, 0)
