"""Nothing of few officers can be worked out: an attacker with linear algebra tries every sum and difference of what is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cspdash.domain.disclosure import OWN, UNMAPPED, Disclosure, posted_by_day, without
from cspdash.domain.org import FOR_EVER, Resolved, Tree, UnitRow
from cspdash.domain.organisation import Officer, Organisation
from cspdash.domain.ports import Viewer
from cspdash.domain.scope import scope_of

LEAST = 3
TODAY = date(2026, 11, 22)
SINCE = date(2024, 1, 1)
Entries = list[tuple[int, int, int]]
Made = tuple[Organisation, Viewer, Entries]


@st.composite
def forces(draw: st.DrawFn) -> Made:
    """A tree of up to a dozen units, officers spread over it, a viewer among them, and who has work where."""
    count = draw(st.integers(2, 12))
    parents = [None, *(draw(st.integers(0, number - 1)) for number in range(1, count))]
    units = [
        UnitRow(f"u{number}", f"U{number}", "Team", None if parent is None else f"u{parent}", None, number)
        for number, parent in enumerate(parents)
    ]
    tree = Tree.grow(units)[0]
    places = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=24))
    officers = [Officer(f"E{number:02}", f"N{number}") for number in range(len(places))]
    postings = [
        Resolved(f"E{number:02}", f"u{place}", "r", 1.0, None, SINCE, FOR_EVER, "hr", f"p{number}")
        for number, place in enumerate(places)
    ]
    gone = [Officer(f"L{number}", f"G{number}") for number in range(draw(st.integers(0, 4)))]
    organisation = Organisation(tree, [*officers, *gone], postings, "1")
    role = draw(st.sampled_from(["constable", "sergeant", "inspector", "analyst"]))
    viewer = Viewer("v", "V", role, "E00" if role != "analyst" else "", "u0")
    # (officer or -1, unit, officer named). What an officer of a team has done is unknown even where it is nothing; above teams
    # officers come in only where there is work of theirs.
    leaves = [not tree.children(at) for at in range(count)]
    working = [draw(st.booleans()) for _ in range(count)]
    entries = []
    for number, place in enumerate(places):
        who, at = organisation.number[f"E{number:02}"], tree.position[f"u{place}"]
        if leaves[at] or working[at]:
            entries.append((who, at, who))
    entries += [(-1, draw(st.integers(0, count - 1)), organisation.number[each.ref]) for each in gone]
    if draw(st.booleans()):
        entries.append((-1, draw(st.integers(0, count - 1)), -1))
    return organisation, viewer, entries


def posted_on(organisation: Organisation, first: int, last: int, own: int) -> NDArray[np.int64]:
    return without(posted_by_day(organisation, first, last), organisation, first, own)


def shown_sets(organisation: Organisation, disclosure: Disclosure, entries: Entries) -> list[set[int]]:
    """Every figure on any page as the entries (by index) it sums: totals, pieces one by one or together, named officers."""
    scope, tree = disclosure.scope, organisation.tree

    def where(which: Callable[[int, int], bool]) -> set[int]:
        return {index for index, (who, unit, _) in enumerate(entries) if which(who, unit)}

    found = [
        {index}
        for index, (who, unit, _) in enumerate(entries)
        if scope.may_name(unit) or (who >= 0 and who == scope.own)
    ]
    for at in range(len(tree.units)):
        if not scope.may_total(at):
            continue
        pieces: dict[object, set[int]] = {
            child: where(lambda _, unit, child=child: child <= unit < tree.ends[child])  # type: ignore[misc]
            for child in tree.children(at)
        }
        pieces[OWN] = where(lambda who, unit, at=at: unit == at and who >= 0 and who != scope.own)  # type: ignore[misc]
        pieces[UNMAPPED] = where(lambda who, unit, at=at: unit == at and who < 0)  # type: ignore[misc]
        if disclosure.may_show(at):
            found.append(where(lambda _, unit, at=at: at <= unit < tree.ends[at]))  # type: ignore[misc]
        found += [pieces[piece] for piece in (OWN, UNMAPPED) if disclosure.may_show_piece(at, piece)]
        found.append(set().union(*(pieces[piece] for piece in disclosure.together(at))))
    return found


def attack(sets: list[set[int]], size: int, hidden: dict[int, int], least: int) -> set[frozenset[int]]:
    """Sets of fewer than `least` hidden officers whose sum is a combination of what is shown, by least squares."""
    rows = np.array([[float(index in each) for index in range(size)] for each in sets if each])
    if not len(rows):
        return set()
    found = set()
    for officers in small_sets(sorted(set(hidden.values())), least):
        target = np.array([1.0 if hidden.get(index) in officers else 0.0 for index in range(size)])
        # Entries that are known one by one may be added freely: they are rows themselves.
        solution, *_ = np.linalg.lstsq(rows.T, target, rcond=None)
        if np.abs(rows.T @ solution - target).max() < 1e-6:
            found.add(frozenset(officers))
    return found


def small_sets(officers: list[int], least: int) -> list[set[int]]:
    ones = [{each} for each in officers]
    twos = [{one, other} for at, one in enumerate(officers) for other in officers[at + 1 :]]
    return ones + (twos if least > 2 else [])


@given(forces())
def test_no_figure_of_few_officers_follows_from_what_is_shown(
    made: tuple[Organisation, Viewer, list[tuple[int, int, int]]],
) -> None:
    organisation, viewer, entries = made
    scope = scope_of(viewer, organisation, TODAY)
    officer, unit, named = (np.array([each[part] for each in entries], dtype=np.int64) for part in range(3))
    day = TODAY.toordinal()
    disclosure = Disclosure.of(scope, posted_on(organisation, day, day, scope.own), officer, unit, named, LEAST)
    hidden = {
        index: who for index, (_, at, who) in enumerate(entries)
        if who >= 0 and who != scope.own and not scope.may_name(at)
    }  # fmt: skip
    assert attack(shown_sets(organisation, disclosure, entries), len(entries), hidden, LEAST) == set()


def test_the_attack_finds_what_no_rule_protects() -> None:
    """A team of two and the viewer's total of it: the colleague's figure is the rest."""
    assert attack([{0, 1}, {0}], 2, {1: 7}, LEAST) == {frozenset({7})}


def organisation_of(places: dict[str, list[tuple[str, date, date]]]) -> Organisation:
    units = [UnitRow("f", "F", "Force", None), *(UnitRow(ref, ref, "Team", "f") for ref in places if ref != "f")]
    people = sorted({who for spells in places.values() for who, _, _ in spells})
    postings = [
        Resolved(who, unit, "r", 1.0, None, starts, ends, "hr", f"{who}{unit}")
        for unit, spells in places.items()
        for who, starts, ends in spells
    ]
    return Organisation(Tree.grow(units)[0], [Officer(who, who) for who in people], postings, "1")


def disclosure_of(organisation: Organisation, viewer: Viewer, first: date = TODAY) -> Disclosure:
    scope = scope_of(viewer, organisation, TODAY)
    none = np.empty(0, dtype=np.int64)
    posted = posted_on(organisation, first.toordinal(), TODAY.toordinal(), scope.own)
    return Disclosure.of(scope, posted, none, none, none, LEAST)


def test_a_constable_in_a_team_of_two_does_not_see_its_total_and_in_one_of_four_does() -> None:
    two = organisation_of({"a": [("E1", SINCE, FOR_EVER), ("E2", SINCE, FOR_EVER)]})
    four = organisation_of({"a": [(f"E{n}", SINCE, FOR_EVER) for n in range(1, 5)]})
    constable = Viewer("v", "V", "constable", "E1")
    assert not disclosure_of(two, constable).may_show(two.unit("a"))
    assert disclosure_of(four, constable).may_show(four.unit("a"))


def test_a_period_counts_by_its_emptiest_day() -> None:
    """Otherwise a period that ends a day earlier, taken from one that does not, is one officer's day."""
    moved = date(2026, 11, 10)
    spells = [("E1", SINCE, FOR_EVER), ("E2", moved, FOR_EVER), ("E3", moved, FOR_EVER)]
    team = organisation_of({"a": spells, "b": [(f"F{n}", SINCE, FOR_EVER) for n in range(5)]})
    analyst = Viewer("v", "V", "analyst")
    assert disclosure_of(team, analyst).may_show(team.unit("a"))
    assert not disclosure_of(team, analyst, date(2026, 11, 1)).may_show(team.unit("a"))


def test_a_sibling_goes_with_a_small_team_so_that_the_rest_is_nobody() -> None:
    force = organisation_of({
        "a": [("E1", SINCE, FOR_EVER)], "b": [(f"F{n}", SINCE, FOR_EVER) for n in range(5)],
        "c": [(f"G{n}", SINCE, FOR_EVER) for n in range(9)],
    })  # fmt: skip
    found = disclosure_of(force, Viewer("v", "V", "analyst"))
    assert found.together(0) == {force.unit("a"), force.unit("b")}
    assert [found.may_show(force.unit(ref)) for ref in ("f", "a", "b", "c")] == [True, False, False, True]
