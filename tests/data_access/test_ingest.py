"""Ingest from end to end, on both databases: what is there afterwards, what it says, what depends on what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import inspect

from cspdash.domain.errors import DefinitionError
from data_access.ingest import load_order
from tests.support.works import ADD_DOG, DATASETS, DOGS, KENNELS, MAKE_DOGS, NOW, Works

MAKE_KENNELS = "create table kennels (id, name)"
ADD_KENNEL = "insert into kennels values (?, ?)"


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    works = Works.open(tmp_path, "" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    works.source("pound", DOGS + KENNELS)
    works.sql("pound", MAKE_DOGS, MAKE_KENNELS)
    yield works
    works.engine.dispose()


def add(works: Works, *rows: tuple[Any, ...]) -> None:
    works.sql("pound", ADD_DOG, rows=rows)


def seen(works: Works, column: str, dataset: str = "dog") -> dict[str, Any]:
    return {ref: row[column] for ref, row in works.rows(dataset).items()}


EVERY_KIND = """
[[dataset]]
dataset = "dog"
table = "every"
[dataset.columns]
ref = "id"
name = "name"
coat = "coat"
weight = "weight"
legs = "legs"
price_pence = {column = "price", scale = 100}
is_good = "good"
born_on = "born"
seen_at = "seen"
"""


def test_every_kind_of_column(works: Works) -> None:
    full = ("d1", "Rex", "rough", 7.5, 4, 12.34, "Y", "2020-02-29", "2026-06-22T00:30:00")
    make = "create table every (id, name, coat, weight, legs, price, good, born, seen)"
    works.sql(
        "pound", make, "insert into every values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows=[full, ("d2", "Fly", *[None] * 7)]
    )
    works.source("pound", EVERY_KIND)

    works.ingest()

    row = works.rows()["d1"]
    assert (row["coat"], row["weight"], row["legs"], row["price_pence"], row["is_good"]) == (
        "rough",
        7.5,
        4,
        1234,
        True,
    )
    assert (row["born_on"], row["due_on"]) == (date(2020, 2, 29), date(2020, 2, 29))
    assert row["seen_at"] == datetime(2026, 6, 21, 23, 30, tzinfo=UTC)
    assert row["loaded_at"] == NOW
    nothing = {name for name in works.rows()["d2"] if works.rows()["d2"][name] is None}
    assert {"coat", "weight", "legs", "price_pence", "is_good", "born_on", "seen_at", "due_on", "deleted_at"} <= nothing


def test_the_hash_of_a_row_does_not_depend_on_the_database(works: Works) -> None:
    add(works, ("d1", "k1", "Rex", 1, "N"))
    works.ingest()

    assert works.rows()["d1"]["row_hash"] == "2d3ce577b7663f3ae4ecdf209b1c2dd5"


# --- what depends on what ---
def test_rows_that_depend_on_a_change_change_with_it(works: Works) -> None:
    works.sql("pound", ADD_KENNEL, rows=[("k1", "North"), ("k2", "South")])
    add(works, ("d1", "k1", "Rex", 1, "N"), ("d2", "k1", "Fly", 1, "N"), ("d3", None, "Pip", 1, "N"))
    works.ingest()
    assert seen(works, "siblings") == {"d1": 1, "d2": 1, "d3": 0}
    assert seen(works, "kennel_name") == {"d1": "North", "d2": "North", "d3": None}
    assert seen(works, "dogs", "kennel") == {"k1": 2, "k2": 0}
    assert (works.version("dog"), works.version("kennel")) == (1, 1)

    works.sql("pound", "update dogs set kennel = 'k2', v = 2 where id = 'd2'")
    works.ingest()
    assert seen(works, "siblings") == {"d1": 0, "d2": 0, "d3": 0}
    assert seen(works, "kennel_name")["d2"] == "South"
    assert seen(works, "dogs", "kennel") == {"k1": 1, "k2": 1}, "the kennel it left and the one it came to"
    assert (works.version("dog"), works.version("kennel")) == (2, 2)

    works.sql("pound", "update kennels set name = 'East' where id = 'k2'")
    works.ingest()
    assert seen(works, "kennel_name") == {"d1": "North", "d2": "East", "d3": None}
    assert (works.version("dog"), works.version("kennel")) == (3, 3)

    works.sql("pound", "update dogs set name = 'Max', v = 3 where id = 'd1'")
    works.ingest()
    assert (works.version("dog"), works.version("kennel")) == (4, 3), "what comes out the same is not written"

    works.sql("pound", "update dogs set gone = 'Y', v = 4 where id = 'd1'")
    works.ingest()
    assert seen(works, "dogs", "kennel") == {"k1": 0, "k2": 1}
    add(works, ("d4", None, "in no kennel", 5, "N"))
    works.ingest()
    assert seen(works, "siblings") == {"d2": 0, "d3": 0, "d4": 0}


def test_rows_that_look_at_others_of_their_own_dataset_in_two_ways(works: Works) -> None:
    works.source("pound", DOGS + 'mother_ref = "gone"\n')
    rows = [
        ("d1", "k1", "Fly", 1, None),
        ("d2", "k1", "Rex", 1, "d1"),
        ("d3", "k1", "Pip", 1, "d1"),
        ("d4", None, "Bo", 1, "d3"),
    ]
    add(works, *rows)
    works.ingest()
    assert seen(works, "mother_name") == {"d1": None, "d2": "Fly", "d3": "Fly", "d4": "Pip"}

    works.sql("pound", "update dogs set name = 'Queenie', v = 2 where id = 'd1'")
    works.ingest()
    assert seen(works, "mother_name") == {"d1": None, "d2": "Queenie", "d3": "Queenie", "d4": "Pip"}
    assert seen(works, "siblings") == {"d1": 2, "d2": 2, "d3": 2, "d4": 0}


def test_many_rows_at_once(works: Works) -> None:
    works.chunk_rows = 300
    add(works, *[(f"d{i}", f"k{i % 7}", "first", 1, "N") for i in range(600)])
    add(works, *[(f"d{i}", f"k{i % 7}", "second", 2, "N") for i in range(600)])
    works.ingest()
    assert (len(works.rows()), set(seen(works, "name").values())) == (600, {"second"})

    works.sql("pound", "update dogs set name = 'third', v = 3 where v = 2")
    assert works.ingest()[0].changed == 600
    assert (len(works.rows()), set(seen(works, "name").values())) == (600, {"third"})


def test_rows_are_derived_again_when_the_clocks_change(works: Works) -> None:
    works.sql("pound", ADD_KENNEL, rows=[("k1", "North"), ("k2", "South")])
    add(works, ("d1", "k1", "Rex", 1, "N"))
    works.ingest()
    works.clocks = SimpleNamespace(version="two", factor=10)

    results = works.ingest()

    assert [(result.dataset, result.changed) for result in results if result.source == "clocks"] == [
        ("dog", 0),
        ("kennel", 1),
    ]
    assert seen(works, "dogs", "kennel") == {"k1": 10, "k2": 0}
    assert (works.version("dog"), works.version("kennel")) == (1, 2)
    assert {row["rules_version"] for row in works.table("data_version")} == {"two"}
    assert not [result for result in works.ingest() if result.source == "clocks"]


def test_rows_that_look_at_each_other_are_derived_once_all_are_there(works: Works) -> None:
    calls: list[str] = []
    own = works.derive

    def counted(dataset: Any, *given: Any) -> Any:
        calls.append(dataset.name)
        return own(dataset, *given)

    works.derive = counted
    works.chunk_rows = 3
    works.sql("pound", ADD_KENNEL, rows=[(f"k{i}", "North") for i in range(5)])
    add(works, *[(f"d{i:02d}", f"k{i % 5}", "Rex", i, "N") for i in range(20)])

    works.ingest()

    assert (calls.count("dog"), calls.count("kennel")) == (20, 5)
    assert set(seen(works, "siblings").values()) == {3}
    assert set(seen(works, "dogs", "kennel").values()) == {4}
    assert works.version("dog") == 1


def test_each_dataset_comes_after_those_its_rule_looks_at() -> None:
    assert load_order(DATASETS) == ["dog", "kennel"]


def test_a_rule_that_fails_costs_one_row(works: Works) -> None:
    works.source("pound", KENNELS.replace('"kennel"', '"dog"').replace('"kennels"', '"dogs"'))
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", None, "Cerberus", 1, "N"))
    assert works.ingest()[0].ok
    assert seen(works, "siblings") == {"d1": 0, "d2": None}

    works.sql("pound", "update dogs set name = 'Max' where id = 'd1'")
    assert works.ingest()[0].ok
    assert seen(works, "name")["d1"] == "Max"


def test_a_row_whose_rule_fails_on_the_way_in_is_refused(works: Works) -> None:
    def fails(_dataset: Any, row: Any, *_given: Any) -> Any:
        return {"dogs": 1 if row["name"] == "North" else 1 // 0}

    works.source("pound", KENNELS)
    works.derive = fails
    works.sql("pound", ADD_KENNEL, rows=[("k1", "North"), ("k2", "South")])

    assert (works.one().refused, seen(works, "dogs", "kennel")) == (1, {"k1": 1})
    (refused,) = works.table("quarantine")
    assert (refused["ref"], refused["column"]) == ("k2", "kennel")
    assert refused["reason"] == "the rule 'kennel' failed: ZeroDivisionError"
    works.sql("pound", "update kennels set name = 'North'")
    works.ingest()
    assert (works.table("quarantine"), set(works.rows("kennel"))) == ([], {"k1", "k2"})


# --- refused rows and refused batches ---
def test_a_refused_row_is_kept_until_a_good_one_comes(works: Works) -> None:
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", None, None, 1, "N"), (None, None, "Pip", 1, "N"))
    result = works.ingest()[0]
    assert (result.read, result.changed, result.refused, result.ok) == (3, 1, 2, True)
    kept = {row["ref"]: row for row in works.table("quarantine")}
    assert kept["d2"]["place"] == "table dogs, id 'd2'"
    assert (kept["d2"]["column"], kept["d2"]["reason"]) == ("name", "is required and empty")
    assert kept["d2"]["row"] == '{"id": "d2", "kennel": null, "name": null, "v": 1, "gone": "N"}'
    assert (kept[None]["column"], kept[None]["place"]) == ("ref", "table dogs, id ''")
    assert works.table("source_state")[0]["refused"] == 2

    result = works.ingest()[0]
    assert (result.refused, len(works.table("quarantine"))) == (0, 2), "what the overlap reads again is nothing new"
    works.sql("pound", "update dogs set name = null, v = 2 where id = 'd1'", "update dogs set v = 2 where id = 'd2'")
    assert works.ingest()[0].refused == 2, "d2 is bad in another version"
    assert (seen(works, "name"), len(works.table("quarantine"))) == ({"d1": "Rex"}, 3)
    works.sql("pound", "update dogs set name = 'Good', v = 3 where id is not null")
    works.ingest()
    assert (seen(works, "name"), len(works.table("quarantine"))) == ({"d1": "Good", "d2": "Good"}, 1)


def test_an_older_good_version_does_not_excuse_a_newer_bad_one(works: Works) -> None:
    add(works, ("d1", None, None, 5, "N"))
    works.ingest()
    works.sql("pound", "delete from dogs", ADD_DOG, rows=[("d1", None, "late", 3, "N")])
    works.ingest()

    assert (seen(works, "name"), len(works.table("quarantine"))) == ({"d1": "late"}, 1)
    works.sql("pound", "delete from dogs", ADD_DOG, rows=[("d1", None, None, 2, "N")])
    works.ingest()
    (refused,) = works.table("quarantine")
    assert '"v": 5' in refused["row"], "a bad version that is older still is of no interest"


def test_a_batch_with_too_many_bad_rows_changes_nothing(works: Works) -> None:
    works.max_refused_percent = 10
    add(works, ("d0", None, "Rex", 0, "N"))
    works.ingest()
    add(
        works, *[(f"d{i}", None, "Fly" if i > 21 else None, 1, "N") for i in range(1, 200)], ("d0", None, "Max", 1, "N")
    )

    result = works.ingest()[0]

    assert (result.ok, result.changed, result.refused) == (False, 0, 21)
    assert (
        result.result.startswith("21 of 200 rows were refused (10 %, at most 10 %)")
        or "21 of 201 rows" in result.result
    )
    assert "The first: table dogs, id 'd1': name is required and empty" in result.result
    assert seen(works, "name") == {"d0": "Rex"}
    assert len(works.table("quarantine")) == 21, "so that one can see why"
    assert works.table("load")[-1]["result"] == result.result
    works.sql("pound", "update dogs set name = 'Good', v = 2 where name is null")
    assert works.ingest()[0].changed == 200
    assert works.table("quarantine") == []


def test_a_few_bad_rows_never_refuse_a_batch(works: Works) -> None:
    works.max_refused_percent = 10
    add(works, *[(f"d{i}", None, "Fly" if i > 20 else None, 1, "N") for i in range(1, 25)])

    assert (works.ingest()[0].ok, len(works.rows())) == (True, 4)


def test_known_bad_rows_do_not_outvote_the_few_that_are_new(works: Works) -> None:
    works.max_refused_percent = 50
    add(works, *[(f"d{i}", None, "Fly" if i % 3 else None, 1, "N") for i in range(99)])
    assert works.ingest()[0].refused == 33
    works.source("pound", DOGS)
    works.sql("pound", "delete from dogs where name is not null", ADD_DOG, rows=[("new", None, "Pip", 2, "N")])

    assert (works.one().result, "new" in works.rows()) == ("ok", True)


def test_an_instant_after_tomorrow_is_refused(works: Works) -> None:
    works.source("pound", DOGS + 'seen_at = "gone"\n'.replace("gone", "kennel"))
    add(works, ("d1", "2026-11-23T23:59:59", "Rex", 1, "N"), ("d2", "2026-11-24T00:00:00", "Rex", 1, "N"))
    works.source("pound", DOGS.replace('kennel_ref = "kennel"', 'seen_at = "kennel"'))

    works.ingest()

    assert set(works.rows()) == {"d1"}
    assert works.table("quarantine")[0]["reason"] == "'2026-11-24T00:00:00' lies after tomorrow"


def test_unknown_officers_and_units_are_not_refused(works: Works) -> None:
    works.source("pound", DOGS.replace('kennel_ref = "kennel"', 'officer_id = "kennel"\nunit_id = {const = "nowhere"}'))
    add(works, ("d1", "nobody", "Rex", 1, "N"))

    works.ingest()

    assert (works.rows()["d1"]["officer_id"], works.rows()["d1"]["unit_id"]) == ("nobody", "nowhere")


# --- several sources and mappings ---
def test_of_two_sources_the_one_that_comes_first_keeps_a_row(works: Works) -> None:
    works.source("pound", DOGS, 'kind = "sql"\nprecedence = 20')
    works.source("vet", DOGS, 'kind = "sql"\nprecedence = 10')
    works.sql("vet", MAKE_DOGS)
    add(works, ("d1", None, "says pound", 9, "N"), ("d2", None, "says pound", 1, "N"))
    works.ingest(["pound"])
    works.sql("vet", ADD_DOG, rows=[("d1", None, "says vet", 1, "N")])
    works.ingest()
    assert seen(works, "name") == {"d1": "says vet", "d2": "says pound"}
    versions = works.version("dog")

    add(works, ("d1", None, "says pound again", 10, "N"))
    assert sum(result.changed for result in works.ingest()) == 0
    assert (seen(works, "name")["d1"], works.version("dog")) == ("says vet", versions)
    assert {row["source"]: row["rows"] for row in works.table("source_state")}["vet"] == 1


def test_two_mappings_of_a_source_compare_their_versions(works: Works) -> None:
    works.source("pound", DOGS + DOGS.replace('"dog"\n', '"dog"\nname = "archive"\n').replace('"dogs"', '"archive"'))
    works.sql("pound", MAKE_DOGS.replace("dogs", "archive"))
    add(works, ("d1", None, "live", 1, "N"))
    works.ingest()
    works.sql("pound", ADD_DOG.replace("dogs", "archive"), rows=[("d1", None, "archived", 2, "N")])
    works.ingest()

    assert seen(works, "name") == {"d1": "archived"}
    assert sum(result.changed for result in works.ingest()) == 0


def test_rows_of_a_mapping_that_is_no_more_are_taken_over(works: Works) -> None:
    works.source("pound", DOGS)
    add(works, ("d1", None, "Rex", 5, "N"))
    works.ingest()
    works.source("pound", DOGS.replace('"dog"\n', '"dog"\nname = "renamed"\n'))
    works.sql("pound", "update dogs set v = 1")
    works.ingest()
    works.sql("pound", "update dogs set name = 'Max', v = 2")
    works.ingest()

    assert seen(works, "name") == {"d1": "Max"}
    assert {row["mapping"]: row["rows"] for row in works.table("source_state")}["renamed"] == 1


def test_a_row_that_is_to_be_left_out_from_now_on_goes(works: Works) -> None:
    works.source("pound", DOGS.replace('"dogs"', '"dogs"\nskip = [["name", "is", "TEST"], ["kennel", "is", "x"]]'))
    add(works, ("d1", None, "Rex", 1, "N"), ("d2", None, "TEST", 1, "N"), ("d3", "x", "Fly", 1, "N"))
    result = works.one()
    assert (result.read, result.changed, result.skipped, set(works.rows())) == (3, 1, 2, {"d1"})

    works.sql("pound", "update dogs set name = 'TEST', v = 2 where id = 'd1'")
    works.ingest()
    assert works.rows() == {}


# --- the run as a whole ---
def test_only_some_sources(works: Works) -> None:
    works.source("vet", DOGS.replace('"dogs"', '"nothing"'))
    works.sql("vet", MAKE_DOGS)

    assert [result.source for result in works.ingest(["pound"])] == ["pound", "pound"]
    with pytest.raises(DefinitionError, match="there is no source 'zoo'"):
        works.ingest(["zoo"])


def test_progress_is_told(works: Works) -> None:
    works.source("pound", DOGS)
    works.chunk_rows = 4
    add(works, *[(f"d{i}", None, "Rex", 1, "N") for i in range(10)])
    told: list[Any] = []

    works.ingest(progress=lambda *seen: told.append(seen))
    assert told == [("pound", "dog", 4, 10), ("pound", "dog", 8, 10), ("pound", "dog", 10, 10)]


def test_an_empty_source_is_loaded_not_missing(works: Works) -> None:
    assert all(result.ok for result in works.ingest())
    assert (works.version("dog"), works.version("kennel")) == (1, 1)
    works.ingest()
    assert (works.version("dog"), works.version("kennel")) == (1, 1)


def test_indexes_are_all_there_after_a_first_load(works: Works) -> None:
    before = {index["name"] for index in inspect(works.engine).get_indexes("dog")}
    add(works, ("d1", None, "Rex", 1, "N"))
    works.ingest()

    assert {index["name"] for index in inspect(works.engine).get_indexes("dog")} == before
    assert len(before) >= 4


def test_nothing_but_the_change_is_written_again(works: Works) -> None:
    add(works, *[(f"d{i}", "k1", "Rex", i, "N") for i in range(50)])
    works.ingest()
    before = {row["ref"]: row["loaded_at"] for row in works.table("dog")}
    works.now = NOW + timedelta(minutes=5)
    works.sql("pound", "update dogs set name = 'Max', v = 99 where id = 'd7'")
    works.ingest()

    after = {row["ref"]: row["loaded_at"] for row in works.table("dog")}
    assert {ref for ref in after if after[ref] != before[ref]} == {"d7"}


def test_a_table_that_lost_half_its_rows_changes_nothing_unless_that_is_meant(works: Works) -> None:
    works.sql("pound", ADD_KENNEL, rows=[(f"k{n}", f"Kennel {n}") for n in range(60)])
    works.ingest()
    before, version = works.state("kennel"), works.version("kennel")
    works.sql("pound", "delete from kennels where rowid % 2 = 0")

    held = {each.mapping: each for each in works.ingest()}["kennel"]

    assert "no longer has 30 of the 60 rows" in held.result
    assert "nothing was changed" in held.result
    assert (works.state("kennel"), works.version("kennel")) == (before, version)
    works.source("pound", DOGS + KENNELS.replace("table =", "may_lose_percent = 50\ntable ="))
    works.ingest()
    assert len(works.rows("kennel")) == 30


def test_a_table_that_lost_a_few_rows_is_believed(works: Works) -> None:
    works.sql("pound", ADD_KENNEL, rows=[(f"k{n}", f"Kennel {n}") for n in range(100)])
    works.ingest()
    works.sql("pound", "delete from kennels where rowid % 4 = 0")
    works.ingest()
    assert len(works.rows("kennel")) == 75
