"""Two records become one at the source: the old one counts no longer, and it is said into which it went."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cspdash.domain.errors import DefinitionError
from data_access.merging import merged_from, merged_into
from tests.support.works import Works

MAPPED = """
[[dataset]]
dataset = "dog"
table = "dogs"
watermark = "v"
overlap = 1000000
merged_into = "whole"
[dataset.columns]
ref = {column = "id", prefix = "D-"}
kennel_ref = "kennel"
name = "name"
"""
ADD = "insert into dogs values (?, ?, ?, ?, ?)"


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Works]:
    works = Works.open(tmp_path, "" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    works.source("pound", MAPPED)
    works.sql("pound", "create table dogs (id, kennel, name, v, whole)")
    yield works
    works.engine.dispose()


def load(works: Works, *rows: tuple[Any, ...]) -> None:
    works.sql("pound", "delete from dogs", ADD, rows=rows)
    assert works.one().ok


def where(works: Works, ref: str) -> str:
    with works.engine.connect() as connection:
        return merged_into(connection, works.metadata, "dog", ref)


def test_a_merged_record_counts_no_longer_and_its_survivor_says_so(works: Works) -> None:
    load(works, ("1", "k1", "Rex", 1, None), ("2", "k1", "Fly", 1, "2"), ("3", "k1", "Pip", 1, ""))
    assert {ref: row["siblings"] for ref, row in works.rows().items()} == {"D-1": 2, "D-2": 2, "D-3": 2}
    load(works, ("1", "k1", "Rex", 2, "2"))
    assert {ref: row["siblings"] for ref, row in works.rows().items()} == {"D-2": 1, "D-3": 1}
    assert where(works, "D-1") == "D-2"
    assert where(works, "D-3") == ""
    with works.engine.connect() as connection:
        assert merged_from(connection, works.metadata, "dog", "D-2") == ["D-1"]
    gone = next(row for row in works.table("dog") if row["ref"] == "D-1")
    assert (gone["name"], gone["kennel_ref"]) == (None, None), "its key alone is kept"


def test_one_that_is_whole_again_counts_again(works: Works) -> None:
    load(works, ("1", "k1", "Rex", 1, "2"), ("2", "k1", "Fly", 1, None))
    assert set(works.rows()) == {"D-2"}
    load(works, ("1", "k1", "Rex", 2, None))
    assert set(works.rows()) == {"D-1", "D-2"}
    assert where(works, "D-1") == ""


VERSIONS = (
    ("1", "k1", "Rex", 1, None),
    ("1", "k1", "Rex", 2, "2"),
    ("1", "k1", "Rex", 3, None),
    ("1", "k1", "Rex", 4, "3"),
)


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("last", [2, 3, 4])
def test_the_newest_version_says_where_it_went_whatever_the_order(works: Works, last: int, at_once: bool) -> None:
    for order in itertools.permutations(VERSIONS[:last]):
        works.clear()
        if at_once:
            load(works, *order)
        for version in () if at_once else order:
            load(works, version)
        expected = {2: "D-2", 3: "", 4: "D-3"}[last]
        assert where(works, "D-1") == expected, order
        assert ("D-1" in works.rows()) == (not expected), order


def test_a_reference_made_of_two_columns_cannot_be_followed(works: Works) -> None:
    two = MAPPED.replace('{column = "id", prefix = "D-"}', '{columns = ["id", "kennel"]}')
    works.source("pound", two)
    with pytest.raises(DefinitionError, match="merged_into needs a ref made of one column"):
        works.ingest()
