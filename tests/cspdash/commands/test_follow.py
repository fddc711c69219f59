"""`ingest --follow` as a process: it stops at once in the middle of a look that hangs, and no secret is in what it says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cspdash.commands.conftest import CommandLine
from tests.support.folder import crimes
from tests.support.loopback import Asked, Reply, served

INTEL = """
[source]
name = "intel"
kind = "http"
connection = "intel"
auth = "bearer"
credential = "intel"
[[dataset]]
dataset = "intel_report"
path = "/reports"
[dataset.columns]
ref = "id"
submitted_at = "at"
status = {const = "accepted"}
"""
ATHENA = """
[source]
name = "athena"
kind = "sql"
connection = "athena"
[[dataset]]
dataset = "investigation"
name = "crimes"
table = "crime"
[dataset.columns]
ref = "id"
recorded_at = "at"
"""
SECRETS = ("t0ken-of-intel", "p4ssword-of-athena")


@contextmanager
def running(cspdash: CommandLine, **environment: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "cspdash.cli", "--home", str(cspdash.home), "ingest", "--follow", "--every", "0.2"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def heard(process: subprocess.Popen[str], words: str, said: str = "") -> str:
    """What the process said, up to these words."""
    assert process.stdout
    while words not in said:
        line = process.stdout.readline()
        assert line, f"it ended ({process.wait(5)}) after saying {said!r}"
        said += line
    return said


def test_it_stops_within_seconds_though_a_look_hangs_and_tells_no_secret(cspdash: CommandLine) -> None:
    asked: list[Asked] = []

    def hanging(each: Asked) -> Reply:
        asked.append(each)
        return Reply(b" " * 1000, pause=60, at_once=1)

    (cspdash.home / "sources" / "intel.toml").write_text(INTEL)
    (cspdash.home / "sources" / "athena.toml").write_text(ATHENA)
    environment = {
        "CSPDASH_CREDENTIAL_INTEL": SECRETS[0],
        "CSPDASH_CONNECTION_ATHENA": f"postgresql://reader:{SECRETS[1]}@127.0.0.1:1/athena",
    }
    with served(hanging) as address, running(cspdash, CSPDASH_CONNECTION_INTEL=address, **environment) as process:
        until = time.monotonic() + 40
        while not asked and time.monotonic() < until:
            time.sleep(0.05)
        assert asked[0].headers["Authorization"] == f"Bearer {SECRETS[0]}"
        (cspdash.home / "drops" / "crimes-2.csv").write_text("ref,officer,recorded,offence\n" + crimes("E3", 1, 10))
        assert process.stdout
        said = heard(process, "1 changed, 0 refused")
        assert "Athena could not be read" in said
        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said += process.communicate(timeout=20)[0]
        assert process.returncode == 0
        assert time.monotonic() - told < 12  # two seconds where nothing else is at work

    kept = b"".join(path.read_bytes() for path in cspdash.home.rglob("*") if path.is_file())
    assert not re.search("|".join(SECRETS), said)
    assert not re.search("|".join(SECRETS).encode(), kept)


def test_a_mapping_that_is_mended_is_used_at_once_and_a_broken_one_is_not(cspdash: CommandLine) -> None:
    mapping = cspdash.home / "sources" / "drops.toml"
    good = mapping.read_text()
    with running(cspdash) as process:
        mapping.write_text(good.replace('"recorded"', '"reported"'))
        heard(process, "has no column 'reported'")
        mapping.write_text("[source")
        heard(process, "what was there before stays in use")
        mapping.write_text(good)
        (cspdash.home / "drops" / "crimes-2.csv").write_text("ref,officer,recorded,offence\n" + crimes("E3", 1, 10))
        heard(process, "1 changed, 0 refused")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0
