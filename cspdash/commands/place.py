"""Where a command works and how it speaks: the deployment's folder, the screen, progress bars, quiet."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cspdash.deployment import Deployment, open_deployment
from cspdash.settings import Settings

_OURS = ("callbacks", "cspdash", "data_access", "layouts")  # other libraries speak up from a warning on

OK, FAILED, WRONG, BUSY = 0, 1, 2, 75

WIDE = 300  # a file or a pipe has no width to keep to

# Figures and tables go to standard output; what is said about the work goes to standard error.
Step = Callable[[str, int, int | None], None]  # what, done, in all if known


@dataclass
class Place:
    """The options before the command."""

    home: Path | None = None
    is_quiet: bool = False
    out: Console = field(default_factory=lambda: Console(width=None if sys.stdout.isatty() else WIDE))
    err: Console = field(default_factory=lambda: Console(stderr=True, width=None if sys.stderr.isatty() else WIDE))

    def settings(self, **given: Any) -> Settings:
        settings = Settings.load(self.home, **given)
        for name in _OURS:
            logging.getLogger(name).setLevel(settings.log_level)
        return settings

    @contextmanager
    def deployment(self) -> Iterator[Deployment]:
        with open_deployment(self.settings()) as deployment:
            yield deployment

    def say(self, words: str) -> None:
        """Something worth knowing while working; not with --quiet."""
        if not self.is_quiet:
            self.err.print(words, highlight=False)

    @contextmanager
    def progress(self) -> Iterator[Step]:
        """A progress bar on a terminal, one line a step in a log, nothing with --quiet."""
        if self.is_quiet:
            yield lambda _what, _done, _total: None
        elif self.err.is_terminal:
            with _bars(self.err) as bars:
                yield _Tasks(bars)
        else:
            yield _Lines()


def _bars(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


class _Tasks:
    """One bar for each thing that is worked on; a new thing finishes the one before."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._what = ""
        self._task = bars.add_task("", total=None, visible=False)

    def __call__(self, what: str, done: int, total: int | None) -> None:
        if what != self._what:
            self._what = what
            self._bars.reset(self._task, description=what, visible=True)
        self._bars.update(self._task, completed=done, total=total, description=what)


class _Lines:
    def __init__(self) -> None:
        self._what = ""

    def __call__(self, what: str, _done: int, _total: int | None) -> None:
        if what != self._what:
            self._what = what
            print(what, file=sys.stderr, flush=True)
