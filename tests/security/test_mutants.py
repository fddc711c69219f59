"""The list of mutants fits the code: each still has its one place, and its test. `make mutants` runs them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.mutants.every import MUTANTS
from tools.mutants.kept import Kept
from tools.mutants.mutant import Mutant
from tools.mutants.named_tests import NAMED, NamedTest, names_of
from tools.mutants.trial import ROOT, Found, Ran
from tools.pages import named_tests as page

LINES = "tests/security/test_log.py::TestLines"
REQUIRED = {
    "T-ROUTES", "T-ROWS", "T-RLS", "T-NAMES", "T-CACHE-X", "T-FORGE", "T-SCHEMA", "T-CSRF", "T-CSP", "T-XSS", "T-HDR", "T-SESS",
    "T-KEY", "T-OIDC", "T-OIDC-REAL", "T-KRB", "T-PICKLE", "T-BG", "T-SQL", "T-EXPORT", "T-ERR", "T-LOG", "T-PATH", "T-REDIR",
    "T-SIZE", "T-AUDIT", "T-DEPS", "T-DB", "T-FREEZE", "T-FULL", "T-CACHE", "T-SOURCE", "T-DRIFT", "T-CONV", "T-INGEST9",
    "T-TWO", "T-DST", "T-WORKER", "T-500", "T-LOGFULL", "T-RESTORE",
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=[each.name for each in MUTANTS])
def test_it_has_its_place_and_its_test(mutant: Mutant) -> None:
    changed = mutant.changed((ROOT / mutant.file).read_text(encoding="utf-8"))
    if mutant.file.endswith(".py"):
        ast.parse(changed)  # a mutant that is no Python would be red whatever the tests say
    for test in mutant.tests:
        file, *names = test.partition("[")[0].split("::")
        defined = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        assert set(names) <= defined, test


def test_names_are_given_once() -> None:
    names = [each.name for each in MUTANTS]
    assert len(set(names)) == len(names) >= 50


@pytest.mark.parametrize("named", NAMED, ids=[each.name for each in NAMED])
def test_every_named_test_has_a_mutant_or_says_why_not(named: NamedTest) -> None:
    own = [each for each in MUTANTS if named.name in names_of(each)]
    assert bool(own) != bool(named.why_none)
    for test in named.tests:
        assert (ROOT / "tests" / test.partition("::")[0]).is_file(), test


def test_the_names_are_those_the_requirement_gives() -> None:
    assert [each.name for each in NAMED] == list(dict.fromkeys(each.name for each in NAMED))
    assert {each.name for each in NAMED} == REQUIRED


def test_documents_tell_of_them() -> None:
    """Those of docs/security.md are real, and docs/named-tests.md lists every mutant there is."""
    told = set(re.findall(r"T-[A-Z0-9]+(?:-[A-Z]+)*", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))
    assert told <= REQUIRED
    assert (ROOT / page.PATH).read_text(encoding="utf-8").endswith(f"{page.text()}\n"), "run `make docs`"


def test_what_was_found_counts_for_the_same_files_alone(tmp_path: Path) -> None:
    mutant = Mutant("a name", "setup.cfg", "a", "b", ("tests/conftest.py",))
    for name in ("setup.cfg", "pyproject.toml", "tests/conftest.py", "cspdash/other.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("before")
    file = tmp_path / ".mutants" / "found.json"

    def kept(*, near: bool = False) -> Kept:
        return Kept([mutant], file, tmp_path, near=near)

    kept().keep(mutant, Found("red", "test_something", 1.5))
    assert kept().of(mutant) == Found("red", "test_something", 1.5)
    (tmp_path / "cspdash" / "other.py").write_text("after")
    assert kept().of(mutant) is None
    assert kept(near=True).of(mutant) is not None
    (tmp_path / "tests" / "conftest.py").write_text("after")
    assert kept(near=True).of(mutant) is None


def test_a_mutant_is_red_only_for_a_test_of_its_own() -> None:
    ran = Ran("tests.security.test_log.TestLines.test_one[a]", "passed", 0.1)
    for test in (
        "tests/security/test_log.py",
        "tests/security/test_log.py::TestLines",
        f"{LINES}::test_one",
        f"{LINES}::test_one[a]",
    ):
        assert ran.is_of(test)
    for test in (
        "tests/security/test_lo.py",
        "tests/security/test_log.py::TestLine",
        f"{LINES}::test_on",
        f"{LINES}::test_one[b]",
    ):
        assert not ran.is_of(test)
