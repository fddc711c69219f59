"""A supervisor's word: what it changes day by day, when the sources agree, and when it is over. Against a naive answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.corrections import (
    SOURCE,
    Correction,
    CorrectionInvalid,
    agreed_from,
    check,
    disputes,
    state_of,
    with_corrections,
)
from cspdash.domain.org import OfficerRow, PostingRow, resolve_postings

DAY = date(2026, 3, 10)
SPAN = 40
DAYS = st.integers(0, SPAN - 1).map(lambda n: DAY + timedelta(days=n))
UNITS = ("a", "b", "c")
OFFICER = {"E1": OfficerRow("E1", None, None)}
ORDER = {"athena": 10, "hr": 30, SOURCE: 5}


def correction(
    kind: str = "here", unit: str = "a", starts: date = DAY, ends: date | None = None, **facts: object
) -> Correction:
    given = {"is_applied": True, **facts}
    at = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    return Correction("c1", kind, "E1", unit, starts, ends, "in words", "sgt", "PS Nair", at, **given)  # type: ignore[arg-type]


def posting(unit: str, starts: date, ends: date | None = None, source: str = "hr", ref: str = "p") -> PostingRow:
    return PostingRow(ref, "E1", unit, "response", 0.5, starts, ends, True, None, source)


@st.composite
def postings(draw: st.DrawFn) -> list[PostingRow]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        starts = draw(DAYS)
        ends = draw(st.none() | st.integers(0, SPAN).map(lambda n, s=starts: s + timedelta(days=n)))
        found.append(
            posting(draw(st.sampled_from(UNITS)), starts, ends, draw(st.sampled_from(["athena", "hr"])), f"p{number}")
        )
    return found


@st.composite
def words(draw: st.DrawFn) -> Correction:
    starts = draw(DAYS)
    ends = draw(st.none() | st.integers(0, SPAN).map(lambda n: starts + timedelta(days=n)))
    return correction(draw(st.sampled_from(["here", "not_here"])), draw(st.sampled_from(UNITS)), starts, ends)


def unit_on(rows: list[PostingRow], day: date) -> str | None:
    """Where the officer is on a day, by nothing but the list of postings and the order of sources."""
    covering = [row for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)]
    best = sorted(covering, key=lambda row: (ORDER[row.source], -row.starts_on.toordinal(), row.ref))
    return best[0].unit_id if best else None


def resolved_on(rows: list[PostingRow], day: date) -> str | None:
    runs, _ = resolve_postings(rows, OFFICER, ORDER, set(UNITS))
    return next((run.unit_id for run in runs if run.starts_on <= day < run.ends_before), None)


@given(postings(), words())
def test_each_day_is_as_the_supervisor_says_and_all_other_days_as_before(
    rows: list[PostingRow], said: Correction
) -> None:
    corrected = with_corrections(rows, [said])
    for number in range(-1, 2 * SPAN + 2):
        day = DAY + timedelta(days=number)
        inside = said.starts_on <= day and (said.ends_on is None or day <= said.ends_on)
        if not inside:
            expected = unit_on(rows, day)
        elif said.kind == "here":
            expected = said.unit_id
        else:
            expected = unit_on([row for row in rows if row.unit_id != said.unit_id], day)
        assert resolved_on(corrected, day) == expected, day


@given(postings(), words(), DAYS)
def test_the_sources_agree_from_the_first_day_without_a_break(
    rows: list[PostingRow], said: Correction, today: date
) -> None:
    runs, _ = resolve_postings(rows, OFFICER, ORDER, set(UNITS))
    expected = None
    day = today
    while day >= said.starts_on:
        says = unit_on(rows, day)
        if (says == said.unit_id) != (said.kind == "here"):
            break
        expected, day = day, day - timedelta(days=1)
    assert agreed_from(said, runs, today) == expected


@given(postings(), words(), DAYS)
def test_once_over_the_past_stays_corrected_and_the_sources_rule_again(
    rows: list[PostingRow], said: Correction, today: date
) -> None:
    runs, _ = resolve_postings(rows, OFFICER, ORDER, set(UNITS))
    since = agreed_from(said, runs, today)
    over = correction(said.kind, said.unit_id, said.starts_on, said.ends_on, agreed_from=since)
    before, after = with_corrections(rows, [said]), with_corrections(rows, [over])
    for number in range(2 * SPAN):
        day = DAY + timedelta(days=number)
        ruled = since is not None and day >= since
        assert resolved_on(after, day) == (unit_on(rows, day) if ruled else resolved_on(before, day))


def test_somebody_who_is_missing_keeps_role_and_hours() -> None:
    found = with_corrections([posting("b", DAY)], [correction(starts=DAY + timedelta(days=3))])[-1]
    assert (found.unit_id, found.role, found.fte, found.source) == ("a", "response", 0.5, SOURCE)


def test_whose_word_counts_is_the_forces_to_set() -> None:
    rows = with_corrections([posting("b", DAY, source="athena")], [correction()])
    low, _ = resolve_postings(rows, OFFICER, {"athena": 10, SOURCE: 20}, set(UNITS))
    high, _ = resolve_postings(rows, OFFICER, {"athena": 10, SOURCE: 5}, set(UNITS))
    assert ([run.unit_id for run in low], [run.unit_id for run in high]) == (["b"], ["a"])


def test_only_what_waits_is_disputed() -> None:
    waits = correction(is_applied=False)
    at = datetime(2026, 3, 11, tzinfo=UTC)
    assert [each.by for each in disputes([waits], DAY)["E1"]] == ["PS Nair"]
    assert disputes([waits], DAY - timedelta(days=1)) == {}
    assert disputes([correction()], DAY) == {}
    assert disputes([correction(is_applied=False, ended_by="insp", ended_at=at)], DAY) == {}
    assert disputes([correction(is_applied=False, agreed_from=DAY)], DAY) == {}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"is_applied": False}, "proposed"),
        ({}, "applied"),
        ({"is_applied": False, "ended_by": "insp", "ended_at": datetime(2026, 3, 11, tzinfo=UTC)}, "refused"),
        ({"ended_by": "sgt", "ended_at": datetime(2026, 3, 11, tzinfo=UTC)}, "withdrawn"),
        ({"agreed_from": DAY}, "agreed"),
        ({"ends": DAY}, "applied"),
        ({"ends": DAY, "today": DAY + timedelta(days=1)}, "over"),
    ],
)
def test_where_it_stands(facts: dict[str, object], state: str) -> None:
    today = facts.pop("today", DAY)
    assert state_of(correction(**facts), today) == state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "x"}, "reason"),
        ({"officer_id": ""}, "officer"),
        ({"starts": None}, "starts_on"),
        ({"starts": DAY - timedelta(days=367)}, "starts_on"),
        ({"starts": DAY + timedelta(days=367)}, "starts_on"),
        ({"ends": DAY - timedelta(days=1)}, "ends_on"),
        ({"reason": "  no   "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(change: dict[str, object], field: str) -> None:
    good = {"kind": "here", "officer_id": "E1", "unit_id": "a", "starts": DAY, "ends": None, "reason": "moved in March"}
    check(**good, today=DAY)  # type: ignore[arg-type]
    with pytest.raises(CorrectionInvalid) as wrong:
        check(**{**good, **change}, today=DAY)  # type: ignore[arg-type]
    assert set(wrong.value.problems) == {field}
