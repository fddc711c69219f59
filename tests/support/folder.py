"""A deployment folder fed by four CSV files: everything real, nothing large."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

SETTINGS = 'mode = "demo"\nforce_name = "Hertfordshire"\nmin_peers = 2\n'
SOURCE = """
[source]
name = "drops"
title = "Drops"
kind = "files"
folder = "drops"
stale_after = "1d"

[[dataset]]
dataset = "unit"
files = "units.csv"
[dataset.columns]
ref = "ref"
name = "name"
level = "level"
parent_ref = "parent"

[[dataset]]
dataset = "officer"
files = "officers.csv"
[dataset.columns]
ref = "ref"
name = "name"
rank = "rank"
collar_number = "collar"

[[dataset]]
dataset = "posting"
files = "postings.csv"
[dataset.columns]
ref = "ref"
officer_id = "officer"
unit_id = "unit"
starts_on = "from"

[[dataset]]
dataset = "investigation"
files = "crimes-*.csv"
[dataset.columns]
ref = "ref"
officer_id = "officer"
recorded_at = "recorded"
offence_title = "offence"
"""
PERSONAS = """
[[persona]]
id = "sgt"
name = "PS Nair"
role = "sergeant"
officer_id = "E1"

[[persona]]
id = "pc"
name = "PC Adeyemi"
role = "constable"
officer_id = "E2"
"""
UNITS = """ref,name,level,parent
herts,Hertfordshire,Force,
watford,Watford,CSP,herts
team-c,Team C,Team,watford
team-a,=Team A,Team,watford
"""
OFFICERS = "ref,name,rank,collar\nE1,Nair,PS,0731\nE2,Adeyemi,PC,2207\nE3,Shah,PC,2733\n"
POSTINGS = "ref,officer,unit,from\nP1,E1,team-c,2024-01-08\nP2,E2,team-c,2024-01-08\nP3,E3,team-a,2024-01-08\n"


def crimes(officer: str, count: int, start: int = 0) -> str:
    """Lines of a crime file, a few hours old."""
    when = (datetime.now(UTC) - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return "".join(f"C{officer}-{number},{officer},{when},Burglary\n" for number in range(start, start + count))


def write_folder(home: Path) -> Path:
    """Everything a deployment needs before its first load."""
    (home / "sources").mkdir(parents=True)
    (home / "drops").mkdir()
    (home / "cspdash.toml").write_text(SETTINGS)
    (home / "personas.toml").write_text(PERSONAS)
    (home / "sources" / "drops.toml").write_text(SOURCE)
    for name, text in (("units", UNITS), ("officers", OFFICERS), ("postings", POSTINGS)):
        (home / "drops" / f"{name}.csv").write_text(text)
    rows = crimes("E2", 3) + crimes("E3", 2) + crimes("E9", 1)
    (home / "drops" / "crimes-1.csv").write_text("ref,officer,recorded,offence\n" + rows)
    return home
