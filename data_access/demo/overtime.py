"""Overtime claims of constables and sergeants, budgets of cost centres, and hours on duty by month."""

from __future__ import annotations

from calendar import monthrange

import numpy as np

from data_access.demo.cast import OVERSPENT_CSP
from data_access.demo.columns import Columns, Rng, chosen, length, pick
from data_access.demo.people import People
from data_access.demo.roster import Roster
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Floats, Ints, Timeline, date_of
from data_access.demo.units import CSP_INDEX, CSPS, NO_CSP

# Spend of the last 28 days against the budget for them, by CSP.
AGAINST_BUDGET: dict[str, float] = {
    "csp-broxbourne": 0.89, "csp-dacorum": 1.27, "csp-east-herts": 1.0, "csp-hertsmere": 0.98, "csp-north-herts": 0.95,
    "csp-st-albans": 0.96, "csp-stevenage": 0.95, "csp-three-rivers": 0.99, "csp-watford": 0.95,
    "csp-welwyn-hatfield": 0.97,
}  # fmt: skip
CASUAL, PLANNED, RECALL, REST_DAY, PUBLIC_HOLIDAY, OTHER = "CAS", "PLN", "RCL", "RDW", "PHW", "OTH"
TYPES = (CASUAL, PLANNED, RECALL, REST_DAY, OTHER)
RATE = {CASUAL: 4 / 3, PLANNED: 4 / 3, RECALL: 4 / 3, REST_DAY: 1.5, PUBLIC_HOLIDAY: 2.0, OTHER: 1.0}
HOLIDAYS = {(1, 1), (12, 25), (12, 26)}  # fixed dates only: enough for a made-up rota
OPERATIONS = np.array(["", "", "", "", "", "", "OPSCORP", "EVENTS", "MATCHDAY", "SEARCH"], dtype=object)
PARTNER_FUNDED = "MUTAID"


def claims_of(rng: Rng, timeline: Timeline, roster: Roster, count: int) -> Columns:
    """Claims of officers and the unit whose cost centre is charged: when, what for, how taken, how much, paid when."""
    day = rng.integers(timeline.first_day, timeline.today, count)
    boosted = _more_lately(rng, timeline, day)
    posting = roster.draw(rng, np.full(count, -1), day, np.zeros(count, dtype=bool), crimes=False)
    extra = boosted & (posting >= 0)
    local = np.flatnonzero(roster.units.csp[roster.unit] == CSP_INDEX[OVERSPENT_CSP])
    posting[extra] = rng.choice(local[roster.weight[local] > 0], int(extra.sum()))
    fits = (posting >= 0) & (roster.start[posting] <= day) & (day <= roster.end[posting])
    day, posting = day[fits], posting[fits]
    return _claims(rng, timeline, roster, day, posting)


def _more_lately(rng: Rng, timeline: Timeline, day: Ints) -> Flags:
    """Claims moved to the overspent CSP, within the last four weeks."""
    late: Flags = (day > timeline.today - 28) & (rng.random(len(day)) < 0.035)
    return late


