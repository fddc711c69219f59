"""T-CONV: whatever order, duplicates, lateness and batches versions arrive in, the same rows come of them."""

from __future__ import annotations

import hashlib
import random
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data_access.test_convergence import Dog, deliver, in_batches, oracle

EXAMPLES = max(settings().max_examples * 2, 50)  # 200 with --hypothesis-profile=full
TRIED = {"examples": 0, "versions": 0, "corrections": 0, "deletions": 0, "revived": 0, "lost": 0, "wrong": 0}


@st.composite
def histories(draw: st.DrawFn) -> list[Dog]:
    """Rows with their lives: created, corrected, moved to another kennel, taken away, some back again later."""
    rows: list[Dog] = []
    for ref in "abcdefgh"[: draw(st.integers(1, 8))]:
        for version in range(1, draw(st.integers(1, 6)) + 1):
            kennel = draw(st.sampled_from(["k1", "k2", None]))
            name = draw(st.sampled_from(["Rex", "Fly", "Pip"]))
            rows.append((ref, kennel, name, version, draw(st.sampled_from("NNNY"))))
    return rows


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(rows=histories(), chance=st.randoms(use_true_random=False), chunk_rows=st.integers(1, 7))
def test_any_order_comes_to_the_same(rows: list[Dog], chance: random.Random, chunk_rows: int) -> None:
    once = deliver([rows])
    often = deliver(in_batches(rows, chance), chunk_rows)
    found = {row["ref"]: row for row in often if "siblings" in row and not row["gone"]}
    expected = oracle(rows)
    wrong = {ref for ref, row in found.items() if ref not in expected or told(row) != expected[ref][:3]}
    TRIED["examples"] += 1
    TRIED["versions"] += len(rows)
    TRIED["corrections"] += sum(row[3] > 1 for row in rows)
    TRIED["deletions"] += sum(row[4] == "Y" for row in rows)
    TRIED["revived"] += sum(a[0] == b[0] and (a[4], b[4]) == ("Y", "N") for a, b in pairwise(rows))
    TRIED["lost"] += len(expected.keys() - found.keys())
    TRIED["wrong"] += len(wrong)

    assert checksum(once) == checksum(often)
    assert found.keys() == expected.keys()
    assert not wrong


def told(row: dict[str, object]) -> tuple[object, ...]:
    return row["kennel_ref"], row["name"], row["siblings"]


def checksum(state: list[dict[str, object]]) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()


def test_what_was_tried() -> None:
    """After the examples: how many there were, and that they held what they should."""
    print(
        f"\nT-CONV: {TRIED['examples']} histories of {TRIED['versions']} versions ({TRIED['corrections']} corrections, "
        f"{TRIED['deletions']} deletions, {TRIED['revived']} revived), delivered twice; rows lost {TRIED['lost']}, wrong "
        f"figures {TRIED['wrong']} (200 with --hypothesis-profile=full)"
    )
    assert TRIED["examples"] >= EXAMPLES
    assert min(TRIED["corrections"], TRIED["deletions"], TRIED["revived"]) > 0
