"""Following: from a commit in a source's database to the data version that moved, and what a look at nothing new costs."""

from __future__ import annotations

import random
import sqlite3
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from cspdash.deployment import Deployment
from data_access.demo.deployment import FOLDER
from data_access.demo.live_database import stamp
from data_access.demo.timeline import ZONE

EVERY_SECONDS = 2.0
_CHANGES, _QUIET_SECONDS = 40, 20.0
_TOUCH = "UPDATE crime SET susp_cnt = coalesce(susp_cnt, 0) + 1, changed = ? WHERE crime_no = ?"
_SOME = "SELECT crime_no FROM crime WHERE rec_type = 'CRIME' AND is_deleted = 'N' AND crime_no < '41/9' LIMIT ?"


def measure(deployment: Deployment, home: Path) -> None:
    stop = threading.Event()
    follower = deployment.follower(EVERY_SECONDS, (), stop, lambda _: None, lambda _: None)
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        time.sleep(2 * EVERY_SECONDS + 3)  # the first looks compare everything
        _quiet(deployment)
        _changes(deployment, home)
    finally:
        stop.set()
        thread.join()


def _quiet(deployment: Deployment) -> None:
    """What following costs while nothing changes, all sources together."""
    with counting() as asked:
        began, worked = time.perf_counter(), time.process_time()
        time.sleep(_QUIET_SECONDS)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
    looks = seconds / EVERY_SECONDS
    mappings = sum(len(source.mappings) for source in deployment.definitions.sources)
    sources = len(deployment.definitions.sources)
    print(f"Following {sources} sources ({mappings} mappings), each every {EVERY_SECONDS:g} s; nothing changes")
    ours, theirs, writes = (asked[each] / looks for each in ("ours", "theirs", "writes"))
    print(
        f"  SQL statements a round: {theirs:.1f} at the sources, {ours:.1f} at our own database, {writes:.1f} of them writes"
    )
    print(f"  processor: {worked / looks * 1e3:.1f} ms a round, {worked / seconds:.1%} of one\n")


def _changes(deployment: Deployment, home: Path) -> None:
    """Commits at moments that have nothing to do with the looks; waits for each to be there."""
    chance = random.Random(1)
    database = str(deployment.engine.url.database)
    found = []
    with closing(sqlite3.connect(home / FOLDER / "athena.db", timeout=30)) as athena:
        refs = [ref for (ref,) in athena.execute(_SOME, [_CHANGES])]
        for ref in refs:
            time.sleep(chance.random() * EVERY_SECONDS)
            before = _version(database)
            with athena:
                athena.execute(_TOUCH, [stamp(datetime.now(ZONE)), ref])
            began = time.perf_counter()
            while _version(database) == before:
                time.sleep(0.005)
                assert time.perf_counter() - began < 60, "the change did not arrive within a minute"
            found.append(time.perf_counter() - began)
    found.sort()
    p95, wait = found[int(len(found) * 0.95) - 1], EVERY_SECONDS * 0.95
    print(f"From commit at Athena to the moved data version: {len(found)} changes, looks every {EVERY_SECONDS:g} s")
    print(
        f"  median {statistics.median(found):.2f} s, p95 {p95:.2f} s (waiting alone {wait:.2f} s), longest {found[-1]:.2f} s\n"
    )


def _version(database: str) -> Any:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute("SELECT version FROM data_version WHERE dataset = 'investigation'").fetchone()


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Statements of every engine in this process: our own database's and the sources'."""
    asked: Counter[str] = Counter()

    def note(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("BEGIN"):
            return
        is_ours = "mode=ro" not in str(connection.engine.url) and "file:" not in str(connection.engine.url)
        asked["ours" if is_ours else "theirs"] += 1
        asked["writes"] += statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE")

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
