"""What loads put together of several sources is told for the audit: which, of how many records, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.works import ADD_DOG, DOGS, KENNELS, MAKE_DOGS, Works

MERGED = DOGS.replace('deleted = ["gone", "is", "Y"]\n', 'merged_into = "gone"\n')
LITTER = [
    ("D1", "K1", "Rex", 1, None),
    ("D2", "K1", "Fly", 2, None),
    ("D3", "K9", "Pip", 3, None),  # no such kennel
    ("D4", None, "Tess", 4, None),
]


Told = list[tuple[str, tuple[str, ...], int]]


def tells(works: Works) -> Told:
    """What one run told."""
    works.combined.clear()
    assert all(result.ok for result in works.ingest())
    return sorted(works.combined)


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Works]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    works = Works.open(tmp_path, url)
    yield works
    works.engine.dispose()


def fill(works: Works, kennels_at: str) -> None:
    """Dogs at the pound, their kennels at the source of this name."""
    if kennels_at == "pound":
        works.source("pound", DOGS + KENNELS)
    else:
        works.source("pound", DOGS)
        works.source(kennels_at, KENNELS)
    works.sql("pound", MAKE_DOGS, ADD_DOG, rows=LITTER)
    works.sql(kennels_at, "create table kennels (id, name)", "insert into kennels values (?, ?)", rows=KENNEL_ROWS)


KENNEL_ROWS: list[tuple[Any, ...]] = [("K1", "Sunny"), ("K2", "Empty")]
BOTH = ("pound dog", "registry kennel")


def test_rows_of_two_sources_joined_by_a_rule_are_told_once(works: Works) -> None:
    fill(works, "registry")
    first = tells(works)
    assert {(dataset, parts) for dataset, parts, _ in first} == {("dog", BOTH), ("kennel", BOTH)}
    joined = [row for row in works.rows().values() if row["kennel_name"]]
    assert sum(rows for dataset, _, rows in first if dataset == "dog") == len(joined) == 2
    assert sum(rows for dataset, _, rows in first if dataset == "kennel") == 1  # the other has no dogs
    assert tells(works) == [], "nothing came, so nothing was put together"


def test_what_follows_from_a_change_is_told_too(works: Works) -> None:
    fill(works, "registry")
    tells(works)
    works.sql("registry", "update kennels set name = 'Shady' where id = 'K1'")
    assert ("dog", BOTH, 2) in tells(works)
    works.sql("registry", "update kennels set name = 'Emptier' where id = 'K2'")
    assert tells(works) == [], "a kennel that no dog is in was put together with nothing"


def test_what_one_source_holds_together_is_not(works: Works) -> None:
    fill(works, "pound")
    assert tells(works) == []
    assert works.rows()["D1"]["kennel_name"] == "Sunny"


def test_records_that_became_one_are_told_once(works: Works) -> None:
    works.source("pound", MERGED)
    works.sql("pound", MAKE_DOGS, ADD_DOG, rows=LITTER)
    assert tells(works) == []
    works.sql("pound", "update dogs set gone = 'D2', v = 9 where id = 'D1'")
    assert tells(works) == [("dog", ("pound dog, merged there",), 1)]
    works.sql("pound", "update dogs set v = 10 where id = 'D1'")
    assert tells(works) == []
    works.sql("pound", "update dogs set gone = null, v = 11 where id = 'D1'")
    works.sql("pound", "update dogs set gone = 'D1', v = 12 where id = 'D3'")
    assert tells(works) == [("dog", ("pound dog, merged there",), 1)]
