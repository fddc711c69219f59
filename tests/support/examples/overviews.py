"""Example summary, team, sources and search answers."""

from __future__ import annotations

from datetime import date, timedelta

from cspdash.domain.ports import (
    Attention,
    Figure,
    Hit,
    Judgement,
    RefusedGroup,
    SourceHealth,
    SourceRow,
    SourcesPage,
    SummaryCell,
    SummaryColumn,
    SummaryPage,
    TeamMember,
    TeamPage,
)
from cspdash.domain.view import OFFICER, SOURCES, SUMMARY, TEAM, View
from tests.support.examples.pieces import ATHENA, CONTROL, CSPS, FINANCE, HR, NOW, SHAREPOINT, crumbs, unit_ref
from tests.support.examples.pieces import SOURCES as ALL_SOURCES

_VIEW = View(page=SUMMARY, unit="force")
# family, title, metric, hint, better, unit, figures by CSP, places of those outside
_GRID = (
    (
        "workload",
        "Open per officer",
        "workload_open",
        "usual 11 to 16",
        "lower",
        "",
        (12.2, 15.6, 11.9, 15, 15.4, 13.4, 15.5, 14, 18.9, 16),
        (8,),
    ),
    (
        "victim_updates",
        "Victims updated",
        "victim_contact",
        "aim 100 %",
        "higher",
        " %",
        (71, 94, 85, 86, 85, 85, 91, 89, 92, 86),
        (0,),
    ),
    (
        "stl",
        "Time limits in 28 days",
        "stl_due_28",
        "aim 0 expired",
        "lower",
        "",
        (12, 20, 8, 10, 17, 24, 41, 7, 10, 13),
        (6,),
    ),
    ("rui_bail", "On RUI", "rui_on", "lower is better", "lower", "", (53, 59, 123, 96, 100, 117, 116, 67, 88, 58), ()),
    (
        "overtime",
        "Overtime against budget",
        "overtime_spend",
        "aim 100 %",
        "lower",
        " %",
        (89, 127, 100, 98, 95, 96, 95, 99, 95, 97),
        (1,),
    ),
    (
        "stop_search",
        "Forms awaiting review",
        "stop_search_review",
        "for information",
        "neutral",
        "",
        (3, 9, 0, 4, 11, 2, 6, 1, 3, 5),
        (),
    ),
    (
        "response",
        "Immediate in 12 min",
        "response_immediate",
        "aim 100 %",
        "higher",
        " %",
        (84, 82, 91, 92, 81, 83, 85, 79, 64, 82),
        (8,),
    ),
    (
        "intel",
        "Intelligence submitted",
        "intel_submissions",
        "per full-time officer",
        "higher",
        "",
        (4.1, 3.8, 4.4, 3.2, 2.9, 4.0, 3.6, 3.9, 4.2, 3.3),
        (),
    ),
    (
        "oocd",
        "Dip sample passed",
        "oocd_dip_pass",
        "higher is better",
        "higher",
        " %",
        (92, 88, 95, 90, 0, 91, 85, 100, 94, 89),
        (),
    ),
    ("acro", "ACRO overdue", "acro_overdue", "aim 0", "lower", "", (1, 0, 0, 2, 0, 5, 1, 0, 0, 1), ()),
)


def summary(metrics: int = 10) -> SummaryPage:
    """The ten CSPs by as many metrics."""
    columns = tuple(_column(*_GRID[index % len(_GRID)]) for index in range(metrics))
    return SummaryPage(
        view=_VIEW,
        unit="force",
        unit_name="Hertfordshire",
        crumbs=(),
        rows_word="CSP",
        rows=tuple((unit_ref(name), name, _VIEW.but(unit=unit_ref(name))) for name in CSPS),
        columns=columns,
        lede="5 of 100 figures lie outside their usual range · 2 risks are coming · compared with four weeks ago",
        attention=(
            Attention(
                "concern",
                "Stevenage: 41 crimes reach their time limit by 20 Dec; 26 sit with Local Crime Unit.",
                "Stevenage",
                View(page="stl", unit="csp-stevenage"),
            ),
            Attention(
                "concern", "Watford: 31 bails end by 20 Dec.", "Watford", View(page="rui_bail", unit="csp-watford")
            ),
        ),
        moved=(
            ("Victim updates", "+6 points", 1.0, "good", View(page="victim_updates", unit="force")),
            ("RUI and bail", "−5 %", 0.84, "good", View(page="rui_bail", unit="force")),
            ("Overtime", "+3 points", 0.5, "concern", View(page="overtime", unit="force")),
        ),
        as_at=ALL_SOURCES,
        scope_note="",
        data_version="v1",
    )


