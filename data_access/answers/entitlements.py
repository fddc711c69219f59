"""Grants and cover in words: whose they are, what for, since when, and where they stand today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cspdash.domain.administration import Entry, KnownPerson, state_of
from cspdash.domain.roles import spoken
from cspdash.domain.scope_words import place_name
from data_access.entitlements import COVER, Kept, Kind
from data_access.reading import Reading

Named = Callable[[str], str]  # a user's name


def entry_of(reading: Reading, kind: Kind, row: Kept, name: Named) -> Entry:
    """One line of a list."""
    organisation = reading.organisation
    unit = organisation.tree.position.get(row.unit_id, -1)
    place = place_name(reading.organisation.tree, unit) if unit >= 0 else row.unit_id
    if kind is COVER:
        number = organisation.number.get(row.whose, -1)
        who = organisation.officers[number].label if number >= 0 else f"Officer {row.whose}"
        what = f"Covers {place}"
    else:
        who, what = name(row.whose), f"{spoken(row.role)}{f' of {place}' if place else ''}"
    return Entry(
        row.entry_id,
        "cover" if kind is COVER else "grant",
        who,
        what,
        _days(row.starts_on, row.ends_on),
        state_of(row.starts_on, row.ends_on, reading.today, is_approved=row.is_approved, is_ended=row.is_ended),
        row.reason,
        name(row.asked_by),
        name(row.approved_by) if row.approved_by else "",
    )


def facts_of(shown: Entry, *, is_approved: bool) -> tuple[tuple[str, str], ...]:
    """The same as label and value."""
    return (
        ("Who", shown.who),
        ("What", shown.what),
        ("When", shown.when),
        ("Why", shown.reason),
        ("Asked for by", shown.asked_by),
        ("Approved by", shown.approved_by or ("not needed" if is_approved else "nobody yet")),
    )


def units_to_choose(reading: Reading, may: Callable[[int], bool]) -> tuple[tuple[str, str], ...]:
    """(ref, name) of units below the force, in order of the tree."""
    tree = reading.organisation.tree
    return tuple((tree.units[at].ref, place_name(tree, at)) for at in range(1, len(tree.units)) if may(at))


def unit_name_of(reading: Reading, person: KnownPerson) -> str:
    """Where somebody belongs today, "" for nowhere."""
    number = reading.organisation.number.get(person.officer_id, -1) if person.officer_id else -1
    if number >= 0:
        unit = int(reading.organisation.posted(reading.today).unit[number])
    else:
        unit = reading.organisation.tree.position.get(person.unit_id, -1)
    return place_name(reading.organisation.tree, unit) if unit >= 0 else ""


def _days(starts_on: date, ends_on: date | None) -> str:
    first = f"{starts_on.day} {starts_on:%b %Y}"
    return f"{first} to {ends_on.day} {ends_on:%b %Y}" if ends_on else f"from {first}"
