"""The state of a table is a function of the versions that were given: not of their order, batches or repetition."""

from __future__ import annotations

import random
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from data_access.ingest import Ingest
from tests.support.works import ADD_DOG, DOGS, KENNEL, KENNELS, MAKE_DOGS, Works

ADD_KENNEL = "insert into kennels values (?, ?)"

Dog = tuple[str, str | None, str, int, str]

dogs = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["k1", "k2", None]),
        st.sampled_from(["Rex", "Fly", "Pip"]),
        st.integers(0, 6),
        st.sampled_from(["N", "N", "N", "Y"]),
    ),
    max_size=14,
)


@cache
def pound() -> tuple[Works, Ingest]:
    """One deployment for all examples: what takes time is making it."""
    folder = tempfile.TemporaryDirectory()
    works = Works.open(Path(folder.name), "sqlite://")
    weakref.finalize(works, folder.cleanup)
    works.source("pound", DOGS + KENNELS)
    works.sql("pound", MAKE_DOGS, "create table kennels (id, name)", "insert into kennels values ('k1', 'North')")
    return works, works.ingestion()


def deliver(batches: Sequence[Sequence[Dog]], chunk_rows: int = 10_000) -> list[Any]:
    """The state after loading each batch in turn; the source holds that batch alone."""
    works, ingest = pound()
    works.clear()
    ingest.options = replace(ingest.options, chunk_rows=chunk_rows)
    for batch in batches:
        works.sql("pound", "delete from dogs", *([ADD_DOG] if batch else []), rows=batch)
        assert all(result.ok for result in ingest.run())
    return works.state("dog") + works.state("kennel")


snapshots = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["Rex", "Fly", "Pip"])), max_size=6)


@given(tables=snapshots, chunk_rows=st.integers(1, 4))
def test_a_table_that_is_compared_whole_is_as_it_is_there(tables: list[dict[str, str]], chunk_rows: int) -> None:
    works, ingest = pound()
    works.clear()
    ingest.options = replace(ingest.options, chunk_rows=chunk_rows)
    works.sql("pound", "delete from dogs")
    for table in tables:
        works.sql("pound", "delete from kennels", *([ADD_KENNEL] if table else []), rows=list(table.items()))
        before = {ref: row["name"] for ref, row in works.rows("kennel").items()}
        result = next(result for result in ingest.run() if result.dataset == "kennel")

        assert {ref: row["name"] for ref, row in works.rows("kennel").items()} == table
        assert result.changed == sum(before.get(ref) != table.get(ref) for ref in {*before, *table})
    works.sql("pound", "delete from kennels", ADD_KENNEL, rows=[("k1", "North")])


FILES = """
[[dataset]]
dataset = "kennel"
files = "*.csv"
[dataset.columns]
ref = "id"
name = "name"
"""
lines = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["North", "South", "East"])), max_size=5)
drops = st.lists(st.tuples(st.sampled_from(["1.csv", "2.csv", "3.csv"]), lines), max_size=8)


@given(written=drops, pauses=st.lists(st.booleans(), min_size=8, max_size=8), chunk_rows=st.integers(1, 4))
def test_files_come_to_the_last_line_of_each_row_whenever_they_are_read(
    written: list[tuple[str, list[tuple[str, str]]]], pauses: list[bool], chunk_rows: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        works = Works.open(Path(folder), "sqlite://", datasets={"kennel": replace(KENNEL, rule="", related=())})
        works.chunk_rows = chunk_rows
        works.source("drops", FILES, 'kind = "files"\nfolder = "drops"')
        contents: dict[str, list[tuple[str, str]]] = {}
        for (name, rows), pause in zip(written, pauses, strict=False):
            works.file(name, "id,name\n" + "".join(f"{ref},{kennel}\n" for ref, kennel in rows))
            contents[name] = rows
            if not pause:
                works.ingest()
        works.ingest()

        expected = {ref: kennel for name in sorted(contents) for ref, kennel in contents[name]}
        assert {ref: row["name"] for ref, row in works.rows("kennel").items()} == expected
        assert not contents or works.table("source_state")[0]["rows"] == len(expected)
        assert not any(result.changed for result in works.ingest())
        works.engine.dispose()


def oracle(rows: Sequence[Dog]) -> dict[str, tuple[str | None, str, int, int]]:
    """Live dogs by ref: kennel, name, siblings and version; told without any of the code under test."""
    last: dict[str, Dog] = {}
    for row in rows:
        if row[0] not in last or row[3] > last[row[0]][3]:
            last[row[0]] = row
    live = [row for row in last.values() if row[4] == "N"]
    mates = {row[0]: sum(other[1] == row[1] for other in live) - 1 if row[1] else 0 for row in live}
    return {row[0]: (row[1], row[2], mates[row[0]], row[3]) for row in live}


def in_batches(rows: Sequence[Dog], chance: random.Random) -> list[list[Dog]]:
    """Every version at least once, in any order, some again, in any batches."""
    sent = [*rows, *(row for row in rows if chance.random() < 0.3)]
    chance.shuffle(sent)
    batches: list[list[Dog]] = [[]]
    for row in sent:
        if chance.random() < 0.3:
            batches.append([])
        batches[-1].append(row)
    return batches


@given(rows=dogs, chance=st.randoms(use_true_random=False), chunk_rows=st.integers(1, 5))
@example(rows=[("a", None, "Rex", 1, "N"), ("a", None, "Fly", 1, "N")], chance=random.Random(1), chunk_rows=1)
def test_any_order_and_batches_come_to_the_same(rows: list[Dog], chance: random.Random, chunk_rows: int) -> None:
    expected = deliver([rows])

    assert deliver(in_batches(rows, chance), chunk_rows) == expected


unambiguous = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["k1", "k2", None]),
        st.sampled_from(["Rex", "Fly", "Pip"]),
        st.integers(0, 6),
        st.sampled_from(["N", "N", "N", "Y"]),
    ),
    max_size=14,
    unique_by=lambda row: (row[0], row[3]),
)


@given(rows=unambiguous, chance=st.randoms(use_true_random=False))
def test_the_newest_version_of_each_row_is_there(rows: list[Dog], chance: random.Random) -> None:
    state = deliver(in_batches(rows, chance))

    found = {row["ref"]: row for row in state if "siblings" in row and not row["gone"]}
    expected = oracle(rows)
    assert {ref: (row["kennel_ref"], row["name"], row["siblings"]) for ref, row in found.items()} == {
        ref: row[:3] for ref, row in expected.items()
    }
    kennel = next(row for row in state if row["ref"] == "k1")
    assert kennel["dogs"] == sum(row[0] == "k1" for row in expected.values())
    assert all(row["kennel_name"] == ("North" if row["kennel_ref"] == "k1" else None) for row in found.values())
