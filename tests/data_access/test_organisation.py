"""Resolved postings and what is odd about them follow from units, officers and postings, whoever supplies them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cspdash.domain.clocks import load_clocks
from cspdash.domain.datasets import load_datasets
from cspdash.domain.derivation import derive
from cspdash.domain.org import FOR_EVER
from tests.support.works import ZONE, Works

PEOPLE = """
[[dataset]]
dataset = "unit"
table = "units"
[dataset.columns]
ref = "id"
name = "id"
level = {const = "team"}
parent_ref = "parent"
[[dataset]]
dataset = "officer"
table = "officers"
[dataset.columns]
ref = "id"
name = "id"
left_on = "left"
"""
POSTINGS = """
[[dataset]]
dataset = "posting"
table = "postings"
[dataset.columns]
ref = "id"
officer_id = "officer"
unit_id = "unit"
starts_on = "start"
ends_on = "end"
fte = "fte"
"""
MAKE = (
    "create table units (id, parent)",
    "create table officers (id, left)",
    'create table postings (id, officer, unit, start, "end", fte)',
)
ADD_POSTING = "insert into postings values (?, ?, ?, ?, ?, ?)"


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    works = Works.open(tmp_path, url, datasets=load_datasets(), clocks=load_clocks(ZONE), derive=derive)
    works.source("hr", PEOPLE + POSTINGS, 'kind = "sql"\nprecedence = 30')
    works.source("athena", POSTINGS, 'kind = "sql"\nprecedence = 10')
    works.sql("hr", *MAKE, "insert into units values ('force', null), ('a', 'force'), ('b', 'force')")
    works.sql("hr", "insert into officers values ('E1', null), ('E2', '2026-05-01')")
    works.sql("athena", *MAKE)
    yield works
    works.engine.dispose()


def resolved(works: Works) -> list[tuple[Any, ...]]:
    return [
        (r["officer_id"], r["unit_id"], r["starts_on"], r["ends_before"], r["source"])
        for r in works.table("posting_resolved")
    ]


def test_postings_are_resolved_and_oddities_listed(works: Works) -> None:
    works.sql(
        "hr",
        ADD_POSTING,
        rows=[("p1", "E1", "a", "2026-01-01", None, 0.5), ("p2", "E2", "b", "2026-03-01", "2026-06-30", None)],
    )
    works.sql("hr", ADD_POSTING, rows=[("p3", "E1", "zoo", "2027-01-01", "2026-01-01", None)])
    works.ingest()

    assert resolved(works) == [
        ("E1", "a", date(2026, 1, 1), FOR_EVER, "hr"),
        ("E2", "b", date(2026, 3, 1), date(2026, 5, 1), "hr"),
    ]
    first, second = works.table("posting_resolved")
    assert (first["starts_at"], first["fte"]) == (datetime(2026, 1, 1, tzinfo=UTC), 0.5)
    assert (second["ends_at"], second["fte"]) == (datetime(2026, 4, 30, 23, tzinfo=UTC), 1.0)
    assert sorted(row["kind"] for row in works.table("org_issue")) == ["after_leaving", "inverted"]
    assert works.version("organisation") == 1


def test_nothing_is_made_again_unless_something_changed(works: Works) -> None:
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, None)])
    works.ingest()
    works.ingest()
    assert works.version("organisation") == 1

    works.sql("athena", ADD_POSTING, rows=[("x1", "E1", "b", "2026-02-01", None, None)])
    works.ingest()
    assert works.version("organisation") == 2
    assert resolved(works) == [
        ("E1", "a", date(2026, 1, 1), date(2026, 2, 1), "hr"),
        ("E1", "b", date(2026, 2, 1), FOR_EVER, "athena"),
    ]
    works.source("athena", POSTINGS, 'kind = "sql"\nprecedence = 40')
    works.ingest()
    assert resolved(works) == [("E1", "a", date(2026, 1, 1), FOR_EVER, "hr")], "another precedence, another answer"
    works.sql("hr", "delete from postings")
    works.sql("hr", "update officers set left = '2026-03-01' where id = 'E1'")
    works.ingest()
    assert resolved(works) == [("E1", "b", date(2026, 2, 1), date(2026, 3, 1), "athena")]


def test_a_run_that_was_killed_in_between_is_made_good(works: Works) -> None:
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, None)])
    works.ingest()
    works.sql("hr", "update postings set unit = 'b'")
    from data_access import ingest

    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest.Organisation, "rebuild", killed)
        with pytest.raises(KeyboardInterrupt):
            works.ingest()
    assert [row[1] for row in resolved(works)] == ["a"]

    works.ingest()
    assert [row[1] for row in resolved(works)] == ["b"]
