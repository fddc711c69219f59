"""Victims, the log of contacts with them, and the key events they must be told of.

Victims of open investigations are set so that each CSP's share told in time is exact: a victim either had contact
well within
the agreed interval, or is clearly overdue; nobody is within two days of the edge.
"""

from __future__ import annotations

import numpy as np

from data_access.demo.cast import MEMBERS, TEAM_C
from data_access.demo.columns import Columns, Rng, chosen, exactly, joined, length
from data_access.demo.crimes import in_hours, owner_csp, still_open
from data_access.demo.offences import BUSINESS, CHARGED, HAS_VICTIM, OUT_OF_COURT
from data_access.demo.people import People
from data_access.demo.timeline import DAY, HOUR, MISSING, Flags, Floats, Ints, Timeline
from data_access.demo.units import CSPS

# Share of victims told within the agreed interval, by CSP, now; Team C of Watford has its own.
TOLD: dict[str, float] = {
    "csp-broxbourne": 0.71, "csp-dacorum": 0.94, "csp-east-herts": 0.85, "csp-hertsmere": 0.86,
    "csp-north-herts": 0.85, "csp-st-albans": 0.85, "csp-stevenage": 0.91, "csp-three-rivers": 0.89,
    "csp-watford": 0.92, "csp-welwyn-hatfield": 0.86,
}  # fmt: skip
TOLD_ELSEWHERE, TOLD_TEAM_C = 0.88, 0.91
DEFAULT_INTERVAL = 28
AGREED = np.array([7, 14, 14, 21, 42, 56])
PERSON, BUSINESS_NAMED, BUSINESS_UNNAMED = range(3)
METHODS = np.array(["phone", "phone", "phone", "e-mail", "visit", "letter", "portal"], dtype=object)
KEY_EVENTS = ("ARREST", "INTERVIEW", "REL_BAIL", "REL_RUI", "REL_NC", "CHARGE", "OOCD", "NFA", "NOT_INV")


def victims_of(rng: Rng, timeline: Timeline, crimes: Columns) -> Columns:
    """One row a victim: crime (row number), kind, and what was agreed with them."""
    offence = crimes["offence"]
    business = rng.random(length(crimes)) < BUSINESS[offence]
    named = rng.random(length(crimes)) < 0.34
    recorded = HAS_VICTIM[offence] & (~business | named | (rng.random(length(crimes)) < 0.1))
    recorded &= (
        (crimes["officer"] >= 0) | still_open(crimes) | (rng.random(length(crimes)) < 0.15)
    )  # filed at once: a letter, no register
    rows = np.flatnonzero(recorded)
    further = rng.random(len(rows))
    crime = np.sort(np.concatenate((rows, rows[further < 0.045], rows[further < 0.006])))
    count = len(crime)
    at = crimes["recorded_at"][crime]
    enhanced = rng.random(count) < np.where(crimes["domestic"][crime], 0.72, 0.13)
    agreed = rng.random(count) < 0.12
    opted_out = (rng.random(count) < 0.03) & (timeline.now - at > 5 * DAY)
    return {
        "crime": crime,
        "kind": np.where(~business[crime], PERSON, np.where(named[crime], BUSINESS_NAMED, BUSINESS_UNNAMED)),
        "enhanced": enhanced,
        "enhanced_at": np.where(enhanced, at + rng.integers(HOUR, 30 * HOUR, count), MISSING).clip(max=timeline.now),
        "assessed_at": np.where(rng.random(count) < 0.93, at + rng.integers(600, 40 * HOUR, count), MISSING).clip(
            max=timeline.now
        ),
        "interval": np.where(agreed, AGREED[rng.integers(0, len(AGREED), count)], MISSING),
        "contract_at": np.where(agreed, np.minimum(at + rng.integers(HOUR, 4 * DAY, count), timeline.now), MISSING),
        "opted_out_at": np.where(opted_out, at + rng.integers(DAY, 4 * DAY, count), MISSING),
        "unsafe": rng.random(count) < np.where(crimes["domestic"][crime], 0.008, 0.0),
    }


