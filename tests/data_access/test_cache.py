"""The cache is never the source of truth: whatever happens to it, the answer is right."""

import os
import pickle
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from cspdash.domain.cube import Cube
from data_access.cache import CubeCache


def cube(value: float) -> Cube:
    one = np.array([1], dtype=np.int64)
    return Cube(one, one, one, np.array([value]), np.array([0.0]), one)


def value_of(found: Cube) -> float:
    return float(found.numerator[0])


def test_a_second_process_finds_what_the_first_made(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    CubeCache(folder).cube("k", lambda: cube(1))
    other = CubeCache(folder)
    assert value_of(other.cube("k", lambda: cube(2))) == 1
    assert (other.hits, other.misses) == (1, 0)


def test_made_once_however_many_ask(tmp_path: Path) -> None:
    cache = CubeCache(tmp_path / "cache")
    made: list[int] = []
    gate = threading.Barrier(8)

    def make() -> Cube:
        made.append(1)
        return cube(3)

    def ask() -> None:
        gate.wait()
        cache.cube("k", make)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_the_folder_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o755)
    CubeCache(folder).cube("k", lambda: cube(1))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("cache.db*"))


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch exploded",)


@pytest.mark.parametrize(
    ("mode", "filename", "value"),
    [(4, None, "bomb"), (1, "{precious}", None), (1, "../precious", None), (3, None, "text"), (1, None, "text")],
)
def test_a_planted_entry_is_a_miss_runs_nothing_and_deletes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, filename: str | None, value: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    precious = tmp_path / "precious"
    precious.write_text("not the cache's")
    folder = tmp_path / "cache"
    CubeCache(folder).cube("k", lambda: cube(1))
    planted = pickle.dumps(Bomb()) if value == "bomb" else value and value.encode()
    name = filename and filename.format(precious=precious)
    with sqlite3.connect(folder / "cache.db") as connection:
        row = (mode, name, planted)
        assert connection.execute("UPDATE Cache SET mode = ?, filename = ?, value = ?", row).rowcount == 1
    cache = CubeCache(folder)
    assert value_of(cache.cube("k", lambda: cube(2))) == 2
    assert cache.misses == 1
    assert cache.troubles >= 1
    assert not (tmp_path / "exploded").exists()
    assert precious.read_text() == "not the cache's"


def test_a_corrupt_file_is_put_aside(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "cache.db").write_bytes(b"not a database" * 1000)
    cache = CubeCache(folder)
    assert value_of(cache.cube("k", lambda: cube(5))) == 5
    assert value_of(CubeCache(folder).cube("k", lambda: cube(6))) == 5


def test_a_folder_deleted_under_us_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = CubeCache(folder)
    cache.cube("k", lambda: cube(1))
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert value_of(cache.cube("k2", lambda: cube(2))) == 2


def test_a_locked_file_is_a_miss_not_a_wait(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = CubeCache(folder)
    cache.cube("k", lambda: cube(1))
    with sqlite3.connect(folder / "cache.db", isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert value_of(cache.cube("k2", lambda: cube(2))) == 2
        holder.execute("ROLLBACK")
