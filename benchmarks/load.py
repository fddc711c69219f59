"""T-500 and T-WORKER: five hundred people on real pages, twice as many as can be served, and workers that die.

python -m benchmarks.load [--home DIR] [--users 500] [--seconds 60] [--kills 12]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import open_pages
from benchmarks.crowd import DRAWN, Crowd, Seen, people
from cspdash.deployment import upgrade_database
from cspdash.settings import Settings
from tests.journeys.site import build_home, load, serving

THINKING_SECONDS = 20.0  # between one page and the next of somebody who reads
KILL_EVERY_SECONDS = 5.0
CROWD_AT_KILLS = 60
RECOVERS_WITHIN_SECONDS = 30.0


def measure(home: Path | None, users: int, seconds: float, kills: int) -> None:
    """On a copy of the force at `home`, or on a small one made for it."""
    with tempfile.TemporaryDirectory(prefix="cspdash-load-") as folder:
        place = Path(folder) / "home"
        if home is None:
            load(build_home(place))
        else:
            shutil.copytree(home, place, ignore=shutil.ignore_patterns("cache", "logs"))
            upgrade_database(Settings.load(place))
        members = people(place, 2 * users)
        print(
            f"{len(members)} people of the demonstration, each a persona, two workers, pauses of {THINKING_SECONDS:.0f} s"
        )
        with serving(place) as site:
            many = Crowd(site.url, members[:users], THINKING_SECONDS)
            begun = time.monotonic()
            many.sign_in()
            took = time.monotonic() - begun
            print(f"{users} signed in, {users} sessions: {took:.0f} s, {users / took:.0f} a second")
            open_pages.measure(site, many.cookies())
            many.run(seconds)
            _say(f"T-500: {users} people", many.seen)
            _overload(site.url, members, users)
            assert not site.faults(), site.faults()[:3]
            _kill_workers(site.url, site.pid, members[:CROWD_AT_KILLS], kills)
        _check_audit(place)


def _overload(url: str, members: list, users: int) -> None:  # type: ignore[type-arg]
    """Everybody at once and without reading: more than can be served. What cannot be is told so at once."""
    crowd = Crowd(url, members, 0.2)
    crowd.sign_in()
    crowd.run(15)
    _say(f"T-500: {len(members)} people without pauses", crowd.seen)
    statuses = crowd.seen.statuses()
    print(f"  turned away: {statuses[503] + statuses[429]}, of them without Retry-After: {crowd.seen.without_patience}")
    after = Crowd(url, members[:users], THINKING_SECONDS)
    after._people = crowd._people[:users]  # noqa: SLF001  the same sessions
    begun = time.monotonic()
    after.run(RECOVERS_WITHIN_SECONDS)
    busy = [began - begun for began, _, status, _ in after.seen.answers if status not in DRAWN]
    print(f"  afterwards, {users} people with pauses again: last refusal after {max(busy, default=0):.1f} s")
    _say("  afterwards", after.seen)


def _kill_workers(url: str, pid: int, members: list, kills: int) -> None:  # type: ignore[type-arg]
    """T-WORKER: a worker dies every few seconds. Only what it was working on may fail."""
    crowd, in_flight = Crowd(url, members, 1.0), []
    crowd.sign_in()

    def meanwhile() -> None:
        for _ in range(kills):
            time.sleep(KILL_EVERY_SECONDS)
            in_flight.append(crowd.in_flight)
            os.kill(_children(pid)[0], signal.SIGKILL)

    crowd.run((kills + 1) * KILL_EVERY_SECONDS, meanwhile)
    _say(f"T-WORKER: {len(members)} people, {kills} workers killed", crowd.seen)
    failed = crowd.seen.statuses()[0]
    print(f"  {failed} requests broke off; {sum(in_flight)} were under way at the moments of the kills")
    workers = len(_children(pid))
    print(f"  workers at the end: {workers}")
    assert failed <= sum(in_flight), "more failed than was under way"
    assert workers == 2, "a worker did not come back"


def _check_audit(home: Path) -> None:
    command = [sys.executable, "-m", "cspdash.cli", "--home", str(home), "audit", "verify"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    print(f"  audit afterwards: {(done.stdout or done.stderr).strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout + done.stderr


def _children(pid: int) -> list[int]:
    """Worker processes of a server."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(after[1]) == pid and after[0] != "Z":
            found.append(int(entry.parent.name))
    return sorted(found)


def _say(what: str, seen: Seen) -> None:
    middle, most, longest = seen.quantiles()
    statuses = dict(sorted(seen.statuses().items()))
    print(f"{what}: {len(seen.answers)} pages, answers {statuses}")
    print(f"  median {middle * 1e3:.0f} ms, p95 {most * 1e3:.0f} ms, longest {longest * 1e3:.0f} ms", end="")
    print(f"; names of others: {len(seen.foreign)}")
    assert not seen.foreign, seen.foreign[:3]
    assert not statuses.get(500), "an answer was 500"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--home", type=Path, help="a loaded demonstration force; default: a small one, made for it")
    parser.add_argument("--users", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kills", type=int, default=12)
    options = parser.parse_args()
    measure(options.home, options.users, options.seconds, options.kills)


if __name__ == "__main__":
    main()
