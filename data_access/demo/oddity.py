"""Odd rows: added to a source's tables by hand, and remembered so that documents and tests can name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data_access.demo.tables import Table
from data_access.demo.timeline import Timeline, date_of


@dataclass
class Oddities:
    """`notes`: (table, key, what is odd). `refused`: how many rows of a dataset a load must put into quarantine."""

    timeline: Timeline
    tables: dict[str, Table]
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> int:
        return self.timeline.today

    def at(self, days_ago: int, time: str = "11:20:00") -> str:
        """An instant so many days ago, as sources write it."""
        return f"{date_of(self.today - days_ago)} {time}"

    def day(self, days_ago: int) -> str:
        """A day so many days ago."""
        return f"{date_of(self.today - days_ago)}"

    def on(self, day: int, time: str = "") -> str:
        """A day number as text, with a time or without."""
        return f"{date_of(day)} {time}" if time else f"{date_of(day)}"

    def rows(self, table: str) -> int:
        return self.tables[table].rows

    def add(self, table: str, row: Mapping[str, Any], what: str, refused: str) -> None:
        """One odd row; `refused` names the dataset whose load cannot read it, if it cannot."""
        self.tables[table].add(row)
        if what:
            self.said(table, str(next(iter(row.values()))), what)
        self.refuse(refused)

    def refuse(self, dataset: str) -> None:
        if dataset:
            self.refused[dataset] = self.refused.get(dataset, 0) + 1

    def said(self, table: str, key: str, what: str) -> None:
        self.notes.append((table, key, what))
