"""Out-of-court disposals: Home Office outcome codes grouped as the bulletins group them."""

from __future__ import annotations

from functools import lru_cache

from cspdash.domain.clocks import Clocks
from cspdash.domain.rules.record import Derived, Row
from cspdash.domain.rules.workload import assigned_outcome

_OTHER_GROUPS = {"1": "charge", "4": "taken_into_consideration", "17": "time_limit_expired", "18": "no_suspect"}


def disposal(row: Row, clocks: Clocks) -> Derived:
    """The group of an outcome. 1a, 2a and 3a sit inside 1, 2 and 3 and are never added to them."""
    main = main_code(row.get("outcome_code"))
    group = group_of(main, row, clocks)
    return {
        "main_code": main,
        "outcome_group": group,
        "is_positive": group in ("charge", "out_of_court"),
        "outcome_words": words_of(main, row, clocks),
    }


def words_of(main: str, row: Row, clocks: Clocks) -> str | None:
    """The source's words for an outcome, else the force's label, as where two-tier words are in use."""
    label = clocks.oocd.labels.get(main)
    return row.get("outcome_title") or (label.on(clocks.local_day(row["given_at"])) if label else None)


@lru_cache(maxsize=256)
def main_code(code: str | None) -> str:
    """The outcome's number without its letter: "2a" is "2"; "0" where none is assigned."""
    return (assigned_outcome(code) or "0").rstrip("abcdefghijklmnopqrstuvwxyz") or "0"


def group_of(main: str, row: Row, clocks: Clocks) -> str:
    """charge 1; out_of_court 2, 3, 6, 7, 8 and, unless switched off, 22; never 4, taken into consideration."""
    if main == "0":
        return "not_assigned"
    on = clocks.local_day(row["given_at"])
    if main in clocks.oocd.out_of_court.on(on) or (main == "22" and clocks.oocd.include_22.on(on)):
        return "out_of_court"
    return _OTHER_GROUPS.get(main, "other")
