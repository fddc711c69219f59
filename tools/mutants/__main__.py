"""`make mutants`: every mutant in a copy of the repository, one after the other. All must be red.

    python -m tools.mutants [PART OF A NAME ...]

Each test is run unharmed first: one that fails anyway shows nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.mutants.data import DATA
from tools.mutants.disclosure import DISCLOSURE
from tools.mutants.door import DOOR
from tools.mutants.mutant import Mutant
from tools.mutants.sources import SOURCES

ROOT = Path(__file__).parents[2]
MUTANTS = (*DOOR, *DATA, *DISCLOSURE, *SOURCES)
SEED = "1"
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".bench", ".demo", ".hypothesis", "__pycache__", ".*_cache", "build", "dist", "*.egg-info"
)
PASSED, FAILED = 0, 1
_LONGEST_SECONDS = 900


class Copy:
    """A copy of the repository, whose tests see its own modules and not those installed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unharmed: dict[tuple[str, ...], int] = {}

    def test(self, tests: tuple[str, ...]) -> int:
        """pytest's exit code; a test that hangs for its safeguard counts as failed."""
        options = ("-q", "-x", "-p", "no:cacheprovider", f"--hypothesis-seed={SEED}", "--no-header", "--tb=no")
        command = [sys.executable, "-m", "pytest", *options, *tests]
        environment = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, check=False, cwd=self.root, env=environment, capture_output=True, timeout=_LONGEST_SECONDS
            )
        except subprocess.TimeoutExpired:
            return FAILED
        return done.returncode

    def unharmed(self, tests: tuple[str, ...]) -> int:
        if tests not in self._unharmed:
            self._unharmed[tests] = self.test(tests)
        return self._unharmed[tests]

    def harmed(self, mutant: Mutant) -> int:
        file = self.root / mutant.file
        before = file.read_text(encoding="utf-8")
        file.write_text(mutant.changed(before), encoding="utf-8")
        try:
            return self.test(mutant.tests)
        finally:
            file.write_text(before, encoding="utf-8")


def main() -> int:
    wanted = [each for each in MUTANTS if not sys.argv[1:] or any(part in each.name for part in sys.argv[1:])]
    survived = []
    with tempfile.TemporaryDirectory(prefix="cspdash-mutants-") as folder:
        copy = Copy(Path(folder) / "copy")
        shutil.copytree(ROOT, copy.root, ignore=_LEFT_OUT)
        (copy.root / ".venv").symlink_to(ROOT / ".venv")
        for number, mutant in enumerate(wanted, 1):
            begun = time.monotonic()
            verdict = _verdict(copy, mutant)
            if verdict != "red":
                survived.append(mutant.name)
            took = time.monotonic() - begun
            print(
                f"{number:>3}/{len(wanted)} {verdict:<7} {took:4.0f} s  {mutant.name}  <-  {' '.join(mutant.tests)}",
                flush=True,
            )
    print(f"{len(wanted)} mutants, Hypothesis seed {SEED}: {len(wanted) - len(survived)} red, {len(survived)} not")
    for name in survived:
        print(f"  not red: {name}")
    return 1 if survived else 0


def _verdict(copy: Copy, mutant: Mutant) -> str:
    """`red` is as it must be; `green`: nobody noticed; `broken`: the test fails anyway, or does not run."""
    if copy.unharmed(mutant.tests) != PASSED:
        return "broken"
    return {PASSED: "green", FAILED: "red"}.get(copy.harmed(mutant), "broken")


if __name__ == "__main__":
    sys.exit(main())
