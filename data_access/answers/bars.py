"""The bars of a unit: child units, officers posted here, names withheld, work not mapped. Together they are the unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cspdash.domain.catalogue import Metric
from cspdash.domain.cube import Cube, Sums
from cspdash.domain.disclosure import OWN, UNMAPPED, Disclosure
from cspdash.domain.organisation import Ints
from cspdash.domain.ports import Bar, Figure
from cspdash.domain.view import OFFICER, TEAM, View
from cspdash.domain.wording import NO_FIGURE, NOT_SHOWN, figure, number, per_officer, plural
from data_access.answers.beside import Beside
from data_access.answers.disputes import dispute_words
from data_access.answers.exposure import Exposure, per_hundred
from data_access.answers.judging import UNJUDGED, Judge, Verdict, plan_range
from data_access.answers.named import Entries, not_mapped, of_officers, of_unit
from data_access.answers.owners import owner_of
from data_access.queries.figures import Question
from data_access.reading import Reading

WITHHELD, TOGETHER = "withheld", "together"
OFFICER_KEY = "officer:"
__all__ = ["OFFICER_KEY", "UNMAPPED", "WITHHELD", "UnitBars", "plan_range"]


@dataclass(frozen=True, eq=False)
class UnitBars:
    """Bars of one unit for one metric at one moment, for one viewer."""

    reading: Reading
    metric: Metric
    view: View
    position: int
    question: Question
    cube: Cube

    @classmethod
    def of(cls, reading: Reading, metric: Metric, view: View, position: int, back_days: int = 0) -> UnitBars:
        view = as_may_be_seen(reading, view, position)
        question = reading.question(metric, view, back_days=back_days)
        return cls(reading, question.metric, view, position, question, reading.cube(question))

    @property
    def judge(self) -> Judge:
        return Judge(self.reading, self.metric, self.cube, self.question)

    @property
    def day(self):  # type: ignore[no-untyped-def]
        return self.question.moment.day

    # --- figures ---
    @cached_property
    def has_answer(self) -> bool:
        """Whether there is a figure at all; without one nothing is drawn as a zero."""
        return self.reading.has_answer(self.question)

    @cached_property
    def _may_say_zero(self) -> bool:
        return self.reading.may_say_zero(self.question)

    def _is_nothing(self, entries: Ints) -> bool:
        sums = self.cube.sums(entries)
        return not (sums.records or sums.numerator or sums.denominator)

    def figure_of(self, entries: Ints) -> Figure:
        if not self.has_answer or (not self._may_say_zero and self._is_nothing(entries)):
            return NO_FIGURE
        middle = self.cube.middle(entries, self.metric.rank) if self.cube.is_median else None
        return figure(self.metric, self.cube.sums(entries), middle)

    @cached_property
    def disclosure(self) -> Disclosure:
        return self.reading.disclosure(self.question, self.cube)

    def unit_figure(self, position: int) -> Figure:
        if not self.disclosure.may_show(position):
            return NOT_SHOWN
        return self.figure_of(self.cube.inside(position, self.reading.organisation))

    def total(self) -> Figure:
        return self.unit_figure(self.position)

    # --- bars ---
    def bars(self) -> tuple[Bar, ...]:
        """In organisation order. Sums of numerators, denominators and records equal the unit's own."""
        organisation = self.reading.organisation
        children = organisation.tree.children(self.position)
        found = [self._unit_bar(child) for child in children]
        found += self._people(is_leaf=not children)
        unmapped = self._unmapped_bar(is_leaf=not children)
        together = self._together_bar()
        return tuple(found + [bar for bar in (unmapped, together) if bar])

    def _unit_bar(self, position: int) -> Bar:
        unit = self.reading.organisation.unit_row(position)
        shown = self.unit_figure(position)
        strength = float(self.reading.organisation.strength(self.day)[position])
        verdict = self.judge.unit(position, shown)
        allowed = self.reading.scope.may_total(position)
        target = self._stay(unit=unit.ref) if allowed else None
        records = self._records(unit.ref) if self.reading.scope.may_name_below(position) else None
        which = of_unit(position, self.reading.organisation)
        return self._bar(unit.ref, "unit", unit.name, shown, verdict, strength, target, records, which)

    def _people(self, is_leaf: bool) -> list[Bar]:
        organisation, scope = self.reading.organisation, self.reading.scope
        here = self.cube.unit == self.position
        working = np.unique(self.cube.officer[here & (self.cube.officer >= 0)])
        members = organisation.members(self.position, self.day)
        if not is_leaf:
            members = members[np.isin(members, working)]
        guests = [number for number in working.tolist() if number not in set(members.tolist())]
        everyone = [*members.tolist(), *guests]
        named = [number for number in everyone if scope.may_name(self.position) or number == scope.own]
        if any(number != scope.own for number in named):
            named = self._opened(named, is_leaf=is_leaf)
        bars = [self._officer_bar(number) for number in named]
        hidden = [number for number in everyone if number not in set(named)]
        if hidden:
            bars.append(self._withheld_bar(np.array(hidden, dtype=np.int64), bool(named)))
        return bars

    def _opened(self, named: list[int], *, is_leaf: bool) -> list[int]:
        """Whose names are shown. Raises ReasonNeeded for a team; above, its few officers stay one bar until it is said."""
        scope = self.reading.scope
        if is_leaf:
            scope.open_here(self.position)
        return named if scope.is_open_here(self.position) else [number for number in named if scope.is_self(number)]

    def _officer_bar(self, number: int) -> Bar:
        organisation, scope = self.reading.organisation, self.reading.scope
        officer = organisation.officers[number]
        shown = self.figure_of(self.cube.officer_entries(number, self.position))
        is_whole = len(self.cube.officer_entries(number)) == len(self.cube.officer_entries(number, self.position))
        # A range for the whole officer says nothing about the part that fell to this unit.
        posted_here = int(organisation.posted(self.day).unit[number]) == self.position
        verdict = self.judge.officer(number, shown) if posted_here and is_whole else Verdict("not_judged", None, "")
        key = OFFICER_KEY + officer.ref
        may_open = scope.may_officer(number, self.reading.today)
        target = self._stay(page=OFFICER, officer=officer.ref, unit="", bar="") if may_open else None
        note = organisation.posting_note(number, self.day)
        if not posted_here:
            note = note if note.startswith("left") else "worked here in the period"
        fte = float(organisation.posted(self.day).fte[number])
        which = of_officers(np.array([number]), self.position)
        bar = self._bar(key, "officer", officer.label, shown, verdict, fte, target, self._records(key), which)
        may_plan = scope.may_supervise and may_open and self.metric.may_plan and number != scope.own
        said = dispute_words(self.reading, officer.ref) if self.question.moment.is_live else ""
        words = " · ".join(filter(None, (self._flag(shown), bar.words)))
        return replace(bar, words=words, note=note, plan_officer=officer.ref if may_plan else "", disputed=said)

    def _withheld_bar(self, hidden: Ints, beside_named: bool) -> Bar:
        entries = np.flatnonzero((self.cube.unit == self.position) & np.isin(self.cube.officer, hidden))
        posted = self.reading.organisation.posted(self.day)
        fte = float(posted.fte[hidden].sum())
        name = plural(
            len(hidden),
            "other officer" if beside_named else "officer",
            "other officers" if beside_named else "officers",
        )
        may_ask = self.reading.scope.may_name(self.position)
        names = View(page=TEAM, unit=self.reading.organisation.unit_row(self.position).ref) if may_ask else None
        return self._bar(
            WITHHELD,
            "withheld",
            name,
            self._piece(OWN, entries),
            Verdict("not_judged", None, "names on the team list" if may_ask else "names not shown"),
            fte,
            names,
            None,
            of_officers(hidden, self.position),
        )

    def _unmapped_bar(self, is_leaf: bool) -> Bar | None:
        entries = self.cube.unmapped_entries(self.position)
        sums: Sums = self.cube.sums(entries)
        if not sums.records and not sums.denominator:
            return None
        name = "Not mapped to an officer" if is_leaf else "Not mapped to a team"
        if not sums.records:
            name = "Budget held at this level"
        records = self._records(UNMAPPED) if self.reading.scope.may_name(self.position) and sums.records else None
        shown, which = self._piece(UNMAPPED, entries), not_mapped(self.position)
        bar = self._bar(UNMAPPED, "unmapped", name, shown, UNJUDGED, 0.0, records, records, which)
        words = " · ".join(filter(None, (bar.words, self._owned(entries))))
        return replace(bar, words=words) if sums.records else bar

    def _owned(self, entries: Ints) -> str:
        """Who sees to it, and for those who see its records how much of it names a leaver, or somebody else not in post."""
        owner = f"for {owner_of(self.reading, self.position)}"
        if not self.reading.scope.may_name(self.position):
            return owner
        named = entries[self.cube.named[entries] >= 0]
        lost = int(self.cube.records[named].sum())
        return f"{number(lost)} of leavers, {owner}" if lost else owner

    def _piece(self, piece: str, entries: Ints) -> Figure:
        return self.figure_of(entries) if self.disclosure.may_show_piece(self.position, piece) else NOT_SHOWN

    def _together_bar(self) -> Bar | None:
        """What is too small to be shown one by one, as one figure, so that the bars are the unit still."""
        merged = self.disclosure.together(self.position)
        if not merged:
            return None
        cube, scope, here = self.cube, self.reading.scope, self.cube.unit == self.position
        chosen = np.zeros(len(cube.unit), dtype=bool)
        for piece in merged:
            if piece == OWN:
                chosen |= here & (cube.officer >= 0) & (cube.officer != scope.own)
            elif piece == UNMAPPED:
                chosen |= here & (cube.officer < 0)
            else:
                chosen[cube.inside(int(piece), self.reading.organisation)] = True
        entries = np.flatnonzero(chosen)
        verdict = Verdict("not_judged", None, f"fewer than {self.disclosure.least} officers in one of them")
        none = np.empty(0, dtype=np.int64)
        shown, which = self.figure_of(entries), of_officers(none, self.position)
        return self._bar(TOGETHER, "withheld", "Those together", shown, verdict, 0.0, None, None, which)

    def _bar(
        self,
        key: str,
        kind: str,
        name: str,
        shown: Figure,
        verdict: Verdict,
        fte: float,
        target: View | None,
        records: View | None,
        which: Entries,
    ) -> Bar:
        words = verdict.words or (self.beside.words(which) if self.beside and not shown.is_withheld else "")
        each = self._each(shown, fte, which)
        if each is not shown:  # its fraction says what it is over
            shown, words = each, verdict.usual.text if verdict.is_concern and verdict.usual else ""
        return Bar(key, kind, name, shown, "", verdict.judgement, verdict.usual, words, target, records, "", fte)  # type: ignore[arg-type]

    def _flag(self, shown: Figure) -> str:
        """What has to be asked about one person's own figure, in words, whoever the peers are."""
        limit, value = self.metric.flag_above, shown.value
        return self.metric.flag_words if limit is not None and value is not None and value > limit else ""

    def _each(self, shown: Figure, fte: float, which: Entries) -> Figure:
        """The figure per full-time officer or per 100 duty hours, where the view asks for that."""
        if self.view.per == "fte" and self.can_be_per_fte:
            return per_officer(self.metric, shown, fte)
        if self.view.per == "duty" and self.can_be_per_duty:
            return per_hundred(self.metric, shown, self.exposure.hours_of(which))
        return shown

    @property
    def can_be_per_fte(self) -> bool:
        return self.metric.per_fte and not self.metric.is_share and not self.cube.is_median

    @property
    def can_be_per_duty(self) -> bool:
        return self.metric.per_duty and self.metric.kind == "flow" and not self.cube.is_median

    @cached_property
    def exposure(self) -> Exposure:
        return Exposure.of(self.reading, self.question)

    @cached_property
    def beside(self) -> Beside | None:
        return Beside.of(self.reading, self.question)

    # --- where a click leads ---
    def _stay(self, **changes: object) -> View:
        return self.view.but(**{"bar": "", "rows": 1, "order": "", **changes})

    def _records(self, key: str) -> View:
        return self.view.but(bar=key, rows=1, order="")


def as_may_be_seen(reading: Reading, view: View, position: int) -> View:
    """Teams as they are now only where they are seen with names.

    Taken from the same figure with teams as they were, it is the work of those who moved: of one officer, mostly.
    """
    if view.team == "now" and not reading.scope.may_name_below(position):
        return view.but(team="then")
    return view


def in_order(bars: tuple[Bar, ...], view: View, metric: Metric) -> tuple[Bar, ...]:
    """Sorted as chosen; work not mapped and names withheld stay last. Worst first by value, where the metric may rank."""
    people = [bar for bar in bars if bar.kind in ("unit", "officer")]
    rest = [bar for bar in bars if bar.kind not in ("unit", "officer")]
    if view.sort == "name":
        people.sort(key=lambda bar: bar.name.split()[-1].lower() if bar.kind == "officer" else bar.name.lower())
    elif view.sort == "value" and metric.may_rank:
        sign = 1 if metric.better == "higher" else -1
        people.sort(key=lambda bar: (bar.figure.value is None, sign * (bar.figure.value or 0.0)))
    return tuple(people + rest)
