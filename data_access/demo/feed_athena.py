"""What happens in Athena while the demonstration runs: crimes come, are given out, reviewed, told about, finished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data_access.demo import offences
from data_access.demo.cast import ADEYEMI, PRYCE, SHAH
from data_access.demo.columns import Rng
from data_access.demo.live_database import LiveDatabase, whole_seconds
from data_access.demo.roster import duty_team
from data_access.demo.timeline import local_seconds
from data_access.demo.units import CSPS, INTERVENTION_TEAMS, SHARES

LEFT_ALONE = (ADEYEMI, SHAH, PRYCE)  # their figures are known answers
FIRST_ODD_CRIME = "41/900000"


class AthenaFeed:
    """Small changes, one at a time. What is open, and who is in which team, is read once and then kept up to date."""

    def __init__(self, path: Path, rng: Rng, now: datetime) -> None:
        self.db, self.rng = LiveDatabase(path), rng
        self.open = [
            row[0]
            for row in self.db.all("SELECT crime_no FROM crime WHERE stat = 'O' AND crime_no < ?", FIRST_ODD_CRIME)
        ]
        self.trays = [
            row[0]
            for row in self.db.all(
                "SELECT crime_no FROM crime WHERE stat = 'O' AND oic_emp_no IS NULL AND rec_type <> 'TEST'"
            )
        ]
        self.teams: dict[str, list[str]] = {}
        for row in self.db.all(
            "SELECT emp_no, team_cd FROM team_member WHERE to_dt IS NULL AND from_dt <= ? AND duty_role LIKE '%onstable'",
            f"{now:%Y-%m-%d}",
        ):
            if row["emp_no"] not in LEFT_ALONE:
                self.teams.setdefault(row["team_cd"], []).append(row["emp_no"])
        self.next = {
            "victim": self._after("SELECT MAX(vic_id) FROM victim WHERE vic_id < 'V9'"),
            "contact_log": self._after("SELECT MAX(entry_id) FROM contact_log WHERE entry_id < 'C9'"),
            "outcome": self._after("SELECT MAX(outcome_id) FROM outcome WHERE outcome_id < 'O9'"),
            "custody_release": self._after("SELECT MAX(rel_id) FROM custody_release WHERE rel_id < 'R9'"),
            "intel_report": self._after("SELECT MAX(substr(ir_no, 2)) FROM intel_report WHERE ir_no < 'IR9'"),
            "team_member": self._after("SELECT MAX(substr(member_id, 2)) FROM team_member"),
        }
        self.actions: tuple[tuple[Callable[[], None], float, bool], ...] = (
            (self.record_crime, 13, True),
            (self.allocate, 13, True),
            (self.review, 24, False),
            (self.contact, 16, False),
            (self.finalise, 13, False),
            (self.release, 3, True),
            (self.submit_report, 4, True),
            (self.assess_report, 4, False),
            (self.move_officer, 0.2, False),
        )

    def _after(self, query: str) -> int:
        """The running number after the greatest there is."""
        found = self.db.one(query)
        return int("".join(filter(str.isdigit, found or "0"))) + 1

    def _number(self, table: str, letter: str, digits: int) -> str:
        value = self.next[table]
        self.next[table] += 1
        return f"{letter}{value:0{digits}}"

    def _pick(self, values: list[str]) -> str:
        return values[int(self.rng.integers(len(values)))] if values else ""

    def _on_duty(self, csp: str) -> str:
        """An officer of the Intervention team on duty in a CSP, or of any other team there."""
        letter = INTERVENTION_TEAMS[int(duty_team(np.array([local_seconds(self.db.now)]))[0])].upper()
        team = self.teams.get(f"{csp}-INT-{letter}")
        others = [name for name in self.teams if name.startswith(f"{csp}-")]
        return self._pick(team or self.teams.get(self._pick(others), []))

    def record_crime(self) -> None:
        year = f"{self.db.now:%y}"
        last = self.db.one(
            "SELECT MAX(crime_no) FROM crime WHERE crime_no < ? AND crime_no LIKE ?", FIRST_ODD_CRIME, f"%/{year}"
        )
        number = f"41/{int(last.split('/')[1]) + 1 if last else 1:06}/{year}"
        offence = offences.OFFENCES[int(self.rng.choice(len(offences.OFFENCES), p=offences.SHARE))]
        csp = CSPS[int(self.rng.choice(len(CSPS), p=SHARES))]
        domestic = "Y" if self.rng.random() < offence.domestic else "N"
        started = self.db.now - timedelta(hours=float(self.rng.exponential(9)))
        self.db.insert(
            "crime",
            {
                "crime_no": number,
                "rec_type": "NONCRIME" if offence.mode == "N" else "CRIME",
                "ho_code": offence.code,
                "offence": offence.title,
                "trial_mode": offence.mode,
                "da_flag": domestic,
                "vic_based": "Y" if offence.has_victim else "N",
                "off_from": f"{started:%Y-%m-%d}",
                "rec_dt": self.db.time,
                "own_unit": csp.code,
                "stat": "O",
                "is_deleted": "N",
                "susp_cnt": int(self.rng.random() < 0.5),
            },
        )
        self.open.append(number)
        self.trays.append(number)
        if offence.has_victim and self.rng.random() >= offence.business * 0.6:
            key = self._number("victim", "V", 7)
            row = {"vic_id": key, "crime_no": number, "vic_type": "PER", "enh_flag": domestic, "own_unit": csp.code}
            self.db.insert("victim", row | ({"enh_dt": self.db.time} if domestic == "Y" else {}))

    def allocate(self) -> None:
        if not self.trays:
            return
        crime = self.trays.pop(int(self.rng.integers(len(self.trays))))
        unit = self.db.one("SELECT own_unit FROM crime WHERE crime_no = ? AND stat = 'O'", crime) or ""
        if officer := self._on_duty(unit.split("-")[0]):
            self.db.update("crime", "crime_no", crime, oic_emp_no=officer, alloc_dt=self.db.time)
            self.db.update("victim", "crime_no", crime, oic_emp_no=officer)

    def _any_open(self) -> Any:
        """One open crime that somebody has, but none whose figures are known answers."""
        for _ in range(8):
            number = self._pick(self.open)
            rows = self.db.all("SELECT * FROM crime WHERE crime_no = ? AND stat = 'O'", number)
            if rows and rows[0]["oic_emp_no"] not in (None, *LEFT_ALONE):
                return rows[0]
        return None

    def review(self) -> None:
        if crime := self._any_open():
            due = self.db.now + timedelta(days=28)
            plan = crime["plan_dt"] or self.db.time
            self.db.update(
                "crime",
                "crime_no",
                crime["crime_no"],
                last_rev_dt=self.db.time,
                next_rev_dt=f"{due:%Y-%m-%d}",
                plan_dt=plan,
            )

    def contact(self) -> None:
        """Mostly routine: a victim long not told is reached less often than one who is."""
        crime = self._any_open()
        victim = crime and self.db.one("SELECT vic_id FROM victim WHERE crime_no = ?", crime["crime_no"])
        if not victim:
            return
        last = (
            self.db.one("SELECT MAX(entry_dt) FROM contact_log WHERE vic_id = ? AND entry_type = 'UPD'", victim)
            or crime["rec_dt"]
        )
        if last < whole_seconds(self.db.now - timedelta(days=28)) and self.rng.random() < 0.6:
            return
        self._log(victim, crime)

    def _log(self, victim: str, crime: Any) -> None:
        self.db.insert(
            "contact_log",
            {
                "entry_id": self._number("contact_log", "C", 7),
                "vic_id": victim,
                "crime_no": crime["crime_no"],
                "entry_type": "UPD",
                "entry_dt": self.db.time,
                "emp_no": crime["oic_emp_no"],
                "own_unit": crime["own_unit"],
                "method": "phone",
            },
        )

    def finalise(self) -> None:
        crime = self._any_open()
        if not crime or crime["rec_dt"] > whole_seconds(self.db.now - timedelta(hours=20)):
            return
        number = crime["crime_no"]
        codes, weights = list(offences.WORKED), np.array(list(offences.WORKED.values()))
        code = codes[int(self.rng.choice(len(codes), p=weights / weights.sum()))]
        written = f"OC{code.upper():0>2}"
        charge = {"charge_dt": self.db.time} if code in offences.CHARGED else {}
        is_crime = crime["rec_type"] == "CRIME"
        self.db.update(
            "crime",
            "crime_no",
            number,
            stat="F",
            final_dt=self.db.time,
            outcome_cd=written if is_crime else None,
            **charge,
        )
        self.db.update(
            "custody_release",
            "crime_no",
            number,
            where_empty="end_dt",
            end_dt=self.db.time,
            end_rsn="CHG" if charge else "NFA",
        )
        self.open.remove(number)
        if is_crime:
            self.db.insert(
                "outcome",
                {
                    "outcome_id": self._number("outcome", "O", 7),
                    "crime_no": number,
                    "outcome_cd": written,
                    "outcome_txt": offences.OUTCOME_TITLES[code],
                    "given_dt": self.db.time,
                    "crime_rec_dt": crime["rec_dt"],
                    "emp_no": crime["oic_emp_no"],
                    "youth": "N",
                    "own_unit": crime["own_unit"],
                },
            )
        if victim := self.db.one("SELECT vic_id FROM victim WHERE crime_no = ?", number):
            self._log(victim, crime)

    def release(self) -> None:
        crime = self._any_open()
        if not crime or crime["rec_type"] != "CRIME":
            return
        number, arrested = self._number("custody_release", "R", 6), self.db.now - timedelta(hours=9)
        kind = "BAIL" if self.rng.random() < 0.6 else "RUI"
        self.db.insert(
            "custody_release",
            {
                "rel_id": number,
                "crime_no": crime["crime_no"],
                "susp_id": f"S{number[1:]}",
                "rel_type": kind,
                "arrest_dt": whole_seconds(arrested),
                "rel_dt": self.db.time,
                "case_cd": "STD",
                "stage_cd": "INIT" if kind == "BAIL" else None,
                "oic_emp_no": crime["oic_emp_no"],
                "own_unit": crime["own_unit"],
                "cond": "Y" if kind == "BAIL" else None,
            },
        )

    def submit_report(self) -> None:
        csp = CSPS[int(self.rng.integers(len(CSPS)))].code
        row = {
            "ir_no": self._number("intel_report", "IR", 6),
            "author_emp_no": self._on_duty(csp) or None,
            "csp_cd": csp,
        }
        self.db.insert("intel_report", row | {"submitted": self.db.time, "stat_cd": "SUB", "handling": "P", "auto": 0})

    def assess_report(self) -> None:
        since = whole_seconds(self.db.now - timedelta(days=12))
        waiting = self.db.one(
            "SELECT ir_no FROM intel_report WHERE changed >= ? AND stat_cd = 'SUB' ORDER BY changed LIMIT 1", since
        )
        if waiting:
            status = "ACC" if self.rng.random() < 0.89 else "REJ"
            self.db.update("intel_report", "ir_no", waiting, stat_cd=status, assessed=self.db.time, grading="2BP")

    def move_officer(self) -> None:
        """One constable changes teams within Intervention from today; HR will not hear of it for weeks."""
        teams = [name for name in self.teams if "-INT-" in name and len(self.teams[name]) > 3]
        before, after = self._pick(teams), self._pick(teams)
        if before == after or not before:
            return
        officer = self._pick(self.teams[before])
        yesterday = f"{self.db.now - timedelta(days=1):%Y-%m-%d}"
        rows = self.db.all(
            "SELECT * FROM team_member WHERE emp_no = ? AND to_dt IS NULL AND from_dt <= ?", officer, yesterday
        )
        if len(rows) != 1:
            return
        self.db.update("team_member", "member_id", rows[0]["member_id"], to_dt=yesterday)
        moved = {
            "member_id": self._number("team_member", "TM", 6),
            "team_cd": after,
            "from_dt": f"{self.db.now:%Y-%m-%d}",
            "acting": None,
        }
        self.db.insert("team_member", dict(rows[0]) | moved)
        self.teams[before].remove(officer)
        self.teams[after].append(officer)
