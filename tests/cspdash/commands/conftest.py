"""A loaded deployment folder, copied for every test, and the command line asked in this process."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cspdash.cli import run
from tests.support.folder import write_folder


@dataclass
class Asked:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class CommandLine:
    """`cspdash --home HOME ...`."""

    home: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Asked:
        self.capsys.readouterr()
        code = run(["--home", str(self.home), *arguments])
        said = self.capsys.readouterr()
        return Asked(code, said.out, said.err)


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = write_folder(tmp_path_factory.mktemp("loaded") / "home")
    assert run(["--quiet", "--home", str(home), "db", "upgrade"]) == 0
    assert run(["--quiet", "--home", str(home), "ingest"]) == 0
    return home


@pytest.fixture
def home(loaded_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaded_home, tmp_path / "home"))


@pytest.fixture
def cspdash(home: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(home, capsys)