def _column(
    family: str,
    title: str,
    metric: str,
    hint: str,
    better: str,
    unit: str,
    values: tuple[float, ...],
    outside: tuple[int, ...],
) -> SummaryColumn:
    worst = None if better == "neutral" else (max if better == "lower" else min)(values)

    def cell(index: int, value: float) -> SummaryCell:
        judgement: Judgement = ("high" if better == "lower" else "low") if index in outside else "usual"
        words = "usual 11 to 16" if index in outside else ""
        view = View(page=family, unit=unit_ref(CSPS[index]), metric=metric)
        return SummaryCell(_figure(value, unit), judgement, words, view, value / max(values), value == worst)

    cells = tuple(cell(index, value) for index, value in enumerate(values))
    return SummaryColumn(
        family, title, metric, title, hint, cells, _figure(round(sum(values) / len(values), 1), unit), better
    )


def _figure(value: float, unit: str) -> Figure:
    return Figure(value, value, None, 10, f"{value:g}{unit}", "12 of 14" if unit else "")


def team() -> TeamPage:
    view = View(page=TEAM, unit="team-c")
    people = (
        ("E10731", "PS 0731 Nair", "PS", "supervisor", 1.0, date(2022, 9, 5), ""),
        ("E12207", "PC 2207 Adeyemi", "PC", "intervention", 1.0, date(2024, 3, 4), ""),
        ("E12015", "PC 2015 Whitfield", "PC", "intervention", 0.6, date(2021, 1, 11), "part time"),
        ("E13312", "PC 3312 Marsh", "PC", "intervention", 1.0, date(2026, 11, 3), "joined 3 Nov"),
    )
    return TeamPage(
        view=view,
        unit="team-c",
        unit_name="Team C",
        crumbs=crumbs(view),
        members=tuple(
            TeamMember(ref, name, rank, role, fte, since, note, View(page=OFFICER, officer=ref), "Athena")
            for ref, name, rank, role, fte, since, note in people
        ),
        withheld=0,
        issues=(
            ("PC 2980 Kaur: HR says Team D since 1 Nov, Athena says Team C.", "HR"),
            ("PC 0419 Hale: posting ends before it begins; left out.", "HR"),
        ),
        children=(),
    )


def department() -> TeamPage:
    """A unit with units below, names withheld, nothing odd."""
    view = View(page=TEAM, unit="watford-intervention")
    return TeamPage(
        view=view,
        unit="watford-intervention",
        unit_name="Intervention",
        crumbs=crumbs(view)[:2],
        members=(),
        withheld=52,
        issues=(),
        children=tuple((f"Team {letter}", view.but(unit=f"team-{letter.lower()}")) for letter in "ABCDE"),
        scope_note="You see officers and records of Team C; totals elsewhere.",
    )


def sources() -> SourcesPage:
    return SourcesPage(
        view=View(page=SOURCES),
        rows=(
            SourceRow("athena", "Investigations", "investigation", ATHENA, 192_408, 12, "ok", NOW),
            SourceRow("athena", "Victim events", "victim_event", ATHENA, 401_220, 0, "ok", NOW),
            SourceRow("hr", "Postings", "posting", HR, 6_031, 41, "ok", NOW - timedelta(hours=8)),
            SourceRow(
                "finance", "Overtime claims", "overtime_claim", FINANCE, 88_120, 0, "ok", NOW - timedelta(hours=5)
            ),
            SourceRow(
                "control",
                "Incidents",
                "incident",
                CONTROL,
                310_554,
                0,
                "refused: no answer in 10 s",
                NOW - timedelta(minutes=2),
            ),
            SourceRow("sharepoint", "ACRO items", "acro_item", SHAREPOINT, 0, 0, "never", None),
        ),
        refused=(
            RefusedGroup("hr", "posting", "starts_on", "is after ends_on", 41, View(page=SOURCES, bar="refused:1")),
            RefusedGroup("athena", "investigation", "recorded_at", "lies in the future", 9),
            RefusedGroup("athena", "investigation", "offence_code", "is missing", 3),
        ),
        org_issues=(
            ("postings of officers nobody knows", 17),
            ("postings that overlap", 8),
            ("officers with no posting today", 31),
        ),
        health=(
            SourceHealth("athena", "Athena", NOW, NOW, NOW + timedelta(seconds=2), 2.0, 0, "closed", 4.0, 0.1, ""),
            SourceHealth(
                "control",
                "Command and control",
                NOW,
                NOW - timedelta(minutes=45),
                NOW + timedelta(minutes=3),
                5.0,
                9,
                "open",
                2_700.0,
                10.0,
                "no answer in 10 s",
            ),
        ),
    )


HITS = (
    Hit("unit", "Watford", "CSP, Hertfordshire", View(page="workload", unit="csp-watford")),
    Hit("unit", "Watford Intervention", "Department, Watford", View(page="workload", unit="watford-intervention")),
    Hit("officer", "PC 2207 Adeyemi", "Team C, Intervention", View(page=OFFICER, officer="E12207")),
)
