"""A cube: one metric at one moment, as sums per officer and unit, and its roll-up to any level.

Attribution decides where a record belongs, the same way for a bar and for the records behind it:

    officer   to the unit its officer is posted to, and there to the officer. An officer who is in no team at the time
              (left, not yet started, unknown) leaves it to the unit the record names, as not mapped to an officer; without
              such a unit it belongs to the force, as not mapped to a team.
    place     to the unit the record names; there, or below it, to the officer if posted there, else as not mapped.
              A record that names no known unit is attributed by its officer.

A parent is the sum of its children plus its own not-mapped work, at every level, because every record has one place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cspdash.domain.organisation import Floats, Ints, Organisation

Attribution = Literal["officer", "place"]
ROOT = 0
_KINDS = (
    "<i4",
    "<i4",
    "<i4",
    "<i4",
    "<f8",
    "<f8",
)  # as kept in bytes: officer, unit, named, records, numerator, denominator


def attribute(
    officer: Ints, record_unit: Ints, posted_unit: Ints, organisation: Organisation, how: Attribution
) -> tuple[Ints, Ints]:
    """(officer number or -1, unit position) each record belongs to.

    `officer` numbers (-1: none or unknown), `record_unit` positions (-1), `posted_unit` the position its officer is posted to
    at the time (-1: none); arrays of one length.
    """
    in_post = posted_unit >= 0
    by_officer_unit = np.where(in_post, posted_unit, np.where(record_unit >= 0, record_unit, ROOT))
    by_officer = np.where(in_post, officer, -1)
    if how == "officer":
        return by_officer, by_officer_unit
    placed = record_unit >= 0
    ends = organisation.unit_ends[np.maximum(record_unit, 0)]
    at_home = in_post & placed & (posted_unit >= record_unit) & (posted_unit < ends)
    unit = np.where(at_home | ~placed, by_officer_unit, record_unit)
    return np.where(at_home | ~placed, by_officer, -1), unit


@dataclass(frozen=True, slots=True)
class Sums:
    """Numerator, denominator and number of records, summed over something."""

    numerator: float
    denominator: float
    records: int


@dataclass(frozen=True, eq=False)
class Cube:
    """Entries: officer number (-1: not mapped), unit position, officer the records name (-1: none or unknown), numerator,
    denominator, number of records. For a median there is one entry a record, whose numerator is its value.

    `named` differs from `officer` where the named officer was not in post: work of leavers and future starters.
    """

    officer: Ints
    unit: Ints
    named: Ints
    numerator: Floats
    denominator: Floats
    records: Ints
    is_median: bool = False

    @classmethod
    def empty(cls) -> Cube:
        none = np.empty(0, dtype=np.int64)
        return cls(none, none, none, np.empty(0), np.empty(0), none)

    # --- roll-up ---
    def unit_sums(self, organisation: Organisation) -> tuple[Floats, Floats, Floats]:
        """(numerator, denominator, records) of every unit with all below it, by position."""
        size = len(organisation.tree.units)
        return tuple(  # type: ignore[return-value]
            organisation.roll_up(np.bincount(self.unit, weights=weights, minlength=size).astype(np.float64))
            for weights in (self.numerator, self.denominator, self.records.astype(np.float64))
        )

    def inside(self, position: int, organisation: Organisation) -> Ints:
        """Indices of the entries of a unit and all below it."""
        return np.flatnonzero((self.unit >= position) & (self.unit < organisation.tree.ends[position]))

    def sums(self, entries: Ints) -> Sums:
        return Sums(
            float(self.numerator[entries].sum()),
            float(self.denominator[entries].sum()),
            int(self.records[entries].sum()),
        )

    def unit_entries(self, position: int, organisation: Organisation) -> Ints:
        return self.inside(position, organisation)

    def unmapped_entries(self, position: int) -> Ints:
        """Entries that belong to this very unit and to no officer."""
        return np.flatnonzero((self.unit == position) & (self.officer < 0))

    def officer_entries(self, number: int, position: int | None = None) -> Ints:
        """Entries of an officer, in one unit or in all."""
        mine = self.officer == number
        return np.flatnonzero(mine if position is None else mine & (self.unit == position))

    def named_entries(self, number: int) -> Ints:
        """Entries of records that name an officer, in post or not."""
        return np.flatnonzero(self.named == number)

    def lost_entries(self, position: int, organisation: Organisation) -> Ints:
        """Entries in a unit or below it whose records name an officer who is not in post (left, not yet started)."""
        entries = self.inside(position, organisation)
        return entries[(self.officer[entries] < 0) & (self.named[entries] >= 0)]

    def officer_totals(self, count: int) -> tuple[Floats, Floats, Floats]:
        """(numerator, denominator, records) of every officer, by number."""
        mapped = self.officer >= 0
        who = self.officer[mapped]
        return tuple(  # type: ignore[return-value]
            np.bincount(who, weights=weights[mapped], minlength=count)
            for weights in (self.numerator, self.denominator, self.records.astype(np.float64))
        )

    def middle(self, entries: Ints, percentile: int = 50) -> float | None:
        """The median of the values, or the least that so many in a hundred do not exceed (nearest rank).

        For a cube of one entry a record. None without any.
        """
        if not len(entries):
            return None
        values = self.numerator[entries]
        if percentile == 50:
            return float(np.median(values))
        rank = -(-len(values) * percentile // 100) - 1
        return float(np.partition(values, rank)[rank])

    # --- bytes: what the shared cache keeps ---
    def to_bytes(self) -> bytes:
        head = json.dumps({"v": 2, "n": len(self.officer), "m": self.is_median}).encode()
        arrays = (self.officer, self.unit, self.named, self.records, self.numerator, self.denominator)
        return (
            len(head).to_bytes(4, "little")
            + head
            + b"".join(array.astype(kind).tobytes() for array, kind in zip(arrays, _KINDS, strict=True))
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Cube:
        """Raises ValueError for anything that is not a whole cube of this version."""
        size = int.from_bytes(data[:4], "little")
        try:
            head = json.loads(data[4 : 4 + size])
            count, version, is_median = int(head["n"]), head["v"], bool(head["m"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError("not a cube") from error
        if version != 2 or len(data) != 4 + size + count * sum(int(kind[2]) for kind in _KINDS):
            raise ValueError("not a cube")
        at, arrays = 4 + size, []
        for kind in _KINDS:
            arrays.append(np.frombuffer(data, dtype=kind, count=count, offset=at))
            at += count * int(kind[2])
        officer, unit, named, records = (array.astype(np.int64) for array in arrays[:4])
        return cls(officer, unit, named, arrays[4], arrays[5], records, is_median)
