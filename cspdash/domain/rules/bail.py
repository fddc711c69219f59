"""Pre-charge bail and release under investigation: PACE 1984 Part 4 as amended by the PCSC Act 2022, Schedule 4.

For arrests on or after 28 Oct 2022. The bail start date is the day after the arrest for the relevant offence, and the
applicable bail period is so many months "beginning with" it (s.47ZB): three months beginning with 2 Jan end on 1 Apr.
Release under investigation has no statutory limit; a review interval is the force's own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cspdash.domain.clocks import Clocks, ends_beginning_with
from cspdash.domain.rules.record import Derived, Related, Row, counted, day_words, months_words

_STAGES = {
    "initial": "initial period",
    "first_extension": "first extension",
    "second_extension": "second extension",
    "complex_extension": "extension for an exceptionally complex case",
    "court_first": "extension by a court",
    "court_first_exceptional": "extension by a court, exceptional case",
    "court_further": "further extension by a court",
}
_STAGE_BEFORE = {  # the nearest first; what an officer extends
    "first_extension": ("initial",),
    "second_extension": ("first_extension", "initial"),
    "complex_extension": ("second_extension", "first_extension", "initial"),
}


def release(row: Row, related: Related, clocks: Clocks) -> Derived:
    """The clocks of one suspect released pending decision, and since and until when on bail or under investigation."""
    derived: Derived = {
        "bail_start_on": None,
        "bail_due_on": None,
        "rui_review_due_on": None,
        "rui_inspector_due_on": None,
        "next_authority": None,
        "is_legacy": is_legacy(row, clocks),
        "bail_reason": "",
        **spells(row),
    }
    if has_ended_somehow(row):
        derived["bail_reason"] = f"Ended as {row['ended_as'].replace('_', ' ')}, no time given: not counted."
    elif row["status"] == "bail":
        derived.update(bail_clock(earliest_arrest(row, related), clocks))
        derived["bail_reason"] += other_arrests(row, related, clocks)
    elif row["status"] == "rui":
        derived.update(rui_review(row, derived["rui_from_at"], clocks))
    else:
        derived["bail_reason"] = (
            "Voluntary attendance, awaiting decision: neither bail nor under investigation, no period runs."
        )
    former = before_conversion(row, related, clocks)
    derived["bail_reason"] += former.pop("words", "")
    return {**derived, **former}


def before_conversion(row: Row, related: Related, clocks: Clocks) -> Derived:
    """The clock of the spell that a conversion ended, kept so that what was overdue on a past day still is so there."""
    if has_ended_somehow(row) or not has_converted(row):
        return {}
    if row["previous_status"] == "bail":
        clock = bail_clock(earliest_arrest(row, related), clocks)
        due = clock["bail_due_on"]
        words = f" On bail before, with a period to {day_words(due)}." if due else " On bail before."
        return {"bail_start_on": clock["bail_start_on"], "bail_due_on": due, "words": words}
    if row["previous_status"] == "rui" and not _is_reviewed_since(row, row["converted_at"]):
        review = rui_review(row, row["released_at"], clocks)
        return {name: review[name] for name in ("rui_review_due_on", "rui_inspector_due_on")}
    return {}


def _is_reviewed_since(row: Row, at: datetime) -> bool:
    """A later review hides when the one before it was."""
    return any((row.get(name) or at) > at for name in ("last_review_at", "last_inspector_review_at"))


def has_converted(row: Row) -> bool:
    before = row.get("previous_status")
    return row.get("converted_at") is not None and before is not None and before != row["status"]


def spells(row: Row) -> Derived:
    """Since and until when the suspect was on bail and under investigation: a conversion ends one and begins the other.

    Kept as times, so that a figure of a past day counts the suspect as what he or she then was.
    """
    if has_ended_somehow(row):
        return {"rui_from_at": None, "rui_to_at": None, "bail_from_at": None, "bail_to_at": None}
    now, before = row["status"], row.get("previous_status")
    released, converted, ended = row["released_at"], row.get("converted_at"), row.get("ended_at")
    spell: Derived = {"rui_from_at": None, "rui_to_at": None, "bail_from_at": None, "bail_to_at": None}
    if now in ("rui", "bail"):
        spell[f"{now}_from_at"] = converted if has_converted(row) else released
        spell[f"{now}_to_at"] = ended
    if has_converted(row) and before in ("rui", "bail"):
        spell[f"{before}_from_at"], spell[f"{before}_to_at"] = released, converted
    return spell


def has_ended_somehow(row: Row) -> bool:
    """Charged, bailed after charge or decided, without a time: no longer released pending decision, so not counted."""
    return row.get("ended_as") is not None and row.get("ended_at") is None


def is_legacy(row: Row, clocks: Clocks) -> bool | None:
    """Arrested under the regime before the present one; None where the arrest is not known."""
    arrested_at = row.get("arrested_at")
    return None if arrested_at is None else clocks.local_day(arrested_at) < clocks.bail.in_force_from


def earliest_arrest(row: Row, related: Related) -> Row:
    """The row with the first of its arrests, which drives: each arrest has a start of its own (s.47ZB(4))."""
    known = [row.get("arrested_at"), *(arrest["arrested_at"] for arrest in related.get("arrests", ()))]
    first = min((at for at in known if at is not None), default=None)
    return row if first == row.get("arrested_at") else {**row, "arrested_at": first}


def other_arrests(row: Row, related: Related, clocks: Clocks) -> str:
    """The later arrests in words, each with a period of its own."""
    first = earliest_arrest(row, related).get("arrested_at")
    known = [row.get("arrested_at"), *(arrest["arrested_at"] for arrest in related.get("arrests", ()))]
    later = sorted({clocks.local_day(at) for at in known if at is not None and at != first})
    if not later:
        return ""
    days = ", ".join(map(day_words, later))
    return f" Arrested again {days}: a period of its own each; the first arrest's ends first."


def rui_review(row: Row, since: datetime, clocks: Clocks) -> Derived:
    """The next reviews: the last one (or the release) plus the force's interval, a supervisor's and an inspector's
    (local defaults). A review by an inspector or above is both."""
    last, inspector = row.get("last_review_at"), row.get("last_inspector_review_at")
    if last is not None and (inspector is None or last > inspector) and _is_inspector(row, last, clocks):
        inspector = last
    last = max((at for at in (last, inspector) if at is not None), default=None)
    began, at = ("Last review", last) if last is not None and last >= since else ("Under investigation since", since)
    start = clocks.local_day(at)
    due = start + timedelta(days=clocks.bail.rui_review_days.on(start))
    inspected = clocks.local_day(inspector if inspector is not None and inspector >= since else since)
    inspector_due = inspected + timedelta(days=clocks.bail.rui_inspector_review_days.on(inspected))
    return {
        "rui_review_due_on": due,
        "rui_inspector_due_on": inspector_due,
        "bail_reason": (
            f"{began} {day_words(start)}. Review due by {day_words(due)}, an inspector's by {day_words(inspector_due)}. "
            "No statutory limit."
        ),
    }


def _is_inspector(row: Row, at: datetime, clocks: Clocks) -> bool:
    rank = (row.get("last_reviewer_rank") or "").strip().lower()
    for prefix in ("t/", "a/"):
        rank = rank.removeprefix(prefix)
    return rank in clocks.bail.inspector_ranks.on(clocks.local_day(at))


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
    months = clocks.bail.months.get(case, {}).get(stage)
    if months is None:
        what = f"the {_STAGES[stage]} of a {case.replace('_', '-')} case"
        words = f"Arrested {day_words(arrest)}. No period is set for {what}: {_from_custody(custody_end)}."
        return _bail(start, custody_end, authority, words)
    late = too_late(row, case, stage, start, clocks)
    if late is not None:
        return _computed(start, late[0], custody_end, None, f"Arrested {day_words(arrest)}. {late[1]}")
    due = ends_beginning_with(start, months.on(start))
    if row.get("suspended_from") is not None:
        due_on, words = suspended(row, due, custody_end, clocks)
        period = f"{months_words(months.on(start))} beginning with {day_words(start)} ({_STAGES[stage]})"
        words = f"Arrested {day_words(arrest)}. {period} would have ended on {day_words(due)}. {words}"
        return _bail(start, due_on, authority, words)
    street = ", street bail (PACE s.30A)" if row.get("is_street_bail") else ""
    words = (
        f"Arrested {day_words(arrest)}{street}. {months_words(months.on(start))} beginning with {day_words(start)} "
        f"({_STAGES[stage]}) end on {day_words(due)}."
    )
    return _computed(start, due, custody_end, authority, words)


def too_late(row: Row, case: str, stage: str, start: date, clocks: Clocks) -> tuple[date, str] | None:
    """The end that stays where an officer extended a period that had already run out: that revives nothing.

    An extension is given before the period ends (PACE s.47ZD, s.47ZDA, s.47ZE). A court's may come later where it was
    applied for in time, and after a suspension the earlier end is not known: neither is judged.
    """
    at = row.get("extension_authorised_at")
    periods = clocks.bail.months.get(case, {})
    before = next((name for name in _STAGE_BEFORE.get(stage, ()) if name in periods), None)
    if at is None or before is None or row.get("suspended_from") is not None:
        return None
    end, given = ends_beginning_with(start, periods[before].on(start)), clocks.local_day(at)
    if given <= end:
        return None
    return (
        end,
        f"The {_STAGES[before]} ended on {day_words(end)}; extended {day_words(given)}: too late, it stays ended.",
    )


def suspended(row: Row, due: date, custody_end: date | None, clocks: Clocks) -> tuple[date | None, str]:
    """The end of a period that stood still while the CPS had the case (s.47ZL): custody's where it gives one.

    Else the days of a suspension that is over are added (local default; the statute's arithmetic is custody's matter);
    while it lasts there is no end to show. One that began after the period had ended changes nothing of that.
    """
    began, over = row["suspended_from"], row.get("suspended_to")
    since = f"Suspended from {day_words(began)}"
    extends = clocks.bail.suspension_extends.on(began)
    if custody_end is None and began > due:
        return due, f"{since}, with the CPS (PACE s.47ZL): after the period had ended, so it revives nothing."
    if custody_end is not None or over is None or over < began or began > due or not extends:
        return custody_end, f"{since}, with the CPS (PACE s.47ZL): {_from_custody(custody_end)}."
    days = (over - began).days
    due += timedelta(days=days)
    return (
        due,
        f"{since} to {day_words(over)}, with the CPS (PACE s.47ZL): {counted(days, 'day')} later, on {day_words(due)}.",
    )


def _computed(start: date, due: date, custody_end: date | None, authority: str | None, words: str) -> Derived:
    """The period by law, with a word where the custody system holds another end."""
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
