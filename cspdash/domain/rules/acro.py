"""Criminal record items: what the force owes the national record, and by when.

What counts, and the periods, are to be agreed with the force: no national definition was found.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.record import Derived, Row, counted, day_words


def item(row: Row, clocks: Clocks) -> Derived:
    """Due time of an item. Hours run to the minute, days to the end of the last day; requests are due as supplied.

    No power to take biometrics is left once a case ended without action, so the item drops out.
    """
    kind, opened_at = row["item_type"], row["opened_at"]
    is_in_scope = not (kind == "biometrics" and row.get("is_no_further_action"))
    due_at, words = due(kind, opened_at, row, clocks)
    outside = "" if is_in_scope else " No further action: no power to take them, so it does not count."
    label = label_of(kind, clocks)
    unknown = "" if kind in clocks.acro.labels else " No such kind in clocks.toml, [acro.labels]."
    return {
        "item_label": label,
        "due_at": due_at,
        "due_on": clocks.local_day(due_at) if due_at else None,
        "is_in_scope": is_in_scope,
        "acro_reason": f"{label} since {day_words(clocks.local_day(opened_at))}. {words}{outside}{unknown}",
    }


def label_of(kind: str, clocks: Clocks) -> str:
    """The force's word for a kind of item; a kind without one is called by its code."""
    return str(clocks.acro.labels.get(kind) or kind.replace("_", " ").capitalize())


def due(kind: str, opened_at: datetime, row: Row, clocks: Clocks) -> tuple[datetime | None, str]:
    """Last instant in time (local defaults after the old PNC standards: 24 hours, 10 days), and the sentence."""
    opened_on = clocks.local_day(opened_at)
    hours, days = clocks.acro.due_hours.get(kind), clocks.acro.due_days.get(kind)
    if hours is not None:
        allowed = hours.on(opened_on)
        due_at = opened_at + timedelta(hours=allowed)
        by = due_at.astimezone(clocks.zone)
        return due_at, f"Due by {by:%H:%M} on {day_words(by.date())}, {counted(allowed, 'hour')} allowed."
    on = row.get("source_due_on") if days is None else opened_on + timedelta(days=days.on(opened_on))
    if on is None:
        return None, "No due day supplied."
    last = datetime.combine(on, time.max, tzinfo=clocks.zone)
    allowed_words = "as supplied" if days is None else f"{counted(days.on(opened_on), 'day')} allowed"
    return last.astimezone(opened_at.tzinfo), f"Due by {day_words(on)}, {allowed_words}."
