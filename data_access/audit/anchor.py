"""The anchor: where the chain got to, noted outside the database.

A chain does not see its own end cut off, nor all of it written anew. So the last number and hash are appended, at most once
a minute, to a file (and to syslog, where that is set) that the database's owner should not be able to write.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LOG = logging.getLogger("cspdash.audit")
EVERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the anchor file."""

    seq: int
    hash: str
    line: int = 0


class Anchor:
    """Notes the head of the chain, now and then and at the end. Safe to share between threads and processes."""

    def __init__(self, path: Path | None, syslog: str = "", every_seconds: float = EVERY_SECONDS) -> None:
        self.path, self._every = path, every_seconds
        self._syslog = _syslog(syslog) if syslog else None
        self._guard = threading.Lock()
        self._head: tuple[int, str] | None = None  # written, and not noted yet
        self._noted_at = float("-inf")
        self._timer: threading.Timer | None = None

    def note(self, seq: int, digest: str) -> None:
        """The chain has grown: note it now, or when a minute since the last time is over."""
        with self._guard:
            if self._head is None or seq > self._head[0]:
                self._head = (seq, digest)
            wait = self._noted_at + self._every - time.monotonic()
            if wait <= 0:
                self._append()
            elif self._timer is None or not self._timer.is_alive():  # a thread does not outlive a fork
                self._timer = threading.Timer(wait, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Notes what is not noted yet."""
        with self._guard:
            self._append()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.flush()

    def _append(self) -> None:
        if self._head is None:
            return
        (seq, digest), self._head = self._head, None
        self._noted_at = time.monotonic()
        line = json.dumps({"seq": seq, "hash": digest, "at": datetime.now(UTC).isoformat(timespec="seconds")})
        if self._syslog is not None:
            self._syslog.emit(
                logging.LogRecord("cspdash.audit", logging.INFO, "", 0, f"cspdash audit {line}", None, None)
            )
        if self.path is None:
            return
        try:
            _append_line(self.path, line)
        except OSError as error:
            LOG.warning("the audit's anchor %s cannot be written: %s", self.path, error.strerror)

    def noted(self) -> Iterator[Noted]:
        """Every line of the file that can be read, in order."""
        with suppress(FileNotFoundError):
            if self.path is None:
                return
            for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), 1):
                try:
                    facts = json.loads(line)
                    yield Noted(int(facts["seq"]), str(facts["hash"]), number)
                except (ValueError, KeyError, TypeError):
                    LOG.warning("line %d of the audit's anchor %s cannot be read", number, self.path)


def can_append(path: Path) -> bool:
    """Whether a note could be written, without writing one."""
    nearest = next((each for each in (path, *path.parents) if each.exists()), path)
    return os.access(nearest, os.W_OK)


def _append_line(path: Path, line: str) -> None:
    """One line, whole and on disk, or an OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _syslog(address: str) -> logging.handlers.SysLogHandler:
    host, _, port = address.rpartition(":")
    place = (host, int(port)) if host and port.isdecimal() else address
    return _Syslog(place, facility=logging.handlers.SysLogHandler.LOG_AUTHPRIV)


class _Syslog(logging.handlers.SysLogHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  logging's own name
        LOG.warning("syslog at %s does not take the audit's anchor", self.address)
