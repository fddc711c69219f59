"""nginx and Apache run from our samples, before an application that says what reached it."""

from __future__ import annotations

import grp
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = {"nginx": ROOT / "deploy/nginx/cspdash.conf", "apache2": ROOT / "deploy/apache/cspdash.conf"}
HOST = "scorecards.force.example"
MODULES = Path("/usr/lib/apache2/modules")
_APACHE = (
    "mpm_event",
    "authn_core",
    "authz_core",
    "headers",
    "proxy",
    "proxy_http",
    "ssl",
    "socache_shmcb",
    "reqtimeout",
    "alias",
    "rewrite",
)
# Says what the application would see of a request.
_ECHO = """
import json
def application(environ, start_response):
    body = environ["wsgi.input"].read(300_000)
    seen = {name: value for name, value in environ.items() if isinstance(value, str)}
    start_response("200 OK", [("Content-Type", "application/json"), ("X-Read", str(len(body)))])
    return [json.dumps(seen).encode()]
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """A running proxy; its certificate is its own."""

    port: int

    def ask(
        self, path: str = "/x", method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=20, context=trusting())
        try:
            connection.request(method, path, body or None, {"Host": HOST, **(headers or {})})
            with connection.getresponse() as answer:
                return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(program: str, folder: Path, ports: tuple[int, int], place: Path) -> list[str]:
    """Writes the sample into a folder, its paths and ports changed and nothing else, and says how to run it."""
    sample = folder / "sample.conf"
    sample.write_text(filled(SAMPLES[program].read_text(), folder, ports, place))
    if program == "apache2":
        return apache_command(folder, ports, sample)
    frame = folder / "frame.conf"
    user = "user www-data;" if os.geteuid() == 0 else ""
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{name}_temp_path {folder / name};" for name in places)
    frame.write_text(
        f"{user} pid {folder}/pid; daemon off; error_log {folder}/frame.log;\nevents {{}}\n"
        f"http {{ {temporary} include {sample}; }}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(frame)]


def filled(sample: str, folder: Path, ports: tuple[int, int], place: Path) -> str:
    """A sample with paths and ports of this machine; `ports` are those for https and http."""
    for theirs, ours in (
        ("/etc/ssl/certs/scorecards.pem", folder / "tls.pem"),
        ("/etc/ssl/private/scorecards.key", folder / "tls.key"),
        ("/run/cspdash/web.sock", place),
        ("/var/log/nginx", folder),
        ("/var/log/apache2", folder),
        ("/etc/apache2", folder),
        ("*:443", f"127.0.0.1:{ports[0]}"),
        ("*:80", f"127.0.0.1:{ports[1]}"),
        ("listen 443", f"listen 127.0.0.1:{ports[0]}"),
        ("listen 80", f"listen 127.0.0.1:{ports[1]}"),
    ):
        sample = sample.replace(theirs, str(ours))
    return sample


def apache_command(folder: Path, ports: tuple[int, int], sample: Path, modules: Sequence[str] = ()) -> list[str]:
    """Writes what stands around a sample on a real machine: modules, ports, the user that the workers run as."""
    frame = folder / "frame.conf"
    loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in (*_APACHE, *modules))
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    listen = "\n".join(f"Listen 127.0.0.1:{port}" for port in ports)
    frame.write_text(
        f"ServerRoot {folder}\nPidFile {folder}/pid\nDefaultRuntimeDir {folder}\nMutex file:{folder} default\n{listen}\n"
        f"ServerName {HOST}\nErrorLog {folder}/frame.log\n{user}\n{loaded}\nInclude {sample}\n"
    )
    return ["apache2", "-f", str(frame), "-DFOREGROUND"]


@contextmanager
def before_an_application(program: str, folder: Path) -> Iterator[Proxy]:
    """The proxy, and gunicorn with our own options behind it on a Unix socket, until the end of the `with`."""
    folder.chmod(0o755)
    certificate(folder)
    place, ports = folder / "web.sock", (free_port(), free_port())
    (folder / "echo.py").write_text(_ECHO)
    server = subprocess.Popen([sys.executable, "-c", _SERVE, str(folder), str(place)], cwd=ROOT, start_new_session=True)
    started = [server]
    try:
        _wait(place.exists)
        if os.geteuid() == 0:
            os.chown(place, -1, grp.getgrnam("www-data").gr_gid)
        started.append(
            subprocess.Popen(command(program, folder, ports, place), start_new_session=True, stderr=subprocess.PIPE)
        )
        _wait(lambda: _listens(ports[0]))
        yield Proxy(ports[0])
    finally:
        for process in reversed(started):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
            if process.stderr:
                process.stderr.close()


_SERVE = """
import sys
from gunicorn.app.base import BaseApplication
from cspdash.commands.gunicorn_options import gunicorn_options
from cspdash.settings import Settings
folder, place = sys.argv[1:]
sys.path.insert(0, folder)
class Server(BaseApplication):
    def load_config(self):
        options = gunicorn_options(Settings(home=folder, mode="demo"), 1)
        for name, value in {**options, "bind": "unix:" + place, "umask": 7}.items():
            self.cfg.set(name, value)
    def load(self):
        from echo import application
        return application
Server().run()
"""


def certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-keyout", folder / "tls.key", "-out", folder / "tls.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def is_there(program: str) -> bool:
    return shutil.which(program) is not None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(is_so: object, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not start"
        time.sleep(0.1)
