"""Keeps a demonstration alive: small changes in its sources, as many as the hour would bring, only faster.

What happens to each record is plausible; how often, is quickened some thirty times, so that figures move while somebody
watches. Officers whose figures are known answers are left alone.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from data_access.demo.build import COMPLETE, SEED
from data_access.demo.crimes import BY_HOUR
from data_access.demo.deployment import DROPS, FOLDER
from data_access.demo.feed_athena import AthenaFeed
from data_access.demo.feed_others import CommandFeed, FinanceFeed, SharePointFeed
from data_access.demo.timeline import ZONE
from data_access.demo.units import grow

ACTIONS_A_TICK = 1.5
DESK_HOURS = range(7, 22)
DROP_EVERY = timedelta(minutes=2)
RETRY_SECONDS = 1.0


class Feed:
    """All sources of one demonstration, opened for changing. To be used in the thread that made it."""

    def __init__(self, home: Path, seed: int, now: datetime) -> None:
        self.rng = np.random.default_rng(seed)
        self.first = datetime.fromisoformat(
            json.loads((home / COMPLETE).read_text(encoding="utf-8"))["built_for"]
        ).replace(tzinfo=ZONE)
        now = self.not_before_built(now)
        databases = home / FOLDER
        self.athena = AthenaFeed(databases / "athena.db", self.rng, now.astimezone(ZONE))
        by_csp: dict[str, list[str]] = {}
        by_centre: dict[str, list[str]] = {}
        centre_of = {unit.code: unit.cost_centre for unit in grow().rows}
        for team, members in self.athena.teams.items():
            if "-INT-" in team and members:
                by_csp.setdefault(team.split("-")[0], []).extend(members)
                by_centre[centre_of[team]] = members
        self.command = CommandFeed(databases / "command_control.db", self.rng, by_csp)
        self.finance = FinanceFeed(databases / "finance.db", self.rng, by_centre)
        self.sharepoint = SharePointFeed(home / DROPS, self.rng, by_csp)
        self.dropped_at = now

    def not_before_built(self, now: datetime) -> datetime:
        """A change is never older than the records: they may have been built for a later moment than the clock shows."""
        return max(now, self.first + timedelta(seconds=1))

    def tick(self, now: datetime) -> Counter[str]:
        """One round of changes; the rows touched, by source and table."""
        now = self.not_before_built(now)
        hour = now.astimezone(ZONE).hour
        street = float(BY_HOUR[hour] / BY_HOUR.mean())
        desk = 1.4 if hour in DESK_HOURS else 0.3
        touched: Counter[str] = Counter()
        with self.athena.db.at(now):
            for action, weight, is_street in self.athena.actions:
                for _ in range(self.rng.poisson(ACTIONS_A_TICK * weight / 100 * (street if is_street else desk))):
                    action()
        with self.command.db.at(now):
            for _ in range(self.rng.poisson(ACTIONS_A_TICK * 0.1 * street)):
                self.command.receive()
            self.command.attend()
        with self.finance.db.at(now):
            for action in (self.finance.claim, self.finance.pay):
                for _ in range(self.rng.poisson(ACTIONS_A_TICK * 0.05 * desk)):
                    action()
        if now - self.dropped_at >= DROP_EVERY:
            self.dropped_at = now
            touched["sharepoint.stop_search"] += self.sharepoint.drop(now)
        for name, source in (("athena", self.athena), ("command_control", self.command), ("finance", self.finance)):
            touched.update({f"{name}.{table}": rows for table, rows in source.db.changed.items() if rows})
            source.db.changed.clear()
        return touched

    def close(self) -> None:
        for source in (self.athena, self.command, self.finance):
            source.db.close()


def step(home: Path, seed: int = SEED, now: datetime | None = None) -> Counter[str]:
    """One round of changes in a demonstration's sources; the rows touched, by source and table."""
    moment = now or datetime.now(UTC)
    source = Feed(home, seed, moment)
    try:
        return source.tick(moment)
    finally:
        source.close()


def feed(home: Path, stop: Callable[[], bool], rate_seconds: float = 2.0, seed: int | None = None) -> None:
    """Changes a demonstration's sources every so many seconds until `stop` says so. A busy database is tried again."""
    start = datetime.now(UTC)
    source = Feed(home, int(start.timestamp()) if seed is None else seed, start)
    try:
        while not stop():
            try:
                source.tick(datetime.now(UTC))
            except sqlite3.OperationalError:
                time.sleep(RETRY_SECONDS)
            time.sleep(rate_seconds)
    finally:
        source.close()
