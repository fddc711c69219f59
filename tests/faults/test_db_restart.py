"""T-DB: the database server killed with -9 under load: no wrong figure, what is old is said, nothing acknowledged lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from tests.faults.counts import cases
from tests.faults.site import Answer, Site, add_crime, fill, site
from tests.support.force import metadata
from tests.support.own_postgres import OwnServer

ROUNDS = cases(3, 8)
READERS = 4
AT_FIRST = 14  # open crimes of the team


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with OwnServer.started() as found:
        yield found


@dataclass
class Writer:
    """Adds one crime after another; `acked` were committed, `begun` were at least sent."""

    url: str
    begun: int = 0
    acked: int = 0
    is_on: bool = True
    times: list[tuple[float, int, int]] = field(default_factory=list)  # when, acked and begun by then

    def run(self) -> None:
        engine = create_engine(self.url, pool_pre_ping=True, connect_args={"connect_timeout": 2})
        while self.is_on:
            self.begun += 1
            try:
                add_crime(engine, f"NEW-{self.begun}")
                self.acked += 1
            except SQLAlchemyError:
                time.sleep(0.1)
            time.sleep(0.02)
        engine.dispose()


@pytest.mark.slow
def test_killed_under_load_and_back(server: OwnServer, tmp_path: Path) -> None:
    fill(server.url)
    writer = Writer(server.url)
    seen: list[tuple[Answer, int, int]] = []
    healed = []
    with site(server.url, tmp_path) as found:
        clients = [found.client() for _ in range(READERS)]
        assert f"{AT_FIRST} open investigations" in found.look(clients[0]).text
        writing = threading.Thread(target=writer.run)
        reading = [threading.Thread(target=_read, args=(found, each, writer, seen)) for each in clients]
        for thread in (writing, *reading):
            thread.start()
        try:
            for _ in range(ROUNDS):
                time.sleep(1.0)
                server.kill()
                _until_said(found, clients[0])
                server.start()
                began = time.monotonic()
                while not _is_fresh(found.look(clients[0])):
                    assert time.monotonic() - began < 5, "not healthy 5 s after its return"
                    time.sleep(0.05)
                healed.append(time.monotonic() - began)
        finally:
            writer.is_on = False
            for thread in (writing, *reading):
                thread.join()
        lost = writer.acked - _there(found)
    wrong = [each for each in seen if not _is_right(*each)]
    stale, words = (sum(getattr(answer, name) for answer, *_ in seen) for name in ("is_stale", "is_words"))
    print(
        f"\nT-DB: {ROUNDS} x kill -9 of the server (8 with FAULTS=full), {len(seen)} pages read, {stale} as they last were, "
        f"{words} in words, slowest {max(answer.seconds for answer, *_ in seen):.1f} s; healthy {max(healed):.1f} s after "
        f"return at most; {writer.acked} acknowledged writes, lost {max(lost, 0)}; wrong figures shown {len(wrong)}"
    )
    assert wrong == []
    assert lost <= 0, "an acknowledged write is not there"
    assert stale
    assert writer.acked > ROUNDS


def _read(found: Site, client: Any, writer: Writer, seen: list[tuple[Answer, int, int]]) -> None:
    while writer.is_on:
        least = writer.acked
        answer = found.look(client)
        seen.append((answer, least, writer.begun))
        time.sleep(0.02)


def _is_fresh(answer: Answer) -> bool:
    return answer.status == 200 and not answer.is_stale and not answer.is_words


def _is_right(answer: Answer, least: int, most: int) -> bool:
    """A fresh page holds what was committed before it was asked, and nothing that was not sent by its end."""
    if answer.status != 200:
        return answer.status == 503
    if answer.is_words:
        return "open investigations" not in answer.text
    figure = next(int(word) for word, follows in _pairs(answer.text) if follows.startswith("open") and word.isdecimal())
    return AT_FIRST + (0 if answer.is_stale else least) <= figure <= AT_FIRST + most


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    split = text.replace(",", "").split()
    return pairwise(split)


def _until_said(found: Site, client: Any) -> None:
    """The page says that it is old, or that there is none, within seconds."""
    began = time.monotonic()
    while _is_fresh(found.look(client)):
        assert time.monotonic() - began < 5, "nobody said that the database is away"


def _there(found: Site) -> int:
    table = metadata().tables["investigation"]
    with found.engine.connect() as connection:
        query = select(func.count()).select_from(table).where(table.c.ref.like("NEW-%"))
        return int(connection.execute(query).scalar_one())