def in_scope(victims: Columns) -> Flags:
    """Entitled to updates now."""
    return (victims["kind"] != BUSINESS_UNNAMED) & (victims["opted_out_at"] == MISSING) & ~victims["unsafe"]


def interval(victims: Columns) -> Ints:
    """Days between updates: as agreed, else the usual ones."""
    days: Ints = np.where(victims["interval"] == MISSING, DEFAULT_INTERVAL, victims["interval"])
    return days


def overdue(rng: Rng, timeline: Timeline, people: People, crimes: Columns, victims: Columns) -> Flags:
    """Which victims of open investigations were not told in time: exactly the share of their CSP, or of Team C."""
    crime = victims["crime"]
    counted = in_scope(victims) & still_open(crimes)[crime]
    age = timeline.today - crimes["recorded_at"][crime] // DAY
    may = counted & (age >= interval(victims) + 3)
    group = owner_csp(crimes, people, timeline.today)[crime]
    team = [people.fixed[member.emp] for member in MEMBERS if member.unit == TEAM_C]
    group = np.where(np.isin(crimes["officer"][crime], team), len(CSPS), group)
    told: Floats = np.array([*(TOLD[csp.ref] for csp in CSPS), TOLD_TEAM_C, TOLD_ELSEWHERE])
    missed = np.zeros(len(crime), dtype=bool)
    for number in range(-1, len(CSPS) + 1):
        members = group == number
        wanted = round((1 - told[number]) * int((counted & members).sum()))
        missed[exactly(rng, np.flatnonzero(may & members), wanted)] = True
    return missed


def last_contacts(rng: Rng, timeline: Timeline, crimes: Columns, victims: Columns, missed: Flags) -> Ints:
    """The last contact with each victim of an open investigation; MISSING for none and for closed ones."""
    crime, days = victims["crime"], interval(victims)
    age = timeline.today - crimes["recorded_at"][crime] // DAY
    fresh = 1 + (rng.random(len(crime)) * np.minimum(days - 3, age - 1).clip(min=0)).astype(np.int64)
    stale = days + 3 + rng.integers(0, 30, len(crime))
    ago = np.where(missed, stale, fresh)
    at = in_hours(rng, (timeline.today - ago) * DAY)
    silent = ~missed & (age <= days - 3) & (rng.random(len(crime)) < 0.4)
    usable = still_open(crimes)[crime] & (ago < age) & ~silent
    return np.where(usable, np.maximum(at, crimes["recorded_at"][crime] + HOUR), MISSING)


def contacts(rng: Rng, crimes: Columns, victims: Columns, last: Ints) -> Columns:
    """The contact log: of open investigations back from the last contact, of closed ones over their life."""
    crime = victims["crime"]
    begun = crimes["recorded_at"][crime]
    ended = np.maximum(crimes["closed_at"], crimes["cancelled_at"])[crime]
    is_open = still_open(crimes)[crime]
    life = np.where(is_open, np.maximum(last, begun), ended) - begun
    quick = ~is_open & ~crimes["slow"][crime]
    more = np.where(
        quick, rng.random(len(crime)) < 0.22, np.where(is_open, last != MISSING, 1) * rng.poisson(life / (135 * DAY))
    )
    more = np.minimum(np.where(~is_open & ~quick & (rng.random(len(crime)) < 0.48), more + 1, more), 7).astype(np.int64)
    which = np.repeat(np.arange(len(crime)), more)
    at = begun[which] + 1800 + (rng.random(len(which)) * np.maximum(life[which] - 3600, 0)).astype(np.int64)
    ends = np.where(is_open, last, ended)[which]
    at = np.minimum(at, ends - 60)
    kind = np.where(rng.random(len(which)) < 0.05, "ATT", "UPD").astype(object)
    earlier: Columns = {"victim": which, "at": at, "kind": kind}
    latest = np.flatnonzero(is_open & (last != MISSING))
    return joined([earlier, {"victim": latest, "at": last[latest], "kind": np.full(len(latest), "UPD", dtype=object)}])


