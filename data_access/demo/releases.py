"""Suspects on pre-charge bail, under investigation or awaiting decision after a voluntary interview."""

from __future__ import annotations

import numpy as np

from data_access.demo.columns import Columns, Rng, length, only, pick
from data_access.demo.crimes import in_hours, still_open
from data_access.demo.offences import CHARGED, IS_CRIME, OUT_OF_COURT
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Ints, Timeline, add_months

BAIL, RUI, VOLUNTARY = "BAIL", "RUI", "VOL"
STAGES = ("INIT", "EXT1", "EXT2", "CRT1")
STAGE_RANKS = np.array([None, "Insp", "Supt", "Magistrates"], dtype=object)
STAGE_MONTHS = np.array([3, 6, 9, 12])


def releases_of(rng: Rng, timeline: Timeline, crimes: Columns) -> Columns:
    """One row for each (suspect, investigation); `crime` is the row number of the investigation."""
    is_open = still_open(crimes)
    age = (
        np.where(is_open, timeline.now, np.maximum(crimes["closed_at"], crimes["cancelled_at"])) - crimes["recorded_at"]
    ) / DAY
    able = crimes["slow"] & (crimes["suspects"] > 0) & IS_CRIME[crimes["offence"]] & (age > 1.5)
    chosen = able & (rng.random(length(crimes)) < np.where(is_open, 0.31, 0.4))
    crime = np.flatnonzero(chosen)
    crime = np.sort(np.concatenate((crime, crime[(crimes["suspects"][crime] > 1) & (rng.random(len(crime)) < 0.5)])))
    return _release(rng, timeline, crimes, crime, is_open[crime])


def _release(rng: Rng, timeline: Timeline, crimes: Columns, crime: Ints, is_open: Flags) -> Columns:
    count = len(crime)
    begun = crimes["recorded_at"][crime]
    end = np.where(is_open, timeline.now, np.maximum(crimes["closed_at"], crimes["cancelled_at"])[crime])
    arrested = begun + 1200 + (rng.random(count) ** 2 * np.maximum(end - begun - 30 * HOUR, 0) * 0.5).astype(np.int64)
    released = np.minimum(arrested + rng.integers(5 * HOUR, 22 * HOUR, count), end - HOUR)
    domestic = crimes["domestic"][crime]
    status = np.where(
        domestic,
        pick(rng, (BAIL, RUI, VOLUNTARY), (0.74, 0.16, 0.10), count),
        pick(rng, (BAIL, RUI, VOLUNTARY), (0.45, 0.36, 0.19), count),
    )
    months = (end - arrested) / (30.4 * DAY)
    # Bail that would have run for longer than anybody extended it has become "under investigation" meanwhile.
    tired = (status == BAIL) & (months > rng.choice([2.9, 5.8, 8.7, 11.0], count, p=[0.42, 0.4, 0.14, 0.04]))
    converted_at = np.where(tired, released + (np.minimum(months, 3) * 27 * DAY).astype(np.int64), MISSING)
    converted_at = np.where(converted_at == MISSING, MISSING, np.minimum(in_hours(rng, converted_at), end - 1800))
    previous = only(tired, BAIL)
    status = np.where(tired, RUI, status)
    releases: Columns = {
        "crime": crime,
        "status": status,
        "previous": previous,
        "converted_at": converted_at,
        "arrested_at": np.where(status == VOLUNTARY, MISSING, arrested),
        "released_at": released,
        "conditions": (status == BAIL) & (rng.random(count) < 0.7),
        "ended_at": np.where(is_open, MISSING, end - 300),
    }
    _bail(rng, timeline, releases, end, is_open)
    _reviews(rng, timeline, releases, end)
    outcome = crimes["outcome"].astype(str)[crime]
    ended_as = np.where(
        np.isin(outcome, CHARGED),
        "CHG",
        np.where(np.isin(outcome, OUT_OF_COURT), "DISP", np.where(outcome == "", "OTH", "NFA")),
    )
    releases["ended_as"] = only(~is_open, ended_as)
    return releases


def _bail(rng: Rng, timeline: Timeline, releases: Columns, end: Ints, is_open: Flags) -> None:
    """Stages as far as they were needed: three months at first, longer with higher authority."""
    count = length(releases)
    arrested = releases["released_at"] // DAY
    on_bail = releases["status"] == BAIL
    months = (end // DAY - arrested) / 30.4
    stage = np.searchsorted(np.array([2.9, 5.8, 8.7]), months).clip(max=3)
    lapsed = is_open & on_bail & (stage > 0) & (rng.random(count) < 0.035)  # nobody extended, nobody decided
    stage = np.where(lapsed, stage - 1, stage)
    ends = np.zeros(count, dtype=np.int64)
    for number, length_months in enumerate(STAGE_MONTHS.tolist()):
        ends = np.where(stage == number, add_months(arrested + 1, length_months) - 1, ends)
    before = np.zeros(count, dtype=np.int64)
    for number, length_months in enumerate(STAGE_MONTHS.tolist()[:-1], 1):
        before = np.where(stage == number, add_months(arrested + 1, length_months) - 1, before)
    extended = on_bail & (stage > 0)
    at = in_hours(rng, (before - rng.integers(1, 9, count)) * DAY)
    releases["stage"] = only(on_bail, np.array(STAGES, dtype=object)[stage])
    releases["extended_at"] = np.where(
        extended, np.maximum(np.minimum(at, timeline.now - HOUR), releases["released_at"] + HOUR), MISSING
    )
    releases["extended_by"] = only(extended, STAGE_RANKS[stage])
    releases["return_on"] = np.where(on_bail & (rng.random(count) < 0.85), ends - rng.integers(0, 12, count), MISSING)
    supplied = on_bail & (rng.random(count) < 0.2)
    releases["period_ends_on"] = np.where(supplied, ends, MISSING)


def _reviews(rng: Rng, timeline: Timeline, releases: Columns, end: Ints) -> None:
    count = length(releases)
    ago = np.where(rng.random(count) < 0.86, rng.integers(1, 26, count), rng.integers(30, 90, count))
    at = in_hours(rng, end - ago * DAY)
    reviewed = at > releases["released_at"] + DAY
    releases["last_review_at"] = np.where(reviewed, np.minimum(at, timeline.now - HOUR), MISSING)
    releases["reviewer_rank"] = only(reviewed, pick(rng, ("PS", "Insp"), (0.88, 0.12), count))
    releases["case"] = pick(rng, ("STD", "NST", "CPX"), (0.994, 0.003, 0.003), count)
