"""T-TWO: two or five ingests at once: one works, the others say busy and end with 75, and the rows come once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.counts import cases
from tests.faults.test_ingest_killed import fill, start
from tests.support.works import DOGS, KENNELS, MAKE_DOGS, Works

ROUNDS = cases(3, 20)
ROWS = 1_000


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Works]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    works = Works.open(tmp_path, url)
    works.source("pound", DOGS.replace("1000000", "0") + KENNELS)
    works.sql("pound", MAKE_DOGS, "create table kennels (id, name)", "create index by_v on dogs (v)")
    yield works
    works.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("many", [2, 5])
def test_one_works_and_the_others_are_busy(works: Works, many: int) -> None:
    chance, worked, busy, twice = random.Random(many), 0, 0, 0
    for round_ in range(1, ROUNDS + 1):
        fill(works, f"round {round_}", round_, ROWS)
        before = works.version("dog")
        children = []
        for _ in range(many):
            children.append(start(works))
            time.sleep(chance.random() * 0.02)
        codes = []
        for child in children:
            child.communicate()
            codes.append(child.returncode)
        rows = works.rows()
        assert set(codes) <= {0, 75}, codes
        assert codes.count(0) >= 1
        assert len(rows) == ROWS
        assert {row["name"] for row in rows.values()} == {f"round {round_}"}
        twice += works.version("dog") != before + 1
        worked, busy = worked + codes.count(0), busy + codes.count(75)
    print(
        f"\nT-TWO: {works.engine.dialect.name}, {ROUNDS} rounds of {many} at once (20 with FAULTS=full): {worked} worked in "
        f"turn, {busy} were busy (rc 75), effects twice {twice}, rows lost 0"
    )
    assert twice == 0
