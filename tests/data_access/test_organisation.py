"""Resolved postings and what is odd about them follow from units, officers and postings, whoever supplies them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cspdash.domain.clocks import load_clocks
from cspdash.domain.corrections import Correction
from cspdash.domain.datasets import load_datasets
from cspdash.domain.derivation import derive
from cspdash.domain.org import FOR_EVER
from data_access import correction_rows
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
    return sorted(
        (
            (r["officer_id"], r["unit_id"], r["starts_on"], r["ends_before"], r["source"])
            for r in works.table("posting_resolved")
        ),
        key=lambda row: (row[0], row[2]),
    )


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


def say(works: Works, kind: str, officer: str, unit: str, starts: str, correction_id: str = "c1", **facts: Any) -> None:
    """A correction as it stands once it was approved."""
    values = {"is_applied": True, "decided_by": "insp", **facts}
    said = Correction(
        correction_id,
        kind,
        officer,
        unit,
        date.fromisoformat(starts),
        None,
        "in words",
        "sgt",
        "PS Nair",
        works.now,
        **values,
    )  # type: ignore[arg-type]
    with works.engine.begin() as connection:
        correction_rows.add(connection, works.metadata, said, works.now)


def corrections(works: Works) -> dict[str, Any]:
    return {row["correction_id"]: row["agreed_from"] for row in works.table("team_correction")}


def test_a_correction_counts_until_the_sources_agree_and_the_past_stays_corrected(works: Works) -> None:
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, 0.5)])
    works.ingest()
    say(works, "here", "E1", "b", "2026-09-01")
    works.ingest()
    assert resolved(works) == [
        ("E1", "a", date(2026, 1, 1), date(2026, 9, 1), "hr"),
        ("E1", "b", date(2026, 9, 1), FOR_EVER, "correction"),
    ]
    assert corrections(works) == {"c1": None}

    works.sql("hr", "update postings set \"end\" = '2026-10-31' where id = 'p1'")
    works.sql("hr", ADD_POSTING, rows=[("p2", "E1", "b", "2026-11-01", None, 0.5)])
    works.ingest()
    assert corrections(works) == {"c1": date(2026, 11, 1)}
    assert resolved(works) == [
        ("E1", "a", date(2026, 1, 1), date(2026, 9, 1), "hr"),
        ("E1", "b", date(2026, 9, 1), date(2026, 11, 1), "correction"),
        ("E1", "b", date(2026, 11, 1), FOR_EVER, "hr"),
    ]

    works.sql("hr", "delete from postings where id = 'p2'")  # HR changes its mind: the word counts again
    works.sql("hr", "update postings set \"end\" = null where id = 'p1'")
    works.ingest()
    assert corrections(works) == {"c1": None}
    assert resolved(works)[-1] == ("E1", "b", date(2026, 9, 1), FOR_EVER, "correction")


def test_not_in_a_team_leaves_the_officer_to_the_other_sources_or_to_nobody(works: Works) -> None:
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, 1)])
    works.sql("athena", ADD_POSTING, rows=[("q1", "E1", "b", "2026-01-01", None, 1)])
    works.ingest()
    say(works, "not_here", "E1", "b", "2026-06-01")
    works.ingest()
    assert resolved(works)[-1] == ("E1", "a", date(2026, 6, 1), FOR_EVER, "hr")
    say(works, "not_here", "E1", "a", "2026-07-01", "c2")
    works.ingest()
    assert resolved(works)[-1] == ("E1", "a", date(2026, 6, 1), date(2026, 7, 1), "hr")


def test_what_waits_or_was_refused_changes_no_posting(works: Works) -> None:
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, 1)])
    works.ingest()
    before = resolved(works)
    say(works, "here", "E1", "b", "2026-06-01", is_applied=False)
    say(works, "here", "E1", "b", "2026-06-01", "c2", ended_by="insp", ended_at=works.now)
    works.ingest()
    assert resolved(works) == before


def test_following_needs_a_look_only_when_a_correction_changed(works: Works) -> None:
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, 1)])
    works.ingest()
    assert works.ingestion().has_corrections_to_apply() is False
    say(works, "here", "E1", "b", "2026-06-01")
    assert works.ingestion().has_corrections_to_apply() is True
    works.ingest()
    assert works.ingestion().has_corrections_to_apply() is False


def test_what_several_say_of_an_officer_is_put_together_and_told_so(works: Works) -> None:
    """HR's officer and HR's posting are one source's; Athena's posting, or a supervisor's word, makes them several."""

    def tells() -> list[tuple[str, tuple[str, ...], int]]:
        works.combined.clear()
        works.ingest()
        return [each for each in works.combined if each[0] == "organisation"]

    works.sql("hr", "insert into officers values ('E3', null)")
    works.sql(
        "hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, 1), ("p2", "E3", "a", "2026-01-01", None, 1)]
    )
    assert tells() == []
    works.sql("athena", ADD_POSTING, rows=[("q1", "E1", "b", "2026-03-01", None, 1)])
    both = ("athena posting", "hr officer", "hr posting")
    assert tells() == [("organisation", both, 2)]  # until March, and from then
    assert tells() == []
    say(works, "here", "E3", "b", "2026-06-01")
    ((_, parts, rows),) = tells()
    assert parts == ("correction posting", "hr officer", "hr posting")
    assert rows == sum(row["officer_id"] == "E3" for row in works.table("posting_resolved")) == 2
    works.sql("hr", "update postings set start = '2026-02-01' where id = 'p2'")
    assert tells() != [], "what was reconciled before is reconciled anew"


def test_disagreements_are_records_that_come_and_go(works: Works) -> None:
    works.sql("hr", "insert into officers values ('E3', null)")
    works.sql("hr", ADD_POSTING, rows=[("p1", "E1", "a", "2026-01-01", None, 1)])
    works.sql("athena", ADD_POSTING, rows=[("q1", "E1", "b", "2026-03-01", None, 1)])
    works.ingest()
    found = {
        row["ref"]: (row["kind"], row["officer_id"], row["unit_id"], row["words"])
        for row in works.table("posting_discrepancy")
    }
    assert found == {
        "E1/hr/2026-03-01": ("disagrees", "E1", "b", "athena says b, which counts; hr says a."),
        "E1/athena/2026-01-01": ("knows_nothing", "E1", "a", "hr says a, which counts; athena knows nothing of it."),
        "E3/nobody/2026-11-22": ("unposted", "E3", None, "No source places this officer in a unit."),
    }
    version = works.version("posting_discrepancy")
    works.ingest()
    assert works.version("posting_discrepancy") == version
    works.sql("hr", "update postings set unit = 'b' where id = 'p1'")
    works.ingest()
    assert {row["ref"] for row in works.table("posting_discrepancy")} == {
        "E1/athena/2026-01-01",
        "E3/nobody/2026-11-22",
    }
    assert works.version("posting_discrepancy") == version + 1
