"""The force as figures see it: units by position in the tree, officers by number, who was posted where on a day.

An `Organisation` is one version of it, immutable, numpy inside, so that a question about 36,000 officers and 130,000
postings costs microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cspdash.domain.errors import UnknownOfficer, UnknownUnit
from cspdash.domain.org import FOR_EVER, Resolved, Tree, UnitRow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

RANK_WORDS = {
    "PC": "Constable", "DC": "Detective constable", "PS": "Sergeant", "DS": "Detective sergeant", "Insp": "Inspector",
    "DI": "Detective inspector", "CI": "Chief inspector", "DCI": "Detective chief inspector", "Supt": "Superintendent",
    "C/Supt": "Chief superintendent", "ACC": "Assistant chief constable", "DCC": "Deputy chief constable",
    "CC": "Chief constable", "PCSO": "Community support officer", "SC": "Special constable",
}  # fmt: skip


DUTY_WORDS = {
    "restricted": "on restricted duties",
    "recuperative": "on recuperative duties",
    "absent": "on long absence",
}
_KIND_WORDS = {"secondment": "on secondment here", "attachment": "attached here"}


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who may hold work. `collar_number` is shown, never a key."""

    ref: str
    name: str
    rank: str = ""
    collar_number: str = ""
    joined_on: date | None = None
    left_on: date | None = None
    is_probationer: bool = False
    duty_state: str = ""  # "restricted", "recuperative", "absent"; "" or "full": full duties
    duty_since_on: date | None = None

    @property
    def label(self) -> str:
        """As colleagues write it: "PC 2207 Adeyemi"."""
        return " ".join(part for part in (self.rank, self.collar_number, self.name) if part)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where everybody is on one day, by officer number: unit position (-1: in no team), FTE, role code, posting row."""

    unit: Ints
    fte: Floats
    role: Ints
    row: Ints


class Organisation:
    """Units, officers and resolved postings of one version."""

    def __init__(
        self,
        tree: Tree,
        officers: Iterable[Officer],
        postings: Sequence[Resolved],
        version: str,
        attached: Iterable[Resolved] = (),
    ) -> None:
        """`attached`: postings beside the one that counts; they place no work, and widen what an officer may see."""
        self.tree = tree
        self.version = version
        self.officers = tuple(sorted(officers, key=lambda officer: officer.ref))
        self.number = {officer.ref: i for i, officer in enumerate(self.officers)}
        known = [posting for posting in postings if posting.officer_id in self.number]
        self.postings = sorted(known, key=lambda posting: (self.number[posting.officer_id], posting.starts_on))
        self.roles = tuple(sorted({posting.role for posting in known if posting.role}))
        role_code = {role: i for i, role in enumerate(self.roles)}
        self._officer = np.array([self.number[p.officer_id] for p in self.postings], dtype=np.int64)
        self._starts = np.array([p.starts_on.toordinal() for p in self.postings], dtype=np.int64)
        self._ends = np.array([p.ends_before.toordinal() for p in self.postings], dtype=np.int64)
        self._unit = np.array([tree.position.get(p.unit_id, -1) for p in self.postings], dtype=np.int64)
        self._role = np.array([role_code.get(p.role or "", -1) for p in self.postings], dtype=np.int64)
        self._fte = np.array([p.fte for p in self.postings], dtype=np.float64)
        self.unit_ends = np.array(tree.ends, dtype=np.int64)
        self._attached: dict[str, list[Resolved]] = {}
        for posting in attached:
            self._attached.setdefault(posting.officer_id, []).append(posting)
        self._posted = lru_cache(maxsize=64)(self._posted_on)
        self._strength = lru_cache(maxsize=64)(self._strength_on)

    # --- units ---
    def unit(self, ref: str) -> int:
        """Position of a unit. Raises UnknownUnit."""
        try:
            return self.tree.position[ref]
        except KeyError:
            raise UnknownUnit(f"There is no unit {ref[:60]!r} in this force.") from None

    def unit_row(self, position: int) -> UnitRow:
        return self.tree.units[position]

    def kind_of(self, position: int) -> str:
        """Units of one kind are compared with each other: their type, else their level."""
        unit = self.tree.units[position]
        return unit.unit_type or unit.level

    # --- officers ---
    def officer(self, ref: str) -> int:
        """Number of an officer. Raises UnknownOfficer."""
        try:
            return self.number[ref]
        except KeyError:
            raise UnknownOfficer("There is no officer with that employee number.") from None

    @property
    def spells(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Every posting that counts: officer number, unit position (-1), first day, first day no longer (ordinals)."""
        return self._officer, self._unit, self._starts, self._ends

    def posted(self, day: date) -> Posted:
        """Where everybody is on a day."""
        return self._posted(day)

    def _posted_on(self, day: date) -> Posted:
        count, at = len(self.officers), day.toordinal()
        unit, role, row = (np.full(count, -1, dtype=np.int64) for _ in range(3))
        fte = np.zeros(count)
        rows = np.flatnonzero((self._starts <= at) & (self._ends > at))
        who = self._officer[rows]
        unit[who], role[who], fte[who], row[who] = self._unit[rows], self._role[rows], self._fte[rows], rows
        fte[unit < 0] = 0.0
        return Posted(unit, fte, role, row)

    def posting_row(self, row: int) -> Resolved | None:
        return self.postings[row] if row >= 0 else None

    def postings_of(self, number: int, day: date) -> list[Resolved]:
        """All postings of an officer on a day: the one that counts first, then those beside it."""
        main = self.posting_row(int(self.posted(day).row[number]))
        beside = self._attached.get(self.officers[number].ref, [])
        found = [main] if main else []
        return found + [each for each in beside if main and each.starts_on <= day < each.ends_before]

    def members(self, position: int, day: date) -> Ints:
        """Officer numbers posted to this very unit on a day, in order of rank and name as drawn."""
        found = np.flatnonzero(self.posted(day).unit == position)
        order = sorted(
            found.tolist(), key=lambda i: (self.officers[i].name, self.officers[i].collar_number, self.officers[i].ref)
        )
        return np.array(order, dtype=np.int64)

    def strength(self, day: date) -> Floats:
        """FTE posted to each unit or below it, by position."""
        return self._strength(day)

    def _strength_on(self, day: date) -> Floats:
        posted = self.posted(day)
        inside = posted.unit >= 0
        own = np.bincount(posted.unit[inside], weights=posted.fte[inside], minlength=len(self.tree.units))
        return self.roll_up(own.astype(np.float64))

    def roll_up(self, own: Floats) -> Floats:
        """Sums over each unit and all below it, from sums of each unit's own."""
        running = np.concatenate(([0.0], np.cumsum(own)))
        return running[self.unit_ends] - running[np.arange(len(own))]

    def posting_note(self, number: int, day: date) -> str:
        """What matters beside a name: left, not yet started, away or on other duties, part time, acting, joined lately."""
        officer = self.officers[number]
        if officer.left_on and officer.left_on <= day:
            return f"left {officer.left_on.day} {officer.left_on:%b}"
        posting = self.posting_row(int(self.posted(day).row[number]))
        if posting is None:
            return "not posted"
        notes = [_duty_words(officer, day)] if officer.duty_state in DUTY_WORDS else []
        if posting.fte < 1:
            notes.append(f"{posting.fte:g} FTE")
        if posting.acting_rank:
            notes.append(f"acting {posting.acting_rank}")
        if posting.kind in _KIND_WORDS:
            notes.append(_KIND_WORDS[posting.kind])
        if 0 <= (day - posting.starts_on).days <= 60:
            notes.append(f"joined {posting.starts_on.day} {posting.starts_on:%b}")
        return ", ".join(filter(None, notes))


def _duty_words(officer: Officer, day: date) -> str:
    """ "on restricted duties since 3 Nov"; a state that begins later is none yet."""
    since = officer.duty_since_on
    if since is None:
        return DUTY_WORDS[officer.duty_state]
    return f"{DUTY_WORDS[officer.duty_state]} since {since.day} {since:%b}" if since <= day else ""


def empty_organisation(force_name: str = "Force") -> Organisation:
    """A force nobody has told us of yet: one root unit, no officers."""
    return Organisation(Tree.grow((), force_name)[0], (), (), "0")


__all__ = ["FOR_EVER", "Officer", "Organisation", "Posted", "empty_organisation"]
