"""Rows of a source that are kept as several: overtime by force day and budgets by month, through ingest, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cspdash.domain.derivation import derive
from tests.support.clocks import clocks, datasets
from tests.support.works import Works

NAMES = ("overtime_claim", "overtime_budget")
CLAIMS = """
[[dataset]]
dataset = "overtime_claim"
table = "claims"
watermark = "v"
overlap = 1000000
deleted = ["gone", "is", "Y"]
[dataset.columns]
ref = "id"
officer_id = "who"
worked_at = "start"
ended_at = "finish"
overtime_type = "kind"
amount_pence = "pence"
"""
BUDGETS = """
[[dataset]]
dataset = "overtime_budget"
table = "budgets"
[dataset.columns]
ref = "id"
cost_centre = "centre"
month_on = "month"
amount_pence = "pence"
covers = "covers"
"""
ADD = "insert into claims values (?, ?, ?, ?, ?, ?, ?, ?)"
BUDGET = "insert into budgets values (?, ?, ?, ?, ?)"


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    own = {name: datasets()[name] for name in NAMES}
    works = Works.open(tmp_path, url, datasets=own, clocks=clocks(), derive=derive)
    works.source("finance", CLAIMS + BUDGETS)
    works.sql(
        "finance",
        "create table claims (id, who, start, finish, kind, pence, v integer, gone)",
        "create table budgets (id, centre, month, pence, covers)",
    )
    yield works
    works.engine.dispose()


def claim(works: Works, ref: str, start: str, finish: str, v: int = 1, kind: str = "planned", gone: str = "N") -> None:
    works.sql("finance", f"delete from claims where id = '{ref}'")  # noqa: S608  a constant of this file
    works.sql("finance", ADD, rows=[(ref, "E1", start, finish, kind, 3000, v, gone)])


def hours(works: Works) -> dict[str, float]:
    return {ref: row["hours"] for ref, row in works.rows("overtime_claim").items()}


ACROSS = ("2026-03-04T05:00:00", "2026-03-04T09:00:00")
WITHIN = ("2026-03-04T08:00:00", "2026-03-04T09:00:00")


def test_a_claim_across_the_start_of_a_force_day_is_a_row_a_day(works: Works) -> None:
    claim(works, "A", *ACROSS)
    claim(works, "B", *WITHIN)
    works.ingest()
    assert hours(works) == {"A": 2.0, "A/2026-03-04": 2.0, "B": 1.0}
    found = works.rows("overtime_claim")
    assert found["A"]["paid_pence"] + found["A/2026-03-04"]["paid_pence"] == 3000
    assert works.ingest()[0].changed == 0, "the same again is no change"


def test_a_later_version_that_crosses_no_more_takes_its_other_row_away_and_back(works: Works) -> None:
    claim(works, "A", *ACROSS)
    works.ingest()
    claim(works, "A", *WITHIN, v=2)
    works.ingest()
    assert hours(works) == {"A": 1.0}
    claim(works, "A", *ACROSS, v=3)
    works.ingest()
    assert hours(works) == {"A": 2.0, "A/2026-03-04": 2.0}
    claim(works, "A", *ACROSS, v=4, gone="Y")
    works.ingest()
    assert hours(works) == {}


def test_an_older_version_that_comes_late_brings_no_row_back(works: Works) -> None:
    claim(works, "A", *WITHIN, v=5)
    works.ingest()
    claim(works, "A", *ACROSS, v=2)
    works.ingest()
    assert hours(works) == {"A": 1.0}


def test_another_start_of_the_force_day_reads_and_splits_everything_anew(works: Works) -> None:
    claim(works, "A", *ACROSS)
    claim(works, "B", "2026-03-05T05:30:00", "2026-03-05T06:30:00")
    works.ingest()
    works.clocks = clocks("[overtime]\nforce_day_start = 06:00:00\n")
    works.ingest()
    assert hours(works) == {"A": 1.0, "A/2026-03-04": 3.0, "B": 0.5, "B/2026-03-05": 0.5}
    works.clocks = clocks()
    works.ingest()
    assert hours(works) == {"A": 2.0, "A/2026-03-04": 2.0, "B": 1.0}


def test_a_change_of_configuration_writes_exactly_the_rows_it_affects(works: Works) -> None:
    for number in range(6):
        claim(works, f"C{number}", f"2026-03-0{number + 2}T15:00:00", f"2026-03-0{number + 2}T17:00:00", kind="casual")
    claim(works, "P", *WITHIN)
    works.ingest()
    assert [works.rows("overtime_claim")[f"C{n}"]["payable_hours"] for n in range(6)] == [1.5] * 4 + [2.0] * 2
    works.clocks = clocks("[overtime]\nunpaid_occasions = 5\n")
    assert rewritten(works) == 5, "the four that lose it say of how many, and the fifth loses it now"
    works.clocks = clocks("[overtime]\nunpaid_occasions = 5\nrest_day_notice_days = 10\n")
    assert rewritten(works) == 0, "no rest day here"


def rewritten(works: Works) -> int:
    """Claims that came out differently under other clocks."""
    return sum(each.changed for each in works.ingest() if (each.source, each.dataset) == ("clocks", "overtime_claim"))


def test_another_claim_of_the_week_changes_those_after_it_alone(works: Works) -> None:
    for number in range(1, 6):
        claim(works, f"C{number}", f"2026-03-0{number + 2}T15:00:00", f"2026-03-0{number + 2}T17:00:00", kind="casual")
    works.ingest()
    payable = {ref: row["payable_hours"] for ref, row in works.rows("overtime_claim").items()}
    assert payable == {"C1": 1.5, "C2": 1.5, "C3": 1.5, "C4": 1.5, "C5": 2.0}
    claim(works, "C0", "2026-03-02T15:00:00", "2026-03-02T17:00:00", kind="casual", v=2)
    works.ingest()
    assert works.rows("overtime_claim")["C4"]["payable_hours"] == 2.0, "it is the fifth now"


def test_a_years_budget_is_spread_until_a_month_has_a_line_of_its_own(works: Works) -> None:
    works.sql("finance", BUDGET, rows=[("Y", "CC1", "2026-04-01", 120_001, "year")])
    works.ingest()
    months = works.rows("overtime_budget")
    assert (len(months), sum(row["amount_pence"] for row in months.values())) == (12, 120_001)
    assert all(row["is_in_use"] for row in months.values())
    works.sql("finance", BUDGET, rows=[("M", "CC1", "2026-05-01", 5_000, "month")])
    works.ingest()
    used = {
        row["month_on"].isoformat()[:7]: row["amount_pence"]
        for row in works.rows("overtime_budget").values()
        if row["is_in_use"]
    }
    assert (len(used), used["2026-05"]) == (12, 5_000)
