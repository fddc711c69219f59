"""Who belonged where, when: the unit tree, the resolved postings, and what was odd about either.

Rules by which several sources become one posting an officer and day (each counted and listed, none silent):

1. A posting that ends before it starts is left out ("inverted").
2. A posting runs from its first to its last day, both included; without a last day until further notice.
3. From the day an officer left, no posting counts ("after_leaving").
4. Where postings overlap, the source with the lower precedence number wins; then a primary posting over an attachment,
   then the later start, then the smaller reference. Overlaps of different units are listed ("sources_disagree" or "overlap").
5. A posting to a unit that is not in the tree stays, but its officer is in no team ("unknown_unit").
6. A posting that has not begun is no posting yet: future starters are in no team until their first day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class UnitRow:
    ref: str
    name: str
    level: str
    parent_ref: str | None
    unit_type: str | None = None
    sort_order: int | None = None


@dataclass(frozen=True, slots=True)
class OfficerRow:
    ref: str
    joined_on: date | None
    left_on: date | None


@dataclass(frozen=True, slots=True)
class PostingRow:
    ref: str
    officer_id: str | None
    unit_id: str | None
    role: str | None
    fte: float | None
    starts_on: date
    ends_on: date | None
    is_primary: bool | None
    acting_rank: str | None
    source: str
    kind: str | None = None  # "acting", "secondment", "attachment"; None: substantive
    since: date | None = None  # of a posting's later part: the whole one's start, by which rule 4 ranks it


@dataclass(frozen=True, slots=True)
class Resolved:
    """One officer's posting for a run of days: from `starts_on` up to, not including, `ends_before`."""

    officer_id: str
    unit_id: str
    role: str | None
    fte: float
    acting_rank: str | None
    starts_on: date
    ends_before: date
    source: str
    posting_ref: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class OrgIssue:
    """Something odd about a unit or posting, in words; `subject` is the ref of the row it is about."""

    kind: str
    subject: str
    officer_id: str | None
    unit_id: str | None
    source: str | None
    words: str


ISSUE_WORDS: dict[str, str] = {
    "inverted": "Postings that end before they start (left out)",
    "after_leaving": "Postings that go on after the officer left (cut at the leaving day)",
    "sources_disagree": "Officers two sources place in different units on the same days",
    "overlap": "Officers one source places in two units on the same days",
    "unknown_unit": "Postings to a unit that is not in the unit tree",
    "unknown_officer": "Postings of somebody who is not in the officer list",
    "incomplete": "Postings without an officer or a unit (left out)",
    "odd_fte": "Postings whose full-time equivalent is not above 0 and up to 1 (taken as 1)",
    "orphan": "Units whose parent is not in the tree (put under the force)",
    "cycle": "Units that are their own ancestors (put under the force)",
    "several_roots": "Units without a parent beside the force (put under the force)",
}


def resolve_postings(
    postings: Iterable[PostingRow],
    officers: Mapping[str, OfficerRow],
    precedence: Mapping[str, int],
    known_units: Container[str],
) -> tuple[list[Resolved], list[OrgIssue]]:
    """One posting an officer and day, by the rules above, and the list of what was odd.

    `precedence` maps a source's name to its number (lower wins; unlisted: 1000). The result is ordered by officer and day and
    does not depend on the order of the input.
    """
    resolved: list[Resolved] = []
    issues: list[OrgIssue] = []
    per_officer: dict[str, list[PostingRow]] = defaultdict(list)
    for posting in postings:
        if not posting.officer_id or not posting.unit_id:
            issues.append(
                OrgIssue(
                    "incomplete",
                    posting.ref,
                    posting.officer_id,
                    posting.unit_id,
                    posting.source,
                    "This posting names no officer or no unit.",
                )
            )
        elif posting.ends_on is not None and posting.ends_on < posting.starts_on:
            words = (
                f"This posting ends on {posting.ends_on:%d %b %Y}, before it starts on {posting.starts_on:%d %b %Y}."
            )
            issues.append(OrgIssue("inverted", posting.ref, posting.officer_id, posting.unit_id, posting.source, words))
        else:
            per_officer[posting.officer_id].append(posting)
            issues.extend(_oddities(posting, officers, known_units))
    for officer_id in sorted(per_officer):
        left_on = officers[officer_id].left_on if officer_id in officers else None
        own, odd = _resolve_one(per_officer[officer_id], left_on, precedence)
        resolved.extend(own)
        issues.extend(odd)
    issues.sort(key=lambda issue: (issue.kind, issue.officer_id or "", issue.subject))
    return resolved, issues


