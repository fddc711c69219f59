"""Ctrl-C and SIGTERM as an event: what is in hand is finished, then the command ends."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def stop_on_signals(stop: threading.Event) -> threading.Event:
    """Sets the event on SIGINT and SIGTERM; a second signal ends the process at once."""

    def told(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(128 + number)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
    return stop
