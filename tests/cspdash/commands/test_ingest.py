"""Loading from the command line: what was done in a table, and an exit code a scheduler can act on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from data_access.engine import open_engine
from data_access.lock import ingest_lock
from tests.cspdash.commands.conftest import CommandLine
from tests.support.folder import crimes


def test_the_second_load_has_nothing_to_do(cspdash: CommandLine) -> None:
    answer = cspdash("ingest", "--format", "json")
    assert answer.code == 0
    assert sum(row["changed"] for row in answer.json["loads"]) == 0


def test_a_load_says_what_it_did(cspdash: CommandLine) -> None:
    (cspdash.home / "drops" / "crimes-2.csv").write_text(
        "ref,officer,recorded,offence\n" + crimes("E2", 2, 10) + "X,E2,not a day,Theft\n"
    )
    loads = {row["dataset"]: row for row in cspdash("ingest", "--format", "json").json["loads"]}
    assert (loads["investigation"]["changed"], loads["investigation"]["refused"]) == (2, 1)
    headings = cspdash("ingest").out.splitlines()[0].split()
    assert headings == ["source", "dataset", "read", "changed", "refused", "left", "out", "seconds", "result"]


def test_a_refused_batch_is_exit_code_1(cspdash: CommandLine) -> None:
    (cspdash.home / "drops" / "crimes-2.csv").write_text("ref,officer,offence\nX,E2,Theft\n")
    answer = cspdash("ingest")
    assert answer.code == 1
    assert "recorded" in answer.out
    figures = cspdash("figures", "--metric", "open_investigations", "--format", "json").json
    assert figures["bars"][-1]["records"] == 6  # the old figures stay


def test_a_source_nobody_declared_is_exit_code_2(cspdash: CommandLine) -> None:
    answer = cspdash("ingest", "--source", "athena")
    assert answer.code == 2
    assert "drops" in answer.err


def test_one_load_at_a_time(cspdash: CommandLine) -> None:
    engine = open_engine(f"sqlite:///{cspdash.home}/data/cspdash.db")
    with ingest_lock(engine):
        answer = cspdash("ingest")
    engine.dispose()
    assert (answer.code, answer.out) == (75, "")
    assert answer.err


def test_following_stops_when_told(cspdash: CommandLine) -> None:
    command = [sys.executable, "-m", "cspdash.cli", "--home", str(cspdash.home), "ingest", "--follow", "--every", "0.2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        time.sleep(3)
        (cspdash.home / "drops" / "crimes-2.csv").write_text("ref,officer,recorded,offence\n" + crimes("E3", 1, 10))
        assert process.stderr
        assert "1 changed, 0 refused" in process.stderr.readline()
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)
        if process.stderr:
            process.stderr.close()
    assert code == 0