def _final_event(crimes: Columns) -> Ints:
    """The key event an investigation ended with, as a number into KEY_EVENTS; -1 where none."""
    outcome = crimes["outcome"].astype(str)
    event = np.full(len(outcome), -1)
    event[np.isin(outcome, CHARGED)] = KEY_EVENTS.index("CHARGE")
    event[np.isin(outcome, OUT_OF_COURT)] = KEY_EVENTS.index("OOCD")
    event[np.isin(outcome, ("10", "12", "14", "15", "16", "17"))] = KEY_EVENTS.index("NFA")
    event[np.isin(outcome, ("18", "21")) & ~crimes["slow"]] = KEY_EVENTS.index("NOT_INV")
    return event


def key_events(rng: Rng, timeline: Timeline, crimes: Columns, victims: Columns, last: Ints) -> tuple[Columns, Columns]:
    """Key events, and the contacts by which victims were told of them.

    On open investigations nothing is told after the last contact, so that it stays the last.
    """
    crime = victims["crime"]
    begun = crimes["recorded_at"][crime]
    ended = np.maximum(crimes["closed_at"], crimes["cancelled_at"])[crime]
    is_open = still_open(crimes)[crime]
    with_suspect = (crimes["suspects"][crime] > 0) & crimes["slow"][crime] & (victims["kind"] != BUSINESS_UNNAMED)
    until = np.where(is_open, timeline.now, ended)
    early = np.flatnonzero(with_suspect & (rng.random(len(crime)) < 0.42) & (until - begun > 3 * DAY))
    at = begun[early] + HOUR + (rng.random(len(early)) * 0.7 * (until - begun)[early]).astype(np.int64)
    codes = rng.choice(5, len(early), p=[0.24, 0.46, 0.13, 0.12, 0.05])
    final = _final_event(crimes)[crime]
    share = np.where(final == KEY_EVENTS.index("NOT_INV"), 0.12, np.where(final == KEY_EVENTS.index("NFA"), 0.34, 0.8))
    late = np.flatnonzero((final >= 0) & (victims["kind"] != BUSINESS_UNNAMED) & (rng.random(len(crime)) < share))
    events: Columns = {
        "victim": np.concatenate((early, late)),
        "at": np.concatenate((at, ended[late] - 60)),
        "kind": np.concatenate(
            (np.array(KEY_EVENTS, dtype=object)[codes], np.array(KEY_EVENTS, dtype=object)[final[late]])
        ),
    }
    return events, _told(rng, timeline, crimes, victims, events, last)


def _told(rng: Rng, timeline: Timeline, crimes: Columns, victims: Columns, events: Columns, last: Ints) -> Columns:
    victim = events["victim"]
    crime = victims["crime"][victim]
    good = np.array([TOLD[csp.ref] for csp in CSPS])[crimes["csp"][crime]] - 0.03
    chance = rng.random(len(victim))
    days = np.where(victims["enhanced"][victim], rng.random(len(victim)) * 0.9, rng.random(len(victim)) * 4.4)
    days = np.where(chance < good, days, 8 + rng.exponential(6.0, len(victim)))
    at = events["at"] + 900 + (days * DAY).astype(np.int64)
    limit = np.where(still_open(crimes)[crime], last[victim], timeline.now)
    never = (chance > 0.97) | (at > limit) | (limit < events["at"])
    told = np.flatnonzero(~never)
    return {"victim": victim[told], "at": at[told], "kind": np.full(len(told), "UPD", dtype=object)}


def fill_log(
    rng: Rng, timeline: Timeline, people: People, crimes: Columns, victims: Columns
) -> tuple[Columns, Columns, Flags]:
    """The whole contact log and the key events, each in order of time, and which victims are overdue."""
    missed = overdue(rng, timeline, people, crimes, victims)
    last = last_contacts(rng, timeline, crimes, victims, missed)
    log = contacts(rng, crimes, victims, last)
    events, told = key_events(rng, timeline, crimes, victims, last)
    log = joined([log, told])
    log["method"] = METHODS[rng.integers(0, len(METHODS), length(log))]
    return (
        chosen(log, np.argsort(log["at"], kind="stable")),
        chosen(events, np.argsort(events["at"], kind="stable")),
        missed,
    )