def _oddities(
    posting: PostingRow, officers: Mapping[str, OfficerRow], known_units: Container[str]
) -> Iterable[OrgIssue]:
    if posting.unit_id not in known_units:
        yield OrgIssue(
            "unknown_unit",
            posting.ref,
            posting.officer_id,
            posting.unit_id,
            posting.source,
            f"Unit {posting.unit_id!r} is not in the unit tree.",
        )
    if posting.officer_id not in officers:
        yield OrgIssue(
            "unknown_officer",
            posting.ref,
            posting.officer_id,
            posting.unit_id,
            posting.source,
            f"{posting.officer_id!r} is not in the officer list.",
        )
    if posting.fte is not None and not 0 < posting.fte <= 1:
        yield OrgIssue(
            "odd_fte",
            posting.ref,
            posting.officer_id,
            posting.unit_id,
            posting.source,
            f"A full-time equivalent of {posting.fte:g} is taken as 1.",
        )


def _end(posting: PostingRow, left_on: date | None) -> date:
    """First day the posting no longer counts."""
    after = FOR_EVER if posting.ends_on is None or posting.ends_on >= FOR_EVER else posting.ends_on + timedelta(days=1)
    return min(after, left_on) if left_on else after


def _resolve_one(
    postings: list[PostingRow], left_on: date | None, precedence: Mapping[str, int]
) -> tuple[list[Resolved], list[OrgIssue]]:
    issues: list[OrgIssue] = []
    live: list[tuple[date, date, PostingRow]] = []
    for posting in postings:
        ends = _end(posting, left_on)
        if left_on and (posting.ends_on is None or posting.ends_on >= left_on):
            words = f"The officer left on {left_on:%d %b %Y}; the posting goes on."
            issues.append(
                OrgIssue("after_leaving", posting.ref, posting.officer_id, posting.unit_id, posting.source, words)
            )
        if posting.starts_on < ends:
            live.append((posting.starts_on, ends, posting))
    if len(live) == 1:  # by far the most common case
        starts, ends, posting = live[0]
        return [_resolved(posting, starts, ends)], issues
    live.sort(
        key=lambda item: (
            precedence.get(item[2].source, 1000),
            item[2].is_primary is False,
            -(item[2].since or item[0]).toordinal(),
            item[2].ref,
        )
    )
    edges = sorted({edge for starts, ends, _ in live for edge in (starts, ends)})
    runs: list[tuple[date, date, PostingRow]] = []
    told: set[tuple[str, str]] = set()
    for first, last in pairwise(edges):
        covering = [posting for starts, ends, posting in live if starts <= first < ends]
        if not covering:
            continue
        winner = covering[0]
        for other in covering[1:]:
            if (
                other.unit_id != winner.unit_id
                and other.is_primary is not False
                and (winner.ref, other.ref) not in told
            ):
                told.add((winner.ref, other.ref))
                kind = "overlap" if other.source == winner.source else "sources_disagree"
                counts = winner.source if kind == "sources_disagree" else "the later start"
                words = (
                    f"{winner.source} says {winner.unit_id}, {other.source} says {other.unit_id} "
                    f"from {first:%d %b %Y}; {counts} counts."
                )
                issues.append(OrgIssue(kind, other.ref, other.officer_id, winner.unit_id, other.source, words))
        if runs and runs[-1][2] is winner and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], last, winner)
        else:
            runs.append((first, last, winner))
    return [_resolved(posting, starts, ends) for starts, ends, posting in runs], issues


def _resolved(posting: PostingRow, starts: date, ends: date) -> Resolved:
    fte = posting.fte if posting.fte is not None and 0 < posting.fte <= 1 else 1.0
    assert posting.officer_id
    assert posting.unit_id
    return Resolved(
        posting.officer_id,
        posting.unit_id,
        posting.role,
        fte,
        posting.acting_rank,
        starts,
        ends,
        posting.source,
        posting.ref,
        posting.kind,
    )


