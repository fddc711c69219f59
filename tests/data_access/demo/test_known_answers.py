"""Known answers hold in the source databases, worked out again by SQL, on ordinary days and on awkward ones."""

# ruff: noqa: S608  queries are put together from names of this file

from __future__ import annotations

import csv
import gzip
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from data_access.demo.build import build_small
from data_access.demo.cast import ADEYEMI, PRYCE, SHAH
from data_access.demo.deployment import DROPS
from data_access.demo.timeline import ZONE
from data_access.demo.units import grow
from tests.data_access.demo.conftest import TODAY, Ask, asker, facts

# The day itself, the last of a short month, after midnight, the night the clocks change, the turn of the year.
DAYS = (
    TODAY,
    datetime(2028, 2, 29, 23, 50),  # noqa: DTZ001
    datetime(2026, 8, 31, 0, 30),  # noqa: DTZ001
    datetime(2026, 10, 25, 1, 30),  # noqa: DTZ001
    datetime(2027, 1, 1, 12, 0),  # noqa: DTZ001
)
OPEN = "stat = 'O' AND rec_type = 'CRIME' AND is_deleted = 'N'"


@pytest.fixture(scope="module", params=DAYS, ids=[f"{day:%Y-%m-%d}" for day in DAYS])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    build_small(folder, today=request.param)
    return folder


@pytest.fixture
def ask(home: Path) -> Ask:
    return asker(home)


@pytest.fixture
def answers(home: Path) -> dict[str, dict[str, Any]]:
    return {answer["id"]: answer for answer in facts(home)["answers"]}


@pytest.fixture
def today(home: Path) -> date:
    return datetime.fromisoformat(facts(home)["built_for"]).date()


@pytest.fixture
def whereabouts(home: Path, ask: Ask, today: date) -> dict[str, str]:
    """The code of the unit everybody is in today: Athena's word, else a supervisor's, else HR's; leavers are nowhere."""
    day = str(today)
    found: dict[str, str] = {}
    for emp, code, start, end in ask(
        "hr", "SELECT emp_no, org_code, eff_from, eff_to FROM position WHERE org_code IS NOT NULL"
    ):
        if start and as_date(start) <= today and (not end or as_date(end) >= today):
            found[emp] = code.removeprefix("HC/")
    codes = {unit.ref: unit.code for unit in grow().rows}
    with (home / DROPS / "posting_corrections.csv").open(encoding="utf-8-sig") as lines:
        found |= {row["Employee"]: codes[row["Unit ID"]] for row in csv.DictReader(lines)}
    athena = "SELECT emp_no, team_cd FROM team_member WHERE from_dt <= ? AND (to_dt IS NULL OR to_dt >= ?)"
    found |= {f"E{emp}": code for emp, code in ask("athena", athena, day, day)}
    gone = ask("hr", "SELECT emp_no, left_from FROM person WHERE left_from IS NOT NULL")
    for emp, left in gone:
        if as_date(left) <= today:
            found.pop(emp, None)
    return {emp.removeprefix("E"): code for emp, code in found.items()}


def as_date(text: str) -> date:
    """22/11/2026"""
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


def people_of(whereabouts: dict[str, str], code: str) -> list[str]:
    """Employee numbers of those in a unit or below it."""
    return [emp for emp, where in whereabouts.items() if where == code or where.startswith(f"{code}-")]


def held_by(people: list[str]) -> str:
    return f"oic_emp_no IN ({','.join('?' * len(people))})"


def due_on(crime: tuple[Any, ...]) -> date | None:
    """The end of the time limit of a summary offence, in short."""
    title, mode, domestic, offence_from, offence_to, statement, evidence = crime
    if mode != "S":
        return None
    start = date.fromisoformat(offence_to or offence_from)
    if title in ("Using a vehicle without insurance", "Driving while disqualified"):
        start = date.fromisoformat(evidence) if evidence else date.max
    elif any(part in title for part in ("taking of a motor vehicle", "communications network", "Animal Welfare")):
        start = date.fromisoformat(evidence) - timedelta(days=1) if evidence else date.max
    elif domestic == "Y" and statement and "assault" in title.lower():
        start = max(start, date.fromisoformat(statement))
    return None if start == date.max else six_months_after(start)


