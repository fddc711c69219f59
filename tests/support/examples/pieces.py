"""What the example pages share: figures, sources, a definition, the way up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cspdash.domain.ports import AsAt, Bar, Crumb, DefinitionCard, Figure, Headline, Judgement, Range
from cspdash.domain.view import OFFICER, View

NOW = datetime(2026, 11, 22, 14, 5, 50, tzinfo=UTC)
WORKLOAD = View(page="workload", unit="team-c", metric="workload_open")
CSPS = (
    "Broxbourne",
    "Dacorum",
    "East Herts",
    "Hertsmere",
    "North Herts",
    "St Albans",
    "Stevenage",
    "Three Rivers",
    "Watford",
    "Welwyn Hatfield",
)
FAMILIES = (
    ("workload", "Workload", "164", True),
    ("victim_updates", "Victim updates", "91 %", False),
    ("stl", "Statutory time limits", "7", True),
    ("rui_bail", "RUI and bail", "23", False),
    ("overtime", "Overtime", "104 %", False),
    ("stop_search", "Stop and search", "3", False),
    ("response", "Response", "86 %", False),
    ("intel", "Intelligence", "41", False),
    ("oocd", "Out-of-court", "34 %", False),
    ("acro", "ACRO", "5", False),
)


def unit_ref(name: str) -> str:
    return "csp-" + name.lower().replace(" ", "-")


def count(value: int) -> Figure:
    return Figure(float(value), float(value), None, value, f"{value:,}")


def share(above: int, under: int) -> Figure:
    value = above / under * 100 if under else None
    return Figure(value, above, under, under, "–" if value is None else f"{value:.0f} %", f"{above:,} of {under:,}")


def usual(low: int, high: int, peers: int = 212) -> Range:
    return Range(low, high, peers, f"usual {low} to {high}")


def officer_bar(
    ref: str,
    name: str,
    figure: Figure,
    *,
    view: View = WORKLOAD,
    judgement: Judgement = "usual",
    words: str = "",
    note: str = "",
    fte: float = 1.0,
) -> Bar:
    """An officer's bar as their own sergeant sees it."""
    key = f"officer:{ref}"
    return Bar(
        key=key,
        kind="officer",
        name=name,
        figure=figure,
        note=note,
        judgement=judgement,
        usual=usual(9, 19),
        words=words,
        target_view=View(page=OFFICER, officer=ref, metric=view.metric),
        records_view=view.but(bar=key),
        plan_officer=ref,
        fte=fte,
    )


def unit_bar(name: str, figure: Figure, view: View, judgement: Judgement = "usual", words: str = "") -> Bar:
    ref = unit_ref(name)
    return Bar(ref, "unit", name, figure, "", judgement, None, words, view.but(unit=ref), view.but(bar=ref), "", 200.0)


def source(
    name: str, words: str, age: timedelta, *, is_stale: bool = False, is_down: bool = False, limit: int = 900
) -> AsAt:
    at = NOW - age
    return AsAt(name.lower().replace(" ", "_"), name, at, at + timedelta(seconds=20), is_stale, is_down, words, limit)


ATHENA = source("Athena", "Athena 14:05", timedelta(seconds=38))
HR = source("HR", "HR 06:00", timedelta(hours=8, minutes=5), limit=100_000)
FINANCE = source("Finance", "Finance 09:00", timedelta(hours=5), is_stale=True, limit=14_400)
CONTROL = source("Command and control", "Command and control 13:20", timedelta(minutes=45), is_stale=True, is_down=True)
SHAREPOINT = AsAt("sharepoint", "SharePoint", None, None, True, False, "SharePoint not loaded yet", 86_400)
SOURCES = (ATHENA, HR, FINANCE, CONTROL, SHAREPOINT)


def definition(title: str = "Open investigations", kind: str = "open right now") -> DefinitionCard:
    return DefinitionCard(
        slug="workload_open",
        title=title,
        sentence="Crime investigations recorded and not yet finalised, counted for the officer in the case.",
        kind=kind,
        clock="Age runs from the day the crime was recorded.",
        exclusions="Non-crime investigations; crimes transferred to another force.",
        source="Athena, investigation",
        owner="Strategic hub",
        target="No target: usual range by role",
        in_force="",
        version="3f2a9c01d4",
        usual_range="The middle 95 % of Intervention constables in the force, per full-time officer.",
    )


def crumbs(view: View) -> tuple[Crumb, ...]:
    csps = tuple((name, view.but(unit=unit_ref(name))) for name in CSPS)
    departments = tuple(
        (name, view.but(unit=f"watford-{name.lower()}"))
        for name in ("Intervention", "Local Crime Unit", "Neighbourhood")
    )
    return (
        Crumb("Hertfordshire", view.but(unit="force")),
        Crumb("Watford", view.but(unit="csp-watford"), csps),
        Crumb("Intervention", view.but(unit="watford-intervention"), departments),
    )


def teams(view: View) -> tuple[tuple[str, View], ...]:
    return tuple((f"Team {letter}", view.but(unit=f"team-{letter.lower()}")) for letter in "ABCDE")


def headlines(view: View) -> tuple[Headline, ...]:
    unit = view.unit or "team-c"
    return tuple(
        Headline(slug, title, text, outside, View(page=slug, unit=unit)) for slug, title, text, outside in FAMILIES
    )