def check_units(units: Iterable[UnitRow]) -> list[OrgIssue]:
    """What is odd about the unit tree: orphans, cycles, several roots."""
    return Tree.grow(units)[1]


@dataclass(frozen=True, slots=True)
class Tree:
    """The unit tree in the order it is drawn: every unit is followed by all below it.

    Position 0 is the root. The units below position p, itself included, are positions p to `ends[p]` - 1.
    """

    units: tuple[UnitRow, ...]
    parents: tuple[int, ...]  # position of the parent; -1 for the root
    ends: tuple[int, ...]
    depth: tuple[int, ...]
    position: Mapping[str, int]

    @classmethod
    def grow(cls, units: Iterable[UnitRow], force_name: str = "Force") -> tuple[Tree, list[OrgIssue]]:
        """The tree, and what had to be mended to make it one. Without any unit: a lone root "force"."""
        rows = {unit.ref: unit for unit in sorted(units, key=lambda unit: unit.ref)}
        issues: list[OrgIssue] = []
        roots = [ref for ref, unit in rows.items() if not unit.parent_ref]
        sizes = _descendants(rows)
        if roots:
            root = max(roots, key=lambda ref: (sizes[ref], ref))
        else:
            root = "force"
            rows[root] = UnitRow(root, force_name, "Force", None)
        children: dict[str, list[str]] = defaultdict(list)
        for ref, unit in rows.items():
            if ref == root:
                continue
            parent = unit.parent_ref
            if not parent:
                issues.append(
                    OrgIssue(
                        "several_roots",
                        ref,
                        None,
                        ref,
                        None,
                        f"{unit.name} has no parent and was put under {rows[root].name}.",
                    )
                )
                parent = root
            elif parent not in rows:
                issues.append(
                    OrgIssue(
                        "orphan",
                        ref,
                        None,
                        ref,
                        None,
                        f"{unit.name} names a parent {parent!r} that is not in the tree; put under {rows[root].name}.",
                    )
                )
                parent = root
            elif _loops(ref, rows):
                issues.append(
                    OrgIssue(
                        "cycle", ref, None, ref, None, f"{unit.name} is its own ancestor; put under {rows[root].name}."
                    )
                )
                parent = root
            children[parent].append(ref)
        order: list[str] = []
        parents: list[int] = []
        ends: list[int] = []
        depth: list[int] = []

        def visit(ref: str, parent: int, level: int) -> None:
            here = len(order)
            order.append(ref)
            parents.append(parent)
            ends.append(0)
            depth.append(level)
            for child in sorted(
                children[ref],
                key=lambda item: (
                    rows[item].sort_order if rows[item].sort_order is not None else 1 << 30,
                    rows[item].name,
                    item,
                ),
            ):
                visit(child, here, level + 1)
            ends[here] = len(order)

        visit(root, -1, 0)
        return cls(
            tuple(rows[ref] for ref in order),
            tuple(parents),
            tuple(ends),
            tuple(depth),
            {ref: i for i, ref in enumerate(order)},
        ), issues

    def children(self, position: int) -> list[int]:
        found, at = [], position + 1
        while at < self.ends[position]:
            found.append(at)
            at = self.ends[at]
        return found

    def ancestors(self, position: int) -> list[int]:
        """From the root down to the parent."""
        found = []
        while (position := self.parents[position]) >= 0:
            found.append(position)
        return found[::-1]

    def is_below(self, position: int, above: int) -> bool:
        """Whether a unit is the other or lies below it."""
        return above <= position < self.ends[above]


def _loops(ref: str, rows: Mapping[str, UnitRow]) -> bool:
    seen, at = {ref}, rows[ref].parent_ref
    while at and at in rows:
        if at == ref:
            return True
        if at in seen:
            return False  # a loop further up: mended there
        seen.add(at)
        at = rows[at].parent_ref
    return False


def _descendants(rows: Mapping[str, UnitRow]) -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for ref in rows:
        seen: set[str] = set()
        at: str | None = ref
        while at and at in rows and at not in seen:
            seen.add(at)
            sizes[at] += 1
            at = rows[at].parent_ref
    return sizes
