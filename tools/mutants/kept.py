"""What was found earlier of the same files, so that a run can go on where it was interrupted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from tools.mutants.mutant import Mutant
from tools.mutants.trial import ROOT, Found, Ran

FILE = ROOT / ".mutants" / "found.json"
_CODE = (
    "assets",
    "benchmarks",
    "callbacks",
    "cspdash",
    "data_access",
    "deploy",
    "layouts",
    "requirements",
    "tests",
    "tools",
)
_NOT_OURS = {"_vendor", "node_modules", "__pycache__", "mutants"}


class Kept:
    """Found, by mutant and files: all of the repository's, or (`near`) only the mutant's own file and its tests'.

    Both are read once, at the beginning: whoever goes on working meanwhile does not change what was tried.
    """

    def __init__(self, mutants: Sequence[Mutant], file: Path = FILE, root: Path = ROOT, *, near: bool = False) -> None:
        self._file, self._is_near = file, near
        self._all = _digest(root, sorted(_files(root)))
        self._near = {each.name: _near(root, each) for each in mutants}
        self._tests = {test: _of_test(root, test) for each in mutants for test in each.tests}

    def of(self, mutant: Mutant) -> Found | None:
        known = self._known(mutant.name, self._near[mutant.name])
        found = Found(**known) if known else None
        return found if found and found.verdict in ("red", "green") else None

    def keep(self, mutant: Mutant, found: Found) -> None:
        self._keep({mutant.name: {"near": self._near[mutant.name], "all": self._all, "found": asdict(found)}})

    def unharmed(self, tests: Iterable[str]) -> dict[str, list[Ran]]:
        """What of these is known to have passed unharmed, and how."""
        known = {test: self._known(test, self._tests[test]) for test in tests}
        return {test: [Ran(**each) for each in ran] for test, ran in known.items() if ran}

    def keep_unharmed(self, found: Mapping[str, list[Ran]]) -> None:
        good = {test: ran for test, ran in found.items() if all(each.ending == "passed" for each in ran)}
        self._keep(
            {
                test: {"near": self._tests[test], "all": self._all, "found": [asdict(each) for each in ran]}
                for test, ran in good.items()
            }
        )

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)

    def _known(self, name: str, near: str) -> Any:
        known = self._read().get(name)
        if known is None or known["near"] != near or not (self._is_near or known["all"] == self._all):
            return None
        return known["found"]

    def _keep(self, new: Mapping[str, dict[str, Any]]) -> None:
        every = {**self._read(), **new}  # read again: two runs of different mutants keep theirs side by side
        self._file.parent.mkdir(exist_ok=True)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(every, indent=1), encoding="utf-8")
        draft.replace(self._file)

    def _read(self) -> dict[str, dict[str, Any]]:
        return json.loads(self._file.read_text(encoding="utf-8")) if self._file.is_file() else {}


def _near(root: Path, mutant: Mutant) -> str:
    files = {mutant.file, *(test.partition("::")[0] for test in mutant.tests)}
    text = repr(astuple(mutant)) + _digest(root, sorted(root / each for each in files))
    return hashlib.sha256(text.encode()).hexdigest()


def _of_test(root: Path, test: str) -> str:
    return _digest(root, [root / test.partition("::")[0]])


def _files(root: Path) -> Iterator[Path]:
    yield from (root / "setup.cfg", root / "pyproject.toml")
    for folder in _CODE:
        for path in (root / folder).rglob("*"):
            if path.is_file() and not _NOT_OURS & set(path.relative_to(root).parts):
                yield path


def _digest(root: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
