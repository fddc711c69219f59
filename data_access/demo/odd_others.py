"""Odd rows of HR, finance, command and control, and SharePoint."""

from __future__ import annotations

from typing import Any

import numpy as np

from data_access.demo.force import Force
from data_access.demo.oddity import Oddities
from data_access.demo.timeline import autumn_change, date_of

FORMS, ITEMS = "stop_search", "acro"
Rows = list[tuple[Any, ...]]
EXCLUDED = {
    "CANX": "cancelled",
    "NODEP": "settled without sending anybody",
    "DUP": "a second log of the same",
    "APPT": "an appointment",
    "OFFGEN": "made by officers themselves",
    "OOF": "outside the force",
    "HELD": "held back at a rendezvous on purpose",
}


def _keeper(force: Force) -> str:
    """The officer the odd rows are with: one of Hertsmere's Local Crime Unit."""
    current = force.people.current_unit(force.timeline.today)
    where = force.units.index["hertsmere-lcu-1"]
    return str(force.people.officers["emp"][int(np.flatnonzero(current == where)[0])])


def add_hr(odd: Oddities) -> None:
    person: dict[str, Any] = {
        "surname": "Ferncombe",
        "rank_cd": "CON",
        "service_start": "01/03/2020",
        "probation": "N",
        "changed": odd.at(30),
    }
    odd.add("person", {"emp_no": "E99010"} | person | {"rank_cd": None}, "no rank, and no posting", "")
    odd.add(
        "person", {"emp_no": "E99011"} | person | {"service_start": "31/02/2020"}, "a first day that is none", "officer"
    )
    odd.add("person", {"emp_no": "E99012"} | person | {"surname": None}, "no name", "officer")
    line: dict[str, Any] = {
        "org_code": "HC/HER-LCU-1",
        "job_title": "Constable",
        "fte": 1.0,
        "primary_yn": "Y",
        "changed": odd.at(30),
    }
    odd.add(
        "position",
        {"pos_id": "P999001", "emp_no": "E99010"} | line | {"eff_from": None},
        "a posting without a first day",
        "posting",
    )


def add_finance(odd: Oddities, force: Force) -> None:
    keeper = f"{_keeper(force):0>8}"
    count = odd.rows("ot_claim")

    def claim(what: str, code: str, start: str, end: str, refused: bool = False, **values: Any) -> None:
        row = {
            "claim_id": f"OT9{odd.rows('ot_claim') - count:05}", "payroll_no": keeper, "duty_start": start,
            "duty_end": end, "ot_code": code, "hours": 4.0, "taken_as": "P", "gross_gbp": 120.0,
            "cost_centre": "CC3321", "recharge": "N", "claimed": odd.at(20), "changed": odd.at(2),
        }  # fmt: skip
        odd.add("ot_claim", row | values, what, "overtime_claim" if refused else "")

    claim(
        "end of tour, told at the end of it: thirty minutes may be lost",
        "CAS",
        odd.at(40, "15:00:00"),
        odd.at(40, "16:10:00"),
        notified=odd.at(40, "15:05:00"),
        hours=None,
    )
    claim("rest day with a week's notice", "RDW", odd.at(38, "07:00:00"), odd.at(38, "13:00:00"), notified=odd.at(46))
    claim(
        "rest day with three weeks' notice: another rest day, no money",
        "RDW",
        odd.at(38, "07:00:00"),
        odd.at(38, "15:00:00"),
        notified=odd.at(60),
        gross_gbp=None,
        taken_as="T",
    )
    claim(
        "kept on for fifty minutes into a rest day: no four hours",
        "RDW",
        odd.at(37, "07:00:00"),
        odd.at(37, "07:50:00"),
        notified=odd.at(37, "06:30:00"),
        hours=None,
    )
    claim(
        "rest day, two hours worked: four at least",
        "RDW",
        odd.at(36, "09:00:00"),
        odd.at(36, "11:00:00"),
        notified=odd.at(39),
        hours=None,
    )
    claim(
        "public holiday with three days' notice: another day off besides",
        "PHW",
        odd.at(60, "07:00:00"),
        odd.at(60, "15:00:00"),
        notified=odd.at(63),
    )
    claim(
        "recalled between tours", "RCL", odd.at(35, "02:10:00"), odd.at(35, "05:00:00"), notified=odd.at(35, "01:30:00")
    )
    claim(
        "past midnight into the next force day",
        "CAS",
        odd.at(34, "22:00:00"),
        odd.at(33, "08:30:00"),
        notified=odd.at(34, "21:50:00"),
        hours=None,
    )
    claim("a reversal line", "CAS", odd.at(33, "15:00:00"), odd.at(33, "17:00:00"), gross_gbp=-74.5, hours=-2.0)
    claim(
        "mutual aid, paid by another force",
        "PLN",
        odd.at(32, "07:00:00"),
        odd.at(32, "19:00:00"),
        recharge="Y",
        op_code="MUTAID",
    )
    claim(
        "charged to another team's cost centre",
        "PLN",
        odd.at(31, "07:00:00"),
        odd.at(31, "11:00:00"),
        cost_centre="CC4010",
    )
    claim("money without hours", "OTH", odd.at(31, "07:00:00"), odd.at(31, "07:00:00"), hours=None)
    claim("claimed half a year late", "CAS", odd.at(200, "15:00:00"), odd.at(200, "18:00:00"))
    claim(
        "a cost centre nobody has heard of", "CAS", odd.at(31, "15:00:00"), odd.at(31, "18:00:00"), cost_centre="CC9999"
    )
    for turn in range(9):
        claim(
            "fifty-four hours owed to one officer" if turn == 0 else "",
            "PLN",
            odd.at(50 + turn, "15:00:00"),
            odd.at(50 + turn, "19:30:00"),
            taken_as="T",
            gross_gbp=None,
            hours=4.5,
        )
    night = autumn_change(odd.today - 1) - 1
    claim(
        "through the night the clocks went back: seven hours, not six",
        "PLN",
        odd.on(night, "21:00:00"),
        odd.on(night + 1, "03:00:00"),
        hours=None,
    )
    monday = next(day for day in range(odd.today - 60, odd.today - 50) if date_of(day).weekday() == 0)
    for turn in range(5):
        claim(
            "kept on at the end of a tour for the fifth time in a week" if turn == 4 else "",
            "CAS",
            odd.on(monday + turn, "15:00:00"),
            odd.on(monday + turn, "16:30:00"),
            notified=odd.on(monday + turn, "15:05:00"),
            hours=None,
        )
    claim("no start", "CAS", "", "", True, duty_start=None)
    claim("a type nobody has heard of", "XXX", odd.at(30), odd.at(30), True)
    claim("an amount in words", "CAS", odd.at(30), odd.at(30), True, gross_gbp="see note")


