"""T-FORGE: bodies no page of ours would send, thousands for each callback: refused or answered, never a failure.

FORGE_CASES sets how many for each callback, FORGE_SEED where chance begins; `make security` tries 3,000.
"""

from __future__ import annotations

import copy
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient

from tests.support.asking import ADDRESS, SAME_SITE, body_of
from tests.support.small import OFFICERS

CASES = int(os.environ.get("FORGE_CASES", "150"))
SEED = int(os.environ.get("FORGE_SEED", "0"))
ALLOWED = {200, 204, 400, 401, 403, 413, 415}
# Not the sergeant's: officers of the other team, and the superintendent above.
FOREIGN = tuple(f"{rank} {collar} {name}" for ref, name, rank, collar, _ in OFFICERS if ref not in ("E1", "E2", "E3"))
BROKE = "Something went wrong"  # what the last resort says of an error nobody foresaw
NEVER = (*FOREIGN, "Traceback", "sqlalchemy", "SELECT ", "site-packages", ".py", BROKE)
WORDS = (
    "", "E5", "E2", "open", "herts", "watford-int-c", "stevenage-int-a", "/officer/E5", "/workload", "?unit=herts",
    "?bar=officer:E5", "?unit=stevenage-int-a&bar=officer:E5", "' OR 1=1 --", "\x00", "\ud800", "../..", "<script>",
    "${7*7}", "%s", "9" * 400, "*",
)  # fmt: skip
NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**70), 1e308, float("inf"), float("nan"), 0.1)


def value(chance: random.Random, depth: int = 3) -> Any:
    """Anything JSON can say, and what Python's reader takes besides."""
    kind = chance.randrange(8 if depth else 5)
    if kind < 2:
        return chance.choice(WORDS)
    if kind < 3:
        return chance.choice(NUMBERS)
    if kind < 5:
        return chance.choice((None, True, False))
    if kind == 5:
        return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
    names = ("id", "property", "value", "props", "type", "namespace", "__proto__", "data")
    return {chance.choice(names): value(chance, depth - 1) for _ in range(chance.randrange(4))}


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a body where something else could stand: (container, key)."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, inner in list(items):
        yield tree, key
        yield from places(inner)


def forge(chance: random.Random, good: dict[str, Any], others: list[dict[str, Any]]) -> Any:
    """A good body with one to three things wrong, or with other values in the right places."""
    body = copy.deepcopy(good)
    if chance.random() < 0.5:
        for part in (*body["inputs"], *body["state"]):
            part["value"] = value(chance)
        if chance.random() < 0.6:
            return body
    for _ in range(chance.randrange(1, 4)):
        spoil(chance, body, others)
    return body if chance.random() < 0.97 else value(chance)


def spoil(chance: random.Random, body: dict[str, Any], others: list[dict[str, Any]]) -> None:
    """One thing left out, doubled, taken from another callback, added, or replaced."""
    container, key = chance.choice([*places(body), (body, "output")])
    match chance.randrange(6):
        case 0 if isinstance(container, dict):
            container.pop(key, None)
        case 1 if isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        case 2:
            body[chance.choice(["output", *body])] = copy.deepcopy(chance.choice(list(chance.choice(others).values())))
        case 3 if isinstance(container, dict):
            container[chance.choice(("id", "cancelJob", "x", "output", "multi", "background"))] = value(chance)
        case _:
            container[key] = value(chance)


def triggers(app: dash.Dash) -> list[str]:
    found = [each["inputs"][0] for each in app.callback_map.values() if "callback" in each]
    return [f"{part['id']}.{part['property']}" for part in found]


@pytest.mark.parametrize("persona", ["sgt"])
def test_no_forged_body_breaks_a_callback(app: dash.Dash, clients: dict[str, FlaskClient], persona: str) -> None:
    good = {changed: body_of(app, changed, {}) for changed in triggers(app)}
    assert len(good) >= 5
    counted: dict[str, Counter[int]] = {}
    for changed, body in good.items():
        chance = random.Random(f"{SEED} {changed}")
        counted[changed] = Counter()
        for number in range(CASES):
            forged = forge(chance, body, list(good.values()))
            text = json.dumps(forged)
            if chance.random() < 0.02:
                text = text[: chance.randrange(len(text) + 1)]
            answer = clients[persona].post(ADDRESS, data=text, headers=SAME_SITE, content_type="application/json")
            counted[changed][answer.status_code] += 1
            assert answer.status_code in ALLOWED, (SEED, changed, number, text[:500], answer.text[:300])
            for mark in NEVER:
                assert mark not in answer.text, (SEED, changed, number, mark, text[:500])
    for changed, statuses in counted.items():
        print(f"{changed}: {CASES} forged bodies, seed {SEED}: {dict(sorted(statuses.items()))}")
        assert statuses[400] > CASES / 10  # most are refused,
        assert statuses[200] + statuses[204] > CASES / 20  # and some get as far as the callback
