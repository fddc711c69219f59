"""Debian's Apache from our own samples, in a folder of its own, before Scorecards on a Unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.deploy import proxies
from tests.deploy.proxies import MODULES, ROOT, SAMPLES, apache_command, filled, free_port

__all__ = ["MODULES", "Apache", "apache"]
SIGN_IN = {"kerberos": "auth_gssapi", "openidc": "auth_openidc"}  # sample in deploy/apache, and the module it is for


@dataclass
class Apache:
    """`url` is how a browser calls it."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


@contextmanager
def apache(
    folder: Path, url: str, socket: Path, sign_in: str, changed: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[Apache]:
    """Apache at this address with this way to sign in, until the end of the `with`.

    It runs deploy/apache/cspdash.conf and the sample of the sign-in: paths, ports and the site's address are this
    machine's, `changed` says what else is, text by text; everything else is what a force copies.
    """
    host, port = url.removeprefix("https://").split(":")
    ports = int(port), free_port()
    _certificate(folder, host)
    words = {"https://scorecards.force.example": url, r"https://scorecards\.force\.example": url, proxies.HOST: host}
    fragment = (SAMPLES["apache2"].parent / f"{sign_in}.conf").read_text()
    for theirs, ours in changed.items():
        assert fragment.count(theirs) == 1, f"{theirs!r} no longer stands in the sample"
        fragment = fragment.replace(theirs, ours)
    shutil.copyfile(SAMPLES["apache2"].parent / "sign-in-failed.html", folder / "scorecards-sign-in-failed.html")
    for name, text in (("sample", SAMPLES["apache2"].read_text()), ("scorecards-sign-in", fragment)):
        here = filled(text, folder, ports, socket)
        for theirs, ours in words.items():
            here = here.replace(theirs, ours)
        (folder / f"{name}.conf").write_text(here)
    command = apache_command(folder, ports, folder / "sample.conf", ("authz_user", "setenvif", SIGN_IN[sign_in]))
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(environment), stderr=subprocess.DEVNULL, start_new_session=True
    )
    running = Apache(folder, url, process)
    try:
        _wait(running)
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        (folder / "pid").unlink(missing_ok=True)


def _certificate(folder: Path, host: str) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}"]
    files = [
        "-addext",
        f"subjectAltName=DNS:{host}",
        "-keyout",
        str(folder / "tls.key"),
        "-out",
        str(folder / "tls.pem"),
    ]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=60)


def _wait(running: Apache) -> None:
    deadline = time.monotonic() + 20
    while not (running.folder / "pid").exists():
        assert running.process.poll() is None, running.log
        assert time.monotonic() < deadline, running.log
        time.sleep(0.05)