def add_command(odd: Oddities, force: Force) -> None:
    keeper = _keeper(force)
    count = odd.rows("incident")

    def incident(what: str, scene: str | None, refused: bool = False, **values: Any) -> None:
        row = {
            "inc_no": f"HC-9{odd.rows('incident') - count:06}", "beat": "HM01", "grade": "IMM", "first_grade": "IMM",
            "created_utc": odd.at(45, "11:58:00"), "answered_utc": odd.at(45, "11:57:20"),
            "graded_utc": odd.at(45, "12:00:00"), "despatch_utc": odd.at(45, "12:02:00"), "scene_utc": scene,
            "closed_utc": odd.at(45, "15:00:00"), "first_emp": keeper if scene else None, "open_code": "DOM",
            "changed_utc": odd.at(45, "15:00:00"),
        }  # fmt: skip
        odd.add("incident", row | values, what, "incident" if refused else "")

    incident("exactly twelve minutes: in time", odd.at(45, "12:12:00"))
    incident("a second over twelve minutes: late", odd.at(45, "12:12:01"))
    incident(
        "upgraded after half an hour: the clock starts again",
        odd.at(45, "12:08:00"),
        first_grade="PRI",
        created_utc=odd.at(45, "11:28:00"),
    )
    incident("downgraded before anybody came", odd.at(45, "12:41:00"), grade="PRI", first_grade="IMM")
    incident(
        "downgraded after officers were there: timed as first graded",
        odd.at(45, "12:10:00"),
        grade="PRI",
        first_grade="IMM",
        created_utc=odd.at(45, "11:58:00"),
        graded_utc=odd.at(45, "12:30:00"),
    )
    incident("prompt, at scene after exactly an hour: in time", odd.at(45, "13:00:00"), grade="PRI", first_grade="PRI")
    incident(
        "immediate, and nobody has come yet",
        None,
        created_utc=odd.at(1, "11:58:00"),
        graded_utc=odd.at(1, "12:00:00"),
        despatch_utc=None,
        closed_utc=None,
        changed_utc=odd.at(1, "12:00:00"),
    )
    incident("at scene before it was graded", odd.at(45, "11:59:00"))
    incident("at scene an hour before it was created", odd.at(45, "10:58:00"))
    incident("closed without an arrival time", None)
    for code, words in EXCLUDED.items():
        incident(words, None, result_cd=code)
    night = autumn_change(odd.today - 1)
    incident(
        "across the change of the clocks",
        odd.on(night, "01:06:00"),
        created_utc=odd.on(night, "00:57:00"),
        answered_utc=None,
        graded_utc=odd.on(night, "00:58:00"),
        despatch_utc=None,
        closed_utc=odd.on(night, "02:30:00"),
    )
    incident("on a beat nobody has heard of", odd.at(45, "12:09:00"), beat="ZZ99")
    incident("no beat", odd.at(45, "12:09:00"), beat=None)
    incident("a scheduled visit: not timed", odd.at(44, "09:00:00"), grade="SCH", first_grade="SCH")
    incident("no grading time", odd.at(45, "12:09:00"), True, graded_utc=None)
    incident("a grade nobody has heard of", odd.at(45, "12:09:00"), True, grade="GR9")


