"""The real-data deployments: their folders copied out of the repository, opened as any deployment is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cspdash.deployment import OPERATOR, Deployment, open_deployment, upgrade_database
from cspdash.domain.ports import UnitPage
from cspdash.domain.view import View
from cspdash.settings import Settings
from data_access.ingest import LoadResult

CONFIG = Path(__file__).parent / "config"


@contextmanager
def deployed(name: str, home: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """A fresh copy of tests/real/config/<name>, its sources read from `data`; nothing loaded yet."""
    shutil.copytree(CONFIG / name, home)
    monkeypatch.setenv("CSPDASH_REAL_DATA", str(data))
    settings = Settings.load(home, look_reason="off")  # asked as the operator, whom nobody asks why here
    upgrade_database(settings)
    with open_deployment(settings) as deployment:
        yield deployment


def load(deployment: Deployment) -> dict[str, LoadResult]:
    """One ordinary load; results by mapping."""
    results = deployment.ingest()
    assert [result.result for result in results if not result.ok] == []
    return {result.mapping: result for result in results}


def page_of(deployment: Deployment, family: str, metric: str, unit: str) -> UnitPage:
    return deployment.reader.unit_page(View(page=family, unit=unit, metric=metric), OPERATOR)


def everywhere(deployment: Deployment, family: str, metric: str, unit: str) -> Iterator[UnitPage]:
    """The page of a unit and of every unit below it."""
    page = page_of(deployment, family, metric, unit)
    yield page
    for bar in page.bars:
        if bar.kind == "unit":
            yield from everywhere(deployment, family, metric, bar.key)


def check_sums(page: UnitPage) -> None:
    """The unit is the sum of its bars, and each bar says how many records it stands on."""
    assert sum(bar.figure.records for bar in page.bars) == page.total.records
    assert sum(bar.figure.numerator for bar in page.bars) == page.total.numerator
