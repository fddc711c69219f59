"""Example officer's page, records and plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from cspdash.domain.ports import (
    Baseline,
    Crumb,
    Figure,
    Judgement,
    Month,
    OfficerLine,
    OfficerPage,
    PlanDraft,
    PlanPage,
    PlanSummary,
    RecordsPage,
)
from cspdash.domain.view import OFFICER, View
from tests.support.examples.pieces import ATHENA, WORKLOAD, count, crumbs, definition, share, teams, usual

VIEW = View(page=OFFICER, officer="E12207", metric="workload_open")
_OFFENCES = (
    ("41/118204/26", "Common assault, domestic abuse", "4 Jun 2026", 171, "27 Nov 2026", "14 Nov 2026"),
    ("41/121077/26", "Public order, section 5", "17 Jun 2026", 158, "9 Dec 2026", None),
    ("41/097310/26", "Burglary, dwelling", "3 May 2026", 203, None, "2 Nov 2026"),
    ("41/139962/26", "Theft from shop", "18 Aug 2026", 96, None, "19 Nov 2026"),
    ("41/140388/26", "Criminal damage to a vehicle under £5,000", "20 Aug 2026", 94, None, "20 Nov 2026"),
    ("41/141015/26", "Harassment without violence", "22 Aug 2026", 92, "21 Feb 2027", "30 Oct 2026"),
    ("41/142730/26", "Making off without payment", "29 Aug 2026", 85, "28 Feb 2027", None),
    ("41/143904/26", "Assault occasioning actual bodily harm", "2 Sep 2026", 81, None, "12 Nov 2026"),
)
_COLUMNS = (
    ("ref", "Investigation", "text"),
    ("offence_title", "Offence", "text"),
    ("recorded_at", "Recorded", "date"),
    ("age", "Days", "integer"),
    ("stl_due_on", "Time limit", "date"),
    ("last_contact_on", "Victim told", "date"),
)
_MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
_HELD = (12, 13, 13, 15, 14, 16, 17, 19, 21, 24, 26, 28)
_MIDDLE = (14, 14, 13, 14, 15, 15, 15, 15, 15, 15, 15, 15.5)


def records() -> RecordsPage:
    names = [name for name, _, _ in _COLUMNS]
    rows = tuple(dict(zip(names, (*row[:3], str(row[3]), *row[4:]), strict=True)) for row in _OFFENCES)
    reason = (
        "Summary offence: six months from 27 May 2026, to the end of 27 Nov 2026 (Magistrates’ Courts Act 1980 s.127)."
    )
    return RecordsPage(
        view=VIEW,
        title="28 investigations behind this figure",
        bar_name="PC 2207 Adeyemi",
        columns=_COLUMNS,
        rows=rows,
        total=28,
        page=1,
        pages=4,
        page_size=8,
        order="stl_due_on",
        as_at=(ATHENA,),
        reasons=tuple(reason if row["stl_due_on"] else "" for row in rows),
    )


def _line(
    family: str, title: str, metric: str, name: str, figure: Figure, judgement: Judgement = "usual", words: str = ""
) -> OfficerLine:
    return OfficerLine(
        family,
        title,
        metric,
        name,
        figure,
        judgement,
        usual(9, 19),
        words,
        VIEW.but(metric=metric),
        metric == VIEW.metric,
        "lower",
    )


LINES = (
    _line("workload", "Workload", "workload_open", "Open investigations", count(28), "high", "usual 9 to 19"),
    _line("workload", "Workload", "workload_over_120", "Over 120 days", count(11), "high", "usual 0 to 5"),
    _line("workload", "Workload", "workload_review_overdue", "Review overdue", count(3)),
    _line("victim_updates", "Victim updates", "victim_contact", "Contact as agreed", share(19, 24)),
    _line("victim_updates", "Victim updates", "victim_overdue", "Overdue now", count(5), "too_few"),
    _line("stl", "Statutory time limits", "stl_due_28", "Due within 28 days", count(2)),
    _line("stl", "Statutory time limits", "stl_expired_open", "Expired and still open", count(0)),
    _line("rui_bail", "RUI and bail", "rui_on", "On RUI", count(6), "not_judged"),
    _line("rui_bail", "RUI and bail", "bail_on", "On bail", count(2), "not_judged"),
    _line("overtime", "Overtime", "overtime_hours", "Hours", Figure(14.5, 14.5, None, 4, "14.5 h")),
    _line(
        "stop_search",
        "Stop and search",
        "stop_search_awaiting_officer",
        "Awaiting officer's update",
        count(1),
        "not_judged",
    ),
    _line("response", "Response", "response_immediate", "Immediate within 12 min", share(0, 0), "not_judged"),
    _line("intel", "Intelligence", "intel_submissions", "Submissions", count(4)),
    _line("oocd", "Out-of-court", "oocd_disposals", "Disposals", count(2), "not_judged"),
    _line("acro", "ACRO", "acro_overdue", "Overdue", count(0)),
)


def months() -> tuple[Month, ...]:
    return tuple(
        Month(
            label,
            date(2025 if label == "Dec" else 2026, (index + 11) % 12 + 1, 28),
            count(held),
            middle,
            f"{middle:g}",
            held > 19,
        )
        for index, (label, held, middle) in enumerate(zip(_MONTHS, _HELD, _MIDDLE, strict=True))
    )


def officer() -> OfficerPage:
    team = WORKLOAD.but(bar="")
    colleagues = (
        ("PC 2207 Adeyemi", VIEW),
        ("PC 1840 Brennan", VIEW.but(officer="E11840")),
        ("PC 2733 Shah", VIEW.but(officer="E12733")),
    )
    return OfficerPage(
        view=VIEW,
        officer="E12207",
        name="PC 2207 Adeyemi",
        about="Constable, Intervention · Team C, Watford · posted 4 Mar 2024 · full time",
        warnings=(),
        crumbs=(*crumbs(team), Crumb("Team C", team, teams(team))),
        siblings=colleagues,
        family_title="Workload",
        metric_title="Open investigations",
        unit_label="open investigations",
        lines=LINES,
        current=LINES[0],
        months=months(),
        months_note="As at each month's end, worked out from today's records and their dates.",
        records=records(),
        plans=plans()[:2],
        may_plan=True,
        as_at=(ATHENA,),
        definition=definition(),
        data_version="v1",
    )


def probationer() -> OfficerPage:
    """Next to nothing on the page: joined this month, no records, no plans, no right to open one."""
    return replace(
        officer(),
        name="PC 3312 Marsh",
        warnings=("On probation: the Police (Performance) Regulations 2020 do not apply; other regulations do.",),
        records=replace(records(), rows=(), total=0, pages=1, reasons=()),
        plans=(),
        may_plan=False,
        siblings=(),
    )


BASELINE = Baseline(
    metric="workload_open",
    metric_title="Open investigations",
    value=28.0,
    text="28",
    fraction="",
    numerator=28.0,
    denominator=None,
    records=28,
    usual_text="usual 9 to 19",
    peers=212,
    as_at=datetime(2026, 11, 22, 14, 5, 12, tzinfo=UTC),
    definition_version="3f2a9c01d4",
    data_version="v1",
)
DRAFT = PlanDraft(
    officer="E12207", metric="workload_open", target_direction="at_most", due_on="2027-02-22", review_on="2026-12-20"
)


def new_plan() -> PlanPage:
    return PlanPage(
        plan_id="",
        revision=0,
        officer="E12207",
        officer_name="PC 2207 Adeyemi",
        officer_view=VIEW,
        baseline=BASELINE,
        draft=DRAFT,
        unit_label="open investigations",
        readers=(
            "PC 2207 Adeyemi, who can answer in it",
            "sergeants and above posted to Team C",
            "inspectors and superintendents of Intervention or Watford",
            "chief officers",
        ),
        warnings=(),
        may_edit=True,
        may_comment=False,
    )


def wrong_plan() -> tuple[PlanPage, dict[str, str]]:
    """Sent without an aim that asks for a change: what was typed is kept."""
    draft = replace(
        DRAFT,
        specific="Review all crimes over 120 days with PS Nair; finalise or hand over.",
        target_value="28",
        due_on="2026-11-01",
    )
    errors = {
        "target_value": "The figure is 28 now, so this aim is met already. Choose one that asks for a change.",
        "due_on": "Give a day after today.",
        "support": "Say what support makes this achievable: time, training, somebody to turn to.",
    }
    return replace(new_plan(), draft=draft), errors


def kept_plan() -> PlanPage:
    """A plan with a past, as the officer sees it: answerable, not changeable."""
    draft = replace(
        DRAFT,
        specific="Review all crimes over 120 days with PS Nair; finalise or hand over.",
        target_value="19",
        support="Two protected investigation days in December",
        relevant="Four victims wait more than six months",
        officer_comment="Agreed. I would like the LCU to take the two burglaries.",
    )
    history = (
        (
            "20 Nov 2026 09:12",
            "PC 2207 Adeyemi",
            (("The officer's answer", "", "Agreed. I would like the LCU to take the two burglaries."),),
        ),
        (
            "18 Nov 2026 15:40",
            "PS Priya Nair",
            (("Figure", "15", "19"), ("Support offered", "One day", "Two protected investigation days in December")),
        ),
        ("18 Nov 2026 15:31", "PS Priya Nair", ()),
    )
    return replace(
        new_plan(), plan_id="p-1042", revision=3, draft=draft, may_edit=False, may_comment=True, history=history
    )


def plans() -> tuple[PlanSummary, ...]:
    def plan(
        number: int, who: str, aim: str, start: str, now: str, status: str, *, is_overdue: bool = False
    ) -> PlanSummary:
        return PlanSummary(
            f"p-{number}",
            "E12207",
            who,
            "Team C",
            "Open investigations",
            status,
            aim,
            start,
            now,
            date(2027, 1, 31),
            date(2026, 12, 20),
            "PS Priya Nair",
            is_overdue,
            3,
        )

    return (
        plan(1042, "PC 2207 Adeyemi", "19 or fewer open investigations", "28", "26", "active"),
        plan(1007, "PC 2207 Adeyemi", "95 % or more contact as agreed", "72 %", "79 %", "active", is_overdue=True),
        plan(998, "PC 1840 Brennan", "18 or fewer open investigations", "24", "21", "active", is_overdue=True),
        plan(991, "PC 2733 Shah", "0 review overdue", "4", "0", "closed"),
        plan(1044, "PC 3312 Marsh", "no aim yet", "6", "6", "draft"),
    )
