"""Example family pages: a team, the force, very many bars, zeros, and nothing at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cspdash.domain.ports import Attention, Bar, FallingDue, MetricTab, RecordsPage, UnitPage
from cspdash.domain.view import View
from tests.support.examples.pieces import (
    ATHENA,
    CONTROL,
    CSPS,
    SHAREPOINT,
    WORKLOAD,
    count,
    crumbs,
    definition,
    officer_bar,
    share,
    teams,
    unit_bar,
)

_HELD = (
    ("E12207", "PC 2207 Adeyemi", 28, "high", "usual 9 to 19", "", 1.0),
    ("E11840", "PC 1840 Brennan", 21, "high", "usual 9 to 19", "", 1.0),
    ("E11196", "PC 1196 Okafor", 18, "usual", "", "", 1.0),
    ("E13051", "PC 3051 Lindqvist", 17, "usual", "", "", 1.0),
    ("E12733", "PC 2733 Shah", 16, "usual", "", "", 1.0),
    ("E11402", "PC 1402 Doyle", 15, "usual", "", "", 1.0),
    ("E12980", "PC 2980 Kaur", 14, "usual", "", "", 1.0),
    ("E12015", "PC 2015 Whitfield", 9, "usual", "15 per full-time", "0.6 FTE", 0.6),
    ("E13312", "PC 3312 Marsh", 6, "too_few", "", "joined 3 Nov", 1.0),
    ("E10731", "PS 0731 Nair", 4, "usual", "", "", 1.0),
)
TEAM_BARS = (
    *(
        officer_bar(ref, name, count(n), judgement=how, words=words, note=note, fte=fte)
        for ref, name, n, how, words, note, fte in _HELD
    ),
    Bar(
        "unmapped",
        "unmapped",
        "Not mapped to an officer",
        count(16),
        target_view=WORKLOAD.but(bar="unmapped"),
        records_view=WORKLOAD.but(bar="unmapped"),
    ),
)
_STL = View(page="stl", unit="team-c", metric="stl_due_28")
_ADEYEMI = TEAM_BARS[0].target_view or WORKLOAD
_SHAH = TEAM_BARS[4].target_view or WORKLOAD


def _tabs(view: View, *metrics: tuple[str, str, str, bool]) -> tuple[MetricTab, ...]:
    return tuple(
        MetricTab(slug, title, text, slug == view.metric, view.but(metric=slug, bar=""), outside)
        for slug, title, text, outside in metrics
    )


def team() -> UnitPage:
    """A sergeant's own team: the page most people see most."""
    view = WORKLOAD
    return UnitPage(
        view=view,
        family="workload",
        family_title="Workload",
        unit="team-c",
        unit_name="Team C",
        unit_level="Team",
        children_word="officer",
        metric_title="Open investigations",
        unit_label="open investigations",
        better="lower",
        lede="164 open investigations · 10 officers · 12 more than four weeks ago · team as it is now",
        crumbs=crumbs(view),
        siblings=teams(view),
        tabs=_tabs(
            view,
            ("workload_open", "Open", "164", True),
            ("workload_over_120", "Over 120 days", "31", False),
            ("workload_review_overdue", "Review overdue", "9", False),
            ("workload_unallocated", "Unallocated 48 h", "2", False),
        ),
        bars=TEAM_BARS,
        total=count(164),
        target=None,
        target_text="",
        axis_note="Usual range: the middle 95 % of Intervention officers, per full-time officer. Orange lies above it.",
        as_at=(ATHENA,),
        definition=definition(),
        attention=(
            Attention(
                "concern",
                "PC 2207 Adeyemi holds 28; officers in this role usually hold 9 to 19. 11 are over 120 days old.",
                "PC 2207 Adeyemi",
                _ADEYEMI,
            ),
            Attention(
                "concern",
                "4 crimes in this team run out of time within 14 days; the first on 27 Nov.",
                "4 crimes",
                _STL,
            ),
            Attention("good", "PC 2733 Shah closed 14 in four weeks, the most in Intervention.", "PC 2733 Shah", _SHAH),
            Attention(
                "unknown", "16 records name an officer who left. Reallocate", "Reallocate", view.but(bar="unmapped")
            ),
        ),
        falling_due=(
            FallingDue(7, count(4), (("time limits", 1, _STL), ("bail", 1, None), ("updates", 2, None))),
            FallingDue(14, count(7), (("time limits", 4, _STL), ("bail", 1, None), ("updates", 2, None))),
            FallingDue(28, count(19), (("time limits", 7, _STL), ("bail", 4, None), ("updates", 8, None))),
        ),
        may_sort_by_value=True,
        is_flow=False,
        is_per_fte=True,
        period_text="",
        scope_note="",
        data_version="v1",
    )


