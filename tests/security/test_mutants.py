"""The list of mutants fits the code: each still has its one place, and its test. `make mutants` runs them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.mutants.__main__ import MUTANTS, ROOT
from tools.mutants.mutant import Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=[each.name for each in MUTANTS])
def test_it_has_its_place_and_its_test(mutant: Mutant) -> None:
    changed = mutant.changed((ROOT / mutant.file).read_text(encoding="utf-8"))
    ast.parse(changed)  # a mutant that is no Python would be red whatever the tests say
    for test in mutant.tests:
        file, *names = test.split("::")
        defined = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        assert set(names) <= defined, test


def test_names_are_given_once() -> None:
    names = [each.name for each in MUTANTS]
    assert len(set(names)) == len(names) >= 50


def test_every_safeguard_that_must_have_one_has_one() -> None:
    harmed = {each.file for each in MUTANTS}
    for file in ("gate", "callback_body", "double_submit", "headers", "openid_connect", "signed_in", "rate_limit"):
        assert f"cspdash/auth/{file}.py" in harmed
    assert Path("data_access/cache.py").as_posix() in harmed
