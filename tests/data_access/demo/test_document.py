"""docs/demonstration.md says what is planted: every known answer, every odd row, every persona."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.demo.cast import PERSONAS, Role
from tests.data_access.demo.conftest import facts

DOCUMENT = (Path(__file__).parents[3] / "docs" / "demonstration.md").read_text(encoding="utf-8")


def test_every_odd_row_is_named(small: Path) -> None:
    missing = [row["what"] for row in facts(small)["odd_rows"] if row["what"] not in DOCUMENT]
    assert missing == [], "name them in docs/demonstration.md, Odd rows"


def test_every_known_answer_is_named(small: Path) -> None:
    answers = facts(small)["answers"]
    assert [each["id"] for each in answers if f"`{each['metric']}`" not in DOCUMENT] == []
    assert [each["id"] for each in answers if each["denominator"] is None and each["words"] not in DOCUMENT] == []


@pytest.mark.parametrize("role", PERSONAS, ids=lambda role: role.id)
def test_every_persona_is_named(role: Role) -> None:
    assert f"`{role.id}`" in DOCUMENT


def test_the_number_of_refused_rows_is_right(small: Path) -> None:
    assert f"{sum(facts(small)['refused'].values())} in all" in DOCUMENT