def add_forms(odd: Oddities, force: Force, forms: Rows) -> None:
    keeper = f"E{_keeper(force)}"
    tail = ("PACE s.1", "Stolen goods", "", "", "", "", "", "Person", "Hertsmere")
    cases: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("not submitted yet", (keeper, odd.at(4), "", "", "", "", "")),
        ("sent back, waiting for the officer", (keeper, odd.at(30), odd.at(29), odd.at(20), "", "", "E10219")),
        (
            "sent back, sent again, waiting for the sergeant",
            (keeper, odd.at(30), odd.at(29), odd.at(20), odd.at(3), "", "E10219"),
        ),
        (
            "reviewed on the last day",
            (keeper, odd.at(30), odd.at(29, "22:00:00"), "", "", odd.at(22, "23:30:00"), "E10219"),
        ),
        ("reviewed by the officer who searched", (keeper, odd.at(30), odd.at(29), "", "", odd.at(28), keeper)),
        ("by an officer HR does not know", ("E99003", odd.at(30), odd.at(29), "", "", odd.at(28), "E10219")),
        ("reviewed before it was submitted", (keeper, odd.at(30), odd.at(20), "", "", odd.at(25), "E10219")),
    )
    for number, (what, values) in enumerate(cases, 1):
        forms.append((f"SS9{number:05}", *values, *tail))
        odd.said(FORMS, f"SS9{number:05}", what)
    vehicle = (
        keeper,
        odd.at(26),
        odd.at(25),
        "",
        "",
        odd.at(24),
        "E10219",
        "CJPOA s.60",
        "",
        "",
        "",
        "",
        "",
        "",
        "Vehicle",
        "Hertsmere",
    )
    forms.append(("SS900020", *vehicle))
    odd.said(FORMS, "SS900020", "a vehicle only, under section 60, with everything else blank")
    forms.append(("SS900021", keeper, "yesterday", odd.at(25), "", "", "", "", *tail))
    odd.said(FORMS, "SS900021", "searched 'yesterday'")
    odd.refuse("stop_search_form")
    forms.append(("SS900022", keeper, odd.at(26), odd.at(25), "", "", "", "", *tail[:7], "Boat", "Hertsmere"))
    odd.said(FORMS, "SS900022", "a boat: not something the list offers")
    odd.refuse("stop_search_form")


def add_items(odd: Oddities, force: Force, items: Rows) -> None:
    keeper, crime = f"E{_keeper(force)}", "41/900013/26"
    when, slashed = odd.at(20), "/".join(reversed(odd.day(-9).split("-")))
    cases: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("fingerprints owed after a voluntary interview", ("BIO", crime, when, "", "", "no")),
        ("case ended without action: no power to take them", ("BIO", crime, when, "", "", "yes")),
        ("record not created within a day", ("ASN", crime, when, "", "", "no")),
        ("a second record of the same person", ("ASN", crime, when, "", "", "no")),
        ("result not put on within ten days", ("DISP", crime, when, "", "", "no")),
        ("prosecution still pending after a year", ("IMP", crime, odd.at(400), "", "", "no")),
        ("a request with a date of its own", ("REQ", "", when, slashed, "", "no")),
        ("a request without a date", ("REQ", "", when, "", "", "no")),
        ("done before it was opened", ("DISP", crime, when, "", odd.at(25), "no")),
    )
    for number, (what, values) in enumerate(cases, 1):
        items.append((f"ACRO-9{number:04}", keeper, *values, "Hertsmere"))
        odd.said(ITEMS, f"ACRO-9{number:04}", what)
    items.append(("ACRO-90020", keeper, "FAX", crime, when, "", "", "no", "Hertsmere"))
    odd.said(ITEMS, "ACRO-90020", "a kind of item nobody has heard of")
    odd.refuse("acro_item")
