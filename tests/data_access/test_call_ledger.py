"""Calls are counted for all processes of a host together, and the count survives what may happen to its file."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import TooManyRequests

from cspdash.auth.rate_limit import WINDOW_SECONDS, MemoryLedger, RateLimit
from data_access.call_ledger import FileLedger

NOW, COST = 1_800_000_000.0, 0.2  # 300 calls a minute


def _call(folder: Path, times: int, let_through: multiprocessing.Queue[int]) -> None:
    ledger = FileLedger(folder)
    # Clocks are looked at at slightly different moments.
    let_through.put(sum(ledger.charge("u", NOW + 1e-4 * (n % 7), COST, WINDOW_SECONDS) == 0 for n in range(times)))


def test_processes_share_one_count(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    answers = fork.Queue()
    processes = [fork.Process(target=_call, args=(tmp_path, 200, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert 299 <= sum(answers.get(timeout=10) for _ in processes) <= 301  # 600 were made


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 40)), max_size=80), st.integers(1, 20))
def test_file_and_memory_count_alike(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[str, float]], limit: int
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    file, memory, now = FileLedger(folder), MemoryLedger(), NOW
    made: dict[str, list[float]] = {"a": [], "b": []}
    for who, pause in calls:
        now += pause
        over = file.charge(who, now, WINDOW_SECONDS / limit, WINDOW_SECONDS)
        assert over == pytest.approx(memory.charge(who, now, WINDOW_SECONDS / limit, WINDOW_SECONDS), abs=1e-3)
        if not over:
            made[who].append(now)
        assert sum(at > now - WINDOW_SECONDS for at in made[who]) <= 2 * limit
    file.close()


def test_waiting_as_long_as_told_is_enough(tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path)
    assert not any(ledger.charge("u", NOW, COST, WINDOW_SECONDS) for _ in range(300))
    over = ledger.charge("u", NOW, COST, WINDOW_SECONDS)
    assert over == pytest.approx(COST, abs=1e-3)
    assert ledger.charge("u", NOW + over, COST, WINDOW_SECONDS) == 0
    assert ledger.charge("other", NOW, COST, WINDOW_SECONDS) == 0


def test_a_clock_put_back_locks_nobody_out(tmp_path: Path) -> None:
    for ledger in (FileLedger(tmp_path), MemoryLedger()):
        for _ in range(300):
            ledger.charge("u", NOW, COST, WINDOW_SECONDS)
        assert ledger.charge("u", NOW - 3600, COST, WINDOW_SECONDS) == 0


def test_the_file_is_private_and_names_nobody(tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path / "calls")
    RateLimit(300, ledger).count("ps.priya.nair")
    assert stat.S_IMODE((tmp_path / "calls").stat().st_mode) == 0o700
    assert b"nair" not in (tmp_path / "calls" / "calls.db").read_bytes()


class Broken:
    asked = 0

    def charge(self, *_of: object) -> float:
        self.asked += 1
        raise OSError("no space left")


def test_without_the_file_everybody_is_still_counted() -> None:
    broken = Broken()
    limit = RateLimit(60, broken, clock=lambda: NOW)
    for _ in range(60):
        limit.count("u")
    with pytest.raises(TooManyRequests) as refused:
        limit.count("u")
    assert ("Retry-After", "1") in refused.value.get_headers()
    limit.count("other")
    assert broken.asked == 1  # and not asked again at every call


@pytest.mark.parametrize("harm", ["no database", "gone", "no folder", "locked"])
def test_whatever_happens_to_the_file_calls_are_counted(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "calls"
    first = FileLedger(folder)
    first.charge("u", NOW - 600, COST, WINDOW_SECONDS)
    first.close()
    if harm == "no database":
        (folder / "calls.db").write_bytes(b"x" * 8192)
    elif harm == "gone":
        (folder / "calls.db").unlink()
    elif harm == "no folder":
        (folder / "calls.db").unlink()
        for each in folder.iterdir():
            each.unlink()
        folder.rmdir()
        folder.write_text("a file where the folder was")
    with closing(sqlite3.connect(tmp_path / "calls" / "calls.db" if harm == "locked" else ":memory:")) as other:
        if harm == "locked":
            other.execute("BEGIN EXCLUSIVE")
        ledger = FileLedger(folder)
        limit = RateLimit(60, ledger, clock=lambda: NOW)
        for _ in range(60):
            limit.count("u")
        with pytest.raises(TooManyRequests):
            limit.count("u")
    ledger.close()
