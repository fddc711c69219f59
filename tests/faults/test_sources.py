"""T-SOURCE: one of five sources down, hanging, trickling or talking garbage. The others stay fresh, its own rows stay
as they were and are said to be old, and once it is well again it catches up."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from data_access.health import ask_now
from tests.support.following import Following, eventually, following
from tests.support.graph_server import CLIENT, SECRET, SITE_ADDRESS, TENANT, GraphList, GraphServer
from tests.support.loopback import Asked, Reply, make_certificate, served
from tests.support.own_postgres import Proxy
from tests.support.works import Works

EACH = 30  # rows of each source
FRESH_SECONDS = 8.0
COLUMNS = '[dataset.columns]\nref = {{column = "{ref}", prefix = "{prefix}"}}\nname = "{name}"\n'


@dataclass
class Five:
    """Five sources that feed one dataset, each with rows of its own."""

    works: Works
    graph: GraphServer
    proxy: Proxy
    postgres: str
    reply: Reply | None = None  # of the HTTP service and of Graph, whoever is the victim
    names: dict[str, str] = field(default_factory=lambda: dict.fromkeys(SOURCES, "first"))
    stack: ExitStack = field(default_factory=ExitStack)

    def set(self, source: str, name: str) -> None:
        """Gives the source's first row another name."""
        self.names[source] = name
        match source:
            case "pound":
                self.works.sql("pound", "update dogs set name = ? where id = 0", rows=[(name,)])
            case "register":
                with psycopg.connect(self.postgres.replace("+psycopg", ""), autocommit=True) as connection:
                    connection.execute("update dogs set name = %s where id = 0", [name])
            case "drops":
                self.write_drop()
            case "hub":
                self.graph.put("Dogs", "0", Title=name)

    def write_drop(self) -> None:
        rows = [f"{n},{self.names['drops'] if n == 0 else 'same'}\n" for n in range(EACH)]
        self.works.file("dogs.csv", "id,name\n" + "".join(rows))

    def service(self, asked: Asked) -> Reply:
        if self.reply is not None:
            return self.reply
        rows = [{"id": n, "name": self.names["intel"] if n == 0 else "same"} for n in range(EACH)]
        return Reply({"rows": rows}) if asked.path == "/dogs" else Reply({}, 404)

    def through_graph(self, asked: Asked) -> Reply:
        if self.reply is not None and asked.path.startswith("/v1.0/"):
            return self.reply
        return self.graph(asked)

    def shown(self) -> dict[str, str]:
        """Each source's first row as our database has it."""
        rows = self.works.rows()
        return {source: rows[PREFIX[source] + "0"]["name"] for source in SOURCES if PREFIX[source] + "0" in rows}


SOURCES = ("pound", "register", "drops", "intel", "hub")
PREFIX = {source: source[0].upper() for source in SOURCES}


DECLARED = {
    "pound": ('kind = "sql"', 'table = "dogs"', "name"),
    "register": ('kind = "sql"', 'table = "dogs"', "name"),
    "drops": ('kind = "files"\nfolder = "drops"', 'files = "*.csv"', "name"),
    "intel": ('kind = "http"\nconnection = "intel"', 'path = "/dogs"\nrows = "rows"', "name"),
    "hub": (
        (
            f'kind = "sharepoint"\ntenant = "{TENANT}"\nclient_id = "{CLIENT}"\ncredential = "hub"\nsite = "{SITE_ADDRESS}"\n'
            'ca_file = "loopback.pem"'
        ),
        'list = "Dogs"',
        "Title",
    ),
}


@pytest.fixture
def five(tmp_path: Path, postgres_url: str) -> Iterator[Five]:
    works = Works.open(tmp_path)
    graph = GraphServer({"Dogs": GraphList(["Title"])}, page=50)
    certificate = make_certificate(tmp_path)
    with Proxy.to(postgres_url) as proxy, ExitStack() as stack:
        five = Five(works, graph, proxy, postgres_url, stack=stack)
        graph.address = stack.enter_context(served(five.through_graph, certificate))
        works.connections |= {
            "register": proxy.url(postgres_url), "intel": stack.enter_context(served(five.service)),
            "graph": f"{graph.address}/v1.0", "graph_login": graph.address,
        }  # fmt: skip
        works.credentials["hub"] = SECRET
        for source, (head, mapping, name) in DECLARED.items():
            columns = COLUMNS.format(ref="id", name=name, prefix=PREFIX[source])
            works.source(source, f'[[dataset]]\ndataset = "dog"\n{mapping}\n{columns}', f'{head}\nanswer_within = "2s"')
        make, add = "create table dogs (id, name)", "insert into dogs values (?, 'same')"
        works.sql("pound", make, add, rows=[(number,) for number in range(EACH)])
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("create table dogs (id int primary key, name text)")
            connection.execute("insert into dogs select n, 'same' from generate_series(0, %s) n", [EACH - 1])
        for number in range(EACH):
            graph.put("Dogs", str(number), Title="same")
        for source in SOURCES:
            five.set(source, "first")
        yield five
    works.engine.dispose()


