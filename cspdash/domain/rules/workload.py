"""Workload: when an investigation is finished, with which outcome, and when its next review is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.record import Derived, Related, Row

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def lifecycle(row: Row, related: Related, clocks: Clocks) -> Derived:
    """finalised_at, final_outcome and review_due_on of an investigation."""
    finalised_at, outcome = finalised(row, related.get("disposals", ()))
    return {
        "finalised_at": finalised_at,
        "final_outcome": outcome,
        "review_due_on": review_due_on(row, clocks),
    }


def finalised(row: Row, disposals: Sequence[Row]) -> tuple[datetime | None, str | None]:
    """When an investigation left the open stock and with which outcome; (None, ...) while it is open.

    An open investigation has no outcome assigned (Home Office outcome 0). The source's own closing or cancelling time
    comes first, then the newest entry of the outcomes feed. An outcome "0" given later opens it again, the original
    recording date kept (local default: the feed's last word).
    """
    at = row.get("closed_at") or row.get("cancelled_at")
    outcome = assigned_outcome(row.get("outcome_code"))
    if not disposals:
        return at, outcome
    newest = newest_disposal(disposals)
    if newest is None:
        return at, outcome
    latest = assigned_outcome(newest.get("outcome_code"))
    if latest is None:
        reopened = at is None or newest["given_at"] > at
        return (None, None) if reopened else (at, outcome)
    return at or newest["given_at"], outcome or latest


def newest_disposal(disposals: Sequence[Row]) -> Row | None:
    """The last outcome given that still stands: one reversed (as after a breached caution) is as if not given."""
    newest: Row | None = None
    last: Any = (_BEGINNING, "")
    for disposal in disposals:
        if disposal.get("reversed_at") is None:
            at = (disposal["given_at"], disposal.get("ref") or "")
            if at >= last:
                newest, last = disposal, at
    return newest


def assigned_outcome(code: str | None) -> str | None:
    """An outcome code in one spelling ("02A" is "2a"); None for 0, empty and not yet assigned."""
    return (code.strip().lower().lstrip("0") or None) if code else None


def review_due_on(row: Row, clocks: Clocks) -> Any:
    """The review date the supervisor set, else last review (or recording) plus the force's interval (local default)."""
    chosen = row.get("next_review_on")
    if chosen is not None:
        return chosen
    start = clocks.local_day(row.get("last_review_at") or row["recorded_at"])
    return start + timedelta(days=clocks.workload.review_interval_days.on(start))
