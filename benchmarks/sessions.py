"""What it costs to know, at every request, whose session this is and who they are now; the floor: the same two rows by key.

10,000 sessions of 2,000 people are there, as after a busy week.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from benchmarks.timing import in_turn
from cspdash.deployment import Deployment
from cspdash.domain.identity import Vouched, handle_of

_PEOPLE, _SESSIONS, _ASKED = 2000, 10_000, 200
_ISSUER = "https://bench.test"


def measure(deployment: Deployment) -> None:
    print(f"\nA session and who it is: {_ASKED} look-ups among {_SESSIONS:,} sessions of {_PEOPLE:,} people")
    identity, ids = deployment.identity, _fill(deployment)
    sids = [f"bench-{number}" for number in range(0, _SESSIONS, _SESSIONS // _ASKED)]

    def look() -> None:
        for sid in sids:
            kept = identity.sessions.find(sid)
            assert kept is not None
            assert identity.directory.find(kept.user_id) is not None

    path = Path(deployment.engine.url.database or "")
    with closing(sqlite3.connect(path)) as connection:

        def floor() -> None:
            for sid in sids:
                (user_id,) = connection.execute(
                    "SELECT user_id FROM session WHERE sid_hash = ?", (handle_of(sid),)
                ).fetchone()
                assert connection.execute("SELECT * FROM person WHERE person_id = ?", (user_id,)).fetchone()

        in_turn("through the stores", look, "plain sqlite3", floor, 15)
    assert len(ids) == _PEOPLE


def _fill(deployment: Deployment) -> list[str]:
    """Analysts, who need no officer; done once."""
    sessions, directory = deployment.metadata.tables["session"], deployment.identity.directory
    people = [Vouched(_ISSUER, f"bench-{number}", f"Person {number}", ("analyst",)) for number in range(_PEOPLE)]
    if deployment.identity.sessions.find("bench-0") is not None:
        return [each.subject for each in people]
    ids = [directory.admit(who) for who in people]
    now = datetime.now(UTC)
    rows = [
        {
            "sid_hash": handle_of(f"bench-{number}"),
            "user_id": ids[number % _PEOPLE],
            "role": "analyst",
            "method": "oidc",
            "created_at": now,
            "seen_at": now,
        }
        for number in range(_SESSIONS)
    ]
    with deployment.engine.begin() as connection:
        connection.execute(insert(sessions), rows)
    return ids
