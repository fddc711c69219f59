"""A crowd at a real server: hundreds of people, each signed in as somebody else, each with a session and pages of their own.

Threads that sleep most of the time stand for people who read; what they ask goes over loopback, to `cspdash serve` with
two workers. The crowd takes processor time from the server it asks: on a machine of two cores the figures are a floor.
"""

from __future__ import annotations

import random
import re
import sqlite3
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.support.person import Person

_LABEL = re.compile(r"\b(?:PC|PS|Insp|Ch Insp|Supt|Ch Supt) \d{4} [A-Z][\w'-]+")
_STACK_BYTES = 512 * 1024
_IDLE_SECONDS = (
    10.0  # a browser asks again by itself where the server closed an idle connection meanwhile; we open a new one
)
DRAWN = (200, 403)  # a page, or the page that says it is not theirs


@dataclass(frozen=True)
class Member:
    """Somebody of the crowd: a persona, their unit, and whom they may see by name, read off the database by hand."""

    id: str
    officer: str
    unit: str
    may_name: frozenset[str]


@dataclass
class Seen:
    """What the crowd was answered: (began, seconds, status or 0 for a broken connection, page)."""

    answers: list[tuple[float, float, int, str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    without_patience: int = 0  # 503 and 429 that do not say when to come again

    def statuses(self) -> Counter[int]:
        return Counter(status for _, _, status, _ in self.answers)

    def quantiles(self, since: float = 0.0) -> tuple[float, float, float]:
        """Median, 95th percentile and longest, in seconds, of what was answered 200."""
        seconds = sorted(took for began, took, status, _ in self.answers if status in DRAWN and began >= since)
        if len(seconds) < 20:
            return (0.0, 0.0, 0.0)
        return statistics.median(seconds), seconds[int(len(seconds) * 0.95)], seconds[-1]


def people(home: Path, count: int) -> list[Member]:
    """So many serving officers of the demonstration, posted to a team; personas are written for all of them."""
    with closing(sqlite3.connect(home / "data" / "cspdash.db")) as connection:
        rows = connection.execute(
            "SELECT o.ref, o.name, o.rank, o.collar_number, p.unit_id, p.acting_rank FROM posting_resolved p JOIN officer o "
            "ON o.ref = p.officer_id WHERE p.starts_on <= date('now') AND p.ends_before > date('now') "
            "ORDER BY o.ref"
        ).fetchall()
        # Work of the last 28 days names who did it in the team, also somebody who has moved on or left since.
        lately = connection.execute(
            "SELECT o.name, o.rank, o.collar_number, p.unit_id FROM posting_resolved p JOIN officer o ON o.ref = p.officer_id "
            "WHERE p.starts_on <= date('now') AND p.ends_before > date('now', '-30 days')"
        ).fetchall()
    labels: dict[str, set[str]] = {}
    for name, rank, collar, unit in lately:
        labels.setdefault(unit, set()).add(f"{rank} {collar} {name}")
    able = [row for row in rows if row[2] in ("PC", "PS") and row[3] and not row[5]]
    supervisors, others = [[row for row in able if row[2] == rank] for rank in ("PS", "PC")]
    chosen = [*supervisors[: count // 2], *others][:count]
    random.Random(1).shuffle(chosen)
    members = [
        Member(
            f"crowd-{ref.lower()}",
            ref,
            unit,
            frozenset(labels[unit] if rank == "PS" else {f"{rank} {collar} {name}"}),
        )
        for ref, name, rank, collar, unit, _ in chosen
    ]
    roles = {"PS": "sergeant", "PC": "constable"}
    tables = [
        f'[[persona]]\nid = "crowd-{ref.lower()}"\nname = "{name}"\nrole = "{roles[rank]}"\nofficer_id = "{ref}"\n'
        for ref, name, rank, _, _, _ in chosen
    ]
    (home / "personas.toml").write_text("\n".join(tables), encoding="utf-8")
    return members


def journey(member: Member, chance: random.Random) -> Iterator[str]:
    """Page after page as somebody goes through them, without end."""
    families = ("workload", "stl", "victim_updates", "rui_bail", "overtime", "stop_search", "response", "intel")
    while True:
        yield "/"
        for family in chance.sample(families, 3):
            yield f"/{family}?unit={member.unit}"
        yield f"/officer/{member.officer}"
        yield f"/workload?unit={member.unit}&bar=officer%3A{member.officer}"
        yield "/plans"


class Crowd:
    """People at a server, until told to stop."""

    def __init__(self, url: str, members: list[Member], seconds_between: float) -> None:
        self.url, self.members, self.between = url, members, seconds_between
        self.seen, self.in_flight = Seen(), 0
        self._guard, self._stop = threading.Lock(), threading.Event()
        self._people: list[Person] = []
        self._last: dict[str, float] = {}

    def sign_in(self, at_once: int = 8) -> None:
        """Everybody signs in, a few at a time, each with a session of their own."""
        waiting, known = iter(self.members), Person(self.url).sign_in(self.members[0].id).callbacks
        made: dict[str, Person] = {}

        def work() -> None:
            while member := self._next(waiting):
                made[member.id] = Person(self.url, 60).sign_in(member.id, callbacks=known)

        _together([work] * at_once)
        self._people = [made[member.id] for member in self.members]
        assert len(
            {cookie.value for each in self._people for cookie in each.http.cookies if "session" in cookie.name}
        ) == len(self.members), "sessions are not distinct"

    def run(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Everybody works for so long; `meanwhile` runs beside them."""
        self._stop.clear()
        before = threading.stack_size(_STACK_BYTES)
        threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(len(self.members))]
        threading.stack_size(before)
        for thread in threads:
            thread.start()
        until = time.monotonic() + seconds
        meanwhile()
        self._stop.wait(max(0.0, until - time.monotonic()))
        self._stop.set()
        for thread in threads:
            thread.join(90)

    def cookies(self) -> list[str]:
        """The Cookie header of everybody who signed in."""
        return ["; ".join(f"{each.name}={each.value}" for each in person.http.cookies) for person in self._people]

    def _work(self, number: int) -> None:
        member, person, chance = self.members[number], self._people[number], random.Random(number)
        self._stop.wait(chance.uniform(0, self.between))
        for address in journey(member, chance):
            if self._stop.is_set():
                return
            pause = self._visit(member, person, address)
            self._stop.wait(pause or chance.uniform(0.5, 1.5) * self.between)

    def _visit(self, member: Member, person: Person, address: str) -> float:
        """Seconds to wait because the server said so; 0 otherwise."""
        began, pause = time.monotonic(), 0.0
        if began - self._last.get(member.id, began) > _IDLE_SECONDS:
            person.http.close()
        self._last[member.id] = began
        with self._guard:
            self.in_flight += 1
        try:
            answer = person.visit(address)
            status, text = answer.status_code, answer.text
            pause = _patience(answer)
        except requests.RequestException:
            status, text = 0, ""
        took = time.monotonic() - began
        foreign = [each for each in set(_LABEL.findall(text)) if each not in member.may_name]
        with self._guard:
            self.in_flight -= 1
            self.seen.answers.append((began, took, status, address.partition("?")[0]))
            self.seen.foreign += [f"{member.id} {address}: {each}" for each in foreign]
            self.seen.without_patience += status in (429, 503) and not pause
        return pause

    def _next(self, waiting: Iterator[Member]) -> Member | None:
        with self._guard:
            return next(waiting, None)


def _patience(answer: requests.Response) -> float:
    return float(answer.headers.get("Retry-After", 0)) if answer.status_code in (429, 503) else 0.0


def _together(works: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
