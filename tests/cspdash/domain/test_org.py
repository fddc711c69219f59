"""Postings become one posting an officer and day by the stated rules; the tree survives whatever it is given."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.org import FOR_EVER, OfficerRow, PostingRow, Resolved, Tree, UnitRow, resolve_postings

FIRST = date(2025, 1, 1)
PRECEDENCE = {"athena": 10, "hr": 30}
UNITS = {"a", "b", "c"}
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def postings(draw: st.DrawFn) -> list[PostingRow]:
    found = []
    for index in range(draw(st.integers(0, 8))):
        starts = draw(DAYS)
        ends = draw(st.one_of(st.none(), st.integers(-5, 30).map(lambda n, s=starts: s + timedelta(days=n))))
        found.append(
            PostingRow(
                f"p{index}", draw(st.sampled_from(["o1", "o2"])), draw(st.sampled_from(["a", "b", "c", "gone"])), None,
                draw(st.sampled_from([None, 0.5, 1.0, 0.0, 7.0])),
                starts, ends, draw(st.sampled_from([None, True, False])), None, draw(st.sampled_from(["athena", "hr", "list"])),
            )
        )  # fmt: skip
    return found


def naive(rows: list[PostingRow], officer: str, left_on: date | None, day: date) -> str | None:
    if left_on and day >= left_on:
        return None
    covering = [
        p
        for p in rows
        if p.officer_id == officer and p.starts_on <= day and (p.ends_on is None or p.starts_on <= p.ends_on >= day)
    ]
    covering.sort(key=lambda p: p.ref)
    covering.sort(key=lambda p: p.starts_on, reverse=True)
    covering.sort(key=lambda p: p.is_primary is False)
    covering.sort(key=lambda p: PRECEDENCE.get(p.source, 1000))
    return covering[0].ref if covering else None


def at(resolved: list[Resolved], officer: str, day: date) -> list[Resolved]:
    return [r for r in resolved if r.officer_id == officer and r.starts_on <= day < r.ends_before]


@given(rows=postings(), left=st.one_of(st.none(), DAYS), shuffle=st.randoms())
def test_one_posting_a_day_by_precedence_whatever_the_order(
    rows: list[PostingRow], left: date | None, shuffle: object
) -> None:
    officers = {"o1": OfficerRow("o1", None, left), "o2": OfficerRow("o2", None, None)}
    resolved, issues = resolve_postings(rows, officers, PRECEDENCE, UNITS)
    for officer, left_on in (("o1", left), ("o2", None)):
        for offset in range(-2, 100):
            day = FIRST + timedelta(days=offset)
            found = at(resolved, officer, day)
            assert [r.posting_ref for r in found] == [ref for ref in [naive(rows, officer, left_on, day)] if ref]
    mixed = list(rows)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert resolve_postings(mixed, officers, PRECEDENCE, UNITS) == (resolved, issues)
    assert all(0 < r.fte <= 1 for r in resolved)
    # nothing odd is silent
    assert {i.subject for i in issues if i.kind == "inverted"} == {
        p.ref for p in rows if p.ends_on and p.ends_on < p.starts_on
    }
    assert {i.subject for i in issues if i.kind == "unknown_unit"} == {
        p.ref for p in rows if p.unit_id == "gone" and not (p.ends_on and p.ends_on < p.starts_on)
    }


def posting(ref: str, unit: str, starts: date, ends: date | None, source: str) -> PostingRow:
    return PostingRow(ref, "o1", unit, "response", 1.0, starts, ends, True, None, source)


def test_sources_that_disagree_are_listed_and_the_preferred_one_counts() -> None:
    rows = [posting("hr1", "a", FIRST, None, "hr"), posting("at1", "b", date(2025, 2, 1), None, "athena")]
    resolved, issues = resolve_postings(rows, {"o1": OfficerRow("o1", None, None)}, PRECEDENCE, UNITS)
    assert [(r.unit_id, r.starts_on, r.ends_before) for r in resolved] == [
        ("a", FIRST, date(2025, 2, 1)),
        ("b", date(2025, 2, 1), FOR_EVER),
    ]
    assert [i.kind for i in issues] == ["sources_disagree"]
    assert "athena says b" in issues[0].words


def test_nobody_is_posted_after_leaving() -> None:
    rows = [posting("p1", "a", FIRST, None, "hr")]
    resolved, issues = resolve_postings(rows, {"o1": OfficerRow("o1", None, date(2025, 3, 1))}, PRECEDENCE, UNITS)
    assert resolved[0].ends_before == date(2025, 3, 1)
    assert [i.kind for i in issues] == ["after_leaving"]


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.one_of(st.none(), st.integers(0, 9))),
        max_size=9,
        unique_by=lambda pair: pair[0],
    )
)
def test_any_list_of_units_becomes_one_tree_holding_them_all(pairs: list[tuple[int, int | None]]) -> None:
    units = [
        UnitRow(f"u{ref}", f"Unit {ref}", "Team", None if parent is None else f"u{parent}") for ref, parent in pairs
    ]
    tree, issues = Tree.grow(units)
    assert {u.ref for u in units} <= {u.ref for u in tree.units}
    assert tree.parents[0] == -1
    assert tree.ends[0] == len(tree.units)
    for position in range(1, len(tree.units)):
        assert 0 <= tree.parents[position] < position
        assert tree.is_below(position, tree.parents[position])
        assert tree.units[position].parent_ref == tree.units[tree.parents[position]].ref or any(
            i.subject == tree.units[position].ref for i in issues
        )
