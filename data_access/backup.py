"""A database into a file and back: SQLite by its own online copy, PostgreSQL by pg_dump and pg_restore.

Both read one moment of a database that goes on working. A file is whole or not there: it is written under another name
and renamed. Nothing is ever restored over anything.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url

from data_access.engine import make_private


class BackupFailed(RuntimeError):
    """Says what went wrong, and holds no password."""


def suffix(url: str) -> str:
    return "db" if make_url(url).get_backend_name() == "sqlite" else "dump"


def save(url: str, to: Path) -> None:
    """Copies the database into a new file that this user alone can read. Raises BackupFailed."""
    draft = to.with_name(f"{to.name}.part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            _copy(Path(parsed.database or ""), draft)
        else:
            _run("pg_dump", parsed, "--format=custom", f"--file={draft}")
        draft.rename(to)
    finally:
        draft.unlink(missing_ok=True)


def load(url: str, saved: Path) -> None:
    """Fills an empty database from a file. Raises BackupFailed, and has then changed nothing."""
    parsed = make_url(url)
    if not saved.is_file():
        raise BackupFailed(f"there is no {saved.name}: the backup is of another kind of database")
    if parsed.get_backend_name() == "sqlite":
        place = Path(parsed.database or "")
        if place.exists() and place.stat().st_size:
            raise BackupFailed(f"{place} is there already; move it away first")
        make_private(place)
        _copy(saved, place)
        return
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        if inspect(engine).get_table_names():
            raise BackupFailed(f"the database {parsed.database} is not empty; make a new one first")
    finally:
        engine.dispose()
    _run("pg_restore", parsed, "--no-owner", "--exit-on-error", "--single-transaction", str(saved))


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, to: Path) -> None:
    if not source.is_file():
        raise BackupFailed(f"there is no database at {source}")
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(to)) as new,
    ):
        old.backup(new)
        if (found := new.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise BackupFailed(f"the copy of {source} is damaged: {found}")
        new.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it


def _run(program: str, url: URL, *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is not here; install PostgreSQL's client programs")
    words: Sequence[tuple[str, object]] = (
        ("PGHOST", url.query.get("host") or url.host),
        ("PGPORT", url.query.get("port") or url.port),
        ("PGUSER", url.username),
        ("PGPASSWORD", url.password),
        ("PGSSLMODE", url.query.get("sslmode")),
        ("PGSSLROOTCERT", url.query.get("sslrootcert")),
    )  # in the environment, where no list of processes shows them
    environment = {**os.environ, **{name: str(value) for name, value in words if value}}
    database = f"--dbname={url.database}"
    done = subprocess.run([found, database, *options], check=False, capture_output=True, text=True, env=environment)  # noqa: S603  no shell; the program is PostgreSQL's
    if done.returncode:
        raise BackupFailed(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