def force() -> UnitPage:
    """A percentage by CSP with a target, over a period, on a past day; one CSP out, one with nothing to divide by."""
    view = View(page="victim_updates", unit="force", metric="victim_event_in_time", as_at=date(2026, 10, 31))
    done = (412, 396, 377, 401, 388, 420, 455, 298, 441, 0)
    all_of = (577, 421, 442, 466, 457, 495, 499, 334, 479, 0)
    bars = [unit_bar(name, share(above, under), view) for name, above, under in zip(CSPS, done, all_of, strict=True)]
    bars[0] = replace(bars[0], judgement="low", words="usual 82 to 96 %")
    bars[6] = replace(bars[6], judgement="high", words="usual 82 to 90 %")
    bars[9] = replace(bars[9], judgement="not_judged", words="no key event in the period")
    return replace(
        team(),
        view=view,
        family="victim_updates",
        family_title="Victim updates",
        unit="force",
        unit_name="Hertfordshire",
        unit_level="Force",
        children_word="CSP",
        metric_title="Key-event updates in time",
        unit_label="key events",
        better="higher",
        lede="86 % updates in time (3,588 of 4,170) · 2 points lower than the period before · last 28 days",
        crumbs=(),
        siblings=(),
        tabs=_tabs(
            view,
            ("victim_contact", "Contact as agreed", "91 %", False),
            ("victim_event_in_time", "Key events in time", "86 %", False),
            ("victim_overdue", "Overdue now", "412", True),
            ("victim_due_7", "Due in 7 days", "388", False),
        ),
        bars=tuple(bars),
        total=share(sum(done), sum(all_of)),
        target=100.0,
        target_text="aim 100 %",
        axis_note="Usual range: the middle 95 % of CSPs. Orange lies below it.",
        attention=(
            Attention(
                "concern",
                "Broxbourne tells 71 % of victims in time; CSPs usually tell 82 to 96 %.",
                "Broxbourne",
                view.but(unit="csp-broxbourne"),
            ),
        ),
        falling_due=(),
        is_flow=True,
        is_per_fte=False,
        period_text="Last 28 days",
        scope_note="You see officers and records of Team C; totals elsewhere.",
        definition=definition("Key-event updates in time", "in a period"),
    )


def many(bars: int = 400) -> UnitPage:
    """A unit with very many officers, long names among them."""
    long = ("Featherstonehaugh-Cholmondeley-Warrington", "O’Shaughnessy-MacGillicuddy", "Ng")
    made = tuple(
        officer_bar(
            f"E{20000 + n}",
            f"PC {3000 + n} {long[n % 3]}",
            count((n * 7) % 31),
            note="0.6 FTE" if n % 5 == 0 else "",
            fte=1.0,
        )
        for n in range(bars)
    )
    return replace(
        team(),
        unit_name="All of Watford",
        bars=made,
        total=count(sum(bar.figure.records for bar in made)),
        attention=(),
    )


def zeros() -> UnitPage:
    """Nothing overdue: a target of 0, every bar 0, names withheld."""
    view = View(page="stl", unit="team-d", metric="stl_expired_open")
    bars = tuple(replace(bar, figure=count(0), judgement="usual", words="") for bar in TEAM_BARS[:4])
    hidden = Bar("withheld", "withheld", "6 other officers", count(3), words="names not shown", fte=6.0)
    return replace(
        team(),
        view=view,
        family="stl",
        family_title="Statutory time limits",
        unit_name="Team D",
        metric_title="Expired and still open",
        unit_label="crimes",
        lede="3 crimes · 10 officers",
        bars=(*bars, hidden),
        total=count(3),
        target=0.0,
        target_text="aim 0",
        axis_note="",
        attention=(),
        scope_note="You see your own figures, and your team's totals.",
        extra={"note": "Six months, to the end of the day."},
    )


def stop_search() -> UnitPage:
    """A neutral metric: no ranking, no colour, a breakdown."""
    view = View(page="stop_search", unit="team-c", metric="stop_search_awaiting_review", sort="name", per="fte")
    bars = tuple(replace(bar, judgement="not_judged", words="", usual=None) for bar in TEAM_BARS[:6])
    return replace(
        team(),
        view=view,
        family="stop_search",
        family_title="Stop and search",
        metric_title="Awaiting sergeant's review",
        better="neutral",
        bars=bars,
        may_sort_by_value=False,
        axis_note="Shown for supervision, not for comparison: no ranking, no volume target.",
        extra={
            "breakdown": (
                ("Awaiting review", count(9), None),
                ("Returned to officer", count(4), view),
                ("Reviewed late", count(1), None),
            )
        },
    )


def empty(why: str) -> UnitPage:
    sources = {"source_down": (CONTROL,), "not_loaded": (SHAREPOINT,)}.get(why, (ATHENA,))
    return replace(team(), bars=(), total=count(0), empty=why, as_at=sources, attention=(), falling_due=(), lede="")


def records_of(page: UnitPage, key: str = "unmapped", rows: int = 1) -> RecordsPage:
    """The first of two pages behind a bar."""
    from tests.support.examples.officers import records

    bar = next(bar for bar in page.bars if bar.key == key)
    return replace(
        records(),
        view=page.view.but(bar=key, rows=rows),
        bar_name=f"{bar.name}, {page.unit_name}",
        total=bar.figure.records,
    )
