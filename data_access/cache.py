"""The shared cache of cubes: bytes under text keys, between this host's processes. Never the source of truth.

Keys hold everything an entry depends on (definition, data versions, organisation, moment), so nothing is ever purged: a
write bumps a version and the next read misses. Any trouble with the cache is a miss, counted and logged once a minute.
Entries hold sums for the whole force and never leave the reader, which applies the viewer's scope to every answer.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diskcache

from cspdash.domain.cube import Cube

log = logging.getLogger(__name__)

MODE_RAW = 1  # diskcache's mode for a value kept as it is
_LOCAL_ENTRIES = 512


class BytesOnlyDisk(diskcache.Disk):
    """Text keys and bytes values in the SQLite row itself: no pickle, no files, whatever a row on disk claims to be.

    diskcache unpickles rows that say so (CVE-2025-69872); this class refuses every mode but raw bytes, every key that is
    not raw text, and every file name.
    """

    def put(self, key: Any) -> tuple[str, bool]:
        if not isinstance(key, str):
            raise TypeError("cache keys are text")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        if not raw or not isinstance(key, str):
            raise ValueError("refused: a cache key that is not raw text")
        return key

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, Any]:  # noqa: ARG002 diskcache passes it
        if read or not isinstance(value, bytes):
            raise TypeError("cache values are bytes")
        return 0, MODE_RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: Any, filename: Any, value: Any, read: bool) -> bytes:
        if mode != MODE_RAW or filename is not None or read or not isinstance(value, bytes):
            raise ValueError("refused: a cache entry that is not plain bytes")
        return value

    def remove(self, file_path: Any) -> None:
        """Deletes nothing: diskcache would delete whatever file a row names, wherever it lies, when the row goes."""


def private_folder(folder: Path) -> None:
    """Makes the folder with mode 0700, or tightens it. Raises PermissionError when it belongs to somebody else."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    if found.st_uid != os.getuid():
        raise PermissionError(
            f"{folder} belongs to another user; the cache holds personal data. Give it to this user or choose another cache_dir."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


class CubeCache:
    """A map in this process in front of diskcache. `folder` None: the map alone."""

    def __init__(self, folder: Path | None, size_bytes: int = 256 << 20) -> None:
        self._folder, self._size = folder, size_bytes
        self._local: OrderedDict[str, Cube] = OrderedDict()
        self._guard = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._disk: diskcache.Cache | None = None
        self._inode = 0
        self._checked = self._complained = 0.0
        self.hits = self.misses = self.troubles = 0
        self._open()

    def cube(self, key: str, make: Callable[[], Cube]) -> Cube:
        """The cube under a key, made once at most in this process however many ask at the same time."""
        if (found := self._here(key)) is not None:
            self.hits += 1
            return found
        with self._guard:
            lock = self._making.setdefault(key, threading.Lock())
        try:
            with lock:
                if (found := self._here(key)) is not None:
                    self.hits += 1
                    return found
                data = self._read(key)
                if data is not None:
                    try:
                        found = Cube.from_bytes(data)
                    except ValueError as error:
                        self._trouble(error)
                if found is None:
                    self.misses += 1
                    found = make()
                    self._write(key, found.to_bytes())
                else:
                    self.hits += 1
                self._keep(key, found)
                return found
        finally:
            with self._guard:
                self._making.pop(key, None)

    def close(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    # --- in this process ---
    def _here(self, key: str) -> Cube | None:
        with self._guard:
            found = self._local.get(key)
            if found is not None:
                self._local.move_to_end(key)
            return found

    def _keep(self, key: str, cube: Cube) -> None:
        with self._guard:
            self._local[key] = cube
            while len(self._local) > _LOCAL_ENTRIES:
                self._local.popitem(last=False)

    # --- on disk ---
    def _open(self) -> None:
        if self._folder is None:
            return
        private_folder(self._folder)  # refuses to run on a folder it cannot make private
        try:
            self._disk = self._connect()
        except Exception as error:  # noqa: BLE001 any fault of the cache is a miss, a corrupt file included
            self._trouble(error)
            self._set_aside()

    def _connect(self) -> diskcache.Cache:
        assert self._folder is not None
        disk = diskcache.Cache(
            str(self._folder),
            timeout=0.25,
            disk=BytesOnlyDisk,
            size_limit=self._size,
            eviction_policy="least-recently-stored",
            sqlite_synchronous=0,
            sqlite_mmap_size=0,  # a file that is cut short under a map ends the process
        )
        for path in self._folder.glob("cache.db*"):
            path.chmod(0o600)
        self._inode = (self._folder / "cache.db").stat().st_ino
        return disk

    def _set_aside(self) -> None:
        """Puts a file that cannot be opened out of the way and starts a new one."""
        assert self._folder is not None
        self._disk = None
        try:
            for path in self._folder.glob("cache.db*"):
                path.replace(path.with_name(f"broken-{path.name}"))
            self._disk = self._connect()
        except Exception as error:  # noqa: BLE001 the same
            self._trouble(error)

    def _same_file(self) -> None:
        """Reopens when somebody removed the folder under us: two processes must not show different figures for long."""
        now = time.monotonic()
        if self._folder is None or now - self._checked < 30:
            return
        self._checked = now
        try:
            current = (self._folder / "cache.db").stat().st_ino
        except OSError:
            current = 0
        if current != self._inode or self._disk is None:
            try:
                self.close()
                self._open()
            except Exception as error:  # noqa: BLE001 the folder cannot even be made: every figure is a miss
                self._trouble(error)

    def _read(self, key: str) -> bytes | None:
        self._same_file()
        if self._disk is None:
            return None
        try:
            value = self._disk.get(key)
        except Exception as error:  # noqa: BLE001 the same
            self._trouble(error)
            if _is_corrupt(error):
                self._set_aside()
            return None
        return value if isinstance(value, bytes) else None

    def _write(self, key: str, data: bytes) -> None:
        if self._disk is None:
            return
        try:
            self._disk.set(key, data)
        except Exception as error:  # noqa: BLE001 the same
            self._trouble(error)
            if _is_corrupt(error):
                self._set_aside()

    def _trouble(self, error: Exception) -> None:
        self.troubles += 1
        now = time.monotonic()
        if not self._complained or now - self._complained > 60:
            self._complained = now
            log.warning("cache trouble, going on without it: %s", type(error).__name__)


def _is_corrupt(error: Exception) -> bool:
    """Whether the file itself is broken: it will not mend by waiting, as a lock or a full disk may."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
