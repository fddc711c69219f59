"""Where the sources do not agree on who is where: one row an officer, source and run of days, to be mended at the source.

A source is held against the posting that counts. One that places the officer elsewhere disagrees. One that knows nothing of
an officer is only counted where it is meant to know everybody, as HR is: where it has postings for at least half of all
officers in post. An officer in the force whom no source places anywhere is unposted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from cspdash.domain.corrections import SOURCE as CORRECTION
from cspdash.domain.org import FOR_EVER, OfficerRow, PostingRow, Resolved

Kind = Literal["disagrees", "knows_nothing", "unposted"]
LOOKS_BACK_DAYS = 400  # older runs are history that nobody mends
KNOWS_EVERYBODY = 0.5  # share of officers in post that a source must place to be missed elsewhere


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One source against the posting that counts, from `starts_on` up to, not including, `ends_before`."""

    kind: Kind
    officer_id: str
    unit_id: str | None  # where the officer counts; None: nowhere
    source: str  # who disagrees; "" where nobody places the officer
    says_unit: str | None
    counts: str  # whose word counts
    starts_on: date
    ends_before: date


def discrepancies(
    postings: Iterable[PostingRow],
    resolved: Iterable[Resolved],
    officers: Mapping[str, OfficerRow],
    today: date,
) -> list[Discrepancy]:
    """All of the last LOOKS_BACK_DAYS and of days to come, in order of officer, source and day."""
    by_source: dict[str, dict[str, list[PostingRow]]] = defaultdict(lambda: defaultdict(list))
    for posting in postings:
        if posting.officer_id in officers and posting.unit_id and posting.source != CORRECTION:
            by_source[posting.source][posting.officer_id or ""].append(posting)
    counted: dict[str, list[Resolved]] = defaultdict(list)
    for each in resolved:
        if each.officer_id in officers:
            counted[each.officer_id].append(each)
    in_post = sum(any(run.starts_on <= today < run.ends_before for run in runs) for runs in counted.values())
    whole = {
        source
        for source, known in by_source.items()
        if in_post and sum(bool(_covering(own, today)) for own in known.values()) >= KNOWS_EVERYBODY * in_post
    }
    since = today - timedelta(days=LOOKS_BACK_DAYS)
    found: list[Discrepancy] = []
    for officer_id in sorted(officers):
        runs = sorted(counted.get(officer_id, ()), key=lambda run: run.starts_on)
        for source in sorted(by_source):
            found += _of_source(runs, source, by_source[source].get(officer_id, []), is_whole=source in whole)
        found += _unposted(runs, officers[officer_id], today)
    return [each for each in found if each.ends_before > since]


def _of_source(
    runs: Sequence[Resolved], source: str, own: Sequence[PostingRow], *, is_whole: bool
) -> list[Discrepancy]:
    found: list[Discrepancy] = []
    for run in runs:
        if run.source == source:
            continue
        for first, last in pairwise(_edges(run, own)):
            said = _covering(own, first)
            if (not said and not is_whole) or any(posting.unit_id == run.unit_id for posting in said):
                continue
            kind: Kind = "disagrees" if said else "knows_nothing"
            unit = said[0].unit_id if said else None
            found.append(Discrepancy(kind, run.officer_id, run.unit_id, source, unit, run.source, first, last))
    return _joined(found)


def _edges(run: Resolved, own: Sequence[PostingRow]) -> list[date]:
    inside = {run.starts_on, run.ends_before}
    for posting in own:
        inside |= {day for day in (posting.starts_on, _end(posting)) if run.starts_on < day < run.ends_before}
    return sorted(inside)


def _covering(own: Iterable[PostingRow], day: date) -> list[PostingRow]:
    """A source's postings of a day, primary ones first; attachments beside a primary posting say nothing else."""
    found = [posting for posting in own if posting.starts_on <= day < _end(posting)]
    return sorted(found, key=lambda posting: (posting.is_primary is False, -posting.starts_on.toordinal(), posting.ref))


def _end(posting: PostingRow) -> date:
    return FOR_EVER if posting.ends_on is None or posting.ends_on >= FOR_EVER else posting.ends_on + timedelta(days=1)


def _joined(found: list[Discrepancy]) -> list[Discrepancy]:
    """Runs that say the same one after the other, as one."""
    joined: list[Discrepancy] = []
    for each in found:
        last = joined[-1] if joined else None
        if last and last.ends_before == each.starts_on and _same(last, each):
            joined[-1] = Discrepancy(
                last.kind, last.officer_id, last.unit_id, last.source, last.says_unit, last.counts, last.starts_on,
                each.ends_before,
            )  # fmt: skip
        else:
            joined.append(each)
    return joined


def _same(one: Discrepancy, other: Discrepancy) -> bool:
    def meant(each: Discrepancy) -> tuple[str | None, ...]:
        return each.kind, each.unit_id, each.says_unit, each.counts

    return meant(one) == meant(other)


def _unposted(runs: Sequence[Resolved], officer: OfficerRow, today: date) -> list[Discrepancy]:
    """Days in the force, up to a year ahead, on which nobody places the officer."""
    joined = officer.joined_on or (runs[0].starts_on if runs else today)
    left = officer.left_on or FOR_EVER
    day, found = joined, []
    for run in runs:
        if run.starts_on > day and day < left:
            found.append(Discrepancy("unposted", officer.ref, None, "", None, "", day, min(run.starts_on, left)))
        day = max(day, run.ends_before)
    if day < left:
        found.append(Discrepancy("unposted", officer.ref, None, "", None, "", day, left))
    return found
