"""The other sources: HR, finance, command and control, and the lists SharePoint drops as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from data_access.demo.athena import Names, listed, yes_no
from data_access.demo.force import Force
from data_access.demo.tables import Table, write_csv, write_workbook
from data_access.demo.timeline import (
    DAY,
    HOUR,
    MISSING,
    date_of,
    day_texts,
    instant_texts,
    later,
    slashed_texts,
    to_utc,
)
from data_access.demo.units import CSPS, NO_CSP

BEATS: tuple[str, ...] = tuple(csp.beat for csp in CSPS)
GRADE_WORDS = {"I": "IMM", "P": "PRI", "S": "SCH", "R": "RWD"}
FORM_HEADER = (
    "Form ID", "Officer", "Date of search", "Submitted", "Returned", "Resubmitted", "Reviewed", "Reviewer", "Power",
    "Object", "Object found", "Outcome linked", "BWV", "Grounds sufficient", "Receipt", "Type", "CSP",
)  # fmt: skip
ITEM_HEADER = ("Item", "Officer", "Type", "Crime", "Opened", "Due", "Done", "NFA", "CSP")
UNIT_HEADER = ("Unit ID", "Title", "Level", "Parent", "Type", "Order")
CORRECTION_HEADER = ("ID", "Employee", "Unit ID", "From", "To", "Role", "FTE", "Corrected by")


def finance_tables(force: Force) -> list[Table]:
    """Claims, budgets and duty hours. Payroll numbers are employee numbers of eight digits; money is pounds."""
    claims, timeline = force.claims, force.timeline
    payroll = np.array([f"{emp:0>8}" for emp in force.people.officers["emp"].tolist()], dtype=object)
    centres = np.array([unit.cost_centre for unit in force.units.rows], dtype=object)
    count = len(claims["officer"])
    changed = later(claims["claimed_at"], _noon(claims["paid_on"]), _noon(claims["toil_taken_on"]))
    claim = Table(
        "ot_claim",
        {
            "claim_id": [f"OT{number:06}" for number in range(1, count + 1)],
            "payroll_no": listed(payroll[claims["officer"]]),
            "duty_start": instant_texts(claims["start_at"]),
            "duty_end": instant_texts(claims["end_at"]),
            "notified": instant_texts(claims["told_at"]),
            "ot_code": listed(claims["kind"]),
            "hours": [None if np.isnan(each) else each for each in claims["hours"].tolist()],
            "taken_as": listed(np.where(claims["toil"], "T", "P").astype(object)),
            "gross_gbp": [
                None if toil else pence / 100
                for toil, pence in zip(claims["toil"].tolist(), claims["pence"].tolist(), strict=True)
            ],
            "cost_centre": listed(centres[claims["unit"]]),
            "op_code": [code or None for code in claims["operation"].tolist()],
            "recharge": yes_no(claims["recharged"]),
            "claimed": instant_texts(claims["claimed_at"]),
            "paid_on": day_texts(claims["paid_on"]),
            "toil_taken": day_texts(claims["toil_taken_on"]),
            "changed": instant_texts(np.minimum(changed, timeline.now)),
        },
    )
    budgets, duty = force.budgets, force.duty
    budget = Table(
        "ot_budget",
        {
            "cost_centre": listed(centres[budgets["unit"]]),
            "period": [each[:7] for each in day_texts(budgets["month_on"])],
            "budget_gbp": [pence / 100 for pence in budgets["pence"].tolist()],
        },
        indexed=(),
        key=("cost_centre", "period"),
    )
    hours = Table(
        "duty_month",
        {
            "payroll_no": listed(payroll[duty["officer"]]),
            "month": [each[:7] for each in day_texts(duty["month_on"])],
            "hours": duty["hours"].tolist(),
            "abstracted": duty["lost"].tolist(),
            "changed": instant_texts(
                np.minimum(duty["month_on"] * DAY + 32 * DAY, timeline.now - 6 * HOUR) - 20 * duty["officer"]
            ),
        },
        key=("payroll_no", "month"),
    )
    return [claim, budget, hours]


def _noon(days: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.where(days == MISSING, MISSING, days * DAY + 12 * HOUR)


def hr_tables(force: Force) -> list[Table]:
    return [force.views.person, force.views.position]


def command_tables(force: Force) -> list[Table]:
    """Incidents. This system keeps UTC, beats instead of CSPs, and a result code for what does not count."""
    incidents = force.incidents
    names = Names(force)
    count = len(incidents["csp"])
    words = np.array([GRADE_WORDS[each] for each in "IPSR"], dtype=object)
    place = {grade: number for number, grade in enumerate("IPSR")}
    beat = np.array(BEATS, dtype=object)
    changed = later(
        incidents["graded_at"], incidents["dispatched_at"], incidents["attended_at"], incidents["closed_at"]
    )
    callsign = [None if emp is None else f"{emp[-4:]}" for emp in names.emp[incidents["officer"]].tolist()]
    return [
        Table(
            "incident",
            {
                "inc_no": [f"HC-{number:07}" for number in range(1, count + 1)],
                "beat": [
                    f"{csp}{area:02}"
                    for csp, area in zip(
                        beat[incidents["csp"]].tolist(), (np.arange(count) * 7 % 9 + 1).tolist(), strict=True
                    )
                ],
                "grade": listed(words[[place[each] for each in incidents["grade"].tolist()]]),
                "first_grade": listed(words[[place[each] for each in incidents["first_grade"].tolist()]]),
                "created_utc": instant_texts(to_utc(incidents["created_at"])),
                "answered_utc": instant_texts(to_utc(incidents["answered_at"])),
                "graded_utc": instant_texts(to_utc(incidents["graded_at"])),
                "despatch_utc": instant_texts(to_utc(incidents["dispatched_at"])),
                "scene_utc": instant_texts(to_utc(incidents["attended_at"])),
                "closed_utc": instant_texts(to_utc(incidents["closed_at"])),
                "result_cd": listed(incidents["result"]),
                "first_emp": listed(names.emp[incidents["officer"]]),
                "callsign": callsign,
                "open_code": listed(incidents["code"]),
                "changed_utc": instant_texts(to_utc(np.minimum(changed, force.timeline.now))),
            },
            indexed=("changed_utc",),
        )
    ]


def unit_rows(force: Force) -> list[tuple[Any, ...]]:
    """The strategic hub's own list of units."""
    return [(unit.ref, unit.name, unit.level, unit.parent, unit.unit_type, unit.order) for unit in force.units.rows]


