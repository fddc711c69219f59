"""Victim updates: the contact agreed with each victim, and telling victims of key events.

Source: Code of Practice for Victims of Crime (Victims' Code) 2021, Right 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.record import Derived, Related, Row, counted, day_words
from cspdash.domain.rules.workload import finalised

CONTACT, ATTEMPT, LINKED = "contact", "attempt", "linked_contact"


def contract(row: Row, related: Related, clocks: Clocks) -> Derived:
    """The contact contract of one victim on one investigation: interval, last effective contact, next update due.

    The Code leaves frequency and method to what is agreed with the victim, changeable any time; 28 days apply where
    nothing is agreed (local default). The clock starts with the last effective contact, else with recording. It runs
    while the investigation is open.
    """
    investigation = next(iter(related.get("investigations", ())), None)
    contact = last_contact(related.get("events", ()), clocks)
    contact_at = contact["happened_at"] if contact else None
    opened_at = investigation["recorded_at"] if investigation else None
    derived: Derived = {
        "opened_at": opened_at,
        "ended_at": finalised(investigation, related.get("disposals", ()))[0] if investigation else None,
        "is_in_scope": False,
        "last_contact_at": contact_at,
        "is_contact_linked": None if contact is None else contact["kind"] == LINKED,
        "interval_days": None,
        "update_due_on": None,
        "scope_reason": "",
    }
    start_at = contact_at or opened_at
    outside = out_of_scope(row, investigation, clocks)
    if outside or start_at is None:
        derived["scope_reason"] = outside or "The investigation is not loaded: no clock."
        return derived
    start = clocks.local_day(start_at)
    agreed = row.get("agreed_interval_days")
    days = agreed if agreed and agreed > 0 else clocks.victim_updates.default_interval_days.on(start)
    due = start + timedelta(days=days)
    derived.update(is_in_scope=True, interval_days=days, update_due_on=due)
    how = "agreed" if days == agreed else "none agreed, the force's interval"
    derived["scope_reason"] = (
        f"{_since(contact)} {day_words(start)} + {counted(days, 'day')} ({how}): update due by {day_words(due)}."
    )
    return derived


def _since(contact: Row | None) -> str:
    if contact is None:
        return "No contact yet. Recorded"
    return {CONTACT: "Last contact", ATTEMPT: "Last attempt", LINKED: "Last contact, on a linked investigation,"}[
        contact["kind"]
    ]


def out_of_scope(victim: Row, investigation: Row | None, clocks: Clocks) -> str:
    """Why no updates are owed to a victim, in words; "" where they are.

    Out: state-based crimes; businesses that named no contact point (Code, footnote 2); victims who asked for no
    updates; victims whom contact would put at risk. Safety comes first: where no supervisor is named, that is said.
    """
    if investigation is not None and investigation.get("is_victim_based") is False:
        return "Out of scope: no person or business is the victim of this crime."
    if victim.get("victim_kind") == "business" and not victim.get("has_named_contact"):
        return "Out of scope: a business that named no contact point."
    if victim.get("opted_out_at") is not None:
        by = f" by {victim['opted_out_by']}" if victim.get("opted_out_by") else ""
        return (
            f"Out of scope: asked for no updates, recorded {day_words(clocks.local_day(victim['opted_out_at']))}{by}."
        )
    if victim.get("unsafe_reason"):
        by = f"decided by {victim['unsafe_by']}" if victim.get("unsafe_by") else "no supervisor named"
        return f"Out of scope: unsafe to contact ({victim['unsafe_reason']}), {by}."
    return ""


def last_contact(events: Iterable[Row], clocks: Clocks) -> Row | None:
    """The newest effective contact of a contact log."""
    if _attempts_matter(clocks):
        return next(reversed(effective_contacts(events, clocks)), None)
    newest: Row | None = None
    for event in events:  # the common case: no order of the log needed
        if is_contact(event, clocks) and (newest is None or event["happened_at"] >= newest["happened_at"]):
            newest = event
    return newest


def effective_contacts(events: Iterable[Row], clocks: Clocks) -> list[Row]:
    """The contacts of a log that count, oldest first.

    A dated contact counts. Contact on a linked crime of the same victim counts where the force says so (HMICFRS,
    Hertfordshire 2018). An attempt counts only where the force says so, and only the first of several in a row.
    """
    log = sorted((event for event in events if event["kind"] in (CONTACT, ATTEMPT, LINKED)), key=_happened_at)
    counting: list[Row] = []
    for entry in log:
        first_try = entry["kind"] == ATTEMPT and not (counting and counting[-1]["kind"] == ATTEMPT)
        if is_contact(entry, clocks) or (first_try and _attempt_counts(entry, clocks)):
            counting.append(entry)
    return counting


def is_contact(event: Row, clocks: Clocks) -> bool:
    """Whether an entry is a contact that was made."""
    kind = event["kind"]
    return kind == CONTACT or (
        kind == LINKED and clocks.victim_updates.linked_contact_counts.on(clocks.local_day(event["happened_at"]))
    )


def _attempts_matter(clocks: Clocks) -> bool:
    rule = clocks.victim_updates.attempt_counts
    return rule.first or bool(rule.later)


def _attempt_counts(event: Row, clocks: Clocks) -> bool:
    return clocks.victim_updates.attempt_counts.on(clocks.local_day(event["happened_at"]))


def _happened_at(event: Row) -> datetime:
    at: datetime = event["happened_at"]
    return at


def key_event(row: Row, related: Related, clocks: Clocks) -> Derived:
    """Whether the victim had to be told of an event, by when, and when that happened.

    Five working days, one under Enhanced Rights; the day of the event is day 0 (local default). "Interviewed under
    caution" includes voluntary attendance. Told: the first dated contact at or after the event. Whether an event that
    was never told is late depends on the day one looks, so it stays "pending" here and metrics judge it.
    """
    happened_at: datetime = row["happened_at"]
    on = clocks.local_day(happened_at)
    victim = next(iter(related.get("victims", ())), None)
    why_not = _not_owed(row, on, victim, clocks)
    if why_not:
        return _told(False, None, None, None, "not_applicable", why_not)
    enhanced = was_enhanced(victim, happened_at)
    rule = clocks.victim_updates
    days = (rule.enhanced_working_days if enhanced else rule.key_event_working_days).on(on)
    due = clocks.add_working_days(on, days)
    told_at = first_contact_since(related.get("siblings", ()), happened_at, clocks)
    allowed = f"{counted(days, 'working day')}{' (enhanced rights)' if enhanced else ''}"
    basis = f"{day_words(on)} + {allowed}: tell by {day_words(due)}."
    if told_at is None:
        return _told(True, due, None, None, "pending", f"{basis} Not told yet.")
    told_on = clocks.local_day(told_at)
    in_time = told_on <= due
    reason = f"{basis} Told {day_words(told_on)}: {'in time' if in_time else 'late'}."
    return _told(True, due, told_at, in_time, "in_time" if in_time else "late", reason)


def _told(is_key: bool, due_on: object, at: datetime | None, in_time: bool | None, status: str, reason: str) -> Derived:
    return {
        "is_key_event": is_key,
        "told_due_on": due_on,
        "updated_at": at,
        "told_in_time": in_time,
        "told_status": status,
        "told_reason": reason,
    }


def _not_owed(event: Row, on: date, victim: Row | None, clocks: Clocks) -> str:
    """Why the Code asks for no update about an event, or ""."""
    if event["kind"] not in clocks.victim_updates.key_events.on(on):
        return (
            "Not a key event: an entry in the contact log."
            if event["kind"] in (CONTACT, ATTEMPT, LINKED)
            else "Not a key event."
        )
    if victim is None:
        return ""
    opted_out_at = victim.get("opted_out_at")
    if opted_out_at is not None and opted_out_at > event["happened_at"]:
        victim = {**victim, "opted_out_at": None}  # an event before the opt-out was still owed
    return out_of_scope(victim, None, clocks)


def was_enhanced(victim: Row | None, at: datetime) -> bool:
    """Whether the victim had Enhanced Rights when it happened: the standard known then counts (local default)."""
    if victim is None or not victim.get("is_enhanced"):
        return False
    since = victim.get("enhanced_at")
    return since is None or since <= at


def first_contact_since(log: Sequence[Row], since: datetime, clocks: Clocks) -> datetime | None:
    """The first effective contact at or after an instant."""
    if _attempts_matter(clocks):
        times = [event["happened_at"] for event in effective_contacts(log, clocks)]
    else:
        times = [event["happened_at"] for event in log if is_contact(event, clocks)]
    return min((at for at in times if at >= since), default=None)