def six_months_after(start: date) -> date:
    month = start.month + 6
    year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def count_due(ask: Ask, where: str, today: date, *values: Any) -> int:
    columns = "offence, trial_mode, da_flag, off_from, off_to, first_stmt_dt, evid_dt"
    crimes = ask("athena", f"SELECT {columns} FROM crime WHERE {OPEN} AND charge_dt IS NULL AND {where}", *values)
    ends = [due_on(crime) for crime in crimes]
    return sum(end is not None and today <= end <= today + timedelta(days=28) for end in ends)


def test_what_team_c_holds(ask: Ask, answers: dict[str, Any], today: date, whereabouts: dict[str, str]) -> None:
    team = people_of(whereabouts, "WAT-INT-C")
    assert len(team) == 10
    assert PRYCE not in team
    team.append(PRYCE)
    old = (today - timedelta(days=120)).isoformat()

    def crimes(where: str, *values: Any) -> int:
        count: int = ask("athena", f"SELECT COUNT(*) FROM crime WHERE {OPEN} AND {where}", *values)[0]
        return count

    assert crimes(held_by(team), *team) == answers["team-c-open"]["value"] == 164
    assert crimes(f"{held_by(team)} AND rec_dt < ?", *team, old) == answers["team-c-old"]["value"] == 31
    assert crimes(f"{held_by(team)} AND next_rev_dt < ?", *team, str(today)) == answers["team-c-reviews"]["value"] == 9
    assert crimes("oic_emp_no = ?", ADEYEMI) == answers["adeyemi-open"]["value"] == 28
    assert crimes("oic_emp_no = ? AND rec_dt < ?", ADEYEMI, old) == answers["adeyemi-old"]["value"] == 11
    assert crimes("oic_emp_no = ? AND own_unit = 'WAT-INT-C'", PRYCE) == answers["team-c-leaver"]["value"] == 16
    assert count_due(ask, held_by(team), today, *team) == answers["team-c-limits"]["value"] == 7


def test_the_leaver_has_left(ask: Ask, today: date) -> None:
    (left,) = ask("hr", "SELECT left_from FROM person WHERE emp_no = ?", f"E{PRYCE}")
    assert as_date(left) == today - timedelta(days=20)


def test_the_officer_who_improved(ask: Ask, answers: dict[str, Any], today: date) -> None:
    since = f"{today - timedelta(days=27)}"
    closed = ask("athena", "SELECT COUNT(*) FROM crime WHERE oic_emp_no = ? AND final_dt >= ?", SHAH, since)
    assert closed == [answers["shah-closed"]["value"]] == [14]
    held = "oic_emp_no = ? AND rec_dt < ? AND (final_dt IS NULL OR final_dt >= ?)"
    before = ask("athena", f"SELECT COUNT(*) FROM crime WHERE {held}", SHAH, since, since)
    assert before == [answers["shah-before"]["value"]] == [24]
    assert answers["shah-open"]["value"] == 16


def test_time_limits_in_stevenage(ask: Ask, answers: dict[str, Any], today: date, whereabouts: dict[str, str]) -> None:
    people = people_of(whereabouts, "STE")
    assert count_due(ask, held_by(people), today, *people) == answers["stevenage-limits"]["value"] == 41
    team = people_of(whereabouts, "STE-INT-B")
    assert count_due(ask, held_by(team), today, *team) == answers["stevenage-b-limits"]["value"] == 26


