"""Intelligence reports, counted and never read, and items owed to the national record (ACRO)."""

from __future__ import annotations

import numpy as np

from data_access.demo.columns import Columns, Rng, exactly, only, pick
from data_access.demo.crimes import moments
from data_access.demo.offences import CHARGED, OUT_OF_COURT
from data_access.demo.roster import Roster
from data_access.demo.timeline import DAY, HOUR, MISSING, Timeline, days_of

SUBMITTED, ACCEPTED, REJECTED, DUPLICATE = "SUB", "ACC", "REJ", "DUP"
BIOMETRICS, NOT_CREATED, NOT_UPDATED, IMPENDING, REQUEST = "BIO", "ASN", "DISP", "IMP", "REQ"
DUE_DAYS = {BIOMETRICS: 14, NOT_CREATED: 1, NOT_UPDATED: 10, IMPENDING: 365, REQUEST: 20}


def intelligence_of(rng: Rng, timeline: Timeline, roster: Roster, count: int) -> Columns:
    """Reports by author; a few by systems, and graded the old way at the beginning."""
    at = moments(rng, timeline, count)
    pool = rng.choice([0, 1, 2, 3, 4, 5, 6], count, p=[0.5, 0.1, 0.22, 0.03, 0.07, 0.03, 0.05])
    csp = rng.integers(0, 10, count)
    posting = roster.draw(
        rng, np.where(pool >= 3, pool * 100, pool * 100 + csp), at // DAY, np.zeros(count, dtype=bool), crimes=False
    )
    automatic = rng.random(count) < 0.015
    decided = at + (rng.exponential(1.1, count) * DAY).astype(np.int64) + HOUR
    is_decided = decided <= timeline.now
    status = np.where(is_decided, pick(rng, (ACCEPTED, REJECTED, DUPLICATE), (0.885, 0.085, 0.03), count), SUBMITTED)
    handling = pick(rng, ("P", "C"), (0.9, 0.1), count)
    source, information = (
        rng.integers(1, 4, count).astype(str).astype(object),
        pick(rng, tuple("ABCDE"), (0.2, 0.35, 0.2, 0.2, 0.05), count),
    )
    return {
        "officer": np.where((posting >= 0) & ~automatic, roster.officer[posting], -1),
        "csp": np.where(pool >= 3, -1, csp),
        "submitted_at": at,
        "status": status,
        "assessed_at": np.where(is_decided, decided, MISSING),
        "grading": only(is_decided, source + information + handling),
        "handling": handling,
        "automatic": automatic,
    }


def record_items_of(rng: Rng, timeline: Timeline, crimes: Columns, count: int) -> Columns:
    """Items owed to the national record about people in finished cases: most done, some late, some still owed."""
    outcome = crimes["outcome"].astype(str)
    crime = exactly(rng, np.flatnonzero(np.isin(outcome, (*CHARGED, *OUT_OF_COURT)) & (crimes["officer"] >= 0)), count)
    count = len(crime)
    kind = pick(rng, tuple(DUE_DAYS), (0.36, 0.27, 0.26, 0.05, 0.06), count)
    opened = crimes["closed_at"][crime]
    due = np.array([DUE_DAYS[each] for each in kind.tolist()])
    late = rng.random(count) < 0.16
    days = np.where(late, due + 1 + rng.exponential(9.0, count), due * rng.random(count))
    closed = opened + HOUR + (days * DAY).astype(np.int64)
    never = rng.random(count) < 0.006
    return {
        "crime": crime,
        "officer": crimes["officer"][crime],
        "kind": kind,
        "opened_at": opened,
        "due_on": np.where(kind == REQUEST, days_of(opened) + due, MISSING),
        "closed_at": np.where(never | (closed > timeline.now), MISSING, closed),
        "no_action": np.zeros(count, dtype=bool),
    }
