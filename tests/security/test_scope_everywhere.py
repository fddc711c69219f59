"""Every kind of viewer, every callback, any address: officers in the answer are those of the viewer's scope, worked out by hand
in tests/support/everybody.py; whoever asks for more is refused, and the refusal is in the audit."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from data_access.audit.tables import ENTRIES
from layouts import ids
from tests.data_access.test_scope import EVERYBODY
from tests.support.asking import ask, visit, words
from tests.support.everybody import FORMER, MAY_NAME, OFFICERS, Everybody, everybody

UNITS = ("", "force", "csp-a", "a1", "a2", "b1", "atlantis")
PAGES = ("", "workload", "team", "plans", "sources", "people", "cover", "sessions", "look-as", "audit")
BARS = ("unmapped", "withheld", "a1", "csp-b", "officer:E4", "officer:nobody")
MORE = ("&as_at=2026-11-01&per=fte&sort=value&table=1", "&metric=closed&period=12m&team=now")
SEED = 20261126
COLLARS = {ref: f"Kol{index}lar" if ref in EVERYBODY else f"Kol{ref}lar" for index, ref in enumerate(OFFICERS)}
MARKS = {ref: re.compile(rf'Family{ref}\b|{COLLARS[ref]}|"{ref}-\d"') for ref in OFFICERS}


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    with everybody(tmp_path_factory.mktemp("everybody")) as made:
        yield made


def named_in(answer: Any) -> set[str]:
    """Officers whose name, collar number or crimes stand anywhere in an answer: text, hover, title, address or count."""
    text = json.dumps(answer)
    return {ref for ref, marks in MARKS.items() if marks.search(text)}


def addresses() -> list[str]:
    found = [f"/{page}?unit={unit}" for page, unit in product(PAGES, UNITS)]
    found += [f"/workload?unit={unit}&bar={bar}{more}" for unit, bar, more in product(UNITS[1:6], BARS, MORE)]
    found += [f"/officer/{ref}" for ref in (*OFFICERS, "nobody")]
    found += [f"/plans/new?officer={ref}&metric=open" for ref in OFFICERS]
    found += [f"/record/investigation/{ref}-0" for ref in OFFICERS]
    return found


@pytest.mark.parametrize("persona", sorted(MAY_NAME))
def test_no_page_names_an_officer_out_of_scope(all_of_them: Everybody, persona: str) -> None:
    client, asked = all_of_them.clients[persona], addresses()
    for address in asked:
        answer = visit(all_of_them.app, client, address)
        allowed = MAY_NAME[persona] | FORMER.get(persona, set())
        if address.startswith("/cover") and persona in ("admin", "admin-2", "supt", "insp", "sgt-a"):
            allowed = allowed | {"S2"}  # who covers one's unit is no secret
        assert named_in(answer) <= allowed, (persona, address, named_in(answer) - allowed)
    print(f"{persona}: {len(asked)} addresses")


@pytest.mark.parametrize("persona", sorted(MAY_NAME))
def test_no_other_callback_does_either(all_of_them: Everybody, persona: str) -> None:
    """Search, refresh, and forms with somebody else's state or none."""
    app, client = all_of_them.app, all_of_them.clients[persona]
    for typed in ("family", "kol", *OFFICERS):
        found = ask(app, client, "search.value", {"search.value": typed})
        assert named_in(found) <= MAY_NAME[persona], (persona, typed)
    for address in ("/workload", "/officer/E4", "/team"):
        values = {"moved.data": "x", "url.pathname": address, "url.search": "?unit=b1", "data-version.data": "old"}
        assert named_in(ask(app, client, "moved.data", values)) <= MAY_NAME[persona]
    for button in ("plan-save", "admin-do", "source-try"):
        values = {
            f"{button}.n_clicks": 1,
            "plan-state.data": "forged",
            "admin-state.data": "forged",
            "admin-officer.value": "E4",
        }
        assert named_in(ask(app, client, f"{button}.n_clicks", values)) <= MAY_NAME[persona]


@pytest.mark.parametrize("persona", sorted(set(MAY_NAME) - {"chief"}))
def test_asking_for_more_is_refused_and_logged(all_of_them: Everybody, persona: str) -> None:
    foreign = sorted(set(OFFICERS) - MAY_NAME[persona])[0]
    engine = all_of_them.deployment.audit.engine
    count = select(func.count()).select_from(ENTRIES).where(ENTRIES.c.operation == "refusal")
    with engine.connect() as connection:
        before = connection.execute(count).scalar_one()
    said = words(visit(all_of_them.app, all_of_them.clients[persona], f"/officer/{foreign}")[ids.MAIN]["children"])
    assert "Your role does not cover this officer." in said
    with engine.connect() as connection:
        assert connection.execute(count).scalar_one() == before + 1


def test_a_stranger_gets_nothing(all_of_them: Everybody) -> None:
    stranger = all_of_them.app.server.test_client()
    for address in addresses()[::7]:
        assert stranger.get(address).status_code in (302, 401)


def test_two_who_take_turns_never_meet_in_a_cache(all_of_them: Everybody) -> None:
    """Warm and cold: pages kept, cubes kept, and whatever the reader keeps, asked by everybody in random order."""
    random.seed(SEED)
    asked, crossings = addresses(), 0
    for turn in range(400):
        persona, address = random.choice(sorted(MAY_NAME)), random.choice(asked[:60] if turn % 3 else asked)
        if turn % 100 == 0:  # cold again, and what is kept first is somebody's who sees much
            persona, address = ("covering", "chief", "acting", "supt")[turn // 100], "/team?unit=a1"
            all_of_them.deployment.bump()
            all_of_them.deployment.reader.figures._kept.clear()
        allowed = MAY_NAME[persona] | FORMER.get(persona, set()) | ({"S2"} if address.startswith("/cover") else set())
        crossings += bool(named_in(visit(all_of_them.app, all_of_them.clients[persona], address)) - allowed)
    print(f"400 turns, seed {SEED}: {crossings} crossings")
    assert crossings == 0