def test_victims_not_told_in_broxbourne(
    ask: Ask, answers: dict[str, Any], today: date, whereabouts: dict[str, str]
) -> None:
    last = "SELECT MAX(entry_dt) FROM contact_log WHERE contact_log.vic_id = victim.vic_id AND entry_type = 'UPD'"
    entitled = (
        "NOT (vic_type = 'BUS' AND COALESCE(contact_named, 'N') = 'N') AND opt_out_dt IS NULL AND unsafe_cd IS NULL"
    )
    rows = ask(
        "athena",
        f"""SELECT crime.oic_emp_no, crime.own_unit, rec_dt, upd_freq_days, ({last})
            FROM victim JOIN crime USING (crime_no) WHERE {OPEN} AND {entitled}""",
    )
    here = [row for row in rows if (whereabouts.get(row[0]) or row[1] or "").startswith("BRX")]
    due = [
        date.fromisoformat((contact or recorded)[:10]) + timedelta(days=days or 28)
        for _, _, recorded, days, contact in here
    ]
    told = sum(day >= today for day in due)
    answer = answers["broxbourne-victims"]
    assert (told, len(here)) == (answer["numerator"], answer["denominator"])
    assert 68 <= answer["value"] <= 74


def test_overtime_in_dacorum(ask: Ask, answers: dict[str, Any], today: date) -> None:
    first = today - timedelta(days=27)
    counted = "taken_as = 'P' AND recharge = 'N' AND cost_centre LIKE 'CC31%'"
    query = f"SELECT SUM(gross_gbp) FROM ot_claim WHERE {counted} AND duty_start >= ?"
    (paid,) = ask("finance", query, str(first))
    budget = 0.0
    for period, pounds in ask(
        "finance", "SELECT period, SUM(budget_gbp) FROM ot_budget WHERE cost_centre LIKE 'CC31%' GROUP BY 1"
    ):
        month = date.fromisoformat(f"{period}-01")
        length = monthrange(month.year, month.month)[1]
        days = sum(first <= month + timedelta(days=day) <= today for day in range(length))
        budget += pounds * days / length
    assert round(paid * 100) == answers["dacorum-overtime"]["numerator"]
    assert 100 * paid / budget == pytest.approx(127, abs=0.3)


def test_response_in_watford(ask: Ask, answers: dict[str, Any], today: date) -> None:
    seconds = "strftime('%s', scene_utc) - strftime('%s', graded_utc)"
    counted = "beat LIKE 'WA%' AND grade = 'IMM' AND result_cd IS NULL AND scene_utc IS NOT NULL"
    first = datetime.combine(today - timedelta(days=27), time(), tzinfo=ZONE).astimezone(UTC)
    query = f"SELECT {seconds} FROM incident WHERE {counted} AND graded_utc >= ?"
    took = ask("command_control", query, f"{first:%Y-%m-%d %H:%M:%S}")
    answer = answers["watford-response"]
    assert (sum(each <= 720 for each in took), len(took)) == (answer["numerator"], answer["denominator"])


def forms_waiting(home: Path) -> list[dict[str, str]]:
    """Forms that wait for a supervisor, from all files."""
    waiting: list[dict[str, str]] = []
    for path in sorted((home / DROPS).glob("stop_search_*")):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = csv.DictReader(content.decode("utf-8-sig").splitlines())
        waiting += [
            row
            for row in rows
            if row["Submitted"] and not row["Reviewed"] and (not row["Returned"] or row["Resubmitted"])
        ]
    return waiting


def test_forms_nobody_reviewed(home: Path, answers: dict[str, Any], today: date, whereabouts: dict[str, str]) -> None:
    late = (today - timedelta(days=7)).isoformat()
    waiting = forms_waiting(home)
    team = {f"E{emp}" for emp in people_of(whereabouts, "HER-INT-D")}
    overdue = sum(row["Officer"] in team and row["Submitted"] < late for row in waiting)
    assert overdue == answers["forms-overdue"]["value"] == 9
    team_c = {f"E{emp}" for emp in people_of(whereabouts, "WAT-INT-C")}
    assert sum(row["Officer"] in team_c for row in waiting) == answers["team-c-forms"]["value"] == 3
