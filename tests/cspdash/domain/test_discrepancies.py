"""Where sources do not agree, day by day, against a naive answer."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.discrepancies import KNOWS_EVERYBODY, discrepancies
from cspdash.domain.org import FOR_EVER, OfficerRow, PostingRow, resolve_postings

TODAY = date(2026, 11, 22)
ORDER = {"athena": 10, "hr": 30}
DAYS = st.integers(-60, 60).map(lambda n: TODAY + timedelta(days=n))
OFFICERS = [f"E{number}" for number in range(4)]


@st.composite
def forces(draw: st.DrawFn) -> tuple[dict[str, OfficerRow], list[PostingRow]]:
    officers = {ref: OfficerRow(ref, draw(st.none() | DAYS), draw(st.none() | st.none() | DAYS)) for ref in OFFICERS}
    rows = []
    for number in range(draw(st.integers(0, 9))):
        starts = draw(DAYS)
        ends = draw(st.none() | st.integers(0, 90).map(lambda n, s=starts: s + timedelta(days=n)))
        rows.append(
            PostingRow(
                f"p{number}", draw(st.sampled_from(OFFICERS)), draw(st.sampled_from("abc")), None, None, starts, ends,
                draw(st.sampled_from([True, None, False])), None, draw(st.sampled_from(["athena", "hr"])),
            )
        )  # fmt: skip
    return officers, rows


def says(rows: list[PostingRow], officer: str, source: str, day: date) -> list[PostingRow]:
    found = [
        row
        for row in rows
        if (row.officer_id, row.source) == (officer, source)
        and row.starts_on <= day
        and (row.ends_on is None or row.ends_on >= day)
    ]
    return sorted(found, key=lambda row: (row.is_primary is False, -row.starts_on.toordinal(), row.ref))


@given(forces())
def test_every_day_of_every_officer(force: tuple[dict[str, OfficerRow], list[PostingRow]]) -> None:
    officers, rows = force
    runs, _ = resolve_postings(rows, officers, ORDER, set("abc"))
    found = discrepancies(rows, runs, officers, TODAY)

    def counted(officer: str, day: date) -> tuple[str, str] | None:
        return next(
            ((run.unit_id, run.source) for run in runs if run.officer_id == officer and run.starts_on <= day < run.ends_before),
            None,
        )  # fmt: skip

    in_post = sum(counted(each, TODAY) is not None for each in OFFICERS)
    whole = {
        source
        for source in ORDER
        if in_post and any(row.source == source for row in rows)
        and sum(bool(says(rows, each, source, TODAY)) for each in OFFICERS) >= KNOWS_EVERYBODY * in_post
    }  # fmt: skip
    for number in range(-70, 160, 3):
        day = TODAY + timedelta(days=number)
        expected = set()
        for officer in OFFICERS:
            here = counted(officer, day)
            row = officers[officer]
            if here is None:
                since = row.joined_on or min(
                    (run.starts_on for run in runs if run.officer_id == officer), default=TODAY
                )
                if since <= day < (row.left_on or FOR_EVER):
                    expected.add(("unposted", officer, "", None))
                continue
            for source in set(ORDER) - {here[1]}:
                said = says(rows, officer, source, day)
                if said and all(each.unit_id != here[0] for each in said):
                    expected.add(("disagrees", officer, source, said[0].unit_id))
                elif not said and source in whole:
                    expected.add(("knows_nothing", officer, source, None))
        told = {
            (each.kind, each.officer_id, each.source, each.says_unit)
            for each in found
            if each.starts_on <= day < each.ends_before
        }
        assert told == expected, day


def test_history_that_nobody_mends_is_left_out() -> None:
    old = TODAY - timedelta(days=900)
    rows = [
        PostingRow("1", "E1", "a", None, None, old, old + timedelta(days=9), True, None, "athena"),
        PostingRow("2", "E1", "b", None, None, old, old + timedelta(days=9), True, None, "hr"),
        PostingRow("3", "E1", "b", None, None, old + timedelta(days=10), None, True, None, "hr"),
    ]
    officers = {"E1": OfficerRow("E1", old, None)}
    runs, _ = resolve_postings(rows, officers, ORDER, {"a", "b"})
    assert discrepancies(rows, runs, officers, TODAY) == []
