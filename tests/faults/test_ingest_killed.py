"""An ingest killed at any moment leaves the old figures or the new ones; run again, it comes to the same as undisturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cspdash.domain.errors import IngestBusy
from tests.faults.counts import cases
from tests.support.works import ADD_DOG, DOGS, KENNELS, MAKE_DOGS, Works

ROWS = 5_000
KILLS = cases(16, 50)
INGEST = """
import sys
from pathlib import Path
from cspdash.domain.errors import IngestBusy
from data_access.engine import open_engine
from tests.support.works import Works

home = Path(sys.argv[1])
works = Works(home, open_engine(sys.argv[2]), connections={"pound": "sqlite:///pound.db"}, chunk_rows=250)
print("ready", flush=True)
try:
    works.ingest(progress=lambda *seen: print(seen, flush=True))
except IngestBusy:
    sys.exit(75)
print("done", flush=True)
"""


def start(works: Works) -> subprocess.Popen[str]:
    url = works.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", INGEST, str(works.home), url]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, start_new_session=True)


@pytest.fixture(params=["sqlite", "postgres"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Works]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    works = Works.open(tmp_path, url)
    works.source("pound", DOGS.replace("1000000", "0") + KENNELS)
    works.sql("pound", MAKE_DOGS, "create table kennels (id, name)", "create index by_v on dogs (v)")
    works.sql("pound", "insert into kennels values (?, ?)", rows=[(f"k{i}", f"North {i}") for i in range(50)])
    yield works
    works.engine.dispose()


def fill(works: Works, name: str, version: int, rows: int = ROWS) -> None:
    dogs = [(f"d{i}", f"k{i % 50}", name, version * ROWS + i, "N") for i in range(rows)]
    works.sql("pound", "delete from dogs", ADD_DOG, rows=dogs)


def again(works: Works) -> None:
    """Ingests after a kill: nothing is left locked, once the server has seen that its client is gone."""
    for _ in range(100):
        try:
            assert all(result.ok for result in works.ingest())
        except IngestBusy:
            assert works.engine.dialect.name == "postgresql", "a file's lock goes with the process"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("still locked after ten seconds")


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again(works: Works, tmp_path_factory: pytest.TempPathFactory) -> None:
    fill(works, "first", 1)
    whole = start(works)
    lines = len(whole.communicate()[0].splitlines())
    assert whole.returncode == 0
    assert len(works.rows()) == ROWS

    chance = random.Random(20261122)
    killed_at_work = looks = 0
    for round_ in range(2, KILLS + 2):
        before = works.version("dog")
        fill(works, f"round {round_}", round_)
        child = start(works)
        assert child.stdout is not None
        for _ in range(chance.randint(1, lines - 1)):  # before the first rows, between any, after the last
            child.stdout.readline()
        os.killpg(child.pid, signal.SIGSTOP)  # held while it is looked at: a slow look shall not let it finish
        looks += 1
        try:
            assert len({row["name"] for row in works.rows().values()}) == 1, (
                "a reader meanwhile sees one whole snapshot"
            )
        finally:
            os.killpg(child.pid, signal.SIGCONT)
        time.sleep(chance.random() * 0.03)
        os.killpg(child.pid, signal.SIGKILL)
        said = child.communicate()[0]
        killed_at_work += "done" not in said
        names = {row["name"] for row in works.rows().values()}
        assert len(works.rows()) == ROWS
        assert len(names) == 1, "all old or all new"
        assert (works.version("dog") > before) == (names == {f"round {round_}"}), "the data version goes with the rows"
        if round_ % 4 == 0:
            again(works)
            assert {row["name"] for row in works.rows().values()} == {f"round {round_}"}
    print(
        f"\nT-INGEST9: {works.engine.dialect.name}, {KILLS} x kill -9 (50 with FAULTS=full), {killed_at_work} of them at work; "
        f"{looks + KILLS} looks by readers, torn snapshots 0, rows lost 0"
    )
    assert killed_at_work >= KILLS / 2
    again(works)

    clean = Works.open(tmp_path_factory.mktemp("clean"))
    clean.source("pound", (works.home / "sources" / "pound.toml").read_text().split("\n", 4)[4])
    clean.connections["pound"] = f"sqlite:///{works.home}/pound.db"
    clean.ingest()
    for dataset in ("dog", "kennel"):
        assert state_of(works, dataset) == state_of(clean, dataset)
    clean.engine.dispose()


def state_of(works: Works, dataset: str) -> list[dict[str, object]]:
    """The dataset's state; what is compared whole has the number of a load as its version."""
    rows = [
        {key: value for key, value in row.items() if dataset == "dog" or key != "version"}
        for row in works.state(dataset)
    ]
    return sorted(rows, key=repr)


@pytest.mark.slow
def test_a_first_load_killed_is_no_load(works: Works) -> None:
    fill(works, "first", 1)
    child = start(works)
    assert child.stdout is not None
    while "('pound', 'dog', 2000" not in child.stdout.readline():
        pass
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()

    assert (works.rows(), works.table("data_version")) == ({}, [])
    again(works)
    assert len(works.rows()) == ROWS
    assert {row["siblings"] for row in works.rows().values()} == {ROWS // 50 - 1}


def test_of_two_at_once_one_works_and_the_other_is_busy(works: Works) -> None:
    fill(works, "first", 1)
    one = start(works)
    assert one.stdout is not None
    while "('pound', 'dog'" not in one.stdout.readline():
        pass
    os.killpg(one.pid, signal.SIGSTOP)
    try:
        with pytest.raises(IngestBusy):
            works.ingest()
        other = start(works)
        other.communicate()
        assert other.returncode == 75
        assert works.rows() == {}
    finally:
        os.killpg(one.pid, signal.SIGCONT)
    one.communicate()

    assert one.returncode == 0
    assert len(works.rows()) == ROWS