def _claims(rng: Rng, timeline: Timeline, roster: Roster, day: Ints, posting: Ints) -> Columns:
    count = len(day)
    kind = pick(rng, TYPES, (0.52, 0.2, 0.06, 0.19, 0.03), count)
    holiday = np.array(
        [(date_of(d).month, date_of(d).day) in HOLIDAYS for d in range(timeline.first_day, timeline.today + 1)]
    )[day - timeline.first_day]
    kind = np.where(holiday, PUBLIC_HOLIDAY, kind)
    whole_day = np.isin(kind.astype(str), (REST_DAY, PUBLIC_HOLIDAY))
    quarters = np.where(whole_day, rng.integers(16, 41, count), 2 + rng.gamma(2.2, 3.0, count).astype(np.int64)).clip(
        max=44
    )
    start = (
        day * DAY
        + np.where(whole_day, rng.choice([7, 8, 15], count), rng.choice([7, 15, 16, 17, 18, 22], count)) * HOUR
    )
    told = np.where(
        kind == CASUAL, start - rng.integers(0, 2 * HOUR, count), start - rng.integers(DAY, 20 * DAY, count)
    )
    minutes = quarters * 15 + np.where(kind == CASUAL, rng.integers(0, 14, count), 0)
    end = np.minimum(start + minutes * 60, (day + 1) * DAY + 6 * HOUR)
    rank = roster.people.officers["rank"][roster.officer[posting]]
    hourly = np.where(np.isin(rank.astype(str), ("PS", "DS")), 25.4, 17.0 + 6.5 * rng.random(count))
    rate: Floats = np.array([RATE[each] for each in kind.tolist()])
    toil = rng.random(count) < 0.28
    claimed = start + rng.integers(9 * HOUR, 12 * DAY, count)
    claimed = np.minimum(claimed, timeline.now - 600)
    payday = (claimed // DAY + 21).astype(np.int64)
    taken = day + rng.integers(10, 150, count)
    return {
        "officer": roster.officer[posting],
        "unit": roster.unit[posting],
        "start_at": start,
        "end_at": end,
        "told_at": told,
        "kind": kind,
        "hours": np.where(rng.random(count) < 0.97, (minutes // 15) * 0.25, np.nan),
        "toil": toil,
        "pence": np.where(toil, 0, np.round(quarters / 4 * hourly * rate * 100)).astype(np.int64),
        "operation": OPERATIONS[rng.integers(0, len(OPERATIONS), count)],
        "recharged": np.zeros(count, dtype=bool),
        "claimed_at": np.maximum(claimed, end).clip(max=timeline.now),
        "paid_on": np.where(~toil & (payday <= timeline.today), payday, MISSING),
        "toil_taken_on": np.where(toil & (taken <= timeline.today) & (rng.random(count) < 0.93), taken, MISSING),
    }


def spent(timeline: Timeline, claims: Columns, units: int, days: int) -> Ints:
    """Pence paid from a team's budget for work of the last so many days, by unit."""
    counted = (claims["start_at"] // DAY > timeline.today - days) & ~claims["toil"] & ~claims["recharged"]
    return np.bincount(claims["unit"][counted], weights=claims["pence"][counted], minlength=units).astype(np.int64)


def share_of_months(timeline: Timeline, days: int) -> float:
    """How many months' budgets the last so many days are worth."""
    total = 0.0
    for day in range(timeline.today - days + 1, timeline.today + 1):
        on = date_of(day)
        total += 1 / monthrange(on.year, on.month)[1]
    return total


def budgets_of(rng: Rng, timeline: Timeline, people: People, claims: Columns) -> Columns:
    """A line for each cost centre and month; the same every month of a year, and a little less the year before.

    Set backwards from what was spent, so that each CSP stands where AGAINST_BUDGET says.
    """
    units = people.units
    count = len(units.rows)
    usual = spent(timeline, claims, count, min(timeline.days, 365)) / share_of_months(timeline, min(timeline.days, 365))
    wanted = np.maximum(usual, 15_000) * rng.uniform(0.94, 1.08, count)
    lately = spent(timeline, claims, count, 28)
    for number, csp in enumerate(CSPS):
        inside = units.csp == number
        budget = lately[inside].sum() / AGAINST_BUDGET[csp.ref] / share_of_months(timeline, 28)
        wanted[inside] *= budget / wanted[inside].sum()
    outside = units.csp == NO_CSP
    wanted[outside] = np.maximum(usual[outside], 20_000) * 1.02
    months = timeline.month_starts()
    month, unit = np.repeat(months, count), np.tile(np.arange(count), len(months))
    pence = np.round(wanted[unit] * np.where(month > timeline.today - 200, 1.0, 0.97)).astype(np.int64)
    budgets: Columns = {"unit": unit, "month_on": month, "pence": pence}
    return chosen(budgets, np.flatnonzero(budgets["pence"] > 0))


def duty_of(rng: Rng, timeline: Timeline, people: People) -> Columns:
    """Hours on duty by officer and month, and those lost to other work."""
    posting = people.postings
    months = timeline.month_starts()
    month, row = np.repeat(months, len(posting["officer"])), np.tile(np.arange(len(posting["officer"])), len(months))
    end = np.where(posting["end"] == MISSING, timeline.today, posting["end"])[row]
    present = (posting["start"][row] <= month + 14) & (end >= month + 14)
    month, row = month[present], row[present]
    whole = np.where(month > timeline.today - 31, np.clip((timeline.today - month + 1) / 30, 0, 1), 1.0)
    hours = np.round(rng.normal(152, 14, len(row)) * posting["fte"][row] * whole, 2).clip(min=4)
    lost = np.round(hours * np.where(rng.random(len(row)) < 0.3, rng.beta(1.4, 6, len(row)), 0.0), 2)
    duty: Columns = {"officer": posting["officer"][row], "month_on": month, "hours": hours, "lost": lost}
    key = duty["officer"] * 100_000 + duty["month_on"]
    _, first = np.unique(key, return_index=True)
    assert length(duty) > 0
    return chosen(duty, first)