def form_rows(force: Force) -> list[tuple[Any, ...]]:
    """Stop and search forms in order of submission, not yet submitted ones last."""
    forms, names = force.forms, Names(force)
    order = np.argsort(
        np.where(forms["submitted_at"] == MISSING, force.timeline.now, forms["submitted_at"]), kind="stable"
    )
    forms = {name: column[order] for name, column in forms.items()}
    csp = np.array([*(each.name for each in CSPS), ""], dtype=object)
    reviewer = [f"E{emp}" if emp else "" for emp in names.emp[forms["reviewer"]].tolist()]
    columns = [
        [f"SS{number:06}" for number in range(1, len(order) + 1)],
        [f"E{emp}" for emp in names.emp[forms["officer"]].tolist()],
        *(
            instant_texts(forms[name])
            for name in ("searched_at", "submitted_at", "returned_at", "resubmitted_at", "reviewed_at")
        ),
        reviewer,
        *(
            listed(forms[name])
            for name in ("power", "object", "found", "linked", "video", "grounds", "receipt", "kind")
        ),
        listed(csp[np.where(forms["csp"] == NO_CSP, len(CSPS), forms["csp"])]),
    ]
    return list(zip(*columns, strict=True))


def item_rows(force: Force) -> list[tuple[Any, ...]]:
    """Items owed to the national record, with dates as people type them."""
    items, names = force.items, Names(force)
    count = len(items["crime"])
    csp = np.array([each.long_name for each in CSPS], dtype=object)
    columns = [
        [f"ACRO-{number:05}" for number in range(1, count + 1)],
        [f"E{emp}" for emp in names.emp[items["officer"]].tolist()],
        listed(items["kind"]),
        listed(names.crime[items["crime"]]),
        instant_texts(items["opened_at"]),
        slashed_texts(items["due_on"]),
        instant_texts(items["closed_at"]),
        ["yes" if each else "no" for each in items["no_action"].tolist()],
        listed(csp[force.crimes["csp"][items["crime"]]]),
    ]
    return list(zip(*columns, strict=True))


def drop_sharepoint(force: Force, folder: Path, forms: list[tuple[Any, ...]], items: list[tuple[Any, ...]]) -> None:
    """The folder SharePoint exports into: forms by month (older months packed), items, units, corrections."""
    today = f"{date_of(force.timeline.today)}"
    write_csv(folder / "units.csv", UNIT_HEADER, unit_rows(force))
    write_csv(folder / "posting_corrections.csv", CORRECTION_HEADER, force.views.corrections)
    write_workbook(folder / f"acro_{today}.xlsx", "Items", ITEM_HEADER, items)
    by_month: dict[str, list[tuple[Any, ...]]] = {}
    for row in forms:
        by_month.setdefault(str(row[3] or today)[:7], []).append(row)
    for month, rows in by_month.items():
        # In order of their names the files are in order of time: 2026-10.csv.gz, 2026-11-22.csv, 2026-11-22_140512.csv.
        name = f"stop_search_{today}.csv" if month >= today[:7] else f"stop_search_{month}.csv.gz"
        write_csv(folder / name, FORM_HEADER, rows)
