"""Outcomes given to crimes, one a row: what ended them, and what was dip sampled."""

from __future__ import annotations

import numpy as np

from data_access.demo.columns import Columns, Rng, only, pick
from data_access.demo.crimes import in_hours
from data_access.demo.offences import OUT_OF_COURT
from data_access.demo.roster import Roster
from data_access.demo.timeline import DAY, MISSING, Timeline, days_of

VERDICTS = ("APP", "APPOBS", "INCON", "NOTAPP")


def outcomes_of(rng: Rng, timeline: Timeline, crimes: Columns, roster: Roster) -> Columns:
    """One row for each crime that has an outcome; `crime` is its row number."""
    crime = np.flatnonzero((crimes["closed_at"] != MISSING) & (crimes["outcome"] != ""))
    count = len(crime)
    code = crimes["outcome"][crime]
    given = crimes["closed_at"][crime]
    out_of_court = np.isin(code.astype(str), OUT_OF_COURT)
    sampled = out_of_court & (rng.random(count) < 0.16) & (given < timeline.now - 40 * DAY)
    sampled_on = days_of(in_hours(rng, given + rng.integers(15, 39, count) * DAY))
    officer = crimes["officer"][crime]
    sergeants = np.flatnonzero(np.isin(roster.people.officers["rank"].astype(str), ("PS", "DS")))
    return {
        "crime": crime,
        "code": code,
        "given_at": given,
        "recorded_at": crimes["recorded_at"][crime],
        "officer": officer,
        "authoriser": np.where(out_of_court, rng.choice(sergeants, count), -1),
        "youth": np.isin(code.astype(str), ("2", "2a")) | (out_of_court & (rng.random(count) < 0.09)),
        "consulted": only(out_of_court, pick(rng, ("Y", "N", None), (0.83, 0.1, 0.07), count)),
        "reversed_at": np.full(count, MISSING),
        "sampled_on": np.where(sampled, sampled_on, MISSING),
        "verdict": only(sampled, pick(rng, VERDICTS, (0.66, 0.2, 0.09, 0.05), count)),
    }
