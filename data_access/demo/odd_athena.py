"""Athena's odd rows beside its crimes (odd_crimes.py): victims, contacts, suspects on bail, intelligence."""

from __future__ import annotations

from typing import Any

import numpy as np

from data_access.demo.force import Force
from data_access.demo.odd_crimes import PLACE, OddCrimes, add_crimes, latest
from data_access.demo.oddity import Oddities


def add_athena(odd: Oddities, force: Force) -> None:
    """All odd rows of this source."""
    units, people = force.units, force.people
    current = people.current_unit(force.timeline.today)
    keeper = people.officers["emp"][int(np.flatnonzero(current == units.index["hertsmere-lcu-1"])[0])]
    crimes = OddCrimes(odd, keeper)
    add_crimes(crimes, odd)
    _victims(crimes, odd)
    _releases(crimes, odd)
    _reports(odd, keeper)


def _victims(crimes: OddCrimes, odd: Oddities) -> None:
    def victim(what: str, crime: str, refused: bool = False, **values: Any) -> str:
        key = f"V9{odd.rows('victim'):06}"
        row = {
            "vic_id": key, "crime_no": crime, "vic_type": "PER", "enh_flag": "N", "needs_dt": odd.at(58),
            "oic_emp_no": crimes.keeper, "own_unit": PLACE, "changed": odd.at(1),
        }  # fmt: skip
        odd.add("victim", row | values, what, "victim" if refused else "")
        return key

    def entry(
        table: str,
        victim_id: str,
        crime: str,
        code: str,
        days: int,
        what: str = "",
        refused: bool = False,
        **values: Any,
    ) -> None:
        code_column, letter = ("entry_type", "C") if table == "contact_log" else ("event_cd", "K")
        row = {
            "entry_id": f"{letter}9{odd.rows(table):06}", "vic_id": victim_id, "crime_no": crime, code_column: code,
            "entry_dt": odd.at(days, "14:00:00"), "emp_no": crimes.keeper, "own_unit": PLACE,
            "changed": odd.at(days, "14:00:00"),
        }  # fmt: skip
        odd.add(table, row | values, what, "victim_event" if refused else "")

    crime = crimes.add("two victims: one told last week, one never", days=60)
    told = victim("", crime)
    entry("contact_log", told, crime, "UPD", 6, method="phone")
    victim("never told: one miss of two", crime)
    victim("asked for no updates", crime, opt_out_dt=odd.at(50))
    victim("unsafe to contact, with the supervisor who said so", crime, unsafe_cd="HARM", unsafe_sup=crimes.keeper)
    victim("agreed an update every 90 days", crime, upd_freq_days=90, contract_dt=odd.at(55))
    victim("a business that named a contact", crime, vic_type="BUS", contact_named="Y")
    victim("a business that named nobody: not entitled", crime, vic_type="BUS", contact_named="N")
    victim("nothing known about the kind of victim", crime, vic_type=None)
    victim("a victim of a crime nobody sent", "41/999998/20")
    victim("an interval in words", crime, True, upd_freq_days="monthly")
    victim("a kind of victim nobody has heard of", crime, True, vic_type="STATE")
    attempted = victim("only attempts: nobody answered", crime)
    entry("contact_log", attempted, crime, "ATT", 10)
    entry("contact_log", attempted, crime, "ATT", 3)
    linked = victim("updated on a linked crime", crime)
    entry("contact_log", linked, crime, "LNK", 12)
    victim("enhanced rights and no needs assessment", crime, enh_flag="Y", enh_dt=odd.at(58), needs_dt=None)
    enhanced = victim("enhanced rights from the day after the arrest", crime, enh_flag="Y", enh_dt=odd.at(39))
    for code, days in (("ARREST", 40), ("INTERVIEW", 40), ("REL_BAIL", 39), ("BAIL_VAR", 20), ("NFA", 2)):
        entry("key_event", enhanced, crime, code, days)
    entry("contact_log", enhanced, crime, "UPD", 37, "told of arrest in time, of bail late under enhanced rights")
    entry("key_event", told, crime, "NOT_INV", 30)
    entry("key_event", told, crime, "REL_NC", 2, "two days ago and nobody told yet: pending")
    entry("contact_log", "V9999999", crime, "UPD", 5, "a contact with a victim nobody sent")
    entry("contact_log", told, crime, "UPD", 4, "a contact without a date", True, entry_dt=None)
    entry("key_event", told, crime, "BORED", 4, "an event nobody has heard of", True)
    crimes.add(
        "possession of drugs: no victim to tell",
        ho_code="92/70",
        offence="Possession of a controlled drug",
        vic_based="N",
    )


