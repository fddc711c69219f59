"""What happens in command and control, finance and SharePoint while the demonstration runs."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data_access.demo.cast import FORMS_TEAM
from data_access.demo.columns import Rng
from data_access.demo.incidents import CODES, IN_TIME, PROMPT_IN_TIME
from data_access.demo.live_database import LiveDatabase, whole_seconds
from data_access.demo.other_sources import FORM_HEADER
from data_access.demo.searches import OBJECTS
from data_access.demo.tables import write_csv
from data_access.demo.timeline import ZONE
from data_access.demo.units import CSPS, SHARES

TARGET_SECONDS = {"IMM": 720, "PRI": 3600}
Officers = dict[str, list[str]]  # employee numbers by CSP code


class CommandFeed:
    """Incidents come in, and are attended as many minutes later as each CSP usually needs."""

    def __init__(self, path: Path, rng: Rng, officers: Officers) -> None:
        self.db, self.rng, self.officers = LiveDatabase(path, watermark="changed_utc", in_utc=True), rng, officers
        found = self.db.one("SELECT MAX(inc_no) FROM incident WHERE inc_no < 'HC-9'")
        self.next = int(found.removeprefix("HC-")) + 1 if found else 1
        waiting = "SELECT inc_no, grade, beat FROM incident WHERE scene_utc IS NULL AND closed_utc IS NULL AND result_cd IS NULL"
        self.due: dict[str, tuple[datetime, int]] = {}
        for row in self.db.all(waiting):
            self._expect(row["inc_no"], row["grade"], row["beat"])

    def _expect(self, number: str, grade: str, beat: str | None) -> None:
        """Draws when somebody will be there."""
        csp = next((place for place, each in enumerate(CSPS) if each.beat == (beat or "")[:2]), 0)
        target = TARGET_SECONDS.get(grade)
        if target is None:
            return
        share = IN_TIME[CSPS[csp].ref] if grade == "IMM" else PROMPT_IN_TIME
        part = self.rng.beta(2.2, 2.0) * 0.86 + 0.12 if self.rng.random() < share else 1.02 + self.rng.exponential(0.5)
        self.due[number] = (self.db.now + timedelta(seconds=float(target * part)), csp)

    def receive(self) -> None:
        csp = CSPS[int(self.rng.choice(len(CSPS), p=SHARES))]
        grade = "IMM" if self.rng.random() < 0.36 else "PRI"
        number, beat = f"HC-{self.next:07}", f"{csp.beat}{int(self.rng.integers(1, 10)):02}"
        self.next += 1
        called = whole_seconds(self.db.now - timedelta(seconds=50))
        self.db.insert(
            "incident",
            {
                "inc_no": number,
                "beat": beat,
                "grade": grade,
                "first_grade": grade,
                "created_utc": called,
                "answered_utc": called,
                "graded_utc": self.db.time,
                "open_code": CODES[int(self.rng.integers(len(CODES)))],
            },
        )
        self._expect(number, grade, beat)

    def attend(self) -> None:
        """Everybody whose time has come is at the scene."""
        for number in [number for number, (at, _) in self.due.items() if at <= self.db.now]:
            at, csp = self.due.pop(number)
            here = self.officers.get(CSPS[csp].code, [])
            officer = here[int(self.rng.integers(len(here)))] if here else None
            scene = whole_seconds(max(at, self.db.now - timedelta(seconds=30)))
            self.db.update(
                "incident", "inc_no", number, scene_utc=scene, first_emp=officer, callsign=officer and officer[-4:]
            )


class FinanceFeed:
    """Claims are made and paid."""

    def __init__(self, path: Path, rng: Rng, centres: Officers) -> None:
        self.db, self.rng, self.centres = LiveDatabase(path), rng, centres
        found = self.db.one("SELECT MAX(claim_id) FROM ot_claim WHERE claim_id < 'OT9'")
        self.next = int(found.removeprefix("OT")) + 1 if found else 1

    def claim(self) -> None:
        centre = list(self.centres)[int(self.rng.integers(len(self.centres)))]
        officer = self.centres[centre][int(self.rng.integers(len(self.centres[centre])))]
        ended = self.db.now - timedelta(hours=float(self.rng.uniform(2, 30)))
        hours = int(self.rng.integers(2, 20)) / 4
        started = ended - timedelta(hours=hours)
        self.db.insert(
            "ot_claim",
            {
                "claim_id": f"OT{self.next:06}",
                "payroll_no": f"{officer:0>8}",
                "duty_start": whole_seconds(started),
                "duty_end": whole_seconds(ended),
                "notified": whole_seconds(started),
                "ot_code": "CAS",
                "hours": hours,
                "taken_as": "P",
                "gross_gbp": round(hours * 20.4 * 4 / 3, 2),
                "cost_centre": centre,
                "recharge": "N",
                "claimed": self.db.time,
            },
        )
        self.next += 1

    def pay(self) -> None:
        """The longest unpaid of the last weeks."""
        since = whole_seconds(self.db.now - timedelta(days=60))
        query = "SELECT claim_id FROM ot_claim WHERE changed >= ? AND paid_on IS NULL AND taken_as = 'P' ORDER BY changed LIMIT 1"
        if claim := self.db.one(query, since):
            self.db.update("ot_claim", "claim_id", claim, paid_on=f"{self.db.now:%Y-%m-%d}")


class SharePointFeed:
    """Now and then a file with forms submitted or reviewed since the last."""

    def __init__(self, folder: Path, rng: Rng, officers: Officers) -> None:
        self.folder, self.rng, self.officers = folder, rng, officers
        self.waiting: dict[str, dict[str, str]] = {}
        self.next = 1
        for path in sorted(folder.glob("stop_search_*.csv*")):
            self._read(path)

    def _read(self, path: Path) -> None:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", newline="") as lines
        ):
            for row in csv.DictReader(lines):
                number = row["Form ID"]
                self.next = max(self.next, int(number[2:]) + 1) if number < "SS9" else self.next
                if row["Submitted"] and not row["Reviewed"] and not row["Returned"]:
                    self.waiting[number] = row
                else:
                    self.waiting.pop(number, None)

    def drop(self, now: datetime) -> int:
        """Writes one file; how many rows it holds."""
        local = now.astimezone(ZONE)
        rows = [self._submitted(local) for _ in range(int(self.rng.integers(1, 3)))]
        reviewable = [row for row in self.waiting.values() if row["CSP"] != self._spared() and row["Form ID"] < "SS9"]
        for place in self.rng.permutation(len(reviewable))[:2].tolist():
            row = reviewable[place]
            row |= {"Reviewed": whole_seconds(local), "Reviewer": "E10219", "Grounds sufficient": "Yes"}
            rows.append(self.waiting.pop(row["Form ID"]))
        write_csv(
            self.folder / f"stop_search_{local:%Y-%m-%d_%H%M%S}.csv",
            FORM_HEADER,
            [[row.get(name, "") for name in FORM_HEADER] for row in rows],
        )
        return len(rows)

    def _spared(self) -> str:
        """Hertsmere, whose nine overdue forms are a known answer."""
        return next(csp.name for csp in CSPS if FORMS_TEAM.startswith(csp.ref.removeprefix("csp-")))

    def _submitted(self, now: datetime) -> dict[str, Any]:
        csp = CSPS[int(self.rng.integers(len(CSPS)))]
        here = self.officers.get(csp.code) or [""]
        number, self.next = f"SS{self.next:06}", self.next + 1
        row = {
            "Form ID": number,
            "Officer": f"E{here[int(self.rng.integers(len(here)))]}",
            "CSP": csp.name,
            "Power": "Misuse of Drugs Act s.23",
            "Date of search": whole_seconds(now - timedelta(hours=2)),
            "Submitted": whole_seconds(now),
            "Type": "Person",
            "BWV": "Yes",
            "Object": OBJECTS[int(np.argmax(self.rng.random(len(OBJECTS))))],
        }
        self.waiting[number] = row
        return row
