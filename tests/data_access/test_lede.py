"""The sentence above the bars counts as people speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspdash.domain.view import View
from tests.support.small import OPERATOR, small


@pytest.mark.parametrize(
    ("unit", "words"),
    [("watford-int-c", "14 open investigations ·"), ("stevenage-int-a", "6 open investigations ·")],
)
def test_several_records_are_several(tmp_path: Path, unit: str, words: str) -> None:
    with small(tmp_path) as deployment:
        assert deployment.reader.unit_page(View(page="workload", unit=unit), OPERATOR).lede.startswith(words)


def test_a_single_record_is_one(tmp_path: Path) -> None:
    with small(tmp_path) as deployment:
        table = deployment.reader.figures.metadata.tables["investigation"]
        with deployment.engine.begin() as connection:
            connection.execute(table.delete().where(table.c.officer_id == "E5", table.c.ref != "CE5-0"))
        deployment.bump()
        assert deployment.reader.unit_page(
            View(page="volume", unit="stevenage-int-a", period="12m"), OPERATOR
        ).lede.startswith("1 crime ·")
        open_now = deployment.reader.unit_page(View(page="workload", unit="stevenage-int-a"), OPERATOR).lede
        assert open_now.startswith("1 open investigation ·")
