"""The feed: figures move, every change moves the watermark, and what is planted stays."""

# ruff: noqa: S608  queries are put together from names of this file

from __future__ import annotations

import shutil
import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data_access.demo.deployment import DROPS
from data_access.demo.feed import Feed, feed, step
from data_access.demo.timeline import ZONE
from tests.data_access.demo.conftest import TODAY, asker

START = TODAY.replace(tzinfo=ZONE) + timedelta(minutes=1)
WATERMARKS = {"athena": "changed", "finance": "changed", "command_control": "changed_utc"}


@pytest.fixture
def home(small: Path, tmp_path: Path) -> Path:
    """A demonstration of one's own, to be changed."""
    return Path(shutil.copytree(small, tmp_path / "demo"))


def run(home: Path, ticks: int, start: datetime = START) -> Counter[str]:
    source = Feed(home, 3, start)
    total: Counter[str] = Counter()
    try:
        for number in range(ticks):
            total += source.tick(start + timedelta(seconds=2 * number))
    finally:
        source.close()
    return total


def test_an_hour_changes_rows_of_every_kind(home: Path) -> None:
    touched = run(home, 400)
    assert {
        "athena.crime",
        "athena.victim",
        "athena.contact_log",
        "athena.outcome",
        "athena.custody_release",
        "athena.intel_report",
    } <= set(touched)
    assert {"command_control.incident", "finance.ot_claim", "sharepoint.stop_search"} <= set(touched)


def test_what_was_touched_lies_past_the_watermark(home: Path) -> None:
    ask = asker(home)
    before = {name: ask(name, f"SELECT MAX({column}) FROM {table}")[0] for name, table, column in tables()}
    touched = run(home, 100)
    for name, table, column in tables():
        moved = ask(name, f"SELECT COUNT(*) FROM {table} WHERE {column} > ?", before[name])[0]
        assert 0 < moved <= touched[f"{name}.{table}"]


def tables() -> list[tuple[str, str, str]]:
    return [
        ("athena", "crime", "changed"),
        ("finance", "ot_claim", "changed"),
        ("command_control", "incident", "changed_utc"),
    ]


def test_one_step_says_what_it_touched(home: Path) -> None:
    touched = sum((step(home, seed, START + timedelta(seconds=seed)) for seed in range(12)), Counter[str]())
    assert touched.total() > 0


def test_incidents_are_attended_some_minutes_later(home: Path) -> None:
    ask = asker(home)
    source = Feed(home, 3, START)
    for number in range(300):
        source.tick(START + timedelta(seconds=20 * number))
    source.close()
    waited = "strftime('%s', scene_utc) - strftime('%s', graded_utc)"
    waits = ask(
        "command_control",
        f"SELECT {waited} FROM incident WHERE changed_utc > ? AND scene_utc IS NOT NULL",
        f"{TODAY}",
    )
    assert waits
    assert all(wait > 30 for wait in waits)


def test_new_numbers_follow_the_old_ones(home: Path) -> None:
    ask = asker(home)
    (last,) = ask("athena", "SELECT MAX(crime_no) FROM crime WHERE crime_no < '41/900000' AND crime_no LIKE '%/26'")
    run(home, 60)
    new = ask(
        "athena", "SELECT crime_no FROM crime WHERE rec_dt > ? AND crime_no < '41/900000' ORDER BY crime_no", f"{TODAY}"
    )
    first = int(last.split("/")[1]) + 1
    assert new == [f"41/{number:06}/26" for number in range(first, first + len(new))]


def test_known_officers_are_left_alone(home: Path) -> None:
    ask = asker(home)
    known = "oic_emp_no IN ('12207', '12733', '11588')"
    query = f"SELECT oic_emp_no, COUNT(*) FROM crime WHERE stat = 'O' AND {known} GROUP BY 1 ORDER BY 1"
    before = ask("athena", query)
    run(home, 300)
    assert ask("athena", query) == before == [("11588", 16), ("12207", 28), ("12733", 16)]


def test_files_come_in_order_of_time_and_whole(home: Path) -> None:
    before = sorted(path.name for path in (home / DROPS).glob("stop_search_*"))
    run(home, 400)
    after = sorted(path.name for path in (home / DROPS).glob("stop_search_*"))
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert not list((home / DROPS).glob(".*"))


def test_it_stops_when_told(home: Path) -> None:
    stop = threading.Event()
    runner = threading.Thread(target=feed, args=(home, stop.is_set), kwargs={"rate_seconds": 0.01, "seed": 1})
    runner.start()
    stop.wait(0.3)
    stop.set()
    runner.join(10)
    assert not runner.is_alive()
