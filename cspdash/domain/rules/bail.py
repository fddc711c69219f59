"""Pre-charge bail and release under investigation: PACE 1984 Part 4 as amended by the PCSC Act 2022, Schedule 4.

For arrests on or after 28 Oct 2022. The bail start date is the day after the arrest for the relevant offence, and the
applicable bail period is so many months "beginning with" it (s.47ZB): three months beginning with 2 Jan end on 1 Apr.
Release under investigation has no statutory limit; a review interval is the force's own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cspdash.domain.clocks import Clocks, ends_beginning_with
from cspdash.domain.rules.record import Derived, Row, day_words, months_words

_STAGES = {
    "initial": "initial period",
    "first_extension": "first extension",
    "second_extension": "second extension",
    "complex_extension": "extension for an exceptionally complex case",
    "court_first": "extension by a court",
    "court_further": "further extension by a court",
}


def release(row: Row, clocks: Clocks) -> Derived:
    """The clocks of one suspect released pending decision, and since and until when on bail or under investigation."""
    derived: Derived = {
        "bail_start_on": None,
        "bail_due_on": None,
        "rui_review_due_on": None,
        "next_authority": None,
        "bail_reason": "",
        **spells(row),
    }
    if row["status"] == "bail":
        derived.update(bail_clock(row, clocks))
    elif row["status"] == "rui":
        derived.update(rui_review(row, derived["rui_from_at"], clocks))
    else:
        derived["bail_reason"] = (
            "Voluntary attendance, awaiting decision: neither bail nor under investigation, no period runs."
        )
    return derived


def spells(row: Row) -> Derived:
    """Since and until when the suspect was on bail and under investigation: a conversion ends one and begins the other.

    Kept as times, so that a figure of a past day counts the suspect as what he or she then was.
    """
    now, before = row["status"], row.get("previous_status")
    released, converted, ended = row["released_at"], row.get("converted_at"), row.get("ended_at")
    spell: Derived = {"rui_from_at": None, "rui_to_at": None, "bail_from_at": None, "bail_to_at": None}
    has_converted = converted is not None and before is not None and before != now
    if now in ("rui", "bail"):
        spell[f"{now}_from_at"] = converted if has_converted else released
        spell[f"{now}_to_at"] = ended
    if has_converted and before in ("rui", "bail"):
        spell[f"{before}_from_at"], spell[f"{before}_to_at"] = released, converted
    return spell


def rui_review(row: Row, since: datetime, clocks: Clocks) -> Derived:
    """The next supervisor's review: the last one (or the release) plus the force's interval (local default)."""
    last = row.get("last_review_at")
    began, at = ("Last review", last) if last is not None and last >= since else ("Under investigation since", since)
    start = clocks.local_day(at)
    due = start + timedelta(days=clocks.bail.rui_review_days.on(start))
    return {
        "rui_review_due_on": due,
        "bail_reason": f"{began} {day_words(start)}. Review due by {day_words(due)}. No statutory limit.",
    }


def bail_clock(row: Row, clocks: Clocks) -> Derived:
    """Start and end of the applicable bail period and who may extend it next."""
    stage, case = row.get("bail_stage") or "initial", row.get("case_type") or "standard"
    custody_end = row.get("source_bail_ends_on")
    arrested_at = row.get("arrested_at")
    if arrested_at is None:
        return _bail(None, custody_end, None, f"Arrest time not given: {_from_custody(custody_end)}.")
    arrest = clocks.local_day(arrested_at)
    start = arrest + timedelta(days=1)
    if arrest < clocks.bail.in_force_from:
        return _bail(
            start,
            custody_end,
            None,
            f"Arrested {day_words(arrest)}, before the present law: {_from_custody(custody_end)}.",
        )
    authorities = clocks.bail.next_authority.get(case, {})
    authority = authorities[stage].on(start) if stage in authorities else None
    if row.get("suspended_from") is not None:
        since = day_words(row["suspended_from"])
        words = f"Suspended from {since}, with the CPS (PACE s.47ZL): {_from_custody(custody_end)}."
        return _bail(start, custody_end, authority, words)
    months = clocks.bail.months.get(case, {}).get(stage)
    if months is None:
        what = f"the {_STAGES[stage]} of a {case.replace('_', '-')} case"
        words = f"Arrested {day_words(arrest)}. No period is set for {what}: {_from_custody(custody_end)}."
        return _bail(start, custody_end, authority, words)
    return _computed(arrest, start, months.on(start), _STAGES[stage], custody_end, authority)


def _computed(
    arrest: date, start: date, months: int, stage: str, custody_end: date | None, authority: str | None
) -> Derived:
    """The period by law, with a word where the custody system holds another end."""
    due = ends_beginning_with(start, months)
    words = (
        f"Arrested {day_words(arrest)}. {months_words(months)} beginning with {day_words(start)} ({stage}) "
        f"end on {day_words(due)}."
    )
    if custody_end is not None and custody_end != due:
        words += f" The custody system says {day_words(custody_end)}."
    return _bail(start, due, authority, words)


def _bail(start: date | None, due: date | None, authority: str | None, reason: str) -> Derived:
    return {"bail_start_on": start, "bail_due_on": due, "next_authority": authority, "bail_reason": reason}


def _from_custody(end: date | None) -> str:
    return (
        f"the custody system's end, {day_words(end)}, counts"
        if end
        else "the custody system gives no end, so none is shown"
    )
