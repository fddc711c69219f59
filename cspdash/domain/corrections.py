"""A supervisor's word on who is in the team: "not my officer", "somebody is missing". Proposed, approved, and over by itself.

HR postings lag behind, and bars must match the team as its supervisor knows it. So a supervisor may say that an officer is
not in a unit, or is in it, from a day on. From that moment the officer's bars are marked as disputed. Once approved (or at
once, where the force's policy says so) the word counts as a posting of its own, in the order of precedence that the force
sets. It is over when the sources say the same: from that day on they are followed again, and what the word changed before
stays as it was corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from cspdash.domain.errors import DomainError
from cspdash.domain.org import FOR_EVER, PostingRow, Resolved

Kind = Literal["not_here", "here"]
State = Literal["proposed", "applied", "refused", "withdrawn", "agreed", "over"]

SOURCE = "correction"  # the name a correction has among the sources, for precedence and on screen
KIND_WORDS: dict[str, str] = {"not_here": "is not in", "here": "is in"}
STATE_WORDS: dict[str, str] = {
    "proposed": "Waits for an approver",
    "applied": "Counts",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "agreed": "Over: the sources agree",
    "over": "Over: its last day has passed",
}
LONGEST_BACK_DAYS, LONGEST_REASON, SHORTEST_REASON = 366, 300, 10


class CorrectionInvalid(DomainError):
    """A proposal does not hold together: `problems` maps a field to what is wrong and what to do."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems.values()))


@dataclass(frozen=True, slots=True)
class Correction:
    """One supervisor's word. Days are inclusive; `agreed_from` is the first day from which the sources say the same."""

    correction_id: str
    kind: Kind
    officer_id: str
    unit_id: str
    starts_on: date
    ends_on: date | None
    reason: str
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    is_applied: bool = False  # approved, or applied by policy
    ended_by: str = ""  # who refused or withdrew it
    ended_at: datetime | None = None
    agreed_from: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day it changes anything; None: until further notice."""
        if self.agreed_from is None:
            return self.ends_on
        before = self.agreed_from - timedelta(days=1)
        return before if self.ends_on is None else min(before, self.ends_on)

    def counts_at_all(self) -> bool:
        """Whether it changes any day: applied, not taken back, and not void because the sources agreed from its start."""
        last = self.last_day
        return self.is_applied and self.ended_at is None and (last is None or last >= self.starts_on)

    def is_disputing(self, day: date) -> bool:
        """Whether a bar of that day is to be marked: said, and neither decided against nor agreed to yet."""
        last = self.last_day
        return self.ended_at is None and self.starts_on <= day and (last is None or day <= last)


def state_of(correction: Correction, today: date) -> State:
    """Where a correction stands."""
    if correction.ended_at is not None:
        return "withdrawn" if correction.ended_by == correction.proposed_by else "refused"
    if correction.agreed_from is not None and correction.agreed_from <= today:
        return "agreed"
    if correction.ends_on is not None and correction.ends_on < today:
        return "over"
    return "applied" if correction.is_applied else "proposed"


def check(
    kind: str, officer_id: str, unit_id: str, starts: date | None, ends: date | None, reason: str, today: date
) -> None:
    """Raises CorrectionInvalid, saying for each field what is wrong and what to do."""
    problems: dict[str, str] = {}
    if kind not in KIND_WORDS:
        problems["reason"] = "Open the form again from the team list."
    if not officer_id:
        problems["officer"] = "Enter the officer's employee or collar number."
    if not unit_id:
        problems["unit"] = "Choose the unit."
    problems |= _check_days(starts, ends, today)
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        problems["reason"] = "Say why in a few words, so that whoever approves can tell."
    elif len(words) > LONGEST_REASON:
        problems["reason"] = f"Say it in {LONGEST_REASON} characters."
    if problems:
        raise CorrectionInvalid(problems)


def _check_days(starts: date | None, ends: date | None, today: date) -> dict[str, str]:
    if starts is None:
        return {"starts_on": "Enter the first day on which this is so."}
    if (today - starts).days > LONGEST_BACK_DAYS:
        return {"starts_on": "Corrections reach back a year at most; longer ago is for HR to mend."}
    if (starts - today).days > LONGEST_BACK_DAYS:
        return {"starts_on": "Corrections reach a year ahead at most."}
    return {"ends_on": "The last day is before the first."} if ends is not None and ends < starts else {}


def with_corrections(postings: Iterable[PostingRow], corrections: Iterable[Correction]) -> list[PostingRow]:
    """The postings as the corrections that count have them.

    "Not in" takes the days out of every posting to that very unit. "In" adds a posting of the days, with the role and
    full-time equivalent of the officer's other posting then, if there is one. What the precedence of sources makes of
    it is cspdash.domain.org's to decide.
    """
    counting = [each for each in corrections if each.counts_at_all()]
    if not counting:
        return list(postings)
    outside: dict[tuple[str, str], list[Correction]] = {}
    for each in counting:
        if each.kind == "not_here":
            outside.setdefault((each.officer_id, each.unit_id), []).append(each)
    kept: list[PostingRow] = []
    for posting in postings:
        parts = [posting]
        for correction in outside.get((posting.officer_id or "", posting.unit_id or ""), ()):
            parts = [piece for part in parts for piece in _without(part, correction)]
        kept.extend(parts)
    told = {each.officer_id for each in counting if each.kind == "here"}
    own: dict[str, list[PostingRow]] = {}
    for posting in kept:
        if posting.officer_id in told:
            own.setdefault(posting.officer_id or "", []).append(posting)
    return kept + [_posting(each, own.get(each.officer_id, ())) for each in counting if each.kind == "here"]


def _without(posting: PostingRow, correction: Correction) -> list[PostingRow]:
    """The days of a posting before and after a correction's."""
    first, last = correction.starts_on, correction.last_day
    ends = posting.ends_on
    if (ends is not None and ends < first) or (last is not None and posting.starts_on > last):
        return [posting]
    parts = []
    if posting.starts_on < first:
        parts.append(replace(posting, ends_on=first - timedelta(days=1)))
    if last is not None and (ends is None or ends > last):
        since = posting.since or posting.starts_on
        parts.append(replace(posting, starts_on=last + timedelta(days=1), since=since))
    return parts