def _releases(crimes: OddCrimes, odd: Oddities) -> None:
    crime = crimes.add("one suspect in every stage of bail", days=300)

    def release(what: str, kind: str, days: int, refused: bool = False, **values: Any) -> None:
        number = odd.rows("custody_release")
        row = {
            "rel_id": f"R9{number:05}", "crime_no": crime, "susp_id": f"S9{number:05}", "rel_type": kind,
            "arrest_dt": odd.at(days, "09:30:00"), "rel_dt": odd.at(days, "21:15:00"), "case_cd": "STD",
            "stage_cd": "INIT" if kind == "BAIL" else None, "oic_emp_no": crimes.keeper, "own_unit": PLACE,
            "changed": odd.at(2),
        }  # fmt: skip
        odd.add("custody_release", row | values, what, "suspect_release" if refused else "")

    release("three months end in nine", "BAIL", 82)
    release("extended by an inspector to six months", "BAIL", 120, stage_cd="EXT1", ext_dt=odd.at(35), ext_rank="Insp")
    release(
        "extended by a superintendent to nine months", "BAIL", 210, stage_cd="EXT2", ext_dt=odd.at(35), ext_rank="Supt"
    )
    release(
        "extended by a court to twelve months", "BAIL", 290, stage_cd="CRT1", ext_dt=odd.at(25), ext_rank="Magistrates"
    )
    release(
        "a further order of the court, its end supplied by custody",
        "BAIL",
        420,
        stage_cd="CRT2",
        ext_dt=odd.at(25),
        ext_rank="Magistrates",
        abp_end=odd.day(-60),
    )
    release("a Financial Conduct Authority case: six months", "BAIL", 120, case_cd="NST")
    release(
        "designated exceptionally complex, extended to twelve months",
        "BAIL",
        300,
        case_cd="CPX",
        stage_cd="EXTX",
        ext_dt=odd.at(40),
        ext_rank="ACC",
    )
    release("period over and nobody decided", "BAIL", 130)
    release("with the Crown Prosecution Service: period suspended", "BAIL", 110, susp_from=odd.day(20))
    release("suspended for two weeks and running again", "BAIL", 80, susp_from=odd.day(40), susp_to=odd.day(26))
    release("return date long before the period ends", "BAIL", 20, return_dt=odd.day(-5))
    release("return date missed, period still running", "BAIL", 60, return_dt=odd.day(3))
    release("bail became under investigation", "RUI", 140, prev_type="BAIL", conv_dt=odd.at(48))
    release("under investigation became bail", "BAIL", 50, prev_type="RUI", conv_dt=odd.at(12))
    release("under investigation for two hundred days, never reviewed", "RUI", 200)
    release("interviewed as a volunteer, waiting for a decision", "VOL", 45, arrest_dt=None)
    release(
        "arrested on the last day of a month with no counterpart",
        "BAIL",
        odd.today - latest(odd.today, 11, 30, at_least=60),
        end_dt=odd.at(20),
        end_rsn="NFA",
    )
    release(
        "arrested before 28 October 2022: the old regime",
        "RUI",
        0,
        arrest_dt="2022-10-20 09:00:00",
        rel_dt="2022-10-20 22:00:00",
    )
    release("charged and bailed to court", "BAIL", 70, end_dt=odd.at(10), end_rsn="PCB")
    release(
        "a court's extension of a Financial Conduct Authority case: eighteen months",
        "BAIL",
        300,
        case_cd="NST",
        stage_cd="CRT1",
        ext_dt=odd.at(20),
        ext_rank="Magistrates",
    )
    release("bailed in the street (PACE s.30A): counted from the arrest", "BAIL", 15, rel_dt=odd.at(15, "09:50:00"))
    release(
        "arrested minutes after midnight: bail runs from the next day", "BAIL", 25, arrest_dt=odd.at(25, "00:04:00")
    )
    release("arrested before 28 October 2022 and on bail: no period is computed", "BAIL", 0,
        arrest_dt="2022-10-20 09:00:00", rel_dt="2022-10-20 22:00:00", abp_end="2022-11-16",
        end_dt="2022-11-10 09:00:00", end_rsn="NFA")  # fmt: skip
    again = f"R9{odd.rows('custody_release'):05}"
    release("arrested again ten days later: the earlier arrest counts", "BAIL", 30)
    arrest = {
        "arrest_id": "AR900001", "rel_id": again, "arrest_dt": odd.at(20), "offence": "Witness intimidation",
        "oic_emp_no": crimes.keeper, "changed": odd.at(20),
    }  # fmt: skip
    odd.add("arrest", arrest, "a second arrest, for another offence", "")
    release("no arrest time", "BAIL", 30, arrest_dt=None)
    release("a kind of release nobody has heard of", "STREET?", 30, True)
    release("released without saying when", "BAIL", 30, True, rel_dt=None)


def _reports(odd: Oddities, keeper: str) -> None:
    def report(what: str, refused: bool = False, **values: Any) -> None:
        row = {
            "ir_no": f"IR9{odd.rows('intel_report'):05}", "author_emp_no": keeper, "csp_cd": PLACE,
            "submitted": odd.at(9), "stat_cd": "ACC", "assessed": odd.at(8), "grading": "2BP", "handling": "P",
            "auto": 0, "changed": odd.at(8),
        }  # fmt: skip
        odd.add("intel_report", row | values, what, "intel_report" if refused else "")

    report("an old 5x5x5 grading", grading="B24")
    report("shared with conditions: counted, not opened", handling="C", grading="1AC")
    report("made by a system", auto=1, author_emp_no=None)
    report("by somebody who is no officer", author_emp_no="S4471")
    report("a duplicate", stat_cd="DUP")
    report("not assessed yet", stat_cd="SUB", assessed=None, grading=None)
    report("a status nobody has heard of", True, stat_cd="?")
