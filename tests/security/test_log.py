"""T-LOG and T-LOGFULL: one line for each thing told, nothing private in it, and a full disk stops nobody from working."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from cspdash.logs import SteadyFile, configure_logs
from tests.support.asking import ADDRESS, SAME_SITE, body_of
from tests.support.small import OFFICERS, PERSONAS, Small, app_of, signed_in, token_of

HOSTILE = (
    "\r\n",
    "\n",
    "\r",
    "\x1b[2J\x1b[31m",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x00",
    "\x08",
    '"}\n{"event": "forged"',
)


@pytest.fixture
def tidy() -> Iterator[None]:
    """Logging as it was before."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()
    for handler in [each for each in before if each not in root.handlers]:
        root.addHandler(handler)
    root.setLevel(level)
    for name in ("callbacks", "cspdash", "data_access", "layouts"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("tidy")
class TestLines:
    def test_requests_are_told_without_anything_private(self, deployment: Small, tmp_path: Path) -> None:
        file = tmp_path / "log.jsonl"
        configure_logs("DEBUG", "json", file)
        app = app_of(deployment, tmp_path)
        client = signed_in(app, "sgt")
        cookies = [
            cookie.value for cookie in (client.get_cookie("cspdash_session"), client.get_cookie("csrf")) if cookie
        ]
        agent = "Mozilla/5.0 Secret-Agent"
        asked = 0
        for path in (
            "/workload",
            "/officer/E2?unit=watford-int-c",
            "/assets/none.js",
            "/%0d%0aevil",
            "/nothing%1b[31m",
        ):
            assert client.get(path, headers={"User-Agent": agent, "Referer": "/officer/E2"}).status_code in (200, 404)
            asked += 1
        for _ in range(2):
            client.post(ADDRESS, json=body_of(app, "search.value", {"search.value": "Adeyemi"}), headers=SAME_SITE)
            asked += 1
        refused = body_of(app, "url.pathname", {"url.pathname": "/officer/E5", "url.search": ""})
        assert client.post(ADDRESS, json=refused, headers=SAME_SITE).status_code == 403
        asked += 1
        app.server.test_client().get("/workload")
        told = [json.loads(line) for line in file.read_text().splitlines()]
        requests = [each for each in told if each["event"] == "request"]
        assert len(requests) == asked + 3  # and the two of signing in, and the stranger's
        assert [each["status"] for each in requests].count(403) == 1  # as it went out, not as Dash had it
        assert len({each["request_id"] for each in requests}) == len(requests)
        assert len({each["who"] for each in requests}) == 2  # the sergeant and nobody
        text = file.read_text()
        names = (
            [name for _, name, *_ in OFFICERS]
            + [persona.name for persona in PERSONAS]
            + ["/officer/E2", "/officer/E5", "Adeyemi"]
        )
        for private in (*cookies, token_of(client), agent, "Secret-Agent", *names, "watford-int-c", "csrf_token"):
            assert private not in text, private

    def test_what_somebody_sends_makes_no_line_of_its_own(self, tmp_path: Path) -> None:
        for shape in ("json", "text"):
            file = tmp_path / shape
            configure_logs("DEBUG", shape, file)  # type: ignore[arg-type]
            log = logging.getLogger("cspdash")
            for part in HOSTILE:
                log.warning("team %s is unknown", f"A{part}2026-11-26 INFO cspdash: all is well")
                log.warning("refused", extra={"user": f"sgt{part}x", "team": part})
            lines = file.read_bytes().decode("ascii").split("\n")
            assert lines.pop() == ""
            assert len(lines) == 2 * len(HOSTILE)
            for line in lines:
                assert line.isprintable()
                if shape == "json":
                    assert json.loads(line)["event"] != "forged"

    def test_a_stack_is_one_line_too_and_holds_no_password(self, tmp_path: Path) -> None:
        configure_logs("INFO", "json", tmp_path / "log")
        error = ConnectionError("no answer from postgresql://scorecards:hunter2@db/live\r\nforged line")
        logging.getLogger("cspdash").error("unexpected error, reference %s", "deadbeef", exc_info=error)
        (line,) = (tmp_path / "log").read_text().splitlines()
        told = json.loads(line)
        assert "ConnectionError" in told["exception"]
        assert "hunter2" not in line
        assert told["level"] == "error"

    def test_an_answers_id_finds_its_line(self, deployment: Small, tmp_path: Path) -> None:
        configure_logs("DEBUG", "json", tmp_path / "log")
        app = app_of(deployment, tmp_path)
        known = app.server.test_client().get("/workload", headers={"X-Request-ID": "mine"}).headers["X-Request-ID"]
        assert known in (tmp_path / "log").read_text()
        assert "mine" not in (tmp_path / "log").read_text()


@pytest.mark.usefixtures("tidy")
class TestAFullDisk:
    def test_serving_goes_on_with_one_alarm(
        self, deployment: Small, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        handler = configure_logs("DEBUG", "json", Path("/dev/full"))
        assert isinstance(handler, SteadyFile)
        app = app_of(deployment, tmp_path)
        client = signed_in(app, "sgt")
        for _ in range(50):
            assert client.get("/workload").status_code == 200
        assert handler.lost >= 50
        assert capfd.readouterr().err.count("the log cannot be written") == 1

    def test_lines_come_again_when_there_is_room(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """On a real disk of 2 MB, where the machine lets us make one."""
        disk = tmp_path / "disk"
        disk.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True)
        if made.returncode:
            pytest.skip("this machine lets nobody mount a small disk; /dev/full shows the rest")
        try:
            handler = configure_logs("INFO", "json", disk / "log.jsonl")
            log = logging.getLogger("cspdash")
            with (disk / "filler").open("wb") as filler:
                filler.write(b"x" * (2 * 2**20 - 16 * 1024))
            for number in range(500):
                log.info("line %s", number)
            assert isinstance(handler, SteadyFile)
            assert 0 < handler.lost < 500
            (disk / "filler").unlink()
            log.info("after")
            whole = [line for line in (disk / "log.jsonl").read_text().splitlines() if line.endswith("}")]
            assert json.loads(whole[-1])["event"] == "after"
            assert capfd.readouterr().err.count("the log cannot be written") == 1
            (disk / "log.jsonl").rename(disk / "log.jsonl.1")  # as logrotate does
            log.info("in a new file")
            assert "in a new file" in (disk / "log.jsonl").read_text()
        finally:
            for each in logging.getLogger().handlers:
                each.close()
            subprocess.run(["umount", disk], check=True)

    def test_a_folder_that_is_not_there_stops_nobody(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        configure_logs("INFO", "text", tmp_path / "none" / "log")
        logging.getLogger("cspdash").info("lost")
        assert "serving goes on" in capfd.readouterr().err
