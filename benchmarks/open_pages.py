"""Pages that are merely open: what their looks for something new cost a real server while nothing is new.

Hundreds of sessions, each of somebody else, each asking over a connection that stays open, as a browser's does. Counted is
the processor time of the server's own processes, so that whoever asks costs nothing here and a busy machine matters little.
"""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.site import Site

OPEN_PAGES, EVERY_SECONDS = 500, 2.0
_ROUNDS = 4
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def measure(site: Site, sessions: Iterable[str]) -> None:
    """Prints what a look costs beside the floor: the emptiest answer of the same server over the same connections.

    `sessions`: the Cookie header of everybody with an open page.
    """
    with ExitStack() as closed_at_the_end:
        opened = [closed_at_the_end.enter_context(closing(_OpenPage(site, cookies))) for cookies in sessions]
        for page in opened:
            page.look()
        looks, floors = [], []
        for _ in range(_ROUNDS):  # in turn, so that a drifting machine drifts for both
            looks.append(_round(site, opened, "/live"))
            floors.append(_round(site, opened, "/healthz"))
    look, floor = min(looks), min(floors)
    print(f"{len(opened)} open pages, each a session of its own, a look every {EVERY_SECONDS:g} s; nothing changes")
    print(
        f"  processor of the server: {look * 1e3:.2f} ms a look, {floor * 1e3:.2f} ms for /healthz: ratio {look / floor:.2f}"
    )
    share, least = (each * OPEN_PAGES / EVERY_SECONDS for each in (look, floor))
    print(f"  {OPEN_PAGES} pages take {share:.0%} of one core; were every answer empty, {least:.0%}\n")


class _OpenPage:
    """A page in somebody's browser: its connection, its cookies, and what it has seen."""

    def __init__(self, site: Site, cookies: str) -> None:
        address = urlsplit(site.url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        self._headers = {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"}

    def look(self) -> None:
        """The first look, or one after something changed."""
        status, tag = self.ask("/live")
        assert status == 200, status
        self._headers["If-None-Match"] = tag

    def ask(self, path: str) -> tuple[int, str]:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("ETag", "")

    def close(self) -> None:
        self._connection.close()


def _round(site: Site, opened: Sequence[_OpenPage], path: str) -> float:
    """Seconds of the server's processor time a request, one request of every page at the pace of open pages."""
    before, asked = _processor_seconds(site.pid), 0
    began = time.monotonic()
    for page in opened:
        status, _ = page.ask(path)
        if status == 200 and path == "/live":
            page.look()  # a source was read meanwhile: rare, and part of what looks cost
            asked += 1
        asked += 1
        time.sleep(max(0.0, began + asked * EVERY_SECONDS / OPEN_PAGES - time.monotonic()))
    return (_processor_seconds(site.pid) - before) / asked


def _processor_seconds(pid: int) -> float:
    """Processor time of a server and its workers so far."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            of = int(entry.parent.name)
            after = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:  # ended meanwhile
            continue
        if pid in (of, int(after[1])):
            ticks += int(after[11]) + int(after[12])
    return ticks / _TICKS_A_SECOND
