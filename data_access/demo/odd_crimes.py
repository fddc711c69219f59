"""Odd investigations and outcomes: every awkward case the crime table can hold, once, and a few rows nobody can read.

They sit in Hertsmere, with one officer, under crime numbers from 900001 on, so that no planted figure sees them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from data_access.demo.oddity import Oddities
from data_access.demo.timeline import add_months, date_of

PLACE = "HER"
FIRST = 900_001

DISPOSALS = (
    ("OC06", "Penalty notice for disorder", "a penalty notice for disorder: out of court"),
    ("OC07", "Cannabis or khat warning", "a cannabis warning: out of court"),
    (
        "OC22",
        "Diversionary, educational or intervention activity",
        "a diversionary activity: out of court while 22 counts",
    ),
)


class OddCrimes:
    """Adds odd crimes and remembers their numbers."""

    def __init__(self, odd: Oddities, keeper: str) -> None:
        self.odd, self.keeper, self.count = odd, keeper, 0

    def add(self, what: str, *, days: int = 60, refused: bool = False, **values: Any) -> str:
        number = f"41/{FIRST + self.count}/{date_of(self.odd.today - days).year % 100:02}"
        self.count += 1
        row: dict[str, Any] = {
            "crime_no": number, "rec_type": "CRIME", "ho_code": "8/06",
            "offence": "Assault occasioning actual bodily harm", "trial_mode": "E", "da_flag": "N", "vic_based": "Y",
            "off_from": self.odd.day(days + 1), "rec_dt": self.odd.at(days), "alloc_dt": self.odd.at(days, "13:10:00"),
            "oic_emp_no": self.keeper, "own_unit": PLACE, "stat": "O", "susp_cnt": 1, "next_rev_dt": self.odd.day(-12),
            "is_deleted": "N", "changed": self.odd.at(1, "10:00:00"),
        }  # fmt: skip
        self.odd.add("crime", row | values, what, "investigation" if refused else "")
        return number


def _months_back(day: int, months: int) -> int:
    return int(add_months(np.array([day]), -months)[0])


def latest(today: int, month: int, day: int, *, at_least: int) -> int:
    """Day number of the latest such day of the year that lies so many days back."""
    year = date_of(today).year
    for candidate in range(year, year - 4, -1):
        found = int((np.datetime64(f"{candidate}-{month:02}-{day:02}") - np.datetime64("1970-01-01")).astype(int))
        if found <= today - at_least:
            return found
    raise AssertionError("there is such a day every year")


def add_crimes(crimes: OddCrimes, odd: Oddities) -> None:
    """All of them."""
    _who_and_where(crimes)
    _life(crimes, odd)
    _time_limits(crimes, odd)


def _who_and_where(crimes: OddCrimes) -> None:
    crimes.add("an officer HR does not know", oic_emp_no="99002")
    crimes.add("no officer, and a unit that is not in the tree", oic_emp_no=None, alloc_dt=None, own_unit="LET-OLD")
    crimes.add("no officer and no unit", oic_emp_no=None, alloc_dt=None, own_unit=None, days=9)
    crimes.add("spaces round the officer's number", oic_emp_no=f" {crimes.keeper} ")
    crimes.add("no offence code, title or class", ho_code=None, offence=None, trial_mode=None)
    crimes.add("a test record, left out", rec_type="TEST")
    crimes.add("a record Athena deleted", is_deleted="Y")
    crimes.add("recorded in a year to come", refused=True, rec_dt="2062-03-04 10:00:00")
    crimes.add("a recording date that is none", refused=True, rec_dt="2026-02-31 10:00:00")
    crimes.add("a class of offence nobody has heard of", refused=True, trial_mode="X")


def _life(crimes: OddCrimes, odd: Oddities) -> None:
    def outcome(crime: str, code: str, text: str, days: int, **values: Any) -> None:
        row = {
            "outcome_id": f"O9{odd.rows('outcome'):06}", "crime_no": crime, "outcome_cd": code, "outcome_txt": text,
            "given_dt": odd.at(days, "15:00:00"), "crime_rec_dt": odd.at(200), "emp_no": crimes.keeper, "youth": "N",
            "own_unit": PLACE, "changed": odd.at(days, "15:00:00"),
        }  # fmt: skip
        odd.add("outcome", row | values, "", "")

    reopened = crimes.add("re-opened after an outcome: open again, with its first recording date", days=200)
    outcome(reopened, "OC14", "Evidential difficulties, suspect not identified, victim does not support", 90)
    outcome(reopened, "OC00", "Not yet assigned", 20)
    breached = crimes.add(
        "a conditional caution breached, reversed and charged",
        days=200,
        stat="F",
        outcome_cd="OC01",
        final_dt=odd.at(15),
        charge_dt=odd.at(15, "08:00:00"),
    )
    outcome(breached, "OC03", "Caution, adult", 80, reversed_dt=odd.at(16))
    outcome(breached, "OC01", "Charged or summonsed", 15)
    crimes.add("transferred to another force", days=100, stat="C", cancel_dt=odd.at(30))
    crimes.add(
        "charged and waiting for court: no longer open",
        days=150,
        stat="F",
        outcome_cd="OC1A",
        final_dt=odd.at(40),
        charge_dt=odd.at(40, "09:00:00"),
    )
    crimes.add("a suspect under 18, given a youth caution", days=120, stat="F", outcome_cd="OC2A", final_dt=odd.at(35))
    taken = crimes.add(
        "taken into consideration: not an out-of-court disposal",
        days=150,
        stat="F",
        outcome_cd="OC04",
        final_dt=odd.at(12),
    )
    outcome(taken, "OC04", "Taken into consideration", 12, sampled_on=odd.day(2), verdict_cd=None)
    for code, text, what in DISPOSALS:
        settled = crimes.add(what, days=100, stat="F", outcome_cd=code, final_dt=odd.at(25))
        outcome(settled, code, text, 25)
    outcome("41/999999/20", "OC08", "Community resolution", 11)
    odd.said("outcome", "41/999999/20", "an outcome of a crime nobody sent")
    row = {
        "outcome_id": "O9999990",
        "crime_no": reopened,
        "outcome_cd": "OC77",
        "given_dt": odd.at(5),
        "changed": odd.at(5),
    }
    odd.add("outcome", row, "an outcome code that does not exist", "disposal")


def _time_limits(crimes: OddCrimes, odd: Oddities) -> None:
    today = odd.today
    assault: dict[str, Any] = {"ho_code": "105/01", "offence": "Common assault and battery", "trial_mode": "S"}
    august = latest(today, 8, 31, at_least=190)
    due = int(add_months(np.array([august]), 6)[0])
    back = today - august
    crimes.add(
        "31 August and six months: charged on the last day of February", days=back - 1, **assault,
        off_from=odd.on(august), stat="F", outcome_cd="OC01", final_dt=odd.on(due, "23:40:00"),
        wcharge_dt=odd.on(due, "23:30:00"),
    )  # fmt: skip
    september = latest(today, 9, 27, at_least=190)
    due = int(add_months(np.array([september]), 6)[0])
    back = today - september
    jackson: dict[str, Any] = {
        "da_flag": "Y",
        "off_from": odd.on(september - 8),
        "first_stmt_dt": odd.on(september),
        "stat": "F",
        "outcome_cd": "OC01",
    }
    crimes.add(
        "statement on 27 September, written charge on 27 March: in time (DPP v Jackson)",
        days=back + 7,
        **assault,
        **jackson,
        final_dt=odd.on(due, "18:00:00"),
        wcharge_dt=odd.on(due, "17:00:00"),
    )
    crimes.add(
        "the same, written charge a day later: out of time",
        days=back + 7,
        **assault,
        **jackson,
        final_dt=odd.on(due + 1, "18:00:00"),
        wcharge_dt=odd.on(due + 1, "09:00:00"),
    )
    crimes.add(
        "domestic assault without a statement, six months over: lapsed, still open until two years if one is taken",
        days=215,
        **assault,
        da_flag="Y",
        off_from=odd.day(216),
    )
    late = _months_back(today, 20)
    crimes.add(
        "domestic assault reported and stated after nineteen months: two years end it",
        days=31,
        **assault,
        da_flag="Y",
        off_from=odd.on(late),
        first_stmt_dt=odd.day(30),
    )
    crimes.add("summary offence on one of several days", days=90, **assault, off_from=odd.day(104), off_to=odd.day(95))
    crimes.add(
        "bodily harm made common assault yesterday: a time limit from nowhere",
        days=138,
        **assault,
        off_from=odd.day(140),
    )
    crimes.add("caution offered: the clock runs on", days=120, **assault, off_from=odd.day(121))
    limits = (
        (
            "130/01",
            "Unauthorised taking of a motor vehicle",
            "vehicle taken: six months beginning with the day evidence was known",
        ),
        ("809/01", "Using a vehicle without insurance", "no insurance: six months from evidence, three years at most"),
        (
            "195/94",
            "Improper use of a public electronic communications network",
            "message offence: six months from evidence",
        ),
        (
            "188/01",
            "Causing unnecessary suffering (Animal Welfare Act 2006 s.4)",
            "animal welfare: six months from evidence",
        ),
    )
    for code, title, what in limits:
        crimes.add(
            what, days=100, ho_code=code, offence=title, trial_mode="S", off_from=odd.day(101), evid_dt=odd.day(95)
        )
    crimes.add(
        "no insurance, and nobody said when evidence was known",
        days=100,
        ho_code="809/01",
        offence=limits[1][1],
        trial_mode="S",
    )
    crimes.add(
        "£85 from a shop: no time limit (Jobson v DPP)",
        days=190,
        ho_code="46/01",
        offence="Theft from shop",
        val_gbp=85.0,
    )
    crimes.add(
        "damage below £5,000: no time limit (DPP v Bird)",
        days=190,
        ho_code="58/07",
        offence="Criminal damage",
        val_gbp=400.0,
    )
    crimes.add(
        "assault on an emergency worker: either way, no time limit",
        days=190,
        ho_code="8/60",
        offence="Assault on an emergency worker",
    )
    _more_limits(crimes, odd, assault)


def _more_limits(crimes: OddCrimes, odd: Oddities, assault: dict[str, Any]) -> None:
    """Ends on a leap day and at a weekend, limits that ran out, and offences that look summary and are not."""
    leap = int((np.datetime64("2023-08-31") - np.datetime64("1970-01-01")).astype(int))
    crimes.add(
        "six months from 31 August 2023 end on a leap day",
        days=odd.today - leap - 1, **assault, off_from=odd.on(leap), stat="F", outcome_cd="OC01",
        final_dt="2024-02-29 22:00:00", charge_dt="2024-02-29 21:00:00",
    )  # fmt: skip
    crimes.add("six months over, nobody charged and still open", days=215, **assault, off_from=odd.day(216))
    crimes.add(
        "closed because the time limit had run out (outcome 17)", days=260, **assault, off_from=odd.day(261),
        stat="F", outcome_cd="OC17", final_dt=odd.at(30),
    )  # fmt: skip
    saturday = next(day for day in range(odd.today - 150, odd.today - 100) if _due_is_saturday(day))
    crimes.add(
        "ends on a Saturday: a weekend does not extend it",
        days=odd.today - saturday,
        **assault,
        off_from=odd.on(saturday),
    )
    crimes.add(
        "out of time before section 39A began: not revived by a later statement",
        days=odd.today - int((np.datetime64("2021-11-21") - np.datetime64("1970-01-01")).astype(int)), **assault,
        da_flag="Y", off_from="2021-11-20", first_stmt_dt="2022-07-04", stat="F", outcome_cd="OC17",
        final_dt="2022-07-20 10:00:00",
    )  # fmt: skip
    crimes.add(
        "two suspects, one charged", days=100, **assault, off_from=odd.day(101), susp_cnt=2, charge_dt=odd.at(70)
    )
    pair = crimes.add("two suspects held one by one, one charged: the limit runs on for the other", days=100, **assault,
        off_from=odd.day(101), susp_cnt=2)  # fmt: skip
    for number, charged in enumerate((odd.at(70), None), 1):
        row = {
            "acc_id": f"A90000{number}", "crime_no": pair, "susp_id": f"S9900{number}", "charge_dt": charged,
            "nfa_dt": None, "oic_emp_no": crimes.keeper, "own_unit": PLACE, "changed": odd.at(69),
        }  # fmt: skip
        odd.add("accused", row, "" if charged else "the other of two suspects, not charged", "")
    crimes.add("summary offence on a day nobody recorded", days=100, **assault, off_from=None)
    crimes.add(
        "racially aggravated common assault: either way, no time limit", days=190, ho_code="8/64",
        offence="Racially aggravated common assault", trial_mode="E",
    )  # fmt: skip
    crimes.add(
        "a missing person: no crime at all", days=20, ho_code=None, offence="Missing person", trial_mode="N",
        vic_based="N", off_from=None,
    )  # fmt: skip


def _due_is_saturday(day: int) -> bool:
    """Whether six months from this day end on a Saturday."""
    return date_of(int(add_months(np.array([day]), 6)[0])).weekday() == 5
