"""Building: the same seed makes the same rows, a build cut short is done again, nobody else's files are touched."""

from __future__ import annotations

import hashlib
import sqlite3
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from cspdash.auth.personas import load_personas
from data_access.demo import build as building
from data_access.demo.build import COMPLETE, build_small, built_on, is_complete
from data_access.demo.deployment import DATABASES, DROPS, FOLDER
from tests.data_access.demo.conftest import TODAY


def checksum(home: Path) -> str:
    """One checksum of every row of every table, and of every other file."""
    digest = hashlib.sha256()
    for name in DATABASES:
        connection = sqlite3.connect(home / FOLDER / f"{name}.db")
        for line in connection.iterdump():
            digest.update(line.encode())
        connection.close()
    for path in sorted(
        path for path in home.rglob("*") if path.is_file() and path.suffix in (".toml", ".csv", ".gz", ".xlsx", ".json")
    ):
        digest.update(f"{path.relative_to(home)}".encode() + path.read_bytes())
    return digest.hexdigest()


def test_the_same_seed_and_moment_make_the_same_rows(small: Path, tmp_path: Path) -> None:
    build_small(tmp_path, today=TODAY)
    assert checksum(tmp_path) == checksum(small)


def test_another_seed_makes_other_rows(small: Path, tmp_path: Path) -> None:
    build_small(tmp_path, seed=7, today=TODAY)
    assert checksum(tmp_path) != checksum(small)


def test_a_build_cut_short_is_done_again(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(building, "drop_sharepoint", killed)
        with pytest.raises(KeyboardInterrupt):
            build_small(tmp_path, today=TODAY)
    assert not is_complete(tmp_path)
    assert built_on(tmp_path) is None
    build_small(tmp_path, today=TODAY)
    assert is_complete(tmp_path)
    assert checksum(tmp_path) == checksum(small)


def test_a_build_that_starts_over_leaves_what_the_program_keeps(tmp_path: Path) -> None:
    build_small(tmp_path, today=TODAY)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kept.txt").write_text("a plan")
    (tmp_path / DROPS / "stop_search_2026-11-22_150000.csv").write_text("of an earlier run")
    build_small(tmp_path, today=TODAY + timedelta(days=1))
    assert (tmp_path / "data" / "kept.txt").read_text() == "a plan"
    assert not (tmp_path / DROPS / "stop_search_2026-11-22_150000.csv").exists()
    assert built_on(tmp_path) == date(2026, 11, 23)


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    building.build(
        tmp_path, today=TODAY, officers=220, months=6, crimes_per_month=400, progress=lambda *said: heard.append(said)
    )
    steps = [done for _, done, _ in heard]
    assert steps == sorted(steps)
    assert heard[-1][1] == heard[-1][2]
    assert (tmp_path / COMPLETE).is_file()


def test_the_folder_is_an_ordinary_deployment_without_secrets(small: Path) -> None:
    settings = tomllib.loads((small / "cspdash.toml").read_text())
    assert settings["mode"] == "demo"
    assert set(settings["connections"]) == set(DATABASES)
    assert {path.stem for path in (small / "sources").glob("*.toml")} == {*DATABASES, "sharepoint"}
    assert "@" not in (small / "sources" / "athena.toml").read_text()


def test_personas_are_people_of_the_force(small: Path) -> None:
    personas = load_personas(small)
    assert [each.id for each in personas] == [
        "sgt-watford-c",
        "pc-watford-c",
        "insp-watford",
        "supt-watford",
        "acc",
        "sgt-stevenage-b",
        "sgt-covering",
        "pc-acting",
        "analyst",
        "admin",
        "admin-2",
        "dpo",
    ]
    connection = sqlite3.connect(small / FOLDER / "hr.db")
    known = {row[0] for row in connection.execute("SELECT emp_no FROM person")}
    connection.close()
    assert {each.officer_id for each in personas if each.officer_id} <= known
    units = (small / DROPS / "units.csv").read_text(encoding="utf-8-sig")
    assert all(f"\n{each.unit_id}," in units for each in personas)
