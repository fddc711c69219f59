"""Statutory time limits: by when proceedings for a summary offence must be started.

Which offence follows which rule is a table (clocks.toml, [[stl_offence]]); how each rule counts is another
([stl_rule.*]). Counting: the day of the event is left out and the limit ends at midnight at the end of the
corresponding date (DPP v Jackson [2025] EWHC 2797 (Admin); Radcliffe v Bartholomew [1892]); a month without such a day
ends with its last (Dodds v Walker [1981]). A weekend or bank holiday does not extend it.

Two dates come out. `stl_due_on` is the earliest day the limit can end: warn by it. `stl_expires_on` is the latest: only
after it is the case certainly out of time. They differ for an offence committed within a range of dates, and for
domestic abuse without a statement yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from cspdash.domain.clocks import Clocks, StlRule, ends_beginning_with, ends_from
from cspdash.domain.rules.record import Derived, Row, counted, day_words, months_words

NONE = "NONE"
GENERAL = "STL_S127"

_COUNTING: dict[str, Callable[[date, int], date]] = {"from": ends_from, "beginning_with": ends_beginning_with}
_BASIS = {"statement": "first_statement_on", "evidence": "evidence_known_on"}
_BASIS_MISSING = {
    "statement": "first witness statement or video-recorded interview",
    "evidence": "day sufficient evidence was known to the prosecutor",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """What a rule makes of a record: from when, until when at the earliest and at the latest, and until when surely."""

    start_on: date | None
    due_on: date | None
    expires_on: date | None
    surely_until: date | None
    missing: str | None
    words: str


def time_limit(row: Row, clocks: Clocks) -> Derived:
    """The statutory time limit of an investigation: rule, start, due and expiry days, whether met, and why."""
    line = clocks.offence_line(
        row.get("offence_code"), row.get("offence_title"), row.get("offence_class"), row.get("is_domestic_abuse")
    )
    if line is None:
        words = "Class of the offence not given: whether a time limit applies is unknown."
        return _derived(None, _nothing("class of the offence"), row, None, words)
    if line.rule == NONE:
        words = f"No time limit: {line.why}." if line.why else "No time limit."
        return _derived(NONE, _nothing(None), row, None, words)
    first, last = offence_days(row)
    if first is None or last is None:
        words = "Day of the offence not given: the time limit cannot be worked out."
        return _derived(line.rule, _nothing("day of the offence"), row, None, words)
    rule_id = in_force_rule(line.rule, first, last, clocks)
    limit = limit_of(clocks.stl_rule[rule_id], row, first, last, clocks)
    met_on, ending = proceedings(row, limit, clocks)
    return _derived(rule_id, limit, row, met_on, f"{offence_words(row)}. {limit.words}{ending}")


def _nothing(missing: str | None) -> Limit:
    return Limit(None, None, None, None, missing, "")


def _derived(rule: str | None, limit: Limit, row: Row, met_on: date | None, reason: str) -> Derived:
    started = commencement(row)
    return {
        "stl_started_at": started[1] if started else None,
        "stl_rule": rule,
        "stl_start_on": limit.start_on,
        "stl_due_on": limit.due_on,
        "stl_expires_on": limit.expires_on,
        "stl_met_on": met_on,
        "stl_basis_missing": limit.missing,
        "stl_reason": reason,
    }


def offence_days(row: Row) -> tuple[date | None, date | None]:
    """First and last day of the offence; the one given stands for both."""
    first, last = row.get("offence_from_on"), row.get("offence_to_on")
    if first is None or last is None:
        return first or last, last or first
    return (first, last) if first <= last else (last, first)


def in_force_rule(rule_id: str, first: date, last: date, clocks: Clocks) -> str:
    """The rule, or the general one where this rule came too late: it revives no offence already out of time when it
    began (s.39A CJA 1988, in force 28 Jun 2022)."""
    began = clocks.stl_rule[rule_id].revives_nothing_before
    if began is not None and ends_from(last, clocks.stl_rule[GENERAL].months.on(first)) < began:
        return GENERAL
    return rule_id


def limit_of(rule: StlRule, row: Row, first: date, last: date, clocks: Clocks) -> Limit:
    """The limit under one rule, by where its clock starts."""
    if rule.starts == "offence":
        return from_offence(rule, first, last)
    start = row.get(_BASIS[rule.starts])
    if start is not None:
        return from_event(rule, start, first, last, clocks)
    if rule.starts == "statement":
        return without_statement(rule, first, last, clocks)
    return without_evidence(rule, first, last, clocks)


def from_offence(rule: StlRule, first: date, last: date) -> Limit:
    """Six months from the offence (MCA 1980 s.127(1)); of a range, the first day warns and the last day expires."""
    months, count = rule.months.on(first), _COUNTING[rule.counting]
    due, expires = count(first, months), count(last, months)
    if first == last:
        words = f"Offence {day_words(first)}. {months_words(months)} end at midnight on {day_words(due)}."
    else:
        words = (
            f"Offence between {day_words(first)} and {day_words(last)}. {months_words(months)} end at midnight on "
            f"{day_words(due)} by the first day, on {day_words(expires)} by the last."
        )
    return Limit(first, due, expires, expires, None, words)


def from_event(rule: StlRule, start: date, first: date, last: date, clocks: Clocks) -> Limit:
    """A limit that runs from a statement or from knowledge of evidence, cut by a long-stop from the offence.

    Both must be met, so the earlier end counts (CJA 1988 s.39A(4)). An event dated before the offence is a slip of the
    pen: the limit is never shorter than the general one.
    """
    months, count = rule.months.on(first), _COUNTING[rule.counting]
    by_event = count(start, months)
    due, expires = (max(_stopped(rule, by_event, day), _general(rule, day, clocks)) for day in (first, last))
    began = "Statement" if rule.starts == "statement" else "Evidence known"
    span = " beginning with that day" if rule.counting == "beginning_with" else ""
    words = f"{began} {day_words(start)}. {months_words(months)}{span} end at midnight on {day_words(by_event)}."
    if due < by_event:
        stop = months_words(rule.long_stop_months.on(first))
        words += f" {stop} from the offence on {day_words(first)} end first, on {day_words(due)}."
        if expires != due:
            words += f" From its last day, {day_words(last)}, the limit ends on {day_words(expires)}."
    elif due > by_event:
        words += f" That day lies before the offence: the general limit, {day_words(due)}, counts."
    return Limit(start, due, expires, expires, None, words)


def _stopped(rule: StlRule, end: date, offence: date) -> date:
    """The end, or the long-stop counted from the offence if that comes first."""
    months = rule.long_stop_months.on(offence)
    return min(end, _COUNTING[rule.counting](offence, months)) if months else end


def _general(rule: StlRule, offence: date, clocks: Clocks) -> date:
    return _COUNTING[rule.counting](offence, clocks.stl_rule[GENERAL].months.on(offence))


def without_statement(rule: StlRule, first: date, last: date, clocks: Clocks) -> Limit:
    """Domestic abuse with no statement yet: the general limit warns; when it passes, s.39A stays open until two years
    from the offence in case a statement is taken. Not a failure until then (local default)."""
    months = clocks.stl_rule[GENERAL].months.on(first)
    due, surely = ends_from(first, months), ends_from(last, months)
    expires = ends_from(last, rule.long_stop_months.on(first))
    words = (
        f"Offence {day_words(first)}, no statement recorded. {months_words(months)} end at midnight on "
        f"{day_words(due)}; with a statement or video-recorded interview the limit may run to {day_words(expires)}."
    )
    return Limit(first, due, expires, surely, _BASIS_MISSING["statement"], words)


def without_evidence(rule: StlRule, first: date, last: date, clocks: Clocks) -> Limit:
    """The day sufficient evidence was known is missing: no due day, only the long-stop is certain."""
    surely = _general(rule, first, clocks)
    expires = _COUNTING[rule.counting](last, rule.long_stop_months.on(first))
    words = (
        f"Offence {day_words(first)}. The limit runs from the {_BASIS_MISSING['evidence']}, which is not given; "
        f"it ends on {day_words(expires)} at the latest."
    )
    return Limit(None, None, expires, surely, _BASIS_MISSING["evidence"], words)


def proceedings(row: Row, limit: Limit, clocks: Clocks) -> tuple[date | None, str]:
    """The day proceedings were started in time, and the sentence about it.

    What starts them: charge by a custody officer, an information laid, or a written charge issued, that is complete in
    the form needed for service, whenever it is posted (Brown v DPP [2019] EWHC 798 (Admin)). Sending the file to the
    CPS, a caution or a community resolution does not stop the clock. In time is any hour of the last day.
    """
    started = commencement(row)
    if started is None:
        return None, ""
    began, at = started
    on = clocks.local_day(at)
    if limit.surely_until is not None and on <= limit.surely_until:
        return on, f" {began} {day_words(on)}: in time."
    if limit.missing and limit.expires_on is not None and on <= limit.expires_on:
        return None, f" {began} {day_words(on)}: in time only if the missing day allows it."
    late = counted((on - limit.expires_on).days, "day") if limit.expires_on else "some days"
    return None, f" {began} {day_words(on)}: out of time by {late}."


def commencement(row: Row) -> tuple[str, datetime] | None:
    """The first thing that started proceedings, and when."""
    charged_at, written_at = row.get("charged_at"), row.get("written_charge_at")
    if written_at is not None and (charged_at is None or written_at < charged_at):
        return "Written charge issued", written_at
    return ("Charged", charged_at) if charged_at is not None else None


def offence_words(row: Row) -> str:
    """How a reason begins: "Common assault, domestic abuse"."""
    name = row.get("offence_title") or row.get("offence_code") or "Summary offence"
    return f"{name}, domestic abuse" if row.get("is_domestic_abuse") and "domestic abuse" not in name.lower() else name
