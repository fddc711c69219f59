"""Serving for real: gunicorn, workers, health, and no door left open."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cspdash.commands.conftest import CommandLine


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`cspdash ...` as a process of its own; told to stop at the end."""
    command = [sys.executable, "-m", "cspdash.cli", "--home", str(home), *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            pytest.fail("it did not stop when told")


def get(address: str, patience_seconds: float = 40) -> tuple[int, str]:
    """Status and body, once somebody answers."""
    until = time.monotonic() + patience_seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def children_of(pid: int) -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                found |= {int(entry.name)} | children_of(int(entry.name))
    return found


def alive(pids: set[int]) -> list[int]:
    """Those that still run; a dead process nobody has asked after yet is dead."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.append(pid)
    return found


def gone(pids: set[int], patience_seconds: float) -> bool:
    until = time.monotonic() + patience_seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.1)
    return not alive(pids)


def test_it_serves_and_stops(home: Path) -> None:
    port = free_port()
    with running(home, "serve", "--port", str(port), "--workers", "2") as process:
        assert get(f"http://127.0.0.1:{port}/healthz") == (200, '{"status":"ok"}\n')
        assert get(f"http://127.0.0.1:{port}/readyz")[0] == 200
        status, page = get(f"http://127.0.0.1:{port}/stl")
        assert (status, "Sign in" in page) == (200, True)
        workers = children_of(process.pid)
        assert len(workers) == 2
        os.kill(min(workers), signal.SIGKILL)  # a worker that dies is replaced, and nobody notices
        for _ in range(5):
            assert get(f"http://127.0.0.1:{port}/healthz")[0] == 200
    assert process.returncode == 0


def test_a_taken_port_is_said_before_anything_starts(cspdash: CommandLine) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        answer = cspdash("serve", "--port", str(listener.getsockname()[1]))
    assert answer.code == 2
    assert "choose another --port" in answer.err


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (("--host", "0.0.0.0"), 'mode = "demo"', "may not listen on 0.0.0.0"),
        ((), 'mode = "production"', "refused in production mode"),
    ],
)
def test_personas_are_for_demonstrations_on_this_machine(
    cspdash: CommandLine, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], settings: str, said: str
) -> None:
    monkeypatch.setenv("CSPDASH_SECRET_KEY", "a-long-and-varied-secret-for-this-test-only-0123456789")
    (cspdash.home / "cspdash.toml").write_text(settings)
    answer = cspdash("serve", *arguments)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.slow
def test_the_demonstration_runs_and_leaves_nobody_behind(tmp_path: Path) -> None:
    port, home = free_port(), tmp_path / "demo"
    with running(home, "demo", "--small", "--port", str(port)) as process:
        assert get(f"http://127.0.0.1:{port}/readyz", 120)[0] == 200
        family = children_of(process.pid)
        assert len(family) >= 5  # server with two workers, feed, load
    assert process.returncode == 0
    assert gone(family, 1)
    started = time.monotonic()
    with running(home, "demo", "--small", "--port", str(port)) as process:
        assert get(f"http://127.0.0.1:{port}/readyz")[0] == 200
        assert time.monotonic() - started < 60
        family = children_of(process.pid)
        process.kill()  # no chance to say goodbye
        process.wait()
        try:
            assert gone(family, 15)
        finally:
            for pid in alive(family):
                os.kill(pid, signal.SIGKILL)
    marks = json.loads((home / ".complete").read_text())
    assert marks["rows"]
