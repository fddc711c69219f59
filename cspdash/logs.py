"""Where log lines go and what they look like: one line each, whatever is in them, and never a reason to stop serving."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import time
from pathlib import Path
from typing import Literal

import structlog

_OURS = ("callbacks", "cspdash", "data_access", "layouts")  # other libraries speak up from a warning on
IN_ADDRESS = re.compile(r"://[^\s/@]*:[^\s@]*@")
ALARM_EVERY_SECONDS = 60.0


class SteadyFile(logging.handlers.WatchedFileHandler):
    """A log file that may be turned over by others, or fail: a line that cannot be written is counted, and given up.

    Standard error is told once a minute. The file is opened anew after trouble, so lines flow again when there is room.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self.lost = 0
        self._is_cut = False
        self._told_at = float("-inf")

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self._is_cut:  # what could be written of the last line must not run on into this one
                self.stream = self._open()
                self.stream.write(self.terminator)
                self.flush()
                self._is_cut = False
            super().emit(record)
        except Exception:  # noqa: BLE001  opening it anew is not within logging's own care
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002  logging's own name
        self.lost += 1
        self._is_cut = True
        try:
            self.close()
        except OSError:
            self.stream = None
        if time.monotonic() - self._told_at >= ALARM_EVERY_SECONDS:
            self._told_at = time.monotonic()
            error = sys.exc_info()[1]
            what = error.strerror if isinstance(error, OSError) else type(error).__name__
            print(f"cspdash: the log cannot be written ({what}); serving goes on", file=sys.stderr, flush=True)


def configure_logs(level: str, shape: Literal["text", "json"], path: Path | None) -> logging.Handler:
    """Sends what is logged from now on to a file, or to standard error. Returns the handler."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_passwords,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=True) if shape == "json" else _plainly
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler: logging.Handler = SteadyFile(path) if path else logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for former in [
        each for each in root.handlers if getattr(each, "is_ours", False) or type(each) is logging.StreamHandler
    ]:
        root.removeHandler(former)
        if isinstance(former, SteadyFile):
            former.close()
    handler.is_ours = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    return handler


def _without_passwords(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """A driver's error may spell the address of a database, password and all."""
    for name, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[name] = IN_ADDRESS.sub("://***@", value)
    return event


def _plainly(_logger: object, _method: str, event: structlog.types.EventDict) -> str:
    """For a person's eyes: time, level, words, then what else there is. A stack keeps its lines, indented; nothing else
    can make a line of its own."""
    stack = str(event.pop("exception", ""))
    told = " ".join(str(event.pop(name, "")) for name in ("timestamp", "level", "logger"))
    words = str(event.pop("event", ""))
    rest = " ".join(f"{name}={value!r}" for name, value in event.items())
    line = ascii_line(f"{told}: {words} {rest}".rstrip())
    return "\n    ".join([line, *map(ascii_line, stack.splitlines())]) if stack else line


def ascii_line(text: str) -> str:
    """The text without line ends or control characters, which show as escapes."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
