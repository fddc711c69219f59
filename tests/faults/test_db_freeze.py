"""A frozen way to the database: every request is answered in time, in words or as it last was, and all is well after."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.counts import cases
from tests.faults.site import TEAM_PAGE, Answer, Site, fill, site
from tests.support.own_postgres import Proxy

SECONDS = cases(8, 30)
LONGEST = 4.0  # seconds until an answer
HEALTH_LONGEST = 0.2
READERS = 6


@pytest.mark.slow
def test_a_frozen_database_answers_every_request_in_time(postgres_url: str, tmp_path: Path) -> None:
    fill(postgres_url)
    asked: list[Answer] = []
    healthy: list[float] = []
    with Proxy.to(postgres_url) as proxy, site(proxy.url(postgres_url), tmp_path) as found:
        clients = [found.client() for _ in range(READERS)]
        right = found.look(clients[0])
        assert "14 open investigations" in right.text
        threads = own_threads()
        proxy.freeze()
        ends = time.monotonic() + SECONDS
        with ThreadPoolExecutor(READERS + 1) as pool:
            waits = [pool.submit(_keep_looking, found, client, ends) for client in clients]
            waits.append(pool.submit(_keep_asking_health, found, ends, healthy))  # type: ignore[arg-type]
            for wait in waits:
                asked += wait.result() or []
        proxy.thaw()
        thawed = time.monotonic()
        while found.look(clients[0]).text != right.text:
            assert time.monotonic() - thawed < 5, "not healthy again"
            time.sleep(0.1)
        healed = time.monotonic() - thawed
        assert own_threads() <= threads + 1, "threads were left behind"  # one: the audit's, which notes where it got to

    wrong = [each for each in asked if each.status not in (200, 503) or not (each.is_stale or each.is_words)]
    slowest = max(each.seconds for each in asked)
    print(
        f"\nT-FREEZE: frozen {SECONDS} s (30 with FAULTS=full), {len(asked)} requests answered, "
        f"{sum(each.is_stale for each in asked)} as they "
        f"last were, {sum(each.is_words for each in asked)} in words, slowest {slowest:.1f} s; health {len(healthy)} times, "
        f"slowest {max(healthy):.3f} s; well {healed:.1f} s after; wrong figures shown {len(wrong)}"
    )
    assert wrong == []
    assert slowest <= LONGEST
    assert max(healthy) <= HEALTH_LONGEST
    assert sum(each.is_stale for each in asked)
    assert sum(each.is_words for each in asked)
    stale = next(each for each in asked if each.is_stale)
    assert right.text in stale.text, "the page as it was, under a line that says so"


@pytest.mark.slow
def test_what_cannot_be_logged_is_not_shown_even_as_it_was(postgres_url: str, tmp_path: Path) -> None:
    fill(postgres_url)
    with Proxy.to(postgres_url) as proxy:
        way = proxy.url(postgres_url)
        with site(way, tmp_path, audit_url=way) as found:
            client = found.client()
            assert "14 open investigations" in found.look(client).text
            proxy.freeze()
            answers = [found.look(client) for _ in range(3)]

    assert all(each.is_words and "open investigations" not in each.text for each in answers)
    assert max(each.seconds for each in answers) <= LONGEST


def own_threads() -> int:
    """Not those of the proxy, which hold what was cut off."""
    return sum(thread.name != "proxy" for thread in threading.enumerate())


def _keep_looking(found: Site, client: object, ends: float) -> list[Answer]:
    """A page seen before, and one never seen."""
    answers = []
    while time.monotonic() < ends:
        answers.append(found.look(client, TEAM_PAGE))  # type: ignore[arg-type]
        answers.append(found.look(client, "/workload?unit=csp-watford"))  # type: ignore[arg-type]
        time.sleep(0.2)
    return answers


def _keep_asking_health(found: Site, ends: float, seconds: list[float]) -> None:
    client = found.app.server.test_client()
    while time.monotonic() < ends:
        began = time.monotonic()
        assert client.get("/healthz").status_code == 200
        seconds.append(time.monotonic() - began)
        time.sleep(0.1)
