"""What a page says of plans: the evidence at the start, the figure now, who may read and write, how a plan changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from cspdash.domain.catalogue import Metric
from cspdash.domain.errors import NoData, NotPermitted, UnknownMetric
from cspdash.domain.plan_words import OfficerFacts, aim, differences, is_due, readers, warnings
from cspdash.domain.plans import draft_of
from cspdash.domain.ports import Baseline, PlanDraft, PlanPage, PlansElsewhere, PlanSummary
from cspdash.domain.scope_words import place_name
from cspdash.domain.view import OFFICER, PLANS, View
from cspdash.domain.wording import NOTHING, time_text, value_text
from data_access.answers.bars import UnitBars
from data_access.queries.plans import PlanRow, Revision
from data_access.reading import Reading

History = tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...]


class Access:
    """What one viewer may do with the plans of one officer, today."""

    def __init__(self, reading: Reading, officer: str) -> None:
        scope = self._scope = reading.scope
        self._today = reading.today
        self.viewer = reading.viewer.user_id
        self.number = reading.organisation.number.get(officer, -1)
        self.is_own = self.number >= 0 and self.number == scope.own
        # An officer the force no longer knows is for whoever may see everybody.
        in_scope = scope.may_officer(self.number, reading.today) if self.number >= 0 else scope.may_name_all
        self.may_supervise = scope.may_supervise and in_scope and not self.is_own

    def may_read(self, status: str, owner: str) -> bool:
        """A draft is its owner's alone; what is active or closed is read by the officer and those who supervise."""
        if status == "draft":
            return self.may_supervise and owner == self.viewer
        return self.may_supervise or self.is_own

    def open(self) -> str:
        """Why the officer's plans are looked at outside the viewer's own team, "" inside. Raises ReasonNeeded."""
        if self.number < 0:
            return self._scope.open_here(0)
        return self._scope.open_officer(self.number, self._today)

    @property
    def is_open(self) -> bool:
        """Whether they may be shown without asking anything."""
        if self.number < 0:
            return self._scope.is_open_here(0)
        return self._scope.is_open_officer(self.number, self._today)

    def need_supervise(self) -> None:
        """Raises NotPermitted."""
        if self.is_own:
            raise NotPermitted("A plan is opened by the officer's supervisor. You can answer in your own plans.")
        if not self.may_supervise:
            raise NotPermitted("Your role does not cover plans for this officer.")


def baseline_now(reading: Reading, metric: Metric, period: str, number: int) -> Baseline:
    """The figure a plan starts from: the very figure of the officer's page, at this moment. Raises NoData."""
    if not reading.is_loaded(metric):
        raise NoData(f"{metric.title} has not been loaded yet, so there is no figure to start a plan from.")
    bars = UnitBars.of(reading, metric, View(page=OFFICER, period=period), 0)
    if not bars.has_answer:
        raise NoData(f"The source of {metric.title.lower()} has not been read in this period, so there is no figure.")
    shown = bars.figure_of(bars.cube.named_entries(number))
    usual = bars.judge.officer(number, shown).usual
    events = [source.event_at for source in reading.as_at(metric.depends_on) if source.event_at]
    return Baseline(
        metric=metric.slug,
        metric_title=metric.title,
        value=shown.value,
        text=shown.text,
        fraction=shown.fraction,
        numerator=shown.numerator,
        denominator=shown.denominator,
        records=shown.records,
        usual_text=usual.text if usual else "",
        peers=usual.peers if usual else 0,
        as_at=min(events) if events else reading.now,
        definition_version=metric.version,
        data_version=reading.data_version,
    )


def plan_page(reading: Reading, row: PlanRow, revisions: Sequence[Revision]) -> PlanPage:
    """A kept plan. The viewer's right to read it has been checked."""
    access = Access(reading, row.officer_id)
    draft = draft_of(row.officer_id, row.metric, row.period, row.fields)
    is_open = row.status != "closed"
    return _page(
        reading,
        access,
        draft,
        row.baseline,
        plan_id=row.plan_id,
        revision=row.revision,
        may_edit=access.may_supervise and is_open and not reading.viewer.is_read_only,
        may_comment=access.is_own and is_open and not reading.viewer.is_read_only,
        history=history(revisions, reading.options.zone),
    )


