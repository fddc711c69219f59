"""Our pins against known advisories, from a dated file of ours: a scanner that reaches no index says nothing, and says it
with exit code 0.

    python -m tools.security.pins [--max-age-days 30]
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
ADVISORIES = ROOT / "requirements" / "advisories.toml"
PINNED = tuple(ROOT / "requirements" / name for name in ("dev.txt", "security.txt"))  # the first holds base.txt
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Advisory:
    """`affected`: versions as pip spells ranges. `accepted` says why we live with it, "" where we must not."""

    package: str
    affected: SpecifierSet
    name: str
    words: str
    accepted: str = ""


def read_advisories(path: Path) -> tuple[date, list[Advisory]]:
    """The day they were gathered, and what they say."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return table["gathered_on"], [_advisory(raw) for raw in table["advisory"]]


def pinned() -> str:
    """The compiled requirements files, one after the other."""
    return "\n".join(file.read_text(encoding="utf-8") for file in PINNED)


def read_pins(text: str) -> list[tuple[str, str]]:
    """Every (package, version) of a compiled requirements file; a package may be there twice, for two Pythons."""
    return [(canonicalize_name(name), version) for name, version in _PIN.findall(text)]


def found(pins: list[tuple[str, str]], advisories: list[Advisory]) -> Iterator[tuple[str, Advisory]]:
    """Pins an advisory covers."""
    for package, version in pins:
        for each in advisories:
            if each.package == package and each.affected.contains(version, prereleases=True):
                yield f"{package}=={version}", each


def problems(path: Path, pins_text: str, today: date, max_age_days: int) -> list[str]:
    """What keeps these pins from being taken, a sentence each."""
    gathered_on, advisories = read_advisories(path)
    pins = read_pins(pins_text)
    wrong = [f"{pin}: {each.name}: {each.words}" for pin, each in found(pins, advisories) if not each.accepted]
    if not pins:
        wrong.append("no pin was read: the file is not a compiled requirements file")
    age = (today - gathered_on).days
    if age > max_age_days:
        wrong.append(f"{path.name} was gathered {age} days ago; read the advisories of our pins again and date it anew")
    if age < 0:
        wrong.append(f"{path.name} was gathered in the future, on {gathered_on}")
    return wrong


def _advisory(raw: dict[str, Any]) -> Advisory:
    try:
        affected = Requirement(f"{raw['package']}{raw['affected']}").specifier
    except InvalidRequirement as error:
        raise ValueError(f"advisory {raw.get('name')}: {error}") from error
    return Advisory(canonicalize_name(raw["package"]), affected, raw["name"], raw["words"], raw.get("accepted", ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--advisories", type=Path, default=ADVISORIES)
    parser.add_argument("--max-age-days", type=int, default=30)
    options = parser.parse_args()
    today = datetime.now(UTC).date()
    text = pinned()
    wrong = problems(options.advisories, text, today, options.max_age_days)
    gathered_on, advisories = read_advisories(options.advisories)
    for each in wrong:
        print(each, file=sys.stderr)
    silent = {name for name, _ in read_pins(text)} - {each.package for each in advisories}
    print(f"{len(advisories)} advisories gathered on {gathered_on}: {len(wrong)} to act on")
    print(
        f"NOT CHECKED: no advisory database was asked. This holds pins against {options.advisories.name} alone, which says "
        f"nothing of {len(silent)} of the packages pinned."
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
