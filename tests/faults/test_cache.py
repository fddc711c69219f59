"""T-CACHE: whatever becomes of the cache, pages are right, every trouble is counted, and two workers agree."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cspdash.domain.view import View
from data_access import cache as module
from data_access.cache import CubeCache
from data_access.reader import ScorecardReader
from tests.faults.counts import cases
from tests.faults.small_disk import small_disk
from tests.support.small import CATALOGUE, DATASETS, OPERATOR, Small, small

KILLS = cases(20, 100)
VIEW = View(page="workload", unit="watford-int-c")
UNITS = ("herts", "csp-watford", "watford-int-c", "stevenage-int-a")
CHECK_SECONDS = 31.0  # after which a worker looks whether its file is still the one in the folder
TALLY = {"pages": 0, "wrong": 0}


class Workers:
    """Two workers of one host over one cache folder; what they show is held against a reader without a cache."""

    def __init__(self, deployment: Small, folder: Path) -> None:
        self.deployment, self.folder = deployment, folder
        self.caches: list[CubeCache] = []
        self.truth = self._reader(None)
        self.readers = [self._reader(folder) for _ in range(2)]

    def _reader(self, folder: Path | None) -> ScorecardReader:
        old = self.deployment.reader.figures
        cache = CubeCache(folder)
        if folder:
            self.caches.append(cache)
        return ScorecardReader(old.engine, old.metadata, DATASETS, CATALOGUE, old.options, cache)

    @property
    def troubles(self) -> int:
        return sum(cache.troubles for cache in self.caches)

    def moved(self) -> None:
        """As after a load: every key is another one, so that the shared cache is asked and written again."""
        self.number = getattr(self, "number", 0) + 1
        self.deployment.add_crime(f"new-{self.number}", ("E2", "E3", "E5")[self.number % 3])

    def check(self) -> None:
        for unit in UNITS:
            right = self.truth.unit_page(VIEW.but(unit=unit), OPERATOR)
            for reader in self.readers:
                page = reader.unit_page(VIEW.but(unit=unit), OPERATOR)
                TALLY["pages"] += 1
                is_right = (page.total, page.bars) == (right.total, right.bars)
                TALLY["wrong"] += not is_right
                assert is_right

    def close(self) -> None:
        for cache in self.caches:
            cache.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def workers(tmp_path: Path, folder: Path) -> Iterator[Workers]:
    with small(tmp_path) as deployment:
        found = Workers(deployment, folder)
        found.check()
        yield found
        found.close()


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + CHECK_SECONDS)


def test_deleted_under_both_they_meet_again_in_the_new_one(
    workers: Workers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(folder)
    workers.moved()
    workers.check()
    later(monkeypatch)
    workers.moved()
    workers.check()
    inodes = {cache._inode for cache in workers.caches}
    assert inodes == {(folder / "cache.db").stat().st_ino}, "two files: two workers could disagree"
    assert workers.caches[1].hits, "the second finds what the first made"


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [_overwrite, _cut])
def test_corrupt_it_is_set_aside_and_begun_anew(
    workers: Workers, folder: Path, harm: Callable[[Path], None], tmp_path: Path
) -> None:
    for name in ("cache.db", "cache.db-wal"):
        harm(folder / name)
    workers.moved()
    workers.check()
    reborn = Workers(workers.deployment, folder)  # and at the start of a process
    workers.moved()
    reborn.check()
    reborn.close()
    assert workers.troubles + reborn.troubles


def test_locked_by_another_process(workers: Workers, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        workers.moved()
        workers.check()
        assert workers.troubles
        other.execute("ROLLBACK")
    workers.moved()
    workers.check()


@pytest.mark.parametrize("state", ["full", "ro"])
def test_full_or_read_only(tmp_path: Path, state: str) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk, small(tmp_path) as deployment:
        workers = Workers(deployment, disk.folder / "cache")
        workers.check()
        if state == "full":
            disk.fill()
        else:
            for cache in workers.caches:  # a file that is open for writing keeps its disk writable
                cache.close()
            disk.again("ro")
        workers.moved()
        workers.check()
        at_start = Workers(deployment, disk.folder / "cache")
        at_start.check()
        assert workers.troubles + at_start.troubles
        at_start.close()
        workers.close()


KILLED = """
import sys, itertools
from pathlib import Path
import numpy as np
from cspdash.domain.cube import Cube
from data_access.cache import CubeCache
cache = CubeCache(Path(sys.argv[1]))
one = np.array([1], dtype=np.int64)
print("ready", flush=True)
for number in itertools.count():
    value = np.full(200, float(number))
    many = np.ones(200, dtype=np.int64)
    cache.cube(f"{number % 50}-{number}", lambda: Cube(many, many, many, value, value, many))
"""


@pytest.mark.slow
def test_killed_while_writing(workers: Workers, folder: Path) -> None:
    chance = random.Random(9)
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, start_new_session=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.random() * 0.05)
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        workers.moved()
        workers.check()
    with closing(sqlite3.connect(folder / "cache.db")) as cache:
        assert cache.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    print(f"\nT-CACHE: {KILLS} x kill -9 of a writer (100 with FAULTS=full)")


def test_what_was_shown() -> None:
    """After the others: how much was looked at."""
    print(
        f"\nT-CACHE: deleted, corrupt, cut, locked, full, read-only, killed: {TALLY['pages']} pages, wrong {TALLY['wrong']}"
    )
    assert TALLY["pages"]
    assert TALLY["wrong"] == 0
