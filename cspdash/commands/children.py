"""Child processes of one command: started together, watched, and none left behind."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_PATIENCE_SECONDS = 8.0


class Children:
    """Runs `cspdash` commands as processes of their own; leaving the `with` ends them all."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Starts `cspdash --quiet --home HOME ...`. Ctrl-C reaches us alone; we tell the children."""
        command = [sys.executable, "-m", "cspdash.cli", "--quiet", "--home", str(self._home), *arguments]
        self._running[name] = subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603, PLW1509  our own command; nothing but one system call before it starts

    def watch(self, stop: threading.Event, poll_seconds: float = 0.3) -> str:
        """Waits until told to stop ("") or until a child ends by itself (its name)."""
        while not stop.wait(poll_seconds):
            for name, process in self._running.items():
                if process.poll() is not None:
                    return name
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            _see_off(process)


def _see_off(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _die_with_parent() -> None:
    """On Linux the kernel ends a child whose parent was killed without a chance to say so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGTERM)