def _posting(correction: Correction, own: Sequence[PostingRow]) -> PostingRow:
    start = correction.starts_on
    like = next(
        (each for each in own if each.starts_on <= start and (each.ends_on is None or each.ends_on >= start)), None
    )
    return PostingRow(
        ref=f"{SOURCE}:{correction.correction_id}",
        officer_id=correction.officer_id,
        unit_id=correction.unit_id,
        role=like.role if like else None,
        fte=like.fte if like else None,
        starts_on=start,
        ends_on=correction.last_day,
        is_primary=True,
        acting_rank=like.acting_rank if like else None,
        source=SOURCE,
    )


def agreed_from(correction: Correction, by_sources: Sequence[Resolved], today: date) -> date | None:
    """The first day from which, up to today without a break, all else says what the correction says; None while it does
    not. `by_sources` are the officer's postings resolved without this correction."""
    if today < correction.starts_on:
        return None
    first: date | None = None
    for starts, unit in _runs(by_sources, correction.starts_on, today):
        agrees = (unit == correction.unit_id) == (correction.kind == "here")
        first = (first or starts) if agrees else None
    return first


def _runs(postings: Sequence[Resolved], first: date, last: date) -> Iterable[tuple[date, str]]:
    """(first day, unit) of every run from one day to another; gaps have unit ""."""
    day = first
    for posting in sorted(postings, key=lambda each: each.starts_on):
        ends = min(posting.ends_before, FOR_EVER)
        if ends <= day or posting.starts_on > last:
            continue
        if posting.starts_on > day:
            yield day, ""
            day = posting.starts_on
        yield day, posting.unit_id
        day = ends
    if day <= last:
        yield day, ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """What is said of an officer just now, beside the sources."""

    kind: Kind
    unit_id: str
    by: str  # who says so
    on: date
    is_applied: bool


def disputes(corrections: Iterable[Correction], today: date) -> Mapping[str, tuple[Dispute, ...]]:
    """Officers whose posting somebody disputes on a day; what is applied is no dispute any more but a correction."""
    found: dict[str, tuple[Dispute, ...]] = {}
    for each in corrections:
        if each.is_disputing(today) and not each.is_applied:
            said = Dispute(each.kind, each.unit_id, each.proposed_by_name, each.proposed_at.date(), each.is_applied)
            found[each.officer_id] = (*found.get(each.officer_id, ()), said)
    return found
