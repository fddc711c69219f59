"""Clocks and instants for tests of rules: the packaged clocks, and the same with a deployment's changes on top."""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from cspdash.domain.clocks import Clocks, load_clocks
from cspdash.domain.datasets import Dataset, load_datasets
from cspdash.domain.derivation import derive

LONDON = ZoneInfo("Europe/London")


@lru_cache
def clocks(changes: str = "", additions: tuple[date, ...] = ()) -> Clocks:
    """The packaged clocks with the text of a deployment's clocks.toml on top."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "clocks.toml").write_text(changes, encoding="utf-8")
        return load_clocks(LONDON, [Path(folder)] if changes else (), additions)


@lru_cache
def datasets() -> dict[str, Dataset]:
    return load_datasets()


def derived(dataset: str, row: dict[str, Any], changes: str = "", **related: list[dict[str, Any]]) -> dict[str, Any]:
    """What the rule of a dataset makes of a row."""
    return derive(datasets()[dataset], row, related, clocks(changes))


def local(text: str) -> datetime:
    """An instant from a London wall-clock time: "2024-03-27 23:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)
