"""A small demonstration force, built once for all tests that only look at it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data_access.demo.build import ANSWERS, build_small
from data_access.demo.deployment import FOLDER

TODAY = datetime(2026, 11, 22, 14, 5, 12)  # noqa: DTZ001  local time of the force

Ask = Callable[..., list[Any]]


def asker(home: Path) -> Ask:
    """Asks a source database by name: all rows, or of one column its values."""

    def ask(database: str, query: str, *values: Any) -> list[Any]:
        connection = sqlite3.connect(home / FOLDER / f"{database}.db")
        try:
            rows = connection.execute(query, values).fetchall()
        finally:
            connection.close()
        return [row[0] if len(row) == 1 else row for row in rows]

    return ask


def facts(home: Path) -> dict[str, Any]:
    """What known_answers.json says."""
    found: dict[str, Any] = json.loads((home / ANSWERS).read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small demonstration. Not to be changed."""
    home = tmp_path_factory.mktemp("demo")
    build_small(home, today=TODAY)
    return home


@pytest.fixture(scope="package")
def ask(small: Path) -> Ask:
    return asker(small)
