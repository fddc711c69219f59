"""The questions a page or a command may ask, and the shapes of the answers.

`Reader` is the one way to a figure. Every method takes the `Viewer` and answers only what that viewer may see; anything
else raises `NotPermitted`. Layouts take these answers and draw them; callbacks carry them across; `data_access.reader`
makes them. All strings here are plain text: whoever draws them escapes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from cspdash.domain.errors import NotPermitted
from cspdash.domain.looking_outside import StandingReason
from cspdash.domain.view import View

Judgement = Literal["usual", "high", "low", "too_few", "not_judged"]
BarKind = Literal["unit", "officer", "unmapped", "withheld"]
Tone = Literal["concern", "good", "info", "unknown"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. `officer_id` and `unit_id` place them in the force; `role` is one of cspdash.domain.roles.ROLES.

    `seen_by` is the administrator who looks at pages as this viewer sees them, and may change nothing meanwhile; "" as
    a rule. Whoever asks who did something wants `actor`. `looks` is why they look outside their own team, as they said in
    this session (cspdash.domain.looking_outside).
    """

    user_id: str
    name: str
    role: str
    officer_id: str = ""
    unit_id: str = ""
    title: str = ""
    seen_by: str = ""
    looks: tuple[StandingReason, ...] = ()

    @property
    def actor(self) -> str:
        """The user who sits at the screen."""
        return self.seen_by or self.user_id

    @property
    def is_read_only(self) -> bool:
        return bool(self.seen_by)

    def need_write(self) -> None:
        """Raises NotPermitted for an administrator who looks at pages as somebody else."""
        if self.seen_by:
            raise NotPermitted("You are looking at this as somebody else, so nothing can be changed.")


# --- figures -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it is drawn.

    `value` is None when there is nothing to divide by or no data; `numerator` and `denominator` are raw sums (records,
    pence, hours, as the metric counts) and `denominator` is None for plain counts. `text` is how it is written on screen
    ("28", "91 %", "£12,300", "9.5 min"), `fraction` "164 of 180" or "". `records` counts the records behind it.
    `is_withheld`: there is a figure, and it would show what one or two officers do (cspdash.domain.disclosure).
    """

    value: float | None
    numerator: float
    denominator: float | None
    records: int
    text: str
    fraction: str = ""
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Usual range in the metric's own unit; per full-time officer where the metric is compared so."""

    low: float
    high: float
    peers: int
    text: str  # "usual 9 to 19"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a child unit, an officer, work not mapped, or officers whose names are withheld (one bar for all of them)."""

    key: str  # unit ref, "officer:REF", "unmapped", "withheld"
    kind: BarKind
    name: str  # "Watford", "PC 2207 Adeyemi", "Not mapped to an officer", "9 other officers"
    figure: Figure
    note: str = ""  # small beside the name: "0.6 FTE", "joined 3 Nov", "leaver"
    judgement: Judgement = "not_judged"
    usual: Range | None = None
    words: str = ""  # small beside the value: "usual 9 to 19", "too few to judge", "15 per full-time"
    target_view: View | None = None  # where a click leads; None when the viewer may not go there
    records_view: View | None = None  # the records behind the bar, where the viewer may see them
    plan_officer: str = ""  # officer ref when a plan may be opened from this bar
    fte: float | None = None
    disputed: str = ""  # who says that this officer is, or is not, in a team; the bar is not to be compared meanwhile


@dataclass(frozen=True, slots=True)
class Crumb:
    name: str
    view: View
    siblings: tuple[tuple[str, View], ...] = ()  # for the small menu beside the crumb


@dataclass(frozen=True, slots=True)
class AsAt:
    """Freshness of one source: the newest source event seen and the last good load, both UTC."""

    source: str
    title: str
    event_at: datetime | None
    loaded_at: datetime | None
    is_stale: bool
    is_down: bool
    words: str  # "Athena 14:05", "Finance not loaded yet"
    stale_after_seconds: int = 900  # the source's own promise; 0: it makes none
    loaded_words: str = ""  # "14:06", "20 Nov 14:06": the last good load, local time


@dataclass(frozen=True, slots=True)
class Live:
    """What an open page asks for every few seconds.

    `state` changes whenever a page drawn before may look different: figures moved, a source became late, stopped answering
    or came back, a new day began. `version` is the data version alone; `sources` the freshness this viewer may see.
    `look_seconds`: when it is worth asking again.
    """

    state: str
    version: str
    sources: tuple[AsAt, ...]
    look_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class MetricTab:
    slug: str
    title: str
    text: str  # its figure for the unit in view
    is_current: bool
    view: View
    is_outside: bool = False
    as_at: tuple[AsAt, ...] = ()


