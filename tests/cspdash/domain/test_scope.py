"""From postings, ranks, acting ranks, grants and cover to units: against an oracle that walks up from each unit by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.entitlement import Cover, Entitlements, RoleGrant
from cspdash.domain.org import FOR_EVER, Resolved, Tree, UnitRow
from cspdash.domain.organisation import Officer, Organisation
from cspdash.domain.ports import Viewer
from cspdash.domain.roles import ROLES, role_of_rank
from cspdash.domain.scope import scope_of

TODAY = date(2026, 11, 22)
PARENT = {
    "force": None, "lpc": "force", "watford": "lpc", "stevenage": "lpc", "w-int": "watford", "w-c": "w-int",
    "w-d": "w-int", "s-int": "stevenage", "s-a": "s-int", "hq": "force",
}  # fmt: skip
LEVEL = {
    "force": "Force",
    "lpc": "LPC",
    "watford": "CSP",
    "stevenage": "CSP",
    "w-int": "Department",
    "s-int": "Department",
}
TREE = Tree.grow([UnitRow(ref, ref.title(), LEVEL.get(ref, "Team"), parent) for ref, parent in PARENT.items()])[0]
ORDER = ["constable", "sergeant", "inspector", "chief_inspector", "superintendent", "chief_officer"]


@dataclass(frozen=True)
class Facts:
    """One viewer and all there is about them."""

    role: str
    rank: str
    postings: tuple[Resolved, ...]  # the first counts for figures, the others lie beside it
    granted: Entitlements
    unit: str = ""  # of somebody who is no officer
    is_officer: bool = True

    @property
    def viewer(self) -> Viewer:
        return Viewer("u", "Somebody", self.role, "E1" if self.is_officer else "", self.unit)

    @property
    def organisation(self) -> Organisation:
        return Organisation(TREE, [Officer("E1", "One", self.rank)], self.postings[:1], "1", self.postings[1:])


def above(unit: str) -> list[str]:
    """A unit and all it belongs to, the force last."""
    found = []
    at: str | None = unit
    while at:
        found.append(at)
        at = PARENT[at]
    return found


def below(unit: str) -> set[str]:
    return {each for each in PARENT if unit in above(each)}


def posted(role: str, unit: str) -> tuple[set[str], set[str]]:
    """(names, totals) of a role where somebody is posted."""
    if role == "constable":
        return set(), below(unit)
    if role == "chief_officer":
        return set(PARENT), set(PARENT)
    if unit == "force":
        return set(), set(PARENT)
    return {unit} if role == "sergeant" else below(unit), set(PARENT)


def by_posting(facts: Facts) -> list[tuple[set[str], set[str]]]:
    if facts.role == "analyst":
        return [(set(), set(PARENT))]
    if facts.role not in ORDER:
        return []
    if not facts.is_officer:
        return [posted(facts.role, facts.unit)] if facts.unit in PARENT else []
    return [
        posted(role, posting.unit_id)
        for posting in running(facts)
        if posting.unit_id in PARENT
        for role in (facts.role, role_of_rank(facts.rank), role_of_rank(posting.acting_rank))
        if role
    ]


def by_grant(facts: Facts) -> list[tuple[set[str], set[str]]]:
    found = []
    for grant in facts.granted.grants:
        if grant.starts_on <= TODAY and (grant.ends_on is None or grant.ends_on >= TODAY):
            if grant.role == "analyst":
                found.append((set(), set(PARENT)))
            elif grant.role == "constable" and grant.unit_id in PARENT:
                found.append((set(), below(grant.unit_id)))
            elif grant.role in ORDER and grant.unit_id in PARENT:
                found.append((below(grant.unit_id), set(PARENT)))
    for cover in facts.granted.covers:
        is_known = cover.unit_id in PARENT and cover.unit_id != "force"
        if facts.role in ORDER and is_known and cover.starts_on <= TODAY <= cover.ends_on:
            found.append((below(cover.unit_id), set(PARENT)))
    return found


def running(facts: Facts) -> list[Resolved]:
    return [each for each in facts.postings if each.starts_on <= TODAY < each.ends_before]


def expected(facts: Facts) -> tuple[set[str], set[str]]:
    """(units seen with names, units seen as totals), by the table in cspdash/domain/scope.py and nothing else."""
    if facts.role not in ROLES:
        return set(), set()
    if facts.role == "operator":
        return set(PARENT), set(PARENT)
    is_in_post = running(facts)[:1] == [facts.postings[0]] and facts.postings[0].unit_id in PARENT
    if facts.role in ORDER and facts.is_officer and not is_in_post:
        return set(), set()
    parts = by_posting(facts) + by_grant(facts)
    return set().union(*(names for names, _ in parts)), set().union(*(totals for _, totals in parts))


units = st.sampled_from([*PARENT, "closed-station"])
days = st.integers(-40, 40).map(lambda away: TODAY + timedelta(days=away))
ranks = st.sampled_from(["PC", "PS", "DS", "Insp", "DI", "CI", "Supt", "ACC", "PCSO", ""])


@st.composite
def postings(draw: st.DrawFn) -> Resolved:
    starts = draw(days)
    ends = draw(st.sampled_from([FOR_EVER, starts + timedelta(days=draw(st.integers(1, 60)))]))
    acting = draw(st.sampled_from([None, None, "PS", "A/Insp", "T/CI"]))
    return Resolved("E1", draw(units), "response", 1.0, acting, starts, ends, "hr", "p")


@st.composite
def spells(draw: st.DrawFn) -> tuple[date, date]:
    starts = draw(days)
    return starts, starts + timedelta(days=draw(st.integers(0, 27)))


@st.composite
def facts_of(draw: st.DrawFn) -> Facts:
    grants = [
        RoleGrant(draw(st.sampled_from([*ROLES, "no-such-role"])), draw(units), *draw(spells()))
        for _ in range(draw(st.integers(0, 2)))
    ]
    grants = [grant for grant in grants if grant.role != "operator"]
    covers = [Cover(draw(units), *draw(spells())) for _ in range(draw(st.integers(0, 2)))]
    return Facts(
        draw(st.sampled_from([*ROLES, "", "no-such-role"])),
        draw(ranks),
        tuple(draw(st.lists(postings(), min_size=1, max_size=3))),
        Entitlements(tuple(grants), tuple(covers)),
        draw(units),
        draw(st.booleans()),
    )


@given(facts_of())
def test_scope_is_what_the_table_says(facts: Facts) -> None:
    scope = scope_of(facts.viewer, facts.organisation, TODAY, facts.granted)
    named, totals = expected(facts)
    position = TREE.position
    assert {ref for ref in PARENT if scope.may_name(position[ref])} == named
    assert {ref for ref in PARENT if scope.may_total(position[ref])} == named | totals
    assert scope.may_supervise == bool(named)
    for ref in PARENT:
        whole = {each for each in PARENT if ref in above(each)} <= named
        assert not scope.may_name_below(position[ref]) or whole


def facts(role: str = "constable", rank: str = "PC", unit: str = "w-c", **more: object) -> Facts:
    posting = Resolved("E1", unit, "response", 1.0, None, date(2024, 1, 1), FOR_EVER, "hr", "p")
    return Facts(role, rank, (posting,), **{"granted": Entitlements(), **more})  # type: ignore[arg-type]


def named_on(found: Facts, day: date) -> set[str]:
    scope = scope_of(found.viewer, found.organisation, day, found.granted)
    return {ref for ref in PARENT if scope.may_name(TREE.position[ref])}


def test_cover_begins_and_ends_by_itself() -> None:
    first, last = TODAY, TODAY + timedelta(days=6)
    sergeant = facts("sergeant", "PS", granted=Entitlements(covers=(Cover("w-d", first, last),)))
    assert named_on(sergeant, first - timedelta(days=1)) == {"w-c"}
    assert named_on(sergeant, first) == named_on(sergeant, last) == {"w-c", "w-d"}
    assert named_on(sergeant, last + timedelta(days=1)) == {"w-c"}


def test_an_acting_rank_counts_while_the_posting_runs() -> None:
    last = TODAY + timedelta(days=3)
    acting = Resolved("E1", "w-c", "response", 1.0, "PS", TODAY, last + timedelta(days=1), "hr", "p")
    constable = Facts("constable", "PC", (acting,), Entitlements())
    assert named_on(constable, TODAY) == named_on(constable, last) == {"w-c"}
    assert named_on(constable, last + timedelta(days=1)) == set()


def test_cover_and_grants_give_nothing_to_somebody_who_left() -> None:
    gone = Resolved("E1", "w-c", "response", 1.0, None, date(2024, 1, 1), TODAY, "hr", "p")
    week = (TODAY, TODAY + timedelta(days=6))
    granted = Entitlements((RoleGrant("superintendent", "watford", *week),), (Cover("w-d", *week),))
    assert named_on(Facts("sergeant", "PS", (gone,), granted), TODAY) == set()


@pytest.mark.parametrize("role", ["sergeant", "inspector", "chief_inspector", "superintendent"])
def test_nobody_sees_the_force_by_being_posted_at_headquarters(role: str) -> None:
    scope = scope_of(facts(role, "PS", "force").viewer, facts(role, "PS", "force").organisation, TODAY)
    assert not scope.named
    assert not scope.may_name_all
    assert scope.may_total(0)


def test_cover_gives_no_right_to_set_cover() -> None:
    week = (TODAY, TODAY + timedelta(days=6))
    found = facts("sergeant", "PS", granted=Entitlements(covers=(Cover("w-d", *week),)))
    scope = scope_of(found.viewer, found.organisation, TODAY, found.granted)
    assert scope.may_set_cover(TREE.position["w-c"])
    assert not scope.may_set_cover(TREE.position["w-d"])


@pytest.mark.parametrize(
    ("rank", "role"),
    [
        ("PS", "sergeant"),
        ("DS", "sergeant"),
        ("A/PS", "sergeant"),
        ("t/dci", "chief_inspector"),
        ("PC", ""),
        (None, ""),
    ],
)
def test_ranks(rank: str | None, role: str) -> None:
    assert role_of_rank(rank) == role


def test_the_sentence_says_how_much_of_the_force_is_seen() -> None:
    week = (TODAY, date(2026, 12, 3))
    found = facts("sergeant", "PS", granted=Entitlements(covers=(Cover("w-d", *week),)))
    scope = scope_of(found.viewer, found.organisation, TODAY, found.granted)
    assert "(2 of 4 teams)" in scope.note
    assert "You cover W-D until 3 Dec 2026." in scope.note
    assert "1 of 2 CSPs" in scope_of(facts("superintendent", "Supt", "watford").viewer,
                                     facts("superintendent", "Supt", "watford").organisation, TODAY).note  # fmt: skip


def test_the_digest_differs_wherever_the_scope_does() -> None:
    week = (TODAY, TODAY + timedelta(days=6))
    plain, covering = (
        facts("sergeant", "PS"),
        facts("sergeant", "PS", granted=Entitlements(covers=(Cover("w-d", *week),))),
    )
    digests = {scope_of(each.viewer, each.organisation, TODAY, each.granted).digest for each in (plain, covering)}
    assert len(digests) == 2