def elsewhere(reading: Reading, officers: Iterable[str]) -> tuple[PlansElsewhere, ...]:
    """Officers' plans that open with a reason only, one `officers` a plan: counted by unit, in order of the tree."""
    organisation = reading.organisation
    counts: Counter[int] = Counter()
    for officer in officers:
        number = organisation.number.get(officer, -1)
        counts[max(int(organisation.posted(reading.today).unit[number]), 0) if number >= 0 else 0] += 1
    return tuple(
        PlansElsewhere(
            place_name(organisation.tree, at), counts[at], View(page=PLANS, unit=organisation.unit_row(at).ref)
        )
        for at in sorted(counts)
    )


def new_page(reading: Reading, draft: PlanDraft, baseline: Baseline) -> PlanPage:
    """The form of a plan that is not kept yet."""
    access = Access(reading, draft.officer)
    return _page(reading, access, draft, baseline, plan_id="", revision=0, may_edit=True, may_comment=False, history=())


def _page(
    reading: Reading,
    access: Access,
    draft: PlanDraft,
    baseline: Baseline,
    *,
    plan_id: str,
    revision: int,
    may_edit: bool,
    may_comment: bool,
    history: History,
) -> PlanPage:
    facts = officer_facts(reading, draft.officer)
    metric = metric_or_none(reading, draft.metric)
    return PlanPage(
        plan_id=plan_id,
        revision=revision,
        officer=draft.officer,
        officer_name=facts.name,
        officer_view=View(page=OFFICER, officer=draft.officer, metric=draft.metric, period=draft.period),
        baseline=baseline,
        draft=draft,
        unit_label=metric.unit_label if metric else "",
        readers=readers(facts.name, _units_above(reading, access.number)),
        warnings=warnings(facts, draft, reading.today) if access.may_supervise else (),
        may_edit=may_edit,
        may_comment=may_comment,
        history=history,
        look_reason=access.open(),
    )


def plan_summary(reading: Reading, row: PlanRow) -> PlanSummary:
    """One line of a list of plans."""
    metric = metric_or_none(reading, row.metric)
    number = reading.organisation.number.get(row.officer_id, -1)
    typed = row.fields.get("target_value", "")
    target = value_text(metric, float(typed)) if metric and typed else typed
    return PlanSummary(
        plan_id=row.plan_id,
        officer=row.officer_id,
        officer_name=officer_facts(reading, row.officer_id).name,
        unit_name=next(iter(_units_above(reading, number)), ""),
        metric_title=row.baseline.metric_title,
        status=row.status,
        aim=aim(row.fields.get("target_direction", ""), target, metric.unit_label if metric else ""),
        baseline_text=row.baseline.text,
        now_text=_now_text(reading, metric, row, number),
        due_on=row.due_on,
        review_on=row.review_on,
        owner_name=row.owner_name,
        is_overdue=is_due(row.status, row.due_on, row.review_on, reading.today),
        revision=row.revision,
    )


def history(revisions: Sequence[Revision], zone: ZoneInfo) -> History:
    """(when, who, what changed) of every saving, the latest first; the first one has changed nothing."""
    found = []
    for index, kept in enumerate(revisions):
        changed = differences(revisions[index - 1].fields, kept.fields) if index else ()
        found.append((time_text(kept.changed_at, zone), kept.changed_by_name, changed))
    return tuple(reversed(found))


def officer_facts(reading: Reading, officer: str) -> OfficerFacts:
    number = reading.organisation.number.get(officer, -1)
    if number < 0:
        return OfficerFacts(f"Officer {officer}", is_posted=False)
    known = reading.organisation.officers[number]
    is_posted = int(reading.organisation.posted(reading.today).unit[number]) >= 0
    return OfficerFacts(known.label, known.is_probationer, known.left_on, is_posted)


def metric_or_none(reading: Reading, slug: str) -> Metric | None:
    """The metric, if it is still in the catalogue: a plan outlives its metric."""
    try:
        return reading.metric(slug)
    except UnknownMetric:
        return None


def _now_text(reading: Reading, metric: Metric | None, row: PlanRow, number: int) -> str:
    if metric is None or number < 0 or row.status == "closed" or not reading.is_loaded(metric):
        return NOTHING
    bars = UnitBars.of(reading, metric, View(page=OFFICER, period=row.period), 0)
    return bars.figure_of(bars.cube.named_entries(number)).text


def _units_above(reading: Reading, number: int) -> tuple[str, ...]:
    """Names of the officer's unit and all above it, the force last."""
    if number < 0:
        return ()
    tree = reading.organisation.tree
    unit = int(reading.organisation.posted(reading.today).unit[number])
    if unit < 0:
        return ()
    return tuple(tree.units[at].name for at in (unit, *reversed(tree.ancestors(unit))))
