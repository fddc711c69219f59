"""The files of the deployment folder: settings, sources, personas. Ordinary ones, such as a force would write."""

from __future__ import annotations

import json
from pathlib import Path

from data_access.demo.cast import PERSONAS
from data_access.demo.offences import OUTCOME_TITLES
from data_access.demo.postings import CLOSED_STATION, HR_PREFIX
from data_access.demo.units import CSPS, Units

TEMPLATES = Path(__file__).parent / "sources"
DATABASES = ("athena", "hr", "finance", "command_control")
FOLDER = "sources-demo"
DROPS = Path("drops") / "sharepoint"
UNKNOWN_UNIT = "unknown-unit"  # not in the unit list: its records are shown as not mapped

_SETTINGS = """\
# The demonstration force: everybody and everything in it is made up. docs/demonstration.md tells what to look for.
mode = "demo"
force_name = "Hertfordshire"

[connections]  # no secret in these; a URL with a password would come from the environment
"""


def _inline(pairs: dict[str, str]) -> str:
    """A TOML inline table. JSON strings are TOML strings."""
    return "{" + ", ".join(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in pairs.items()) + "}"


def _mapped(column: str, pairs: dict[str, str], *, default: str = "", regex: str = "") -> str:
    taken = f"regex = '{regex}', " if regex else ""
    otherwise = f', default = "{default}"' if default else ""
    return f'{{column = "{column}", {taken}map = {_inline(pairs)}{otherwise}}}'


def value_maps(units: Units) -> dict[str, str]:
    """What stands for @name@ in the source files: value maps too long to type, made from the unit tree."""
    codes = {unit.code: unit.ref for unit in units.rows}
    outcomes = {f"OC{code.upper():0>2}": code for code in OUTCOME_TITLES}
    return {
        "own_unit": _mapped("own_unit", codes, default=UNKNOWN_UNIT),
        "outcome": _mapped("outcome_cd", outcomes),
        "csp": _mapped("csp_cd", {csp.code: csp.ref for csp in CSPS}),
        "team": _mapped("team_cd", codes, default=UNKNOWN_UNIT),
        "organisation": _mapped(
            "org_code", {HR_PREFIX + code: ref for code, ref in codes.items()} | {CLOSED_STATION: UNKNOWN_UNIT}
        ),
        "cost_centre": _mapped(
            "cost_centre", {unit.cost_centre: unit.ref for unit in units.rows}, default=UNKNOWN_UNIT
        ),
        "beat": _mapped("beat", {csp.beat: csp.ref for csp in CSPS}, default=UNKNOWN_UNIT, regex="^(..)"),
        "csp_name": _mapped("CSP", {csp.name: csp.ref for csp in CSPS}),
        "csp_long_name": _mapped("CSP", {csp.long_name: csp.ref for csp in CSPS}),
    }


def write_deployment(home: Path, units: Units) -> None:
    """cspdash.toml, sources/*.toml and personas.toml."""
    home.mkdir(parents=True, exist_ok=True)
    connections = "".join(f'{name} = "sqlite:///{FOLDER}/{name}.db"\n' for name in DATABASES)
    (home / "cspdash.toml").write_text(_SETTINGS + connections, encoding="utf-8")
    folder = home / "sources"
    folder.mkdir(exist_ok=True)
    maps = value_maps(units)
    for template in sorted(TEMPLATES.glob("*.toml")):
        text = template.read_text(encoding="utf-8")
        for name, value in maps.items():
            text = text.replace(f"@{name}@", value)
        (folder / template.name).write_text(text, encoding="utf-8")
    (home / "personas.toml").write_text(_personas(), encoding="utf-8")


def _personas() -> str:
    lines = ["# Made-up people to sign in as; the first is whom the tour of docs/demonstration.md follows.\n"]
    for role in PERSONAS:
        values = {
            "id": role.id, "name": role.name, "title": role.title, "role": role.role,
            "officer_id": f"E{role.emp}" if role.emp else "", "unit_id": role.unit,
        }  # fmt: skip
        lines.append("\n[[persona]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))
    return "".join(lines)
