"""An example of a record's page."""

from __future__ import annotations

from cspdash.domain.ports import Crumb, RecordClock, RecordLine, RecordPage
from cspdash.domain.view import RECORD, View
from tests.support.examples.pieces import ATHENA

ORIGIN = View(page="stl", unit="watford-intervention-c", metric="stl_due_28", bar="officer:E12207")


def record() -> RecordPage:
    limit = RecordClock(
        "Statutory time limit",
        "running",
        "Common assault, domestic abuse. Statement 27 Sep 2026. Six months end at midnight on 27 Mar 2027.",
        "121 days left, no proceedings started.",
        "27 Mar 2027",
    )
    review = RecordClock(
        "Supervisor's review", "overdue", "Last review 1 Oct 2026.", "Overdue by 28 days.", "29 Oct 2026"
    )
    unknown = RecordClock(
        "Pre-charge bail", "unknown", "Arrest time not given.", "Missing: arrest time.", missing="arrest time"
    )
    suspect = View(page=RECORD, dataset="suspect_release", record="R1")
    return RecordPage(
        view=ORIGIN.but(page=RECORD, dataset="investigation", record="41/118204/26"),
        heading="Investigation 41/118204/26",
        about="Common assault, domestic abuse · PC 2207 Adeyemi · Watford",
        crumbs=(Crumb("Hertfordshire", View(page="stl", unit="herts")), Crumb("Team C", ORIGIN.but(bar=""))),
        back=ORIGIN,
        moment_text="26 Nov 2026 14:05",
        clocks=(limit, review, unknown),
        facts=(("Offence", "Common assault"), ("Class", "summary"), ("Recorded", "27 Sep 2026 11:20")),
        derived=(("Time limit", "27 Mar 2027"), ("Review due", "29 Oct 2026")),
        investigation=None,
        beside=(("Suspects on bail", (RecordLine("R1", suspect, "expired", "Three months ended on 1 Nov 2026."),)),),
        as_at=(ATHENA,),
        data_version="v1",
    )
