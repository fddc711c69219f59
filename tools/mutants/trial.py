"""A copy of the repository in which safeguards are taken out, and what pytest says there."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from tools.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]
SEED = "1"
_LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv*",
    ".bench",
    ".demo",
    ".hypothesis",
    ".mutants",
    "node_modules",
    "__pycache__",
    ".*_cache",
    "build",
    "dist",
    "*.egg-info",
)
_PASSED, _FAILED = 0, 1
_AT_LEAST_SECONDS, _AS_LONG_AS_USUAL = 120, 10

Ending = Literal["passed", "failed", "error", "skipped"]
Verdict = Literal["red", "green", "broken", "skipped"]


@dataclass(frozen=True)
class Ran:
    """One test that ran: its dotted name, how it ended, and the seconds it took with what it alone needed."""

    name: str
    ending: Ending
    seconds: float
    said: str = ""

    def is_of(self, test: str) -> bool:
        """Whether pytest would have run it for `test`: a file, a class of it, or a function of either."""
        file, *inside = test.split("::")
        asked = ".".join([file.removesuffix(".py").replace("/", "."), *inside])
        return self.name == asked or self.name.startswith((f"{asked}.", f"{asked}["))


@dataclass(frozen=True)
class Found:
    """What became of a mutant. `red` is as it must be; `green`: nobody noticed; `broken`: the test fails unharmed, too, or
    something other than a test gave way; `skipped`: this machine cannot run the test, so that nothing was shown."""

    verdict: Verdict
    why: str  # the test that noticed, or what is wrong
    seconds: float = 0.0


class Copy:
    """Its tests see its own modules and not those installed. Use as a context manager: a process waits in it."""

    def __init__(self, folder: Path) -> None:
        self.root, self._report = folder / "copy", folder / "report.xml"
        self._running = 0
        shutil.copytree(ROOT, self.root, ignore=_LEFT_OUT)
        for installed in (".venv", "tests/sso/npm/node_modules"):
            (self.root / installed).symlink_to(ROOT / installed)
        self._times = itertools.count(int(time.time()))
        self._warm = subprocess.Popen(
            [sys.executable, "-m", "tools.mutants.warm"],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # an interrupt is ours to hand on
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._warm.communicate()

    def unharmed(self, tests: tuple[str, ...]) -> list[Ran]:
        """All of these in one go."""
        return self._run(tests, None)[1]

    def harmed(self, mutant: Mutant, usual_seconds: float) -> Found:
        """Until the first test fails. One that hangs for its safeguard has failed."""
        file = self.root / mutant.file
        before = file.read_text(encoding="utf-8")
        self._write(file, mutant.changed(before))
        try:
            code, ran = self._run(mutant.tests, _AT_LEAST_SECONDS + _AS_LONG_AS_USUAL * usual_seconds, "-x")
        finally:
            self._write(file, before)
        if code is None:
            return Found("red", "hung")
        noticed = [each for each in ran if each.ending == "failed"]
        if code == _FAILED and noticed:
            return Found("red", noticed[0].name.removeprefix("tests."))
        if code == _PASSED and any(each.ending == "passed" for each in ran):
            return Found("green", "nobody noticed")
        said = next((each.said for each in ran if each.ending == "error"), "")
        return Found("broken", f"pytest ended with {code}: {said[:300]}")

    def stop(self) -> None:
        """Ends what runs, with all that it started."""
        if self._running:
            with suppress(ProcessLookupError):
                os.killpg(self._running, signal.SIGKILL)

    def _give_up(self, late: threading.Event) -> None:
        late.set()
        self.stop()

    def _write(self, file: Path, text: str) -> None:
        """With a time no other state of the file had: what Python compiled of that must not be taken for this."""
        file.write_text(text, encoding="utf-8")
        at = next(self._times)
        os.utime(file, (at, at))

    def _run(self, tests: tuple[str, ...], longest: float | None, *more: str) -> tuple[int | None, list[Ran]]:
        """pytest's exit code (None: it took too long and was ended) and every test that ran."""
        self._report.unlink(missing_ok=True)
        shutil.rmtree(self.root / ".hypothesis", ignore_errors=True)  # what failed before is no help to the next
        options = (
            "-q",
            *more,
            "-p",
            "no:cacheprovider",
            "--hypothesis-profile=mutants",
            f"--hypothesis-seed={SEED}",
            f"--junitxml={self._report}",
        )
        ask, told = self._warm.stdin, self._warm.stdout
        assert ask is not None
        assert told is not None
        ask.write(json.dumps([*options, "--tb=line", "--no-header", *tests]) + "\n")
        ask.flush()
        self._running = int(told.readline())
        late = threading.Event()
        timer = threading.Timer(longest or threading.TIMEOUT_MAX, self._give_up, [late])
        timer.daemon = True
        timer.start()
        code = int(told.readline())
        timer.cancel()
        self.stop()  # servers that a test left, too
        self._running = 0
        return None if late.is_set() else code, _read(self._report)


def _read(report: Path) -> list[Ran]:
    if not report.is_file():
        return []
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314  pytest wrote it
    return [_ran(case) for case in cases]


def _ran(case: ET.Element) -> Ran:
    name, seconds = f"{case.get('classname')}.{case.get('name')}", float(case.get("time") or 0)
    for tag, ending in _ENDINGS.items():
        if (found := case.find(tag)) is not None:
            said = found.get("message") or ""
            return Ran(name, "failed" if said.startswith(_ASSERTED) else ending, seconds, said)
    return Ran(name, "passed", seconds)


_ASSERTED = ('failed on setup with "AssertionError', 'failed on setup with "assert ')  # a fixture that looked, and saw
_ENDINGS: dict[str, Ending] = {"failure": "failed", "error": "error", "skipped": "skipped"}
