"""Databases of others: read only, only mapped columns, only what changed; and what is wrong, in words without secrets."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from cspdash.domain.errors import SourceUnavailable
from data_access.sources import opened
from data_access.sources.sql import in_words, open_source
from tests.support.works import ADD_DOG, DOGS, MAKE_DOGS, NOW, Works


@pytest.fixture
def works(tmp_path: Path) -> Works:
    works = Works.open(tmp_path)
    works.source("pound", DOGS)
    works.sql("pound", MAKE_DOGS)
    return works


def add(works: Works, *rows: tuple[Any, ...]) -> None:
    works.sql("pound", ADD_DOG, rows=rows)


def test_the_second_time_only_what_changed_is_read_and_written(works: Works) -> None:
    works.source("pound", DOGS.replace("1000000", "0"))
    add(works, *[(f"d{i}", None, "Rex", i, "N") for i in range(100)])
    assert (works.one().read, works.one().read) == (100, 1)  # the row of the watermark itself
    assert works.version("dog") == 1

    works.sql("pound", "update dogs set name = 'Fly', v = 200 where id = 'd5'")
    result = works.one()

    assert (result.read, result.changed) == (2, 1)
    assert works.rows()["d5"]["name"] == "Fly"
    assert works.version("dog") == 2
    assert [row["changed"] for row in works.table("load")] == [100, 1], "a poll that finds nothing leaves no trace"


def test_only_mapped_columns_leave_the_source(works: Works) -> None:
    read: list[str] = []
    ingest = works.ingestion()
    mapping = ingest.sources[0].mappings[0]

    assert set(mapping.source_columns) == {"id", "kennel", "name", "v", "gone"}
    works.sql("pound", "alter table dogs add column medical_history")
    add_all = "insert into dogs values ('d1', null, 'Rex', 1, 'N', 'worms')"
    works.sql("pound", add_all, "insert into dogs values ('d2', null, null, 1, 'N', 'fleas')")
    works.ingest(progress=lambda *seen: read.append(str(seen)))
    assert "worms" not in repr(works.table("dog"))
    assert "fleas" not in repr(works.table("quarantine"))
    assert read == ["('pound', 'dog', 2, 2)"]


def test_the_source_is_never_written(works: Works) -> None:
    add(works, ("d1", None, "Rex", 1, "N"))
    query = DOGS.replace('table = "dogs"', 'query = "delete from dogs returning id, kennel, name, v, gone"')
    works.source("pound", query)

    assert not works.one().ok
    works.source("pound", DOGS)
    assert works.one().read == 1
    engine = open_source("sqlite:///pound.db", works.home, "Pound")
    with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("delete from dogs")


def test_a_live_database_in_wal_mode_is_read(works: Works) -> None:
    writer = sqlite3.connect(works.home / "pound.db")
    writer.execute("pragma journal_mode = wal")
    writer.execute(ADD_DOG, ("d1", None, "Rex", 1, "N"))
    writer.commit()

    assert works.one().changed == 1
    writer.close()
    assert works.one().ok


@pytest.mark.parametrize("end", [" ; ", " -- a comment"])
def test_a_query_of_the_administrators_own(works: Works, end: str) -> None:
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", None, "x%", 2, "N"))
    query = """
    -- colons, percent signs, backslashes and a semicolon are the query's own
    select id, kennel, name || ' 12:30 :x' as name, v, gone from dogs where name not like 'x\\%' escape '\\' """
    works.source("pound", DOGS.replace('table = "dogs"', f"query = '''{query}{end}'''"))

    assert works.one().result == "ok"
    assert {row["name"] for row in works.rows().values()} == {"Rex 12:30 :x"}


def test_names_that_need_quoting(works: Works) -> None:
    works.sql("pound", 'create table "order" ("Dog No" text, "select" text, "Name; drop table dogs" text)')
    works.sql("pound", """insert into "order" values ('d1', null, 'Rex')""")
    columns = '[dataset.columns]\nref = "Dog No"\nname = "Name; drop table dogs"\n'
    works.source("pound", f'[[dataset]]\ndataset = "dog"\ntable = "order"\n{columns}')

    assert works.one().result == "ok"
    assert works.rows()["d1"]["name"] == "Rex"


def test_a_column_that_is_not_there_refuses_the_batch(works: Works) -> None:
    add(works, ("d1", None, "Rex", 1, "N"))
    works.ingest()
    works.sql("pound", "alter table dogs rename column name to call_name", ADD_DOG, rows=[("d2", None, "Fly", 2, "N")])

    result = works.one()

    assert result.result == "Pound, table dogs, has no column 'name'; it has id, kennel, call_name, v, gone."
    assert set(works.rows()) == {"d1"}
    (state,) = works.table("source_state")
    assert (state["result"], state["is_down"], state["loaded_at"]) == (result.result, False, NOW)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///nowhere.db", "there is no file nowhere.db"),
        ("postgresql://boss:hunter2@127.0.0.1:1/x", "Connection refused"),
        ("mssql+pyodbc://boss:hunter2@server/x", "No module named 'pyodbc'"),
        ("nonsense://boss:hunter2@server/x", "Can't load plugin"),
        ("boss:hunter2@server", "Could not parse"),
        ("", "has no connection 'pound': set CSPDASH_CONNECTION_POUND"),
    ],
)
def test_a_source_that_is_down_says_so_without_secrets_and_keeps_its_figures(
    works: Works, url: str, words: str
) -> None:
    add(works, ("d1", None, "Rex", 1, "N"))
    works.source("kennels", DOGS)
    works.sql("kennels", MAKE_DOGS, ADD_DOG, rows=[("d9", None, "Pip", 1, "N")])
    works.ingest()
    works.connections = {**works.connections, "pound": url}
    works.now = NOW.replace(hour=21)
    works.sql("kennels", ADD_DOG, rows=[("d8", None, "Pip", 2, "N")])

    down, other = sorted(works.ingest(), key=lambda result: result.ok)

    assert words in down.result
    assert down.result.startswith("Pound")
    assert "hunter2" not in repr(works.table("source_state")) + repr(works.table("load")) + repr(
        works.ingestion().options
    )
    assert set(works.rows()) == {"d1", "d8", "d9"}, "old figures stay, other sources go on"
    assert other.ok
    state = {row["source"]: row for row in works.table("source_state")}
    assert (state["pound"]["is_down"], state["pound"]["loaded_at"], state["pound"]["tried_at"]) == (
        True,
        NOW,
        works.now,
    )
    assert (state["kennels"]["is_down"], state["kennels"]["loaded_at"]) == (False, works.now)

    works.connections["pound"] = "sqlite:///pound.db"
    assert all(result.ok for result in works.ingest())
    assert not any(row["is_down"] for row in works.table("source_state"))


def test_what_a_driver_says_is_told_without_addresses_and_passwords() -> None:
    said = "cannot reach postgresql://boss:hunter2@server/x with PWD=hunter2;UID=boss\nstatement: select hunter2"

    with pytest.raises(SourceUnavailable) as error, in_words("Pound"):
        raise ValueError(said)
    assert str(error.value) == "Pound could not be read: cannot reach (address) with PWD=***"
    assert error.value.__cause__ is None


def test_a_source_that_does_not_answer_is_asked_once(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.source("pound", DOGS + DOGS.replace('"dog"\n', '"dog"\nname = "more"\n'))
    works.connections["pound"] = "sqlite:///nowhere.db"
    ingest = works.ingestion()
    asked: list[str] = []

    def asking(*given: Any, **how: Any) -> Any:
        asked.append(given[0])
        return open_source(*given, **how)

    monkeypatch.setattr(opened, "open_source", asking)

    assert [result.ok for result in ingest.run()] == [False, False]
    assert len(asked) == 1


def test_a_table_that_is_not_there(works: Works) -> None:
    works.source("pound", DOGS.replace('"dogs"', '"cats"'))

    assert "no such table: cats" in works.one().result


def test_rows_without_a_watermark_are_refused_in_words(works: Works) -> None:
    add(works, ("d1", None, "Rex", None, "N"), ("d2", None, "Rex", 1, "N"))

    assert (works.one().refused, set(works.rows())) == (1, {"d2"})
    (refused,) = works.table("quarantine")
    assert (refused["ref"], refused["column"]) == ("d1", "v")
    assert refused["reason"] == "is empty, so that a later change of this row could not be seen"


def test_times_as_watermark_overlap_and_event_time(works: Works) -> None:
    works.source("pound", DOGS.replace("overlap = 1000000\n", "") + 'changed_at = "v"\n')
    add(works, ("d1", None, "Rex", "2026-11-22 19:00:00", "N"), ("d2", None, "Fly", "2026-11-22 19:30:00", "N"))
    works.ingest()
    add(
        works,
        ("d3", None, "late commit", "2026-11-22 19:21:00", "N"),
        ("d4", None, "too late", "2026-11-22 19:19:00", "N"),
    )

    result = works.one()

    assert (result.read, result.changed, set(works.rows())) == (2, 1, {"d1", "d2", "d3"})
    (state,) = works.table("source_state")
    assert state["event_at"] == NOW.replace(hour=19, minute=30)
    assert state["rows"] == 3


def test_a_row_from_the_future_is_refused_and_hides_nothing(works: Works) -> None:
    works.source("pound", DOGS.replace("overlap = 1000000\n", ""))
    add(works, ("d1", None, "Rex", "2099-01-01 00:00:00", "N"), ("d2", None, "Fly", "2026-11-22 19:30:00", "N"))
    assert works.one().refused == 1
    add(works, ("d3", None, "Pip", "2026-11-22 19:40:00", "N"))

    assert works.one().changed == 1
    assert set(works.rows()) == {"d2", "d3"}


def test_a_row_changed_twice_within_the_unit_of_its_watermark(works: Works) -> None:
    """A day as watermark: whatever the hashes, what is read later is what is there now."""
    works.source("pound", DOGS.replace("overlap = 1000000\n", ""))
    add(works, ("d1", None, "0", "2026-11-22", "N"))
    works.ingest()
    for name in "12345":
        works.sql("pound", "update dogs set name = ?", rows=[(name,)])
        works.ingest()
        assert works.rows()["d1"]["name"] == name
    works.ingest()
    assert works.rows()["d1"]["name"] == "5"


def test_a_changed_mapping_reads_everything_again(works: Works) -> None:
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", "k1", "Fly", 2, "N"))
    works.ingest()
    works.source("pound", DOGS + '\n[dataset.when]\nname = ["kennel", "is_missing"]\n')
    works.ingest()
    assert works.rows()["d2"]["name"] == "Fly", "a row that turned bad keeps its last good version"

    knighted = DOGS.replace('"name"', '{column = "name", prefix = "Sir "}')
    works.source("pound", knighted.replace('"dogs"', '"dogs"\nskip = [["id", "is", "d2"]]'))
    result = works.one()

    assert {ref: row["name"] for ref, row in works.rows().items()} == {"d1": "Sir Rex"}, "d2 is left out now"
    assert (result.read, result.changed, result.skipped) == (2, 2, 1)
    assert works.table("quarantine") == []
    assert works.one().changed == 0


# --- tables that are compared whole ---
WHOLE = DOGS.replace('watermark = "v"\noverlap = 1000000\ndeleted = ["gone", "is", "Y"]\n', "")


def test_without_a_watermark_the_whole_table_is_compared(works: Works) -> None:
    works.source("pound", WHOLE)
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", None, "Fly", 1, "N"), ("d3", None, "Pip", 1, "N"))
    assert works.one().changed == 3
    before = works.state()

    assert works.one().changed == 0
    assert works.state() == before
    works.sql("pound", "delete from dogs where id = 'd1'", "update dogs set name = 'Max' where id = 'd2'")
    assert (works.one().changed, works.version("dog")) == (2, 2)
    assert {ref: row["name"] for ref, row in works.rows().items()} == {"d2": "Max", "d3": "Pip"}
    (gone,) = [row for row in works.state() if row["gone"]]
    assert {key for key, value in gone.items() if value} == {"ref", "source", "mapping", "version", "row_hash", "gone"}
    works.sql("pound", "update dogs set name = 'Fly' where id = 'd2'", ADD_DOG, rows=[("d1", None, "Rex", 1, "N")])
    assert works.one().changed == 2
    assert {ref: row["name"] for ref, row in works.rows().items()} == {"d1": "Rex", "d2": "Fly", "d3": "Pip"}
    assert works.table("source_state")[0]["rows"] == 3


def test_a_table_that_is_being_filled_anew_takes_nothing_away(works: Works) -> None:
    works.source("pound", WHOLE)
    add(works, *[(f"d{i}", None, "Rex", 1, "N") for i in range(30)])
    works.ingest()
    works.sql("pound", "delete from dogs")

    result = works.one()

    assert result.result == "Pound, table dogs, is empty, and 30 rows of it are here; nothing was changed."
    assert len(works.rows()) == 30


def test_a_bad_row_of_a_whole_table_is_not_a_gone_one(works: Works) -> None:
    works.source("pound", WHOLE)
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", None, "Fly", 1, "N"))
    works.ingest()
    works.sql("pound", "update dogs set name = null where id = 'd1'")

    assert (works.one().refused, set(works.rows())) == (1, {"d1", "d2"})
    assert [(row["ref"], row["column"], row["reason"]) for row in works.table("quarantine")] == [
        ("d1", "name", "is required and empty")
    ]
    assert len(works.table("load")) == 2
    works.ingest()
    assert len(works.table("load")) == 2, "the same refusal again is nothing new"
    works.sql("pound", "update dogs set name = 'Max' where id = 'd1'", ADD_DOG, rows=[("d3", None, None, 1, "N")])
    works.ingest()
    assert ([row["ref"] for row in works.table("quarantine")], works.rows()["d1"]["name"]) == (["d3"], "Max")
    works.sql("pound", "delete from dogs where id = 'd3'")
    works.ingest()
    assert works.table("quarantine") == [], "what is no longer there is no longer bad"


# --- PostgreSQL as a source ---
POSTGRES_DOGS = """
[[dataset]]
dataset = "dog"
query = "select *, v::timestamptz as changed from dogs where gone::text <> '12:30'"
watermark = "v"
deleted = ["gone", "is", true]
[dataset.columns]
ref = "id"
name = "name"
changed_at = "v"
is_good = "good"
price_pence = {column = "price", scale = 100}
"""
MAKE_POSTGRES_DOGS = """
create table dogs (id int, name jsonb, v timestamptz, gone boolean, good boolean, price numeric);
insert into dogs values (1, '["Rex"]', '2026-06-22 14:00+01', false, true, 12.34);
insert into dogs values (2, '1', '2026-06-22 14:00+01', true, null, null);
"""
MAKE_TRAP = """
create function trap() returns table (id int, name jsonb, changed timestamptz, gone boolean, good boolean, price numeric)
language sql volatile as 'insert into dogs values (3) returning *'
"""


def test_a_postgres_source(tmp_path: Path, postgres_url: str) -> None:
    works = Works.open(tmp_path)
    works.connections["pound"] = (
        make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    works.source("pound", POSTGRES_DOGS)
    with psycopg.connect(works.connections["pound"], autocommit=True) as connection:
        connection.execute(MAKE_POSTGRES_DOGS)

        assert (works.one().result, set(works.rows())) == ("ok", {"1"})
        row = works.rows()["1"]
        assert (row["name"], row["is_good"], row["price_pence"]) == ("['Rex']", True, 1234)
        assert row["changed_at"] == datetime(2026, 6, 22, 13, tzinfo=UTC)
        connection.execute("update dogs set good = false, v = v + interval '1 second' where id = 1")
        assert works.one().changed == 1
        connection.execute(MAKE_TRAP)
        writes = 'query = "select *, changed as v from trap()"'
        works.source("pound", POSTGRES_DOGS.replace(POSTGRES_DOGS.splitlines()[3], writes))
        assert "read-only transaction" in works.one().result
        assert connection.execute("select count(*) from dogs").fetchone() == (2,)
