"""Time limits of a whole investigation: several suspects and offences, an offence classified anew, and who answers.

Each suspect and offence has a limit of its own, and a charge of one does not meet it for another (Magistrates' Courts
Act 1980 s.127: the information is against a person for an offence). An investigation shows the earliest that is not met.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules import stl
from cspdash.domain.rules.record import Derived, Related, Row, counted, day_words

LOST = "17"  # Home Office outcome: prosecution time limit expired
_INHERITED = (
    "offence_code", "offence_title", "offence_class", "is_domestic_abuse", "offence_from_on", "offence_to_on",
    "first_statement_on", "evidence_known_on",
)  # fmt: skip


def investigation_limit(row: Row, related: Related, clocks: Clocks) -> Derived:
    """The limit of an investigation: of its suspects and offences one by one where they are held so, else of its own
    offence for all its suspects together."""
    accused = related.get("accused", ())
    derived = _earliest(row, accused, clocks) if accused else _of_all(row, clocks)
    derived["stl_new_at"] = new_limit_since(row, derived["stl_rule"], clocks)
    return derived


def one_accused(row: Row, related: Related, clocks: Clocks) -> Derived:
    """The limit of one suspect for one offence; what the source does not say of it is the investigation's."""
    investigation = next(iter(related.get("investigations", ())), None)
    derived = stl.time_limit(_inherited(row, investigation) if investigation else row, clocks)
    if row.get("ended_at") is not None and derived["stl_started_at"] is None:
        ended = day_words(clocks.local_day(row["ended_at"]))
        derived["stl_reason"] = f"{derived['stl_reason']} Ended {ended} without proceedings."
    return derived


def _of_all(row: Row, clocks: Clocks) -> Derived:
    """All suspects by the investigation's own offence: met only once each of them is proceeded against.

    Where the source does not say how many were charged, one charge of several suspects leaves the limit running: it
    errs on the side of a warning.
    """
    derived = stl.time_limit(row, clocks)
    several, charged = row.get("suspect_count") or 0, row.get("charged_suspect_count")
    if derived["stl_started_at"] is None or several < 2:
        return derived
    if charged is not None and charged >= several:
        derived["stl_reason"] = f"{derived['stl_reason']} All {several} suspects are proceeded against."
        return derived
    known = f"{charged} of {several}" if charged is not None else f"One of {several}"
    words = f"{known} suspects: one charge does not meet it for another, and the limit runs on."
    return {**derived, "stl_met_on": None, "stl_started_at": None, "stl_reason": f"{derived['stl_reason']} {words}"}


def _earliest(row: Row, accused: Sequence[Row], clocks: Clocks) -> Derived:
    """The earliest limit that is not met among suspects and offences; a lost one stays lost, whatever is done later.

    Where that is no longer to be saved and others still run, the day to warn by is the earliest of these.
    """
    found = []
    for each in accused:
        facts = _inherited(each, row)
        found.append((facts, stl.time_limit(facts, clocks)))
    limited = [(facts, one) for facts, one in found if one["stl_rule"] != stl.NONE]
    if not limited:
        return found[0][1]
    running = [one for facts, one in limited if one["stl_started_at"] is None and facts.get("ended_at") is None]
    late = [one for _, one in limited if one["stl_started_at"] is not None and one["stl_met_on"] is None]
    lapsed = [one for facts, one in limited if _ended_out_of_time(facts, one, clocks)]
    chosen = min(running + late + lapsed or [one for _, one in limited], key=_urgency)
    started = [one["stl_started_at"] for _, one in limited if one["stl_started_at"] is not None]
    met = [one["stl_met_on"] for _, one in limited if one["stl_met_on"] is not None]
    warned = min(running, key=_urgency) if running else chosen  # a lost limit hides none that can still be kept
    ahead = ""
    if warned is not chosen and warned["stl_due_on"] is not None:
        ahead = f" The next that runs ends on {day_words(warned['stl_due_on'])}."
    words = (
        f"{counted(len(found), 'suspect and offence') if len(found) == 1 else f'{len(found)} suspects and offences'}"
    )
    standing = f"{len(running)} not yet proceeded against" if running else "none left to be proceeded against"
    return {
        **chosen,
        "stl_due_on": warned["stl_due_on"],
        "stl_started_at": None if running or lapsed else max(started, default=None),
        "stl_met_on": None if running or late or lapsed else max(met, default=None),
        "stl_reason": f"{chosen['stl_reason']} The earliest of {words}, {standing}.{ahead}",
    }


def _ended_out_of_time(facts: Row, one: Derived, clocks: Clocks) -> bool:
    """No proceedings, and none intended any more, but only after the limit had run out: it stays lost."""
    ended, expires = facts.get("ended_at"), one["stl_expires_on"]
    if ended is None or expires is None or one["stl_started_at"] is not None:
        return False
    return bool(clocks.local_day(ended) > expires)


def _inherited(accused: Row, investigation: Row) -> dict[str, Any]:
    return {**accused, **{name: investigation.get(name) for name in _INHERITED if accused.get(name) is None}}


def _urgency(derived: Derived) -> tuple[date, date]:
    due, expires = derived["stl_due_on"], derived["stl_expires_on"]
    return due or expires or date.max, expires or date.max


def new_limit_since(row: Row, rule: str | None, clocks: Clocks) -> datetime | None:
    """When an offence that had no limit was classified as one that has: the limit then appears late in its course."""
    at: datetime | None = row.get("reclassified_at")
    before = (row.get("former_offence_code"), row.get("former_offence_title"), row.get("former_offence_class"))
    if at is None or rule in (None, stl.NONE) or not any(before):
        return None
    line = clocks.offence_line(*before, row.get("is_domestic_abuse"))
    return at if line is not None and line.rule == stl.NONE else None


def answerable(row: Row, related: Related, limit: Derived, lifecycle: Derived, clocks: Clocks) -> Derived:
    """Whose a lost limit is: whoever held the investigation at the end of the day it ran out, not who holds it now."""
    finalised_at = lifecycle["finalised_at"]
    finished_on = clocks.local_day(finalised_at) if finalised_at is not None else None
    expires = limit["stl_expires_on"]
    if lifecycle["final_outcome"] != LOST or expires is None:
        return {"stl_officer_id": row.get("officer_id"), "stl_counted_on": finished_on}
    holder = holder_on(expires, related.get("holders", ()), clocks)
    return {"stl_officer_id": holder or row.get("officer_id"), "stl_counted_on": expires}


def holder_on(day: date, holders: Sequence[Row], clocks: Clocks) -> str | None:
    """Who held an investigation at the end of a day, by its history; None where that does not reach."""
    end = datetime.combine(day, time.max, tzinfo=clocks.zone)
    held: list[Any] = [
        (spell["from_at"], spell.get("ref") or "", spell.get("officer_id"))
        for spell in holders
        if spell["from_at"] <= end and (spell.get("to_at") is None or spell["to_at"] > end)
    ]
    return max(held)[2] if held else None
