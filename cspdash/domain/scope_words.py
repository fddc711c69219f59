"""The scope sentence: what a viewer is shown of the force, so that nobody takes a part for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cspdash.domain.org import Tree

_MOST_NAMES = 3


def scope_sentence(
    tree: Tree,
    named: Sequence[tuple[int, int]],
    has_totals: bool,
    is_officer: bool,
    for_a_while: Sequence[tuple[int, str, date | None]],
) -> str:
    """`named`: runs of unit positions seen with names; `for_a_while`: (unit, "acting" or "cover", last day).

    "" for whoever sees the whole force.
    """
    if any(first == 0 and last >= len(tree.units) for first, last in named):
        return ""
    parts = []
    if named and has_totals:
        parts.append(
            f"You see officers and records of {_units(tree, [first for first, _ in named])}; totals elsewhere."
        )
    elif is_officer and has_totals:
        parts.append("You see your own figures, and your team's totals.")
    elif has_totals:
        parts.append("You see totals, not officers or records.")
    parts += [_while(tree, unit, how, until) for unit, how, until in for_a_while]
    return " ".join(parts)


def _units(tree: Tree, tops: Sequence[int]) -> str:
    """ "Team C and Team D (2 of 94 teams)": names where they are few, and how many of their kind there are."""
    levels = {tree.units[top].level for top in tops}
    names = " and ".join(place_name(tree, top) for top in tops[:_MOST_NAMES])
    if len(tops) > _MOST_NAMES:
        names = f"{len(tops)} units"
    if len(levels) != 1:
        return names
    level = levels.pop()
    all_of_them = sum(unit.level == level for unit in tree.units)
    word = level if level.isupper() else level.lower()
    return f"{names} ({len(tops)} of {all_of_them} {word}{'' if all_of_them == 1 else 's'})"


def place_name(tree: Tree, position: int) -> str:
    """A unit by as many of the units above it as it takes to know which: "Team C, Intervention, Watford"."""
    names: list[str] = []
    at = position
    while at > 0:
        name = tree.units[at].name
        names.append(name)
        if sum(unit.name == name for unit in tree.units) == 1:
            break
        at = tree.parents[at]
    return ", ".join(names) or tree.units[position].name


def _while(tree: Tree, unit: int, how: str, until: date | None) -> str:
    verb = "You cover" if how == "cover" else "You act up in"
    end = "" if until is None else f" until {until.day} {until:%b %Y}"
    return f"{verb} {place_name(tree, unit)}{end}."
