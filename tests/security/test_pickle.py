"""T-PICKLE: nothing of ours unpickles, and a cache somebody wrote into runs nothing."""

from __future__ import annotations

import ast
import os
import pickle
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from cspdash.domain.cube import Cube
from data_access.cache import CubeCache
from tests.architecture.source import modules

UNSAFE = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch exploded",)


def cube(value: float) -> Cube:
    one = np.array([1], dtype=np.int64)
    return Cube(one, one, one, np.array([value]), np.array([0.0]), one)


@pytest.mark.parametrize(
    "planting",
    [
        "UPDATE Cache SET mode = 4, value = :bomb",
        "UPDATE Cache SET mode = 4, value = NULL, filename = :absolute",
        "UPDATE Cache SET mode = 2, value = NULL, filename = '../precious'",
        "UPDATE Cache SET raw = 0, key = :bomb",
        "UPDATE Cache SET raw = 0",
    ],
)
def test_a_planted_row_is_a_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planting: str) -> None:
    monkeypatch.chdir(tmp_path)
    precious = tmp_path / "precious"
    precious.write_bytes(pickle.dumps(Bomb()))
    folder = tmp_path / "cache"
    CubeCache(folder).cube("k", lambda: cube(1))
    with sqlite3.connect(folder / "cache.db") as connection:
        values = {"bomb": pickle.dumps(Bomb()), "absolute": str(precious)}
        assert connection.execute(planting, values).rowcount == 1
    cache = CubeCache(folder)
    assert float(cache.cube("k", lambda: cube(2)).numerator[0]) == 2
    assert not (tmp_path / "exploded").exists()
    assert precious.exists()


def test_the_bomb_would_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the test above would show nothing."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps(Bomb()))  # noqa: S301  that is the point
    assert (tmp_path / "exploded").exists()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    folder = tmp_path / "cache"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    with pytest.raises(PermissionError, match="belongs to another user"):
        CubeCache(folder)


def test_nothing_of_ours_unpickles() -> None:
    looked_at = 0
    for path in modules("cspdash", "data_access", "layouts", "callbacks"):
        looked_at += 1
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not {name.split(".")[0] for name in names} & UNSAFE, path
            if isinstance(node, ast.Attribute | ast.Name):
                assert (node.attr if isinstance(node, ast.Attribute) else node.id) not in ("JSONDisk", "read_pickle"), (
                    path
                )
    assert looked_at > 100
