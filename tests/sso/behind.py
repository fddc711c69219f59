"""Scorecards behind a proxy: `cspdash serve` on a Unix socket, and curl as the browser."""

from __future__ import annotations

import grp
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cspdash.deployment import open_database, upgrade_database
from cspdash.settings import Settings
from tests.support.force import metadata, write
from tests.support.small import DATASETS, small_force

KEY = "fK3v-8LmQw2Zr7TnXc5Yb9Jd1Hs4Gp6Ae"


@dataclass
class Behind:
    """A deployment for proxy sign-in in a folder that Apache may look into."""

    home: Path
    public_url: str
    issuer: str
    more: Mapping[str, str] = field(default_factory=dict)  # settings
    admitted: Sequence[tuple[str, ...]] = (
        ("PS Priya Nair", "--subject", "sgt1", "--role", "sergeant", "--officer", "E1"),
        ("PS Okafor", "--subject", "sgt2", "--role", "sergeant", "--officer", "E6"),
    )

    @property
    def socket(self) -> Path:
        return self.home.parent / "app.sock"

    @property
    def group(self) -> str:
        return "www-data" if os.geteuid() == 0 else grp.getgrgid(os.getegid()).gr_name

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("CSPDASH_")}
        return {**plain, "CSPDASH_SECRET_KEY": KEY, "CSPDASH_AUDIT_KEY": KEY[::-1]}

    def prepare(self) -> None:
        """A small force of which those may come in who are admitted."""
        self.home.mkdir()
        lines = {
            "mode": "production",
            "sign_in": "proxy",
            "public_url": self.public_url,
            "proxy_issuer": self.issuer,
            "socket": str(self.socket),
            "socket_group": self.group,
            **self.more,
        }
        (self.home / "cspdash.toml").write_text("".join(f'{name} = "{value}"\n' for name, value in lines.items()))
        settings = Settings.load(self.home, secret_key=KEY, audit_key=KEY[::-1])
        upgrade_database(settings)
        engine = open_database(settings)
        write(small_force(), engine, metadata(DATASETS))
        engine.dispose()
        for who in self.admitted:
            self.run("people", "admit", *who)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = self.tried(*arguments)
        assert done.returncode == 0, done.stderr
        return done

    def tried(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cspdash.cli", "--home", str(self.home), *arguments]
        environment = {**self.environment, **more}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "cspdash.cli", "--quiet", "--home", str(self.home), "serve", "--workers", "1"]
        log = self.home.parent / "serve.log"
        with log.open("ab") as written:
            process = subprocess.Popen(command, env=self.environment, stdout=written, stderr=written)
        try:
            self._wait(process, log)
            yield process
        finally:
            process.terminate()
            process.wait(30)

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and process.poll() is None:
            asked = ["--unix-socket", str(self.socket), f"http://{urlsplit(self.public_url).hostname}/healthz"]
            if self.socket.is_socket() and curl(asked).status == 200:
                return
            time.sleep(0.2)
        raise AssertionError(log.read_text(errors="replace"))


@dataclass(frozen=True)
class Answer:
    """What curl got; status 0 for no answer, with curl's exit code."""

    status: int
    text: str
    code: int


def curl(arguments: Sequence[str], environment: Mapping[str, str] | None = None, as_user: Sequence[str] = ()) -> Answer:
    command = [
        *as_user,
        "curl",
        "--silent",
        "--insecure",
        "--max-time",
        "20",
        "--write-out",
        "\n%{http_code}",
        *arguments,
    ]
    done = subprocess.run(
        command, env=dict(environment) if environment else None, capture_output=True, text=True, timeout=40, check=False
    )
    text, _, status = done.stdout.rpartition("\n")
    return Answer(int(status or 0), text, done.returncode)
