"""`source check` and `source init`: a mapping tried without writing, and one proposed that a person completes."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import tomllib
from pathlib import Path

import pytest

from tests.cspdash.commands.conftest import CommandLine
from tests.support.folder import crimes

ATHENA = """
[source]
name = "athena"
kind = "sql"
connection = "athena"
[[dataset]]
dataset = "investigation"
table = "crime"
watermark = "last_changed"
skip = [["kind", "is", "TEST"]]
[dataset.columns]
ref = "crime_no"
officer_id = "oic_employee_no"
recorded_at = "rec_dt"
offence_code = "offence"
"""


def digests(home: Path) -> dict[str, str]:
    """Every file of the deployment but logs, by what is in it."""
    files = (path for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-shm", ".log")))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if "audit" not in path.name}


@pytest.fixture
def athena(cspdash: CommandLine) -> Path:
    path = cspdash.home / "athena.db"
    connection = sqlite3.connect(path)
    connection.execute(
        "create table crime (crime_no text primary key, oic_employee_no text, rec_dt text, offence text,"
        " kind text, last_changed text, secret_note text)"
    )
    rows = [
        (f"41/{n}", "E2", "2026-11-20T10:00:00" if n else "not a day", "Burglary", "TEST" if n == 3 else "CRIME",
         f"2026-11-2{n % 3}T10:00:00", "hush") for n in range(8)
    ]  # fmt: skip
    connection.executemany("insert into crime values (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    with (cspdash.home / "cspdash.toml").open("a") as settings:
        settings.write('\n[connections]\nathena = "sqlite:///athena.db"\n')
    return path


def test_check_shows_a_sample_and_what_would_be_refused_and_writes_nothing(cspdash: CommandLine, athena: Path) -> None:
    (cspdash.home / "sources" / "athena.toml").write_text(ATHENA)
    before = digests(cspdash.home)

    answer = cspdash("source", "check", "athena", "--format", "json", "--rows", "3")

    assert answer.code == 0
    assert answer.json["sample"] is True
    (mapping,) = answer.json["mappings"]
    assert (mapping["read"], mapping["left_out"], len(mapping["rows"])) == (8, 1, 3)
    assert [(each["column"], each["rows"]) for each in mapping["refused"]] == [("recorded_at", 1)]
    assert "'not a day' is not a date and time" in mapping["refused"][0]["reason"]
    assert mapping["unmapped"] == ["secret_note"]
    assert mapping["rows"][0]["ref"] == "41/1"
    assert mapping["lag_seconds"] > 0
    words = cspdash("source", "check", "athena").out
    assert "SAMPLE of what a load would take; OFFICIAL-SENSITIVE; nothing was written" in words
    assert "of the first 8 rows 6 would be taken, 1 left out, 0 taken away, 1 refused" in words
    assert "hush" not in words
    assert "sample,1,ref,41/1" in cspdash("source", "check", "athena", "--format", "csv").out
    assert digests(cspdash.home) == before


def test_check_says_what_is_missing_or_away(cspdash: CommandLine, athena: Path) -> None:
    (cspdash.home / "sources" / "athena.toml").write_text(ATHENA.replace('"offence"', '"offence_name"'))
    answer = cspdash("source", "check", "athena")
    assert answer.code == 1
    assert "has no column 'offence_name'" in answer.out
    assert "offence_name" in cspdash("doctor").out
    athena.unlink()
    answer = cspdash("source", "check", "athena")
    assert (answer.code, "there is no file athena.db" in answer.out) == (1, True)
    assert cspdash("source", "check", "nobody").code == 2


def test_check_of_files(cspdash: CommandLine) -> None:
    (cspdash.home / "drops" / "crimes-0.csv").write_text(
        "ref,officer,recorded,offence\n" + crimes("E2", 2, 10) + "X,E2,not a day,Theft\n"
    )
    before = digests(cspdash.home)
    mappings = {
        each["dataset"]: each for each in cspdash("source", "check", "drops", "--format", "json").json["mappings"]
    }
    assert (mappings["investigation"]["read"], mappings["investigation"]["refused"][0]["rows"]) == (3, 1)
    assert digests(cspdash.home) == before


SET = ("--set", "connection=athena", "--set", "table=crime")


def test_init_proposes_what_is_likely_and_marks_what_only_a_person_knows(cspdash: CommandLine, athena: Path) -> None:
    path = cspdash.home / "sources" / "crimes.toml"

    answer = cspdash("source", "init", "crimes", "--dataset", "investigation", *SET)

    assert answer.code == 0
    text = path.read_text()
    mapping = tomllib.loads(text)["dataset"][0]
    assert mapping["columns"]["ref"] == "crime_no"
    assert mapping["columns"]["officer_id"] == "oic_employee_no"
    assert mapping["columns"]["recorded_at"] == "rec_dt"
    assert mapping["watermark"] == "last_changed"
    assert "(a guess)" in text
    assert "secret_note" in text
    assert not re.search("hush|Burglary|E2", text), "no value of a row"
    assert cspdash("doctor").code == 0
    again = cspdash("source", "init", "crimes", "--dataset", "investigation", *SET)
    assert (again.code, "is there already" in again.err) == (2, True)
    assert path.read_text() == text


def test_gaps_fail_the_doctor_until_they_are_filled_in(cspdash: CommandLine, athena: Path) -> None:
    answer = cspdash("source", "init", "people", "--dataset", "officer", *SET)
    assert answer.code == 0
    path = cspdash.home / "sources" / "people.toml"
    text = path.read_text()
    gaps = re.findall(r"^# GAP: (\w+) = ", text, re.MULTILINE)
    assert gaps
    assert cspdash("doctor").code == 1
    for gap in gaps:
        text = re.sub(rf"^# GAP: {gap} = .*$", f'{gap} = {{const = "x"}}', text, flags=re.MULTILINE)
    path.write_text(text)
    assert cspdash("doctor").code == 0, cspdash("doctor").out


def test_init_from_files_and_what_it_is_not_told(cspdash: CommandLine) -> None:
    (cspdash.home / "drops" / "forms.csv").write_text(
        "Form ID,Officer,Date of search,Reviewed\nF1,E2,22/11/2026 10:00,\nF2,E3,21/11/2026 09:00,22/11/2026 08:00\n"
    )
    made = cspdash(
        "source", "init", "forms", "--dataset", "stop_search_form", "--kind", "files", "--set", "folder=drops",
        "--set", "files=forms.csv",
    )  # fmt: skip
    assert made.code == 0
    columns = tomllib.loads((cspdash.home / "sources" / "forms.toml").read_text())["dataset"][0]["columns"]
    assert columns["ref"] == "Form ID"
    assert columns["officer_id"] == "Officer"
    assert columns["reviewed_at"]["format"] == "%d/%m/%Y %H:%M"
    for arguments, words in (
        (["--dataset", "cats"], "no dataset 'cats'"),
        (["--dataset", "unit", "--kind", "ftp"], "'kind' cannot be this"),
        (["--dataset", "unit"], "needs a connection"),
        (["--dataset", "unit", "--set", "table"], "is no KEY=VALUE"),
        (["--dataset", "unit", "--set", "colour=red", "--set", "connection=x"], "no key 'colour'"),
    ):
        answer = cspdash("source", "init", "other", *arguments)
        assert (answer.code, words in answer.err) == (2, True), answer.err
    assert not (cspdash.home / "sources" / "other.toml").exists()
