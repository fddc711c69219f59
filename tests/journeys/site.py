"""The application as it is served: a demonstration force on disk, and `cspdash serve` as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cspdash.deployment import open_deployment, upgrade_database
from cspdash.settings import Settings
from data_access.demo.build import build_small

PATIENCE_SECONDS = 90.0


@dataclass(frozen=True)
class Officer:
    """An officer as the database knows them; `label` is how every page names them."""

    ref: str
    label: str


@dataclass(frozen=True)
class Site:
    """A running server and the deployment folder behind it."""

    url: str
    home: Path
    log: Path
    pid: int = 0  # of the process that minds the workers

    @cached_property
    def officers(self) -> tuple[Officer, ...]:
        with closing(sqlite3.connect(self.home / "data" / "cspdash.db")) as connection:
            rows = connection.execute("SELECT ref, rank, collar_number, name FROM officer").fetchall()
        return tuple(Officer(ref, " ".join(filter(None, (rank, collar, name)))) for ref, rank, collar, name in rows)

    def faults(self) -> list[str]:
        """Lines of the server's log that speak of an error nobody expected."""
        text = self.log.read_text(encoding="utf-8")
        return [line for line in text.splitlines() if "unexpected error" in line or "Traceback" in line]


def build_home(home: Path) -> Path:
    """A small demonstration force, not loaded yet."""
    build_small(home)
    upgrade_database(Settings.load(home))
    return home


def load(home: Path, *only: str) -> None:
    """Reads the sources once."""
    with open_deployment(Settings.load(home)) as deployment:
        deployment.ingest(only)


def copy_home(home: Path, to: Path) -> Path:
    """The same force again, with an empty database."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("data", "cache", "logs"))
    upgrade_database(Settings.load(to))
    return to


@contextmanager
def serving(home: Path, workers: int = 2) -> Iterator[Site]:
    """`cspdash serve` on a free port of this machine, until the end of the `with`."""
    port, log = _free_port(), home / "serve.log"
    options = ("--quiet", "--home", str(home), "serve", "--port", str(port), "--workers", str(workers))
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CSPDASH_")}
    with log.open("wb") as written:
        command = [sys.executable, "-m", "cspdash.cli", *options]
        process = subprocess.Popen(command, stdout=written, stderr=written, env=plain)
    site = Site(f"http://127.0.0.1:{port}", home, log, process.pid)
    try:
        _wait_until_ready(site, process)
        yield site
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(site: Site, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{site.url}/readyz", timeout=5) as answer:
                if json.load(answer)["status"] == "ok":
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{site.log.read_text(encoding='utf-8')}")
