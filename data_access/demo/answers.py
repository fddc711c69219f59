"""Known answers: what the figures of the demonstration force must come to on the day it was built.

Each is worked out here from the truth in memory, by its own short reckoning; tests work the same out from the source
databases, and others from the pages.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from data_access.demo.cast import (
    ADEYEMI,
    FORMS_TEAM,
    LATE_CSP,
    OVERSPENT_CSP,
    PRYCE,
    SHAH,
    SQUEEZED_CSP,
    STEVENAGE_B,
    TEAM_C,
    UNTOLD_CSP,
)
from data_access.demo.crimes import owner_csp, still_open, time_limit
from data_access.demo.force import Force
from data_access.demo.offences import IS_CRIME
from data_access.demo.overtime import share_of_months, spent
from data_access.demo.planted import OVERDUE_REVIEWS
from data_access.demo.searches import OVERDUE_FORMS, TEAM_C_FORMS
from data_access.demo.timeline import DAY, MISSING, Flags
from data_access.demo.units import CSP_INDEX
from data_access.demo.victims import in_scope


@dataclass(frozen=True, slots=True)
class Answer:
    """One known answer: `metric` of `unit` or `officer`. `denominator` only for shares."""

    id: str
    words: str
    metric: str
    value: float
    numerator: float
    denominator: float | None = None
    unit: str = ""
    officer: str = ""
    period: str = ""


class _Reckoning:
    """The open crimes of the force, looked at from all sides."""

    def __init__(self, force: Force) -> None:
        self.force, self.today = force, force.timeline.today
        crimes = force.crimes
        self.crimes = crimes
        self.open: Flags = still_open(crimes) & IS_CRIME[crimes["offence"]]
        self.old: Flags = self.open & (crimes["recorded_at"] // DAY < self.today - 120)
        current = force.people.current_unit(self.today)
        officer = crimes["officer"]
        # Nobody in post leaves a crime to the unit the record names.
        self.unit = np.where((officer >= 0) & (current[officer] >= 0), current[officer], crimes["unit"])
        due = time_limit(crimes)
        self.due_soon: Flags = self.open & (due >= self.today) & (due <= self.today + 28)

    def of(self, emp: str) -> Flags:
        held: Flags = self.crimes["officer"] == self.force.people.fixed[emp]
        return held

    def in_unit(self, ref: str) -> Flags:
        there: Flags = self.unit == self.force.units.index[ref]
        return there


def _count(which: Flags) -> int:
    return int(which.sum())


def _workload(r: _Reckoning) -> list[Answer]:
    def plain(id_: str, words: str, metric: str, which: Flags, **where: str) -> Answer:
        return Answer(id_, words, metric, _count(which), _count(which), None, **where)

    closed = r.crimes["closed_at"] // DAY
    lately = (r.crimes["closed_at"] != MISSING) & (closed > r.today - 28)
    at = (r.today - 28 + 1) * DAY
    before = (
        r.of(SHAH)
        & (r.crimes["recorded_at"] < at)
        & ((r.crimes["closed_at"] == MISSING) | (r.crimes["closed_at"] >= at))
    )
    team = r.in_unit(TEAM_C) & r.open
    overdue = sum(OVERDUE_REVIEWS.values())
    return [
        plain(
            "adeyemi-open",
            "PC Adeyemi holds 28 open investigations",
            "open_investigations",
            r.of(ADEYEMI) & r.open,
            officer=f"E{ADEYEMI}",
        ),
        plain(
            "adeyemi-old",
            "11 of them for more than 120 days",
            "over_120_days",
            r.of(ADEYEMI) & r.old,
            officer=f"E{ADEYEMI}",
        ),
        plain("team-c-open", "Team C of Watford Intervention has 164", "open_investigations", team, unit=TEAM_C),
        plain(
            "team-c-old", "31 of them for more than 120 days", "over_120_days", r.in_unit(TEAM_C) & r.old, unit=TEAM_C
        ),
        Answer(
            "team-c-reviews", "9 of them wait for an overdue review", "review_overdue", overdue, overdue, unit=TEAM_C
        ),
        plain(
            "team-c-leaver",
            "16 of them name PC Pryce, who left",
            "open_investigations",
            r.of(PRYCE) & r.open,
            unit=TEAM_C,
            officer=f"E{PRYCE}",
        ),
        plain(
            "shah-closed",
            "PC Shah finalised 14 in four weeks",
            "finalised",
            r.of(SHAH) & lately,
            officer=f"E{SHAH}",
            period="28d",
        ),
        plain("shah-open", "and came down to 16", "open_investigations", r.of(SHAH) & r.open, officer=f"E{SHAH}"),
        plain(
            "shah-before",
            "from 24 four weeks ago",
            "open_investigations",
            before,
            officer=f"E{SHAH}",
            period="as at 28 days ago",
        ),
    ]


def _limits(r: _Reckoning) -> list[Answer]:
    stevenage = r.due_soon & (owner_csp(r.crimes, r.force.people, r.today) == CSP_INDEX[SQUEEZED_CSP])
    team_c = r.due_soon & r.in_unit(TEAM_C)
    return [
        Answer(
            "stevenage-limits",
            "41 time limits end in Stevenage within 28 days",
            "stl_due_28",
            _count(stevenage),
            _count(stevenage),
            unit=SQUEEZED_CSP,
        ),
        Answer(
            "stevenage-b-limits",
            "26 of them sit with Team B",
            "stl_due_28",
            _count(r.due_soon & r.in_unit(STEVENAGE_B)),
            _count(r.due_soon & r.in_unit(STEVENAGE_B)),
            unit=STEVENAGE_B,
        ),
        Answer(
            "team-c-limits",
            "7 time limits end in Team C within 28 days, the first in five",
            "stl_due_28",
            _count(team_c),
            _count(team_c),
            unit=TEAM_C,
        ),
    ]


def _share(id_: str, words: str, metric: str, numerator: float, denominator: float, **where: str) -> Answer:
    return Answer(
        id_,
        words,
        metric,
        round(100 * numerator / denominator, 4) if denominator else 0.0,
        numerator,
        denominator,
        **where,
    )


def _victims(r: _Reckoning) -> list[Answer]:
    victims = r.force.victims
    counted = in_scope(victims) & still_open(r.crimes)[victims["crime"]]
    csp = owner_csp(r.crimes, r.force.people, r.today)[victims["crime"]]
    there = counted & (csp == CSP_INDEX[UNTOLD_CSP])
    team = counted & (r.unit[victims["crime"]] == r.force.units.index[TEAM_C])
    words = "{:.0f} % of victims were contacted within the agreed interval in {}"
    answers = []
    for id_, which, unit, name in (
        ("broxbourne-victims", there, UNTOLD_CSP, "Broxbourne"),
        ("team-c-victims", team, TEAM_C, "Team C"),
    ):
        told, of = _count(which & ~r.force.overdue_victims), _count(which)
        answers.append(
            _share(id_, words.format(100 * told / max(of, 1), name), "victim_contact_in_interval", told, of, unit=unit)
        )
    return answers


def _others(r: _Reckoning) -> list[Answer]:
    force = r.force
    units, incidents = force.units, force.incidents
    inside = units.csp == CSP_INDEX[OVERSPENT_CSP]
    paid = int(spent(force.timeline, force.claims, len(units.rows), 28)[inside].sum())
    budgets = force.budgets
    month = budgets["month_on"] == force.timeline.month_starts()[-1]
    budget = float(budgets["pence"][month & inside[budgets["unit"]]].sum()) * share_of_months(force.timeline, 28)
    counted = (
        (incidents["grade"] == "I")
        & (incidents["graded_at"] // DAY > r.today - 28)
        & (incidents["attended_at"] != MISSING)
    )
    counted &= np.array([result is None for result in incidents["result"].tolist()]) & (
        incidents["csp"] == CSP_INDEX[LATE_CSP]
    )
    quick = counted & (incidents["attended_at"] - incidents["graded_at"] <= 720)
    return [
        _share(
            "dacorum-overtime",
            "Dacorum spent 127 % of its overtime budget in four weeks",
            "overtime_spend",
            paid,
            round(budget, 2),
            unit=OVERSPENT_CSP,
            period="28d",
        ),
        _share(
            "watford-response",
            "Watford reached 64 % of immediate incidents within twelve minutes",
            "immediate_in_time",
            _count(quick),
            _count(counted),
            unit=LATE_CSP,
            period="28d",
        ),
        Answer(
            "forms-overdue",
            "9 forms wait for a review for more than seven days in Team D of Hertsmere Intervention",
            "stops_review_overdue",
            OVERDUE_FORMS,
            OVERDUE_FORMS,
            unit=FORMS_TEAM,
        ),
        Answer(
            "team-c-forms",
            "3 forms wait in Team C, none for long",
            "stops_awaiting_review",
            TEAM_C_FORMS,
            TEAM_C_FORMS,
            unit=TEAM_C,
        ),
    ]


def known_answers(force: Force) -> list[dict[str, object]]:
    """All of them, as they are written into known_answers.json."""
    reckoning = _Reckoning(force)
    answers = [*_workload(reckoning), *_limits(reckoning), *_victims(reckoning), *_others(reckoning)]
    return [asdict(answer) for answer in answers]