@dataclass(frozen=True, slots=True)
class DefinitionCard:
    """The definition behind the chart, in words."""

    slug: str
    title: str
    sentence: str
    kind: str  # "open right now" or "in a period"
    clock: str
    exclusions: str
    source: str
    owner: str
    target: str
    in_force: str  # what of it is dated, and since when it holds; "" where nothing is
    version: str  # short hash of the definition
    usual_range: str  # how the usual range was worked out, in one sentence
    restatements: View | None = None  # where past figures of it that changed are listed; None: they are not watched


@dataclass(frozen=True, slots=True)
class Attention:
    """One sentence of "What to look at". `link_text` is the part of `sentence` that carries the link."""

    tone: Tone
    sentence: str
    link_text: str
    view: View


@dataclass(frozen=True, slots=True)
class FallingDue:
    """What falls due for the unit in view within 7, 14 and 28 days (look_ahead_days); `parts` names each clock's share."""

    days: int
    figure: Figure
    parts: tuple[tuple[str, int, View | None], ...] = ()
    as_at: tuple[AsAt, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """A family's headline for the unit in view: one line of the side list."""

    family: str
    title: str
    text: str
    is_outside: bool
    view: View
    as_at: tuple[AsAt, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A family page for a unit: everything the layout needs."""

    view: View  # completed: unit and metric filled in
    family: str
    family_title: str
    unit: str
    unit_name: str
    unit_level: str
    children_word: str  # "officer", "team", "CSP": what each bar is
    metric_title: str
    unit_label: str  # "investigations"
    better: str
    lede: str  # the message in a sentence
    crumbs: tuple[Crumb, ...]
    siblings: tuple[tuple[str, View], ...]
    tabs: tuple[MetricTab, ...]
    bars: tuple[Bar, ...]
    total: Figure
    target: float | None
    target_text: str
    axis_note: str
    as_at: tuple[AsAt, ...]
    definition: DefinitionCard
    attention: tuple[Attention, ...]
    falling_due: tuple[FallingDue, ...]
    may_sort_by_value: bool
    is_flow: bool
    is_per_fte: bool  # per full-time officer can be chosen
    period_text: str
    scope_note: str  # "You see totals only for teams other than Team C." or ""
    data_version: str
    empty: str = ""  # why there is nothing to draw: "no_rows", "not_loaded", "source_down", "too_few", or ""
    old_words: str = ""  # why the bars are hatched: a source is late or silent
    is_per_duty: bool = False  # per 100 duty hours can be chosen
    extra: Mapping[str, Any] = field(default_factory=dict)  # what one family shows that others do not
    look_reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """The records behind one bar. `columns` are (name, label, type); `rows` are display values as text or None."""

    view: View
    title: str
    bar_name: str
    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int  # equals Figure.records of the bar
    page: int
    pages: int
    page_size: int
    order: str
    as_at: tuple[AsAt, ...]
    reasons: tuple[str, ...] = ()  # one per row: the record's clock in words, "" where it has none
    record_views: tuple[View | None, ...] = ()  # one per row: the record's own page; None where it is only counted
    look_reason: str = (
        ""  # why it is looked at outside the viewer's own team (cspdash.domain.looking_outside); as below
    )


@dataclass(frozen=True, slots=True)
class RecordClock:
    """One clock of a record at the page's moment. `sentence` says how it came about, `judged` what that means now."""

    clock: str  # "Statutory time limit"
    state: str  # cspdash.domain.standing.clock.State
    sentence: str
    judged: str
    due_text: str = ""
    authority: str = ""  # who may give more time
    missing: str = ""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """Another record beside the one on the page, with its first clock; `view` None: it cannot be opened."""

    name: str
    view: View | None
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record: all its clocks as judged at the moment, what it says, what belongs with it."""

    view: View
    heading: str
    about: str
    crumbs: tuple[Crumb, ...]
    back: View | None  # the figure it was reached from
    moment_text: str  # "22 Nov 2026 14:05"
    clocks: tuple[RecordClock, ...]
    facts: tuple[tuple[str, str], ...]  # (label, value) as the source gives them
    derived: tuple[tuple[str, str], ...]  # the same as the rules work them out
    investigation: RecordLine | None
    beside: tuple[tuple[str, tuple[RecordLine, ...]], ...]  # (kind of record, the records)
    as_at: tuple[AsAt, ...]
    data_version: str
    look_reason: str = ""


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One metric of one officer on the officer's page."""

    family: str
    family_title: str
    metric: str
    metric_title: str
    figure: Figure
    judgement: Judgement
    usual: Range | None
    words: str
    view: View  # the officer's page with this metric chosen
    is_current: bool = False
    better: str = ""  # as on UnitPage
    as_at: tuple[AsAt, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    label: str  # "Nov"
    on: date  # the day the bar is as at (stock) or the month's last day (flow)
    figure: Figure
    middle: float | None  # middle (median) of the team's officers
    middle_text: str
    is_outside: bool = False
    is_arriving: bool = False  # records of its last days are still to come


@dataclass(frozen=True, slots=True)
class OfficerPage:
    view: View
    officer: str
    name: str  # "PC 2207 Adeyemi"
    about: str  # "Constable, Intervention · posted 4 Mar 2024 · full time"
    warnings: tuple[str, ...]  # "On probation: ...", "Left on 3 Nov"
    crumbs: tuple[Crumb, ...]
    siblings: tuple[tuple[str, View], ...]
    family_title: str
    metric_title: str
    unit_label: str
    lines: tuple[OfficerLine, ...]
    current: OfficerLine
    months: tuple[Month, ...]
    months_note: str
    records: RecordsPage | None
    plans: tuple[PlanSummary, ...]
    may_plan: bool
    as_at: tuple[AsAt, ...]
    definition: DefinitionCard
    data_version: str
    old_words: str = ""  # as on UnitPage
    look_reason: str = ""


@dataclass(frozen=True, slots=True)
class SummaryCell:
    figure: Figure
    judgement: Judgement
    words: str
    view: View
    share: float  # length of its bar, 0 to 1 of the column's longest
    is_worst: bool = False


@dataclass(frozen=True, slots=True)
class SummaryColumn:
    family: str
    family_title: str
    metric: str
    title: str
    hint: str  # "usual 11 to 16", "aim 100 %", "lower is better"
    cells: tuple[SummaryCell, ...]  # one per row, same order
    total: Figure
    better: str = ""  # as on UnitPage
    as_at: tuple[AsAt, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryPage:
    view: View
    unit: str
    unit_name: str
    crumbs: tuple[Crumb, ...]
    rows_word: str  # "CSP"
    rows: tuple[tuple[str, str, View], ...]  # (unit ref, name, view of that unit's summary)
    columns: tuple[SummaryColumn, ...]
    lede: str
    attention: tuple[Attention, ...]
    moved: tuple[tuple[str, str, float, Tone, View], ...]  # family title, "+6 points", share 0..1, tone, where to look
    as_at: tuple[AsAt, ...]
    scope_note: str
    data_version: str
    empty: str = ""
    old_words: str = ""  # as on UnitPage


@dataclass(frozen=True, slots=True)
class Hit:
    kind: Literal["unit", "officer"]
    name: str
    note: str  # "Team, Watford Intervention"
    view: View


@dataclass(frozen=True, slots=True)
class TeamMember:
    officer: str
    name: str
    rank: str
    role: str
    fte: float
    since: date | None
    note: str
    view: View | None
    source: str
    disputed: str = ""
    may_dispute: bool = False  # "not my officer"
    confidence: str = ""  # "sure", "likely", "unsure": whether other sources say the same of the posting
    reasons: tuple[str, ...] = ()  # what they say instead


@dataclass(frozen=True, slots=True)
class TeamPage:
    view: View
    unit: str
    unit_name: str
    crumbs: tuple[Crumb, ...]
    members: tuple[TeamMember, ...]
    withheld: int
    issues: tuple[tuple[str, str], ...]  # (what is odd about a posting here, in words; source)
    children: tuple[tuple[str, View], ...]
    scope_note: str = ""
    may_claim: bool = False  # "somebody is missing"
    unposted: tuple[TeamMember, ...] = ()  # officers in the force whom nobody places, on the force's own page
    unposted_owner: str = ""
    waiting: int = 0  # corrections that wait for this viewer
    look_reason: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One dataset of one source on the Sources page."""

    source: str
    title: str
    dataset: str
    as_at: AsAt
    rows: int
    refused: int
    last_result: str
    last_try_at: datetime | None


Breaker = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How asking one source goes, as `cspdash ingest --follow` keeps it; instants in UTC.

    The breaker is "closed" while all is well or a few tries failed, "open" when the source is left alone until `next_at`,
    "half_open" while one try finds out whether it is back. `lag_seconds` is how old the newest source event was at the
    last good try; `reason` says in plain words why the last try failed, "" where it did not.
    """

    source: str
    title: str
    tried_at: datetime | None
    succeeded_at: datetime | None
    next_at: datetime | None
    every_seconds: float
    failures: int  # in a row
    breaker: Breaker
    lag_seconds: float | None
    read_seconds: float | None  # how long the last try took
    reason: str


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """Rows of one source and dataset refused for one reason; `view` opens them for whoever may look at them."""

    source: str
    dataset: str
    column: str
    reason: str
    rows: int
    view: View | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One refused row: where it stood, whose it is, and of what it held only the value that was refused."""

    place: str
    ref: str
    held: str
    refused_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """One page of a group's rows."""

    group: RefusedGroup
    rows: tuple[RefusedRow, ...]
    page: int
    pages: int
    close: View


@dataclass(frozen=True, slots=True)
class SourcesPage:
    view: View
    rows: tuple[SourceRow, ...]
    refused: tuple[RefusedGroup, ...]
    org_issues: tuple[tuple[str, int], ...]  # (kind of posting or unit issue in words, how many)
    health: tuple[SourceHealth, ...] = ()  # of sources that --follow has asked
    refused_rows: RefusedRows | None = None  # of the group that was opened
    may_act: bool = False  # ask a source at once, read it all again


@dataclass(frozen=True, slots=True)
class Restatement:
    """A past figure that became another. `month` is the last day of its month; a flow counts over the month.

    `stood_at` is when it was last seen as it was, `found_at` when it was found to be another; both in the force's zone.
    """

    found_at: datetime
    stood_at: datetime
    metric: str
    metric_title: str
    unit: str
    unit_name: str
    month: date
    is_flow: bool
    before: str
    after: str
    before_value: float | None
    after_value: float | None
    before_records: int
    after_records: int
    loads: tuple[int, ...]
    cause: str
    target_view: View


@dataclass(frozen=True, slots=True)
class RestatementsPage:
    """The newest restatements in scope; `is_cut` when there are more than are shown."""

    view: View
    unit_name: str
    metric_title: str
    rows: tuple[Restatement, ...]
    is_cut: bool
    looked_at: datetime | None
    scope_note: str = ""


# --- plans --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Baseline:
    """The evidence a plan was opened on, frozen with it."""

    metric: str
    metric_title: str
    value: float | None
    text: str
    fraction: str
    numerator: float
    denominator: float | None
    records: int
    usual_text: str
    peers: int
    as_at: datetime
    definition_version: str
    data_version: str


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What the form holds. All strings as typed; `cspdash.domain.plans.check` turns it into a plan or says what is wrong."""

    officer: str
    metric: str
    period: str = "28d"
    specific: str = ""
    target_value: str = ""
    target_direction: str = ""  # "at_most" | "at_least"
    support: str = ""
    relevant: str = ""
    due_on: str = ""  # ISO date, from the native date input
    review_on: str = ""
    officer_comment: str = ""
    status: str = "active"  # "draft" | "active" | "closed"
    result: str = ""
    closed_reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    plan_id: str
    officer: str
    officer_name: str
    unit_name: str
    metric_title: str
    status: str
    aim: str  # "19 or fewer open investigations"
    baseline_text: str
    now_text: str
    due_on: date | None
    review_on: date | None
    owner_name: str
    is_overdue: bool
    revision: int


@dataclass(frozen=True, slots=True)
class PlansElsewhere:
    """How many plans of a unit open with a reason only, and where they are listed with one."""

    unit_name: str
    plans: int
    view: View


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan, or a new one (`plan_id` ""), with its evidence and who may read it."""

    plan_id: str
    revision: int
    officer: str
    officer_name: str
    officer_view: View
    baseline: Baseline
    draft: PlanDraft
    unit_label: str
    readers: tuple[str, ...]  # who will be able to read it, named before anything is typed
    warnings: tuple[str, ...]
    may_edit: bool
    may_comment: bool
    history: tuple[
        tuple[str, str, tuple[tuple[str, str, str], ...]], ...
    ] = ()  # (when, who, ((field label, from, to), ...))
    look_reason: str = ""


class Plans(Protocol):
    def new(self, officer: str, metric: str, period: str, viewer: Viewer) -> PlanPage: ...
    def page(self, plan_id: str, viewer: Viewer) -> PlanPage: ...
    def save(
        self, plan_id: str, revision: int, draft: PlanDraft, baseline: Baseline | None, viewer: Viewer, key: str = ""
    ) -> str:
        """Creates (plan_id "") or edits a plan and returns its id.

        `baseline` is the evidence the new plan was opened on; None: the figure as it is now. `key` names the form, so that
        a form sent twice makes one plan.
        Raises PlanInvalid, PlanChanged (somebody saved revision+1 meanwhile; nothing lost), NotPermitted.
        """
        ...

    def due(self, viewer: Viewer) -> int:
        """How many plans the viewer should look at now; cheap."""
        ...

    def list(self, viewer: Viewer, officer: str = "") -> tuple[PlanSummary, ...]:
        """Plans the viewer may read without saying why, of everybody or of one officer; what is due first."""
        ...

    def elsewhere(self, viewer: Viewer) -> tuple[PlansElsewhere, ...]:
        """The others, counted by unit."""
        ...

    def of_unit(self, unit: str, viewer: Viewer) -> tuple[tuple[PlanSummary, ...], str]:
        """Plans of officers posted to the very unit, and why they are looked at. Raises NotPermitted, ReasonNeeded."""
        ...


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the frame around a page must know of the viewer's scope. `note` says how much of the force is seen, "" for all."""

    note: str = ""
    may_administer: bool = False
    may_set_cover: bool = False
    may_audit: bool = False
    may_correct: bool = False  # say who is, and is not, in a team


class Reader(Protocol):
    def complete(self, view: View, viewer: Viewer) -> View:
        """The view with unit and metric filled in, checked to exist and to be in scope."""
        ...

    def home(self, viewer: Viewer) -> View:
        """Where this viewer lands after signing in."""
        ...

    def unit_page(self, view: View, viewer: Viewer) -> UnitPage: ...
    def officer_page(self, view: View, viewer: Viewer) -> OfficerPage: ...
    def summary_page(self, view: View, viewer: Viewer) -> SummaryPage: ...
    def team_page(self, view: View, viewer: Viewer) -> TeamPage: ...
    def sources_page(self, view: View, viewer: Viewer) -> SourcesPage: ...
    def restatements_page(self, view: View, viewer: Viewer) -> RestatementsPage: ...
    def headlines(self, view: View, viewer: Viewer) -> tuple[Headline, ...]: ...
    def records(self, view: View, viewer: Viewer, page_size: int = 25) -> RecordsPage: ...
    def record(self, view: View, viewer: Viewer) -> RecordPage:
        """One record by `view.dataset` and `view.record`; NotPermitted also where there is no such record."""
        ...

    def search(self, text: str, viewer: Viewer, limit: int = 12) -> tuple[Hit, ...]: ...
    def as_at(self, viewer: Viewer) -> tuple[AsAt, ...]: ...
    def scope_key(self, viewer: Viewer) -> str:
        """Short text that differs wherever what this viewer may see differs: a part of every key a page is kept under."""
        ...

    def allowed(self, viewer: Viewer) -> Allowed: ...

    def data_version(self) -> str:
        """Changes whenever any figure may have changed; cheap."""
        ...

    def live(self, viewer: Viewer) -> Live:
        """What a page drawn now is drawn from; never older than the request."""
        ...

    def glance(self, viewer: Viewer) -> Live:
        """The same, up to half a second old: one look at the database serves every page open in this process."""
        ...

    def mark(self) -> str:
        """Differs wherever `glance` could tell anybody something else, but for the hour, or somebody's session has ended.

        At most half a second old, and far cheaper than a glance.
        """
        ...

    def as_one(self) -> AbstractContextManager[None]:
        """Everything asked within, plans included, is answered from the data of one moment, so that all of a page agrees."""
        ...


class SourceCare(Protocol):
    """What an administrator may ask of whoever follows the sources. Both raise NotPermitted, and NoData for no such source."""

    def try_now(self, source: str, viewer: Viewer) -> None:
        """The next try at once, whatever the breaker says."""
        ...

    def read_again(self, source: str, viewer: Viewer) -> None:
        """Every row read and checked anew at the next try, those refused before among them."""
        ...


Rows = Sequence[Mapping[str, Any]]
