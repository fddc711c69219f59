"""One record: open to whoever may see it in a list and to nobody else, its clocks judged at the page's moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.errors import BadFilter, NotPermitted
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.ports import Viewer
from cspdash.domain.view import OFFICER, RECORD, View
from data_access.cache import CubeCache
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.support.clocks import datasets, derived
from tests.support.force import NOW, ZONE, Force, metadata, sqlite, write

DATASETS = datasets()
OPERATOR = Viewer("local", "Operator", "operator")
SGT_1, SGT_2 = Viewer("s1", "PS Nair", "sergeant", "S1"), Viewer("s2", "PS Cole", "sergeant", "S2")
PC, ANALYST = Viewer("pc", "PC Shah", "constable", "E1"), Viewer("an", "Analyst", "analyst")
CRIME = "41/1000/26"
MOVED = NOW - timedelta(days=10)  # the day E2 went from team 1 to team 2


def stored(dataset: str, **columns: Any) -> dict[str, Any]:
    """A row as an ingest stores it."""
    facts = {column.name: None for column in DATASETS[dataset].source_columns} | columns
    related = {"investigations": [crime()]} if dataset == "victim" else {}
    return facts | derived(dataset, facts, **related)


def crime(**columns: Any) -> dict[str, Any]:
    facts = {
        "ref": CRIME,
        "officer_id": "E1",
        "unit_id": "csp",
        "offence_title": "Common assault",
        "offence_code": "105/01",
        "offence_class": "summary",
        "offence_from_on": NOW.date() - timedelta(days=100),
        "recorded_at": NOW - timedelta(days=99),
        "is_victim_based": True,
    }
    return {column.name: None for column in DATASETS["investigation"].source_columns} | facts | columns


def force() -> Force:
    units = [UnitRow("force", "Force", "Force", None), UnitRow("csp", "Watford", "CSP", "force")]
    units += [UnitRow(team, f"Team {team[1]}", "Team", "csp", "intervention_team") for team in ("t1", "t2")]
    since = date(2024, 1, 1)
    where: list[tuple[str, str, str, date, date | None]] = [
        ("S1", "t1", "sergeant", since, None),
        ("S2", "t2", "sergeant", since, None),
        ("E1", "t1", "response", since, None),
        ("E2", "t1", "response", since, MOVED.date()),
        ("E2", "t2", "response", MOVED.date(), None),
    ]
    postings = [
        PostingRow(f"p{i}", ref, team, role, 1.0, start, end, True, None, "hr")
        for i, (ref, team, role, start, end) in enumerate(where)
    ]
    officers = [
        {"ref": ref, "name": f"Name {ref}", "rank": "PC", "collar_number": "1"} for ref in ("S1", "S2", "E1", "E2")
    ]
    rows = {
        "investigation": [
            stored("investigation", **crime()),
            stored("investigation", **crime(ref="closed", officer_id="E2", closed_at=NOW - timedelta(days=20))),
            stored("investigation", **crime(ref="nobody", officer_id=None, unit_id="t1")),
            stored("investigation", **crime(ref="nowhere", officer_id=None, unit_id=None)),
        ],
        "suspect_release": [
            stored(
                "suspect_release",
                ref="R1",
                officer_id="E1",
                investigation_ref=CRIME,
                suspect_ref="S9",
                status="bail",
                arrested_at=NOW - timedelta(days=80),
                released_at=NOW - timedelta(days=80),
            ),
            stored(
                "suspect_release",
                ref="R2",
                officer_id="E2",
                investigation_ref=CRIME,
                suspect_ref="S8",
                status="rui",
                released_at=NOW - timedelta(days=80),
            ),
        ],
        "victim": [stored("victim", ref="V1", officer_id="E1", investigation_ref=CRIME, victim_kind="person")],
        "intel_report": [
            stored("intel_report", ref="IR-C", officer_id="E1", submitted_at=NOW, status="accepted", handling="C"),
            stored("intel_report", ref="IR-P", officer_id="E1", submitted_at=NOW, status="accepted", handling="P"),
        ],
    }
    return Force(units, officers, postings, rows)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScorecardReader]:
    folder: Path = tmp_path_factory.mktemp("record")
    engine: Engine = sqlite(folder)
    tables = metadata(DATASETS)
    tables.create_all(engine)
    write(force(), engine, tables)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW)
    yield ScorecardReader(engine, tables, DATASETS, load_catalogue(DATASETS), options, CubeCache(None))
    engine.dispose()


def page(ref: str, dataset: str = "investigation", **more: Any) -> View:
    return View(page=RECORD, dataset=dataset, record=ref, **more)


def test_all_its_clocks_in_words_with_what_belongs_to_it(reader: ScorecardReader) -> None:
    found = reader.record(page(CRIME), SGT_1)
    assert found.heading == f"Investigation {CRIME}"
    assert found.about.startswith("Common assault · PC 1 Name E1")
    limit = found.clocks[0]
    assert (limit.clock, limit.state) == ("Statutory time limit", "running")
    assert "Six months end at midnight on" in limit.sentence
    assert "days left" in limit.judged
    assert [clock.clock for clock in found.clocks] == ["Statutory time limit", "Supervisor's review", "Investigation"]
    beside = {title: [line.name for line in lines] for title, lines in found.beside}
    assert beside[DATASETS["victim"].title] == ["V1"]
    assert ("Offence", "Common assault") in found.facts


def test_what_belongs_to_it_is_shown_only_where_it_is_in_scope(reader: ScorecardReader) -> None:
    def suspects(viewer: Viewer) -> list[str]:
        beside = dict(reader.record(page(CRIME), viewer).beside)
        return sorted(line.name for line in beside[DATASETS["suspect_release"].title])

    assert suspects(SGT_1) == ["R1"]  # R2 is an officer's of another team
    assert suspects(OPERATOR) == ["R1", "R2"]


def test_bail_names_who_may_extend_it(reader: ScorecardReader) -> None:
    found = reader.record(page("R1", "suspect_release"), PC)
    assert found.clocks[0].authority.startswith("Inspector or above")
    assert found.investigation is not None
    assert found.investigation.name == f"Common assault, {CRIME}"
    assert found.investigation.view is not None
    listed = reader.record(page("R2", "suspect_release"), SGT_2).investigation
    assert listed is not None
    assert (listed.name, listed.view, listed.words) == (CRIME, None, "")  # number alone: it is another team's


@pytest.mark.parametrize(
    ("ref", "may"),
    [(CRIME, (SGT_1, PC, OPERATOR)), ("nobody", (SGT_1, OPERATOR)), ("nowhere", (OPERATOR,)), ("no such", ())],
)
def test_nobody_else_opens_it_and_nobody_learns_whether_it_exists(
    reader: ScorecardReader, ref: str, may: tuple[Viewer, ...]
) -> None:
    words = set()
    for viewer in (SGT_1, SGT_2, PC, ANALYST, OPERATOR):
        if viewer in may:
            assert reader.record(page(ref), viewer).view.record == ref
        else:
            with pytest.raises(NotPermitted) as refused:
                reader.record(page(ref), viewer)
            words.add(str(refused.value))
    assert len(words) == 1


def test_a_record_behind_a_figure_of_ones_own_opens_from_there_alone(reader: ScorecardReader) -> None:
    """E2 closed it in team 1 and has since moved: it is behind team 1's figure, and E2 is no longer team 1's."""
    figure = View(page="workload", unit="t1", metric="finalised", period="28d", bar="officer:E2")
    listed = reader.records(figure, SGT_1)
    assert [row["ref"] for row in listed.rows] == ["closed"]
    view = listed.record_views[0]
    assert view is not None
    assert reader.record(view, SGT_1).back == figure
    for forged in (
        page("closed"),
        view.but(bar=""),
        view.but(metric="oocd_count"),
        view.but(unit="t2"),
        view.but(unit="x"),
    ):
        if forged.unit == "t1" and not forged.bar:
            assert reader.record(forged, SGT_1)  # the unit's whole figure is team 1's as well
            continue
        with pytest.raises(NotPermitted):
            reader.record(forged, SGT_1)
    with pytest.raises(NotPermitted):
        reader.record(view.but(record="nowhere"), SGT_1)


def test_what_is_only_counted_is_opened_by_nobody(reader: ScorecardReader) -> None:
    assert reader.record(page("IR-P", "intel_report"), SGT_1).clocks[0].sentence.startswith("Counts")
    for viewer in (PC, SGT_1, OPERATOR):
        with pytest.raises(NotPermitted):
            reader.record(page("IR-C", "intel_report"), viewer)
    view = View(page=OFFICER, officer="E1", metric="intel_submissions", period="28d")
    listed = reader.records(view, SGT_1)
    assert [(row["ref"], where is None) for row, where in zip(listed.rows, listed.record_views, strict=True)].count(
        ("Counted, not shown", True)
    ) == 1
    assert not any(where is not None and where.record == "IR-C" for where in listed.record_views)


def test_the_pages_moment_judges(reader: ScorecardReader) -> None:
    now = reader.record(page(CRIME), SGT_1).clocks[2].judged
    then = reader.record(page(CRIME, as_at=(NOW - timedelta(days=50)).date()), SGT_1)
    assert (now, then.clocks[2].judged) == ("Open for 99 days.", "Open for 49 days.")
    assert isinstance(datetime.strptime(then.moment_text, "%d %b %Y %H:%M"), datetime)  # noqa: DTZ007


@pytest.mark.parametrize("dataset", ["unit", "officer", "load", "quarantine", "no_such", ""])
def test_only_records_are_opened(reader: ScorecardReader, dataset: str) -> None:
    with pytest.raises(BadFilter):
        reader.record(page("x", dataset), OPERATOR)


def test_the_list_says_where_each_clock_stands(reader: ScorecardReader) -> None:
    view = View(page="rui_bail", unit="t1", metric="on_bail", bar="officer:E1")
    assert "days left. Next extension by: Inspector or above" in reader.records(view, SGT_1).reasons[0]


def test_a_count_is_split_and_adds_up(reader: ScorecardReader) -> None:
    view = View(page="rui_bail", unit="force", metric="bail_ending_14")
    shown = reader.unit_page(view, OPERATOR)
    parts = shown.extra["breakdown"]
    assert sum(figure.records for _, figure, _ in parts) == shown.total.records == 1
    assert parts[0][0].startswith("Inspector or above")