# --- faults: each breaks its victim and returns what mends it ---------------------------------------------------------


def hidden(five: Five) -> Callable[[], Any]:
    path = five.works.home / "pound.db"
    path.rename(path.with_suffix(".away"))
    return lambda: path.with_suffix(".away").rename(path)


def locked(five: Five) -> Callable[[], Any]:
    connection = sqlite3.connect(five.works.home / "pound.db", isolation_level=None, check_same_thread=False)
    connection.execute("begin exclusive")

    def mend() -> None:
        connection.execute("rollback")
        connection.close()

    return mend


def scribbled(five: Five) -> Callable[[], Any]:
    path = five.works.home / "pound.db"
    shutil.copy(path, path.with_suffix(".kept"))
    path.write_bytes(b"this is no database " * 500)
    return lambda: path.with_suffix(".kept").replace(path)


def frozen(five: Five) -> Callable[[], Any]:
    five.proxy.freeze()
    return five.proxy.thaw


def stripped(five: Five) -> Callable[[], Any]:
    def run(statement: bytes) -> None:
        with psycopg.connect(five.postgres.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement)

    run(b"alter table dogs rename to cats")
    return lambda: run(b"alter table cats rename to dogs")


def no_folder(five: Five) -> Callable[[], Any]:
    path = five.works.home / "drops"
    path.rename(five.works.home / "away")
    return lambda: (five.works.home / "away").rename(path)


def no_csv(five: Five) -> Callable[[], Any]:
    five.works.file("dogs.csv", bytes(range(256)) * 20)
    return five.write_drop


def replying(reply: Reply) -> Callable[[Five], Callable[[], Any]]:
    def fault(five: Five) -> Callable[[], Any]:
        five.reply = reply
        return lambda: setattr(five, "reply", None)

    return fault


WEB = {
    "down": Reply({"error": "maintenance"}, 500),
    "hanging": Reply(b" " * 100, pause=300, at_once=1),
    "trickling": Reply(b" " * 100_000, pause=0.3, at_once=2),
    "garbage": Reply(b"<html><body>Please sign in</body></html>"),
    "half an answer": Reply(b'{"rows": [{"id": 0, "name": "zero"}, {"id"'),
    "an empty one": Reply({"rows": [], "value": []}),
}
CASES: list[tuple[str, str, Callable[[Five], Callable[[], Any]]]] = [
    ("pound", "down", hidden),
    ("pound", "locked", locked),
    ("pound", "garbage", scribbled),
    ("register", "hanging", frozen),
    ("register", "down", stripped),
    ("drops", "down", no_folder),
    ("drops", "garbage", no_csv),
    *((source, what, replying(reply)) for source in ("intel", "hub") for what, reply in WEB.items()),
]


@pytest.mark.slow
def test_one_in_trouble_and_four_fresh(five: Five) -> None:
    lost = wrong = 0
    slowest = 0.0
    with following(five.works, every_seconds=0.2) as at_work:
        eventually(lambda: five.shown() == five.names, seconds=40, what=lambda: (five.shown(), at_work.said))
        for number, (victim, what, fault) in enumerate(CASES):
            before = five.shown()[victim]
            mend = fault(five)
            others = [
                source for source in SOURCES if source != victim and not (five.reply and source in ("intel", "hub"))
            ]
            began = time.monotonic()
            for source in others:
                five.set(source, f"{what} {number}")
            changed = {source: five.names[source] for source in others}
            fresh = lambda changed=changed: {source: five.shown().get(source) for source in changed} == changed  # noqa: E731
            eventually(fresh, FRESH_SECONDS, f"others fresh while {victim} is {what}: {five.shown()}, {at_work.said}")
            slowest = max(slowest, time.monotonic() - began)
            eventually(
                lambda victim=victim: in_trouble(at_work, victim), 15, f"{victim} {what} is said to be in trouble"
            )
            rows = five.works.rows()
            lost += EACH * len(SOURCES) - len(rows)
            wrong += rows[PREFIX[victim] + "0"]["name"] != before
            mend()
            five.set(victim, f"mended {number}")
            with five.works.engine.begin() as connection:
                for source in SOURCES:
                    ask_now(connection, five.works.metadata, source, datetime.now(UTC) + timedelta(seconds=2))
            eventually(lambda: five.shown() == five.names, 30, f"{victim} catches up after {what}: {five.shown()}")
    print(
        f"\nT-SOURCE: {len(CASES)} cases tried, rows lost {lost}, wrong figures shown {wrong}; "
        f"the others were fresh within {slowest:.1f} s"
    )
    assert (lost, wrong) == (0, 0)


def in_trouble(at_work: Following, source: str) -> bool:
    """Whether the source's rows are said not to have been read, by its health and by what its last load came to."""
    health = at_work.health(source)
    states = [row for row in at_work.works.table("source_state") if row["source"] == source]
    return bool(health and health.reason) and all(row["result"] != "ok" for row in states)
