"""Who is asked why: against the rule spelt out unit by unit, over any tree, rights and reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.entitlement import Cover, Entitlements, RoleGrant
from cspdash.domain.errors import NotPermitted, ReasonNeeded
from cspdash.domain.looking_outside import (
    MOST_STANDING,
    LookReasons,
    OwnTeam,
    Span,
    StandingReason,
    spans_said,
    standing,
    with_reason,
)
from cspdash.domain.org import FOR_EVER, Resolved, Tree, UnitRow
from cspdash.domain.organisation import Officer, Organisation
from cspdash.domain.ports import Viewer
from cspdash.domain.scope import Scope, scope_of

NOW = datetime(2026, 11, 26, 14, 5, tzinfo=UTC)
TODAY, LATER = NOW.date(), NOW + timedelta(hours=1)
UNITS = (
    ("force", None),
    ("csp-a", "force"),
    ("a", "csp-a"),
    ("a1", "a"),
    ("a2", "a"),
    ("csp-b", "force"),
    ("b", "csp-b"),
    ("b1", "b"),
    ("b2", "b"),
    ("hq", "force"),
)
RANKS = {"S1": "PS", "S2": "PS", "S3": "PS", "I1": "Insp", "SU": "Supt", "CC": "ACC", "HQ": "Supt"}
POSTED = {"E1": "a1", "S1": "a1", "E2": "a2", "S2": "a2", "E3": "b1", "S3": "b1", "E4": "b2", "I1": "a", "SU": "csp-a",
          "CC": "force", "HQ": "force", "D1": "a"}  # fmt: skip


def organisation(acting: str | None = None) -> Organisation:
    since = date(2024, 1, 1)
    units = [UnitRow(ref, ref.upper(), "Unit", parent, None, number) for number, (ref, parent) in enumerate(UNITS)]
    officers = [Officer(ref, ref, RANKS.get(ref, "PC")) for ref in sorted(POSTED)]
    postings = [
        Resolved(ref, unit, "response", 1.0, acting if ref == "E4" else None, since, FOR_EVER, "hr", "p")
        for ref, unit in sorted(POSTED.items())
    ]
    return Organisation(Tree.grow(units)[0], officers, postings, "1")


FORCE = organisation()
TREE = FORCE.tree
AT = TREE.position


def scope(
    role: str, officer: str, granted: Entitlements | None = None, *looks: StandingReason, force: Organisation = FORCE
) -> Scope:
    viewer = Viewer("u", "U", role, officer, looks=looks)
    return scope_of(viewer, force, TODAY, granted or Entitlements(), asks_reason=True)


def asked(found: Scope, unit: str) -> str:
    """The unit a reason would count for, with "." where it is that unit alone; "" where none is asked for."""
    try:
        found.open_here(AT[unit])
    except ReasonNeeded as needed:
        return needed.unit_id + ("." if needed.is_alone else "")
    return ""


def said(unit: str, code: str = "conduct", *, is_alone: bool = False) -> StandingReason:
    return StandingReason(unit, is_alone, code, LATER)


# --- whose team is whose, by hand ---


@pytest.mark.parametrize(
    ("role", "officer", "own"),
    [
        ("sergeant", "S1", {"a1"}),
        ("inspector", "I1", {"a", "a1", "a2"}),
        ("superintendent", "SU", {"csp-a", "a", "a1", "a2"}),
        ("chief_officer", "CC", set()),
        ("operator", "", set()),
    ],
)
def test_nobody_is_asked_for_what_they_lead(role: str, officer: str, own: set[str]) -> None:
    found = scope(role, officer)
    named = {unit for unit, _ in UNITS if found.may_name(AT[unit])}
    assert {unit for unit in named if not asked(found, unit)} == own


def test_cover_and_acting_up_are_ones_own_a_grant_is_not() -> None:
    day = TODAY + timedelta(days=6)
    assert asked(scope("sergeant", "S1", Entitlements(covers=(Cover("a2", TODAY, day),))), "a2") == ""
    assert asked(scope("sergeant", "S1", Entitlements((RoleGrant("sergeant", "a2", TODAY),))), "a2") == "a2"
    assert asked(scope("constable", "E4", force=organisation(acting="PS")), "b2") == ""
    assert asked(scope("analyst", "", Entitlements((RoleGrant("superintendent", "force", TODAY),))), "b1") == "b"
    with pytest.raises(NotPermitted):  # a reason opens nothing that the role does not
        scope("sergeant", "S1", None, said("force")).open_here(AT["b1"])


def test_nobody_is_asked_about_themselves_and_everybody_about_who_is_posted_nowhere() -> None:
    chief = scope("chief_officer", "CC")
    assert chief.open_officer(FORCE.number["CC"], TODAY) == ""
    with pytest.raises(ReasonNeeded) as needed:
        chief.open_officer(FORCE.number["HQ"], TODAY)
    assert (needed.value.unit_id, needed.value.is_alone) == ("force", True)


def test_where_the_force_does_not_ask_nobody_is_asked() -> None:
    found = scope_of(Viewer("u", "U", "chief_officer", "CC"), FORCE, TODAY)
    assert found.open_below(0) == ""
    assert found.is_open_here(AT["b1"])


@pytest.mark.parametrize(
    ("unit", "place"), [("b1", "b"), ("b", "b"), ("csp-b", "csp-b"), ("force", "force."), ("hq", "hq")]
)
def test_a_team_is_asked_for_with_its_sister_teams_and_the_force_alone(unit: str, place: str) -> None:
    assert asked(scope("chief_officer", "CC"), unit) == place


def test_a_reason_is_never_asked_for_wider_than_the_names_one_may_see() -> None:
    grant = Entitlements((RoleGrant("sergeant", "b1", TODAY),))
    assert asked(scope("sergeant", "S1", grant), "b1") == "b1"


def test_what_was_said_opens_its_place_and_no_more() -> None:
    found = scope("chief_officer", "CC", None, said("b"))
    assert found.open_here(AT["b1"]) == found.open_below(AT["b"]) == "conduct"
    assert asked(found, "a1") == "a"
    assert asked(found, "csp-b") == "csp-b"
    assert found.is_open_officer(FORCE.number["E3"], TODAY)
    assert not found.is_open_officer(FORCE.number["E1"], TODAY)
    alone = scope("chief_officer", "CC", None, said("force", is_alone=True))
    assert (alone.open_here(0), asked(alone, "b1")) == ("conduct", "b")


def test_the_digest_of_a_scope_tells_what_was_said() -> None:
    assert scope("chief_officer", "CC").digest != scope("chief_officer", "CC", None, said("b")).digest


# --- any tree, against the rule unit by unit ---


@st.composite
def teams(draw: st.DrawFn) -> OwnTeam:
    count = draw(st.integers(1, 9))
    parents = [None, *(f"u{draw(st.integers(0, at - 1))}" for at in range(1, count))]
    tree = Tree.grow([UnitRow(f"u{at}", f"U{at}", "Unit", parent, None, at) for at, parent in enumerate(parents)])[0]

    def span() -> Span:
        at = draw(st.integers(0, count - 1))
        return Span(at, draw(st.sampled_from([at + 1, tree.ends[at]])))

    own, named = [span() for _ in range(draw(st.integers(0, 2)))], [span() for _ in range(draw(st.integers(0, 2)))]
    told = [(span(), draw(st.sampled_from("abc"))) for _ in range(draw(st.integers(0, 3)))]
    return OwnTeam(tree, tuple(own), tuple(own + named), tuple(told), is_asked=draw(st.integers(0, 9)) > 0)


@given(teams(), st.data())
def test_the_reason_that_counts_is_the_latest_that_covers_all_that_is_not_ones_own(
    team: OwnTeam, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(team.tree.units) - 1))
    span = Span(first, data.draw(st.sampled_from([first + 1, team.tree.ends[first]])))
    own = {at for each in team.own for at in range(each.first, each.last)}
    foreign = set(range(span.first, span.last)) - own
    if not team.is_asked or not foreign:
        expected: str | None = ""
    else:
        expected = next((code for each, code in team.said if foreign <= set(range(each.first, each.last))), None)
    assert team.reason_for(span) == expected


@given(teams(), st.data())
def test_what_is_asked_for_holds_what_is_wanted_within_the_names(team: OwnTeam, data: st.DataObject) -> None:
    tree = team.tree
    named = {at for each in team.named for at in range(each.first, each.last)}
    first = data.draw(st.integers(0, len(tree.units) - 1))
    span = Span(first, data.draw(st.sampled_from([first + 1, tree.ends[first]])))
    place = team.asked_for(span)
    assert place.covers(span)
    assert place.last in (place.first + 1, tree.ends[place.first])  # a unit alone, or with all below it
    assert place == span or set(range(place.first, place.last)) <= named
    assert place.first > 0 or place == span  # never the force by the way
    assert place.first in (first, tree.parents[first])
    with_it = replace(team, said=((place, "x"), *team.said))
    assert with_it.reason_for(span) in ("", "x")  # and said, it opens what was wanted


# --- what a session keeps ---

LOOKS = st.builds(
    StandingReason,
    st.sampled_from(["u0", "u1", "gone"]),
    st.booleans(),
    st.sampled_from("ab"),
    st.sampled_from([NOW - timedelta(seconds=1), NOW, LATER]),
)


@given(st.lists(LOOKS, max_size=6))
def test_a_session_keeps_the_latest_of_each_place_and_counts_those_not_lapsed(
    given_in_turn: list[StandingReason],
) -> None:
    kept: tuple[StandingReason, ...] = ()
    for each in given_in_turn:
        kept = with_reason(kept, each)
    latest = {(each.unit_id, each.is_alone): each for each in given_in_turn}
    assert {(each.unit_id, each.is_alone): each for each in kept} == latest
    assert len(kept) == len(latest)
    assert kept[:1] == tuple(given_in_turn[-1:])
    assert standing(kept, NOW) == tuple(each for each in kept if each.until > NOW)


def test_a_session_does_not_keep_them_without_end() -> None:
    kept: tuple[StandingReason, ...] = ()
    for number in range(MOST_STANDING + 5):
        kept = with_reason(kept, said(f"u{number}"))
    assert len(kept) == MOST_STANDING
    assert kept[0].unit_id == f"u{MOST_STANDING + 4}"


def test_of_a_unit_that_is_gone_nothing_is_left() -> None:
    assert spans_said(TREE, (said("gone"), said("b"))) == ((Span(AT["b"], TREE.ends[AT["b"]]), "conduct"),)


def test_a_code_is_read_in_words_also_when_it_left_the_list() -> None:
    looking = LookReasons({"conduct": "Complaint"}, 60)
    assert (looking.words("conduct"), looking.words("old_one")) == ("Complaint", "Old one")
