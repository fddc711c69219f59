"""Only the right eyes: whatever a viewer asks for, no officer outside the scope appears in any answer, by name, collar or
employee number, and what is out of scope is refused, whether it exists or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from cspdash.domain.catalogue import Catalogue, Family, Metric
from cspdash.domain.conditions import parse
from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import BadFilter, DomainError, NotPermitted
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.ports import Viewer
from cspdash.domain.view import OFFICER, SUMMARY, TEAM, View
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.support.force import NOW, TODAY, ZONE, Force, metadata, write

DATASETS = load_datasets()
TABLES = metadata(DATASETS)
METRIC = Metric(
    "open",
    "workload",
    "Open",
    "investigation",
    "stock",
    opens="recorded_at",
    closes="finalised_at",
    per_fte=True,
    headline=True,
    summary=True,
)
CLOSED = Metric(
    "closed",
    "workload",
    "Closed",
    "investigation",
    "flow",
    at="finalised_at",
    where=parse([["ref", "is_set"]], DATASETS["investigation"], "test"),
)
CATALOGUE = Catalogue((Family("workload", "Workload", 1, "", (METRIC, CLOSED)),), DATASETS)

UNITS = [
    UnitRow("force", "Force", "Force", None),
    UnitRow("csp-a", "Aton", "CSP", "force"),
    UnitRow("csp-b", "Beton", "CSP", "force"),
    UnitRow("a-int", "Aton Intervention", "Department", "csp-a"),
    UnitRow("a1", "Team A1", "Team", "a-int", "intervention_team"),
    UnitRow("a2", "Team A2", "Team", "a-int", "intervention_team"),
    UnitRow("b1", "Team B1", "Team", "csp-b", "intervention_team"),
]
POSTED = {
    "E1": "a1", "E2": "a1", "S1": "a1", "E3": "a2", "S2": "a2", "I1": "a-int", "E4": "b1",
    "S3": "b1", "SU": "csp-a", "CC": "force",
}  # fmt: skip
LEAVER = "L1"
EVERYBODY = [*POSTED, LEAVER]


@dataclass(frozen=True)
class Case:
    viewer: Viewer
    named: frozenset[str]  # officers who may appear
    totals: frozenset[str]  # units whose totals may be seen
    records: frozenset[str]  # units whose records may be listed
    loose: frozenset[str] = frozenset()  # units whose records may be listed that are nobody's, but not those below


ALL_UNITS = frozenset(unit.ref for unit in UNITS)
A_UNITS = frozenset({"csp-a", "a-int", "a1", "a2"})
CASES = [
    Case(Viewer("pc", "E1", "constable", "E1"), frozenset({"E1"}), frozenset({"a1"}), frozenset()),
    Case(Viewer("sgt", "S1", "sergeant", "S1"), frozenset({"E1", "E2", "S1"}), ALL_UNITS, frozenset({"a1"})),
    Case(Viewer("sgt-b", "S3", "sergeant", "S3"), frozenset({"E4", "S3"}), ALL_UNITS, frozenset({"b1"})),
    # Of the department itself, and not of its teams: only there is a unit seen with names and what lies below it not.
    Case(
        Viewer("sgt-up", "X", "sergeant", "", "a-int"), frozenset({"I1"}), ALL_UNITS, frozenset(), frozenset({"a-int"})
    ),
    Case(
        Viewer("insp", "I1", "inspector", "I1"),
        frozenset({"E1", "E2", "S1", "E3", "S2", "I1"}),
        ALL_UNITS,
        frozenset({"a-int", "a1", "a2"}),
    ),
    Case(
        Viewer("supt", "SU", "superintendent", "SU"),
        frozenset({"E1", "E2", "S1", "E3", "S2", "I1", "SU"}),
        ALL_UNITS,
        A_UNITS,
    ),
    Case(Viewer("acc", "CC", "chief_officer", "CC"), frozenset(EVERYBODY), ALL_UNITS, ALL_UNITS),
    Case(Viewer("analyst", "An", "analyst"), frozenset(), ALL_UNITS, frozenset()),
    Case(Viewer("admin", "Ad", "administrator"), frozenset(), frozenset(), frozenset()),
    Case(Viewer("left", "L1", "sergeant", LEAVER, "a1"), frozenset({LEAVER}), frozenset(), frozenset()),
    Case(Viewer("stranger", "X", "sergeant", "unknown", "a1"), frozenset(), frozenset(), frozenset()),
    Case(Viewer("odd", "X", "no-such-role", "E1", "a1"), frozenset({"E1"}), frozenset(), frozenset()),
    Case(Viewer("none", "X", "", "", "force"), frozenset(), frozenset(), frozenset()),
]


def a_force() -> Force:
    officers = [
        {
            "ref": ref,
            "name": f"Family{ref}",
            "rank": "PC",
            "collar_number": f"Kol{index}lar",
            "left_on": date(2026, 6, 1) if ref == LEAVER else None,
        }
        for index, ref in enumerate(EVERYBODY)
    ]
    postings = [
        PostingRow(f"p{ref}", ref, unit, "response", 1.0, date(2024, 1, 1), None, True, None, "hr")
        for ref, unit in POSTED.items()
    ]
    postings.append(PostingRow("pL", LEAVER, "a1", "response", 1.0, date(2024, 1, 1), None, True, None, "hr"))
    postings.append(
        PostingRow("pM", "E4", "a2", "response", 1.0, date(2024, 1, 1), date(2026, 11, 10), True, None, "athena")
    )  # E4 moved lately
    rows: list[dict[str, Any]] = []
    for ref in EVERYBODY:
        for index in range(3):
            closed = NOW - timedelta(days=5 + 10 * index) if index else None
            rows.append(
                {
                    "ref": f"{ref}-{index}",
                    "officer_id": ref,
                    "unit_id": "csp-a",
                    "recorded_at": NOW - timedelta(days=60),
                    "finalised_at": closed,
                }
            )
    rows.append({"ref": "loose", "officer_id": None, "unit_id": "a1", "recorded_at": NOW - timedelta(days=3)})
    rows.append({"ref": "lost", "officer_id": None, "unit_id": None, "recorded_at": NOW - timedelta(days=3)})
    return Force(UNITS, officers, postings, {"investigation": rows})


@pytest.fixture(scope="module")
def reader(warehouse: Engine) -> ScorecardReader:
    write(a_force(), warehouse, TABLES)
    TABLES.create_all(warehouse)  # where sources disagree is asked of a table of its own, here an empty one
    return ScorecardReader(
        warehouse,
        TABLES,
        DATASETS,
        CATALOGUE,
        ReaderOptions(zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0, min_officers_in_total=1),
    )


def officers_in(answer: object) -> set[str]:
    """Every officer an answer names: by family name, collar number or employee number, anywhere in it."""
    text = repr(answer)
    found = set()
    for index, ref in enumerate(EVERYBODY):
        if (
            f"Family{ref}" in text
            or f"Kol{index}lar" in text
            or f"officer:{ref}'" in text
            or f"officer='{ref}'" in text
            or f"'{ref}-" in text
        ):
            found.add(ref)
    return found


def asked(reader: ScorecardReader, view: View, viewer: Viewer) -> list[object]:
    """Every answer this view could be turned into; refusals are no answers."""
    answers: list[object] = []
    for ask in (
        reader.unit_page,
        reader.officer_page,
        reader.summary_page,
        reader.team_page,
        reader.headlines,
        reader.records,
        reader.complete,
    ):
        try:
            answer = ask(view, viewer)
        except DomainError as refusal:
            answer = str(refusal)
        answers.append(answer)
    return answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.viewer.user_id)
@given(
    view=st.builds(
        View,
        page=st.sampled_from(["workload", OFFICER, SUMMARY, TEAM, "no-such-page"]),
        unit=st.sampled_from(["", *ALL_UNITS, "nowhere"]),
        officer=st.sampled_from([*EVERYBODY, "", "nobody"]),
        metric=st.sampled_from(["", "open", "closed", "no_such"]),
        period=st.sampled_from(["28d", "12m"]),
        team=st.sampled_from(["then", "now"]),
        as_at=st.one_of(st.none(), st.just(TODAY - timedelta(days=20))),
        sort=st.sampled_from(["org", "value", "name"]),
        bar=st.one_of(
            st.just(""),
            st.sampled_from(["unmapped", "withheld", *ALL_UNITS]),
            st.sampled_from([f"officer:{ref}" for ref in EVERYBODY]),
        ),
    )
)
def test_nobody_sees_an_officer_outside_their_scope(reader: ScorecardReader, case: Case, view: View) -> None:
    asked_for = {view.officer, view.bar.removeprefix("officer:")}  # what the viewer typed may be echoed in the view
    for answer in asked(reader, view, case.viewer):
        found = officers_in(answer)
        echoed = {
            ref
            for ref in found
            if ref in asked_for and f"Family{ref}" not in repr(answer) and f"'{ref}-" not in repr(answer)
        }
        allowed = set(case.named)
        if {view.unit or POSTED.get(case.viewer.officer_id), view.bar} & case.records:
            # Work done in a unit names who did it there, also somebody who has moved on or left since.
            allowed |= {"E4", LEAVER}
        assert found - echoed <= allowed, f"{case.viewer.role} saw {found - echoed - allowed} in {answer!r:.400}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.viewer.user_id)
def test_units_officers_and_records_are_refused_exactly_outside_the_scope(reader: ScorecardReader, case: Case) -> None:
    for unit in ALL_UNITS:
        for bar, allowed in (("", case.totals), (unit, case.records), ("unmapped", case.records | case.loose)):
            view = View(page="workload", unit=unit, metric="open", bar=bar)
            ask = reader.records if bar else reader.unit_page
            if unit in allowed and unit in case.totals:
                ask(view, case.viewer)
            else:
                with pytest.raises(NotPermitted):
                    ask(view, case.viewer)
    for officer in EVERYBODY:
        view = View(page=OFFICER, officer=officer)
        if officer in case.named:
            assert reader.officer_page(view, case.viewer).officer == officer
        else:
            with pytest.raises(NotPermitted):
                reader.officer_page(view, case.viewer)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.viewer.role != "chief_officer"], ids=lambda case: case.viewer.user_id
)
def test_an_officer_that_does_not_exist_is_refused_like_one_out_of_scope(reader: ScorecardReader, case: Case) -> None:
    words = set()
    for officer in ("nobody", "E4" if "E4" not in case.named else "E1"):
        with pytest.raises(NotPermitted) as refusal:
            reader.officer_page(View(page=OFFICER, officer=officer), case.viewer)
        words.add(str(refusal.value))
    assert len(words) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.viewer.user_id)
@pytest.mark.parametrize("text", ["family", "kol", "familye4", "e4", "team", "aton", "%", "' or 1=1 --"])
def test_search_suggests_only_what_is_in_scope(reader: ScorecardReader, case: Case, text: str) -> None:
    hits = reader.search(text, case.viewer, limit=100)
    assert officers_in(hits) <= case.named
    assert {hit.view.unit for hit in hits if hit.kind == "unit"} <= case.totals


def test_totals_stay_whole_for_those_who_see_no_names(reader: ScorecardReader) -> None:
    by_role = {case.viewer.user_id: case.viewer for case in CASES}
    view = View(page="workload", unit="a1", metric="open")
    whole = reader.unit_page(view, by_role["acc"])
    for role in ("sgt-b", "analyst"):
        page = reader.unit_page(view, by_role[role])
        assert page.total == whole.total
        assert [bar.kind for bar in page.bars] == ["withheld", "unmapped"]
        assert sum(bar.figure.records for bar in page.bars) == whole.total.records
        assert all(bar.records_view is None and not bar.plan_officer for bar in page.bars)


def test_a_withheld_bar_has_no_records_for_anybody(reader: ScorecardReader) -> None:
    view = View(page="workload", unit="a1", metric="open", bar="withheld")
    for case in CASES:
        with pytest.raises((NotPermitted, BadFilter)):
            reader.records(view, case.viewer)
