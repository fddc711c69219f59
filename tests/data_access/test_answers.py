"""What the pages say about a force whose figures are known by construction."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import BadFilter, UnknownFamily, UnknownMetric, UnknownUnit
from cspdash.domain.org import PostingRow, UnitRow
from cspdash.domain.ports import Viewer
from cspdash.domain.view import OFFICER, View
from data_access.cache import CubeCache
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.support.force import NOW, TODAY, ZONE, Force, metadata, sqlite, write

DATASETS = load_datasets()
TABLES = metadata(DATASETS)
OPERATOR = Viewer("local", "Operator", "operator")
SERGEANT = Viewer("sgt", "PS Nair", "sergeant", "S1")
TEAMS = ("t1", "t2", "t3")
HOLDS = 12  # open investigations of everyone but the exceptions


def known_force() -> Force:
    """Three teams of ten constables who hold 12 open each, but E00 who holds 28, E01 (0.5 FTE) 6 and E02 who left with 7."""
    units = [UnitRow("force", "Force", "Force", None), UnitRow("csp", "Watford", "CSP", "force")]
    units += [UnitRow(team, f"Team {team[1]}", "Team", "csp", "intervention_team") for team in TEAMS]
    officers: list[dict[str, Any]] = [{"ref": "S1", "name": "Nair", "rank": "PS", "collar_number": "731"}]
    postings = [PostingRow("pS1", "S1", "t1", "sergeant", 1.0, date(2024, 1, 1), None, True, None, "hr")]
    rows: list[dict[str, Any]] = []
    for index in range(31):
        ref, team = f"E{index:02}", TEAMS[index // 11]
        left = date(2026, 11, 3) if index == 2 else None
        officers.append(
            {"ref": ref, "name": f"Name{index:02}", "rank": "PC", "collar_number": str(2000 + index), "left_on": left}
        )
        postings.append(
            PostingRow(
                f"p{ref}", ref, team, "response", 0.5 if index == 1 else 1.0, date(2024, 1, 1), None, True, None, "hr"
            )
        )
        holds = {0: 28, 1: 6, 2: 7}.get(index, HOLDS)
        for number in range(holds):
            age = 130 if index == 0 and number < 11 else 40
            due = TODAY + timedelta(days=5) if index == 0 and number < 4 else None
            rows.append(
                {
                    "ref": f"{ref}-{number}", "officer_id": ref, "unit_id": "csp", "recorded_at": NOW - timedelta(days=age),
                    "stl_rule": "STL_S127" if due else "NONE", "stl_due_on": due,
                }
            )  # fmt: skip
        if index == 5:  # closed fifteen in the last four weeks
            rows += [
                {
                    "ref": f"{ref}-c{n}",
                    "officer_id": ref,
                    "unit_id": "csp",
                    "recorded_at": NOW - timedelta(days=50),
                    "finalised_at": NOW - timedelta(days=3),
                }
                for n in range(15)
            ]
    return Force(units, officers, postings, {"investigation": rows})


@pytest.fixture(scope="module")
def reader(warehouse: Engine) -> ScorecardReader:
    TABLES.create_all(warehouse)
    write(known_force(), warehouse, TABLES)
    return ScorecardReader(
        warehouse, TABLES, DATASETS, load_catalogue(DATASETS), ReaderOptions(zone=ZONE, clock=lambda: NOW)
    )


VIEW = View(page="workload", unit="t1", metric="open_investigations")


def test_who_is_outside_is_said_in_words_beside_the_bar(reader: ScorecardReader) -> None:
    bars = {bar.key: bar for bar in reader.unit_page(VIEW, SERGEANT).bars}
    assert bars["officer:E00"].figure.text == "28"
    assert bars["officer:E00"].judgement == "high"
    assert bars["officer:E00"].words.startswith("usual ")
    assert bars["officer:E03"].judgement == "usual"
    assert bars["officer:E03"].words == ""
    assert bars["officer:E01"].judgement == "usual"  # 6 at half time is 12 per full-time officer
    assert bars["officer:E01"].words == "12 per full-time"
    assert bars["officer:E01"].note == "0.5 FTE"
    assert bars["officer:S1"].judgement == "too_few"  # the only sergeant: nobody to compare with


def test_a_leavers_work_is_shown_under_the_unit_its_records_name_and_said(reader: ScorecardReader) -> None:
    assert "officer:E02" not in {bar.key for bar in reader.unit_page(VIEW, OPERATOR).bars}
    page = reader.unit_page(VIEW.but(unit="csp"), OPERATOR)
    unmapped = next(bar for bar in page.bars if bar.kind == "unmapped")
    assert unmapped.figure.text == "7"
    said = [item for item in page.attention if item.tone == "unknown"]
    assert said[0].sentence.startswith("7 records in Watford name an officer who is not in post")
    assert reader.records(said[0].view, OPERATOR).total == 7
    leaver = reader.officer_page(View(page=OFFICER, officer="E02", metric="open_investigations"), OPERATOR)
    assert leaver.current.figure.text == "7"
    assert leaver.warnings[0] == "Left on 3 Nov. 7 records still name this officer."


def test_what_to_look_at_is_at_most_four_sentences_each_a_link_that_works(reader: ScorecardReader) -> None:
    page = reader.unit_page(VIEW, SERGEANT)
    assert [item.tone for item in page.attention] == ["concern", "concern", "good"]
    outside, due, improved = page.attention
    assert outside.sentence.startswith("PC 2000 Name00: 28 open investigations; officers in this role usually ")
    assert outside.view.officer == "E00"
    assert due.sentence == "4 time limits in Team 1 fall due within 14 days; the first on 27 Nov."
    assert reader.records(due.view, SERGEANT).total == 4
    assert "PC 2005 Name05 moved the right way: 12, 15 fewer than four weeks ago" in improved.sentence
    for item in page.attention:
        assert item.link_text in item.sentence
        reader.complete(item.view, SERGEANT)


def test_next_28_days_counts_are_the_records_behind_them(reader: ScorecardReader) -> None:
    page = reader.unit_page(VIEW, SERGEANT)
    assert [(due.days, due.figure.value) for due in page.falling_due] == [(7, 4.0), (14, 4.0), (28, 4.0)]
    for due in page.falling_due:
        for _, count, view in due.parts:
            assert view is not None
            assert reader.records(view, SERGEANT).total == count


def test_the_lede_says_the_total_who_holds_it_and_how_it_moved(reader: ScorecardReader) -> None:
    page = reader.unit_page(VIEW, SERGEANT)
    total = 28 + 6 + 8 * HOLDS
    assert page.lede.startswith(f"{total} investigations · 11 officers · ")
    assert page.total.records == total


def test_sort_by_value_puts_the_worst_first_unless_the_metric_may_not_rank(reader: ScorecardReader) -> None:
    page = reader.unit_page(VIEW.but(sort="value"), SERGEANT)
    assert page.bars[0].key == "officer:E00"
    stops = reader.unit_page(View(page="stop_search", unit="t1", sort="value"), SERGEANT)
    assert stops.may_sort_by_value in (True, False)


def test_a_dataset_never_loaded_is_no_zero(reader: ScorecardReader) -> None:
    page = reader.unit_page(View(page="response", unit="t1"), SERGEANT)
    assert page.empty == "not_loaded"
    assert page.bars == ()
    headline = next(item for item in reader.headlines(VIEW, SERGEANT) if item.family == "response")
    assert headline.text == "–"


def test_the_months_of_an_officer_end_with_today_and_show_the_teams_middle(reader: ScorecardReader) -> None:
    page = reader.officer_page(View(page=OFFICER, officer="E05", metric="open_investigations"), SERGEANT)
    assert [month.label for month in page.months] == [
        "Dec",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
    ]
    october, november = page.months[-2:]
    assert october.figure.value == 12 + 15  # open at the end of October: the fifteen were closed in November
    assert november.figure.value == 12
    assert november.middle == 12
    assert page.months[0].figure.value == 0


def test_records_are_paged_sorted_and_counted(reader: ScorecardReader) -> None:
    view = VIEW.but(bar="officer:E00", order="recorded_at")
    first, second = (reader.records(view.but(rows=page), SERGEANT, page_size=20) for page in (1, 2))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (28, 2, 20, 8)
    days = [row["recorded_at"] for row in (*first.rows, *second.rows)]
    assert days == sorted(days, key=lambda text: datetime.strptime(text, "%d %b %Y %H:%M").replace(tzinfo=UTC))  # type: ignore[arg-type]
    assert len({row["ref"] for row in (*first.rows, *second.rows)}) == 28
    down = reader.records(view.but(order="-recorded_at"), SERGEANT, page_size=20)
    assert down.rows[0]["recorded_at"] == days[-1]
    with pytest.raises(BadFilter):
        reader.records(view.but(order="no_such"), SERGEANT)


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (View(page="workload", unit="nowhere"), UnknownUnit),
        (View(page="no-such", unit="t1"), UnknownFamily),
        (View(page="workload", unit="t1", metric="no_such"), UnknownMetric),
        (View(page="workload", unit="t1", metric="on_rui"), BadFilter),
        (View(page="intel", unit="t1", period="soon"), BadFilter),
        (View(page="workload", unit="t1", as_at=TODAY + timedelta(days=1)), BadFilter),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(reader: ScorecardReader, view: View, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        reader.unit_page(view, OPERATOR)
    assert len(str(refusal.value)) > 15


def test_the_summary_is_whole(reader: ScorecardReader) -> None:
    page = reader.summary_page(View(), OPERATOR)
    assert [name for _, name, _ in page.rows] == ["Watford"]
    column = next(column for column in page.columns if column.metric == "open_investigations")
    assert sum(cell.figure.records for cell in column.cells) == column.total.records
    assert len(column.cells) == len(page.rows)


def test_the_data_version_moves_with_any_dataset(reader: ScorecardReader) -> None:
    before = reader.data_version()
    table = TABLES.tables["data_version"]
    with reader.figures.engine.begin() as connection:
        connection.execute(table.update().where(table.c.dataset == "investigation").values(version=table.c.version + 1))
    assert reader.data_version() != before


def test_a_past_day_a_source_has_overwritten_is_no_figure(reader: ScorecardReader) -> None:
    view = View(page="workload", unit="t1", metric="review_overdue", as_at=TODAY - timedelta(days=10))
    page = reader.unit_page(view, SERGEANT)
    assert (page.empty, page.bars) == ("no_past", ())
    assert next(tab for tab in page.tabs if tab.slug == "review_overdue").text == "–"
    officer = reader.officer_page(View(page=OFFICER, officer="E00", metric="review_overdue"), SERGEANT)
    assert officer.months == ()
    assert "overwrites" in officer.months_note


def test_a_database_begun_anew_does_not_meet_figures_of_the_old(tmp_path: Path) -> None:
    """Deleting the database but not the cache starts versions at 1 again; the cache must not answer for the new rows."""
    totals = []
    for holds in (3, 5):
        force = known_force()
        force.rows["investigation"] = force.rows["investigation"][:holds]
        (tmp_path / str(holds)).mkdir()
        engine = sqlite(tmp_path / str(holds))
        TABLES.create_all(engine)
        write(force, engine, TABLES, loaded_at=NOW + timedelta(seconds=holds))
        options = ReaderOptions(zone=ZONE, clock=lambda: NOW)
        shared = CubeCache(tmp_path / "cache")
        page = ScorecardReader(engine, TABLES, DATASETS, load_catalogue(DATASETS), options, shared).unit_page(
            VIEW, OPERATOR
        )
        totals.append(page.total.value)
        shared.close()
        engine.dispose()
    assert totals == [3, 5]
