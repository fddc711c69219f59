"""Calls of each user, shared by the worker processes of one host: a small SQLite file that may be lost at any time.

One statement books a call, so two processes cannot both take the last one. Trouble is raised: whoever counts has other
means meanwhile (cspdash.auth.rate_limit).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

from data_access.cache import private_folder

WAIT_SECONDS = 0.25
_TABLE = "CREATE TABLE IF NOT EXISTS used (who TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID"
# `until` much further ahead than the window was left by a clock that has been put back: the user starts anew. Not a
# little further: another process may have looked at the clock a moment later.
_CHARGE = """
    INSERT INTO used (who, until) VALUES (:who, :now + :cost)
    ON CONFLICT (who) DO UPDATE
    SET until = CASE WHEN until BETWEEN :now AND :now + 2 * :window THEN until ELSE :now END + :cost
    WHERE CASE WHEN until BETWEEN :now AND :now + 2 * :window THEN until ELSE :now END + :cost <= :now + :window + 0.001
"""
# The thousandth of a second is for sums of floats.
_OVER = "SELECT until + :cost - :now - :window FROM used WHERE who = :who"


class FileLedger:
    """A ledger in `folder`/calls.db, which is made private to this user. Opened at the first call, after any fork."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "calls.db"
        self._connection: sqlite3.Connection | None = None
        self._guard = threading.Lock()

    def charge(self, who: str, now: float, cost_seconds: float, window_seconds: float) -> float:
        """Books one call and returns 0, or books nothing and returns how many seconds are too many.

        Raises sqlite3.Error or OSError; the file is opened anew the next time.
        """
        values = {"who": who, "now": now, "cost": cost_seconds, "window": window_seconds}
        with self._guard:
            try:
                connection = self._connection or self._open(now)
                if connection.execute(_CHARGE, values).rowcount:
                    return 0.0
                found = connection.execute(_OVER, values).fetchone()
            except sqlite3.Error as error:
                self._drop(error)
                raise
        return max(float(found[0]), 0.0) if found else 0.0

    def close(self) -> None:
        with self._guard:
            self._drop(None)

    def _open(self, now: float) -> sqlite3.Connection:
        private_folder(self._path.parent)
        connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection = connection
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(_TABLE)
        connection.execute("DELETE FROM used WHERE until < ?", (now - 3600,))
        return connection

    def _drop(self, error: sqlite3.Error | None) -> None:
        """A file that is no database, or a broken one, goes; one that is merely busy stays."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        is_broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if is_broken:
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
