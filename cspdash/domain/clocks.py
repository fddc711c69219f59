"""Clocks: every limit, interval and period the rules count with, as effective-dated configuration.

The package ships cspdash/clocks.toml; a deployment's <home>/clocks.toml changes single keys on top of it. A value is
written plainly, or as a list of changes where the law or the force changed its mind:

    default_interval_days = 28
    default_interval_days = [{from = 2015-04-01, value = 28}, {from = 2026-10-01, value = 21}]

A rule asks for the value on the day its clock starts, never for today's: what a record was owed does not change later.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, NewType, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import holidays

from cspdash.domain.errors import DefinitionError
from cspdash.domain.periods import add_months

PACKAGED = Path(__file__).parents[1] / "clocks.toml"

V = TypeVar("V")
Rate = NewType("Rate", float)  # written 2, 1.5 or "4/3"
Words = NewType("Words", str)  # text for the screen; anything else that is text is one of _CHOICES

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_CHOICES: dict[str, tuple[str, ...]] = {
    "starts": ("offence", "statement", "evidence"),
    "counting": ("from", "beginning_with"),
    "clock_stop": ("at_scene", "en_route", "dispatched"),
    "week_starts": WEEKDAYS,
    "clock_start": ("answered", "created", "graded", "dispatched"),
    "classes": ("summary", "either_way", "indictable", "non_crime"),
}


# --- dates ---------------------------------------------------------------------------------------------------------

# Rules ask for the same few thousand days over and over; a cached answer costs a tenth of the arithmetic.
corresponding_date = lru_cache(maxsize=65536)(add_months)


@lru_cache(maxsize=65536)
def ends_from(start: date, months: int) -> date:
    """Last day of a period of months "from" a day: that day is left out, so it ends at midnight at the end of the
    corresponding date (DPP v Jackson [2025] EWHC 2797 (Admin)), or of the month's last day (Dodds v Walker)."""
    return add_months(start, months)


@lru_cache(maxsize=65536)
def ends_beginning_with(start: date, months: int) -> date:
    """Last day of a period of months "beginning with" a day: the day before the corresponding date; where the month has
    none, its last day (PACE s.47ZB: three months beginning with 30 Nov end on 28 or 29 Feb, not a day earlier)."""
    corresponding = add_months(start, months)
    return corresponding - timedelta(days=1) if corresponding.day == start.day else corresponding


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays in England (and, as far as published, in Wales: the sets agree), substitute days included."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


# --- what a clocks file holds --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dated(Generic[V]):
    """A value and the days from which it changed. Before the first change the first value holds."""

    first: V
    later: tuple[tuple[date, V], ...] = ()

    def on(self, day: date) -> V:
        """The value that applies on a day."""
        value = self.first
        for since, changed in self.later:
            if day < since:
                break
            value = changed
        return value


@dataclass(frozen=True, slots=True)
class Workload:
    review_interval_days: Dated[int]


@dataclass(frozen=True, slots=True)
class VictimUpdates:
    default_interval_days: Dated[int]
    key_event_working_days: Dated[int]
    enhanced_working_days: Dated[int]
    attempt_counts: Dated[bool]
    linked_contact_counts: Dated[bool]
    key_events: Dated[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Bail:
    in_force_from: date
    rui_review_days: Dated[int]
    rui_inspector_review_days: Dated[int]
    suspension_extends: Dated[bool]
    inspector_ranks: Dated[frozenset[str]]
    months: Mapping[str, Mapping[str, Dated[int]]]
    next_authority: Mapping[str, Mapping[str, Dated[Words]]]


@dataclass(frozen=True, slots=True)
class Overtime:
    force_day_start: Dated[time]
    unit_minutes: Dated[int]
    minimum_hours: Dated[int]
    retained_minutes: Dated[int]
    rest_day_notice_days: Dated[int]
    public_holiday_notice_days: Dated[int]
    unpaid_minutes: Dated[int]
    unpaid_occasions: Dated[int]
    week_starts: Dated[str]
    holiday_types: Dated[frozenset[str]]
    ranks: Dated[frozenset[str]]
    recharged_operations: Dated[frozenset[str]]
    rates: Mapping[str, Dated[Rate]]


@dataclass(frozen=True, slots=True)
class StopSearch:
    review_days: Dated[int]
    no_suspicion_powers: Dated[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Response:
    clock_start: Dated[str]
    clock_stop: Dated[str]
    upgrade_restarts: Dated[bool]
    target_seconds: Mapping[str, Dated[int]]


@dataclass(frozen=True, slots=True)
class OutOfCourt:
    include_22: Dated[bool]
    out_of_court: Dated[frozenset[str]]
    labels: Mapping[str, Dated[Words]]


@dataclass(frozen=True, slots=True)
class Acro:
    labels: Mapping[str, Words]
    due_days: Mapping[str, Dated[int]]
    due_hours: Mapping[str, Dated[int]]


@dataclass(frozen=True, slots=True)
class StlRule:
    """How one statutory time limit counts. `long_stop_months` 0: none. `revives_nothing_before`: offences already out
    of time under the general limit on that day stay out of time."""

    starts: str
    months: Dated[int]
    counting: str
    law: Words
    long_stop_months: Dated[int] = Dated(0)
    revives_nothing_before: date | None = None


@dataclass(frozen=True, slots=True)
class StlOffence:
    """A line of the table that says which rule an offence follows; the first line that fits decides. A line fits when a
    code or title is among its own (where it names any) and class and domestic abuse agree (where it names them)."""

    rule: str
    why: str
    codes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    domestic_abuse: bool | None = None

    def fits(self, code: str, title: str, offence_class: str, domestic_abuse: bool) -> bool:
        if self.classes and offence_class not in self.classes:
            return False
        if self.domestic_abuse is not None and self.domestic_abuse != domestic_abuse:
            return False
        if not self.codes and not self.titles:
            return True
        return any(_code_fits(pattern, code) for pattern in self.codes) or any(part in title for part in self.titles)


def offence_code(text: str) -> str:
    """A Home Office code in one spelling: 105/01, 105/1 and 10501 are all "105/1". Anything else is left as it is."""
    text = text.strip()
    if re.fullmatch(r"\d{5}", text):
        text = f"{text[:3]}/{text[3:]}"
    if match := re.fullmatch(r"0*(\d+)/0*(\d+|\*)", text):
        return f"{match[1]}/{match[2]}"
    return text.lower()


def _code_fits(pattern: str, code: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern


@dataclass(frozen=True, slots=True)
class Clocks:
    """All thresholds of a deployment, its zone and its working days."""

    zone: ZoneInfo
    version: str
    workload: Workload
    victim_updates: VictimUpdates
    bail: Bail
    overtime: Overtime
    stop_search: StopSearch
    response: Response
    oocd: OutOfCourt
    acro: Acro
    stl_rule: Mapping[str, StlRule]
    stl_offences: tuple[StlOffence, ...]
    additions: frozenset[date] = frozenset()
    _working: dict[tuple[date, int], date] = field(default_factory=dict, repr=False, compare=False)
    _offences: dict[tuple[Any, ...], StlOffence | None] = field(default_factory=dict, repr=False, compare=False)

    def local_day(self, at: datetime) -> date:
        """The force's local day an instant falls on: deadlines are whole local days."""
        return at.astimezone(self.zone).date()

    def is_bank_holiday(self, day: date) -> bool:
        """A bank holiday, or one of the force's own additions."""
        return day in bank_holidays(day.year) or day in self.additions

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, but no bank holiday."""
        return day.weekday() < 5 and not self.is_bank_holiday(day)

    def add_working_days(self, day: date, count: int) -> date:
        """So many working days after a day; the day itself is day 0 (local default: the Code does not say)."""
        key = (day, count)
        found = self._working.get(key)
        if found is None:
            found = day
            for _ in range(count):
                found += timedelta(days=1)
                while not self.is_working_day(found):
                    found += timedelta(days=1)
            self._working[key] = found
        return found

    def offence_line(
        self, code: str | None, title: str | None, offence_class: str | None, domestic_abuse: bool | None
    ) -> StlOffence | None:
        """The line of the offence table that fits, or None."""
        key = (code, title, offence_class, domestic_abuse)
        try:
            return self._offences[key]
        except KeyError:
            facts = (offence_code(code or ""), (title or "").lower(), offence_class or "", bool(domestic_abuse))
            line = next((line for line in self.stl_offences if line.fits(*facts)), None)
            if len(self._offences) < 50_000:  # titles are free text: never let them fill the memory
                self._offences[key] = line
            return line


# --- reading -------------------------------------------------------------------------------------------------------

_TABLES = ("workload", "victim_updates", "bail", "overtime", "stop_search", "response", "oocd", "acro", "stl_rule")
_SECTIONS: dict[str, Any] = {
    "workload": Workload,
    "victim_updates": VictimUpdates,
    "bail": Bail,
    "overtime": Overtime,
    "stop_search": StopSearch,
    "response": Response,
    "oocd": OutOfCourt,
    "acro": Acro,
    "stl_rule": Mapping[str, StlRule],
}


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    table: Mapping[str, Any]

    def at(self, key: str) -> str:
        """File and line of a key (its first mention; good enough to find it)."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if re.match(rf"\s*(\[+[\w.]*\b{re.escape(key)}\]|{re.escape(key)}\s*=)", line):
                return f"{self.name}, line {number}"
        return self.name


def _open(path: Path, name: str) -> _File:
    text = path.read_text(encoding="utf-8")
    try:
        file = _File(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(str(error), name, "Mend the TOML") from error
    unknown = sorted(set(file.table) - {*_TABLES, "stl_offence", "working_days"})
    if unknown:
        raise DefinitionError(
            f"unknown table {unknown[0]!r}",
            file.at(unknown[0]),
            f"Tables: {', '.join(_TABLES)}, stl_offence, working_days",
        )
    return file


def load_clocks(zone: ZoneInfo, folders: Iterable[Path] = (), additions: Iterable[date] = ()) -> Clocks:
    """The packaged clocks with each folder's clocks.toml on top; `additions` are further days nobody works.

    Raises DefinitionError naming file, line and what would be right. Rows of a folder's [[stl_offence]] come before the
    packaged ones.
    """
    files = [_open(PACKAGED, "clocks.toml")]
    files += [
        _open(folder / "clocks.toml", f"{folder.name}/clocks.toml")
        for folder in folders
        if (folder / "clocks.toml").is_file()
    ]
    merged: dict[str, Any] = {}
    origin: dict[tuple[str, ...], _File] = {}
    for file in files:
        _lay_over(merged, file.table, file, origin, ())
    sections = {name: _read(_SECTIONS[name], merged.get(name, {}), (name,), origin, files[-1]) for name in _TABLES}
    lines = tuple(
        _offence(raw, file, sections["stl_rule"])
        for file in reversed(files)
        for raw in file.table.get("stl_offence", ())
    )
    days = frozenset(additions) | {
        _day(day, file) for file in files for day in file.table.get("working_days", {}).get("additional_holidays", ())
    }
    facts = {"clocks": merged, "offences": [repr(line) for line in lines], "days": sorted(days), "zone": zone.key}
    version = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:10]
    return Clocks(zone=zone, version=version, stl_offences=lines, additions=days, **sections)


def _day(value: object, file: _File) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise DefinitionError(
            f"{value!r} is not a day", file.at("additional_holidays"), "additional_holidays = [2026-06-15]"
        )
    return value


def _lay_over(
    below: dict[str, Any],
    above: Mapping[str, Any],
    file: _File,
    origin: dict[tuple[str, ...], _File],
    path: tuple[str, ...],
) -> None:
    """Puts one file's tables over those before it, key by key, remembering which file each key came from."""
    for key, value in above.items():
        if not path and key in ("stl_offence", "working_days"):
            continue
        origin[(*path, key)] = file
        if isinstance(value, Mapping):
            _lay_over(below.setdefault(key, {}), value, file, origin, (*path, key))
        else:
            below[key] = value


def _read(kind: Any, raw: Any, path: tuple[str, ...], origin: Mapping[tuple[str, ...], _File], last: _File) -> Any:
    """Turns TOML into what a field's annotation asks for."""

    def refuse(problem: str, remedy: str) -> DefinitionError:
        return DefinitionError(f"{'.'.join(path)}: {problem}", origin.get(path, last).at(path[-1]), remedy)

    if is_dataclass(kind) or get_origin(kind) in (Mapping, dict):
        if not isinstance(raw, Mapping):
            raise refuse("is not a table", f"[{'.'.join(path)}]")
        if is_dataclass(kind):
            return _read_fields(kind, raw, path, origin, last)
        inner = get_args(kind)[1]
        return {key: _read(inner, value, (*path, key), origin, last) for key, value in raw.items()}
    if get_origin(kind) is Dated:
        return _read_dated(get_args(kind)[0], raw, path[-1], refuse)
    return _value(kind, raw, path[-1], refuse)


def _read_fields(
    kind: Any, raw: Mapping[str, Any], path: tuple[str, ...], origin: Mapping[tuple[str, ...], _File], last: _File
) -> Any:
    hints = get_type_hints(kind)
    known = {f.name: f for f in fields(kind)}
    for key in raw:
        if key not in known:
            at = origin.get((*path, key), last).at(key)
            raise DefinitionError(f"{'.'.join(path)} has no key {key!r}", at, f"Keys: {', '.join(known)}")
    for key, f in known.items():
        if key not in raw and f.default is MISSING:
            raise DefinitionError(
                f"{'.'.join(path)} lacks {key}", origin.get(path, last).at(path[-1]), f"Add {key} = ..."
            )
    return kind(**{key: _read(hints[key], value, (*path, key), origin, last) for key, value in raw.items()})


def _read_dated(kind: Any, raw: Any, name: str, refuse: Any) -> Dated[Any]:
    if not (isinstance(raw, list) and raw and all(isinstance(item, Mapping) for item in raw)):
        return Dated(_value(kind, raw, name, refuse))
    changes: list[tuple[date, Any]] = []
    for item in raw:
        if set(item) != {"from", "value"} or not isinstance(item["from"], date):
            raise refuse(f"{dict(item)!r} is not a change", "{from = 2026-10-01, value = ...}")
        changes.append((item["from"], _value(kind, item["value"], name, refuse)))
    changes.sort(key=lambda change: change[0])
    return Dated(changes[0][1], tuple(changes[1:]))


def _value(kind: Any, raw: Any, name: str, refuse: Any) -> Any:
    """One value of the kind a field wants. `refuse` makes the error that names file and line."""
    if kind is bool and isinstance(raw, bool):
        return raw
    if kind is int and isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    if kind is Rate and not isinstance(raw, bool) and (rate := _rate(raw)) is not None:
        return rate
    if kind in (date, date | None) and isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if kind is time and isinstance(raw, time):
        return raw
    if kind is Words and isinstance(raw, str):
        return raw
    if kind is str and raw in _CHOICES[name]:
        return raw
    if kind == frozenset[str] and isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return frozenset(raw)
    raise refuse(f"{raw!r} cannot be used", _REMEDIES.get(kind) or f"Use one of {', '.join(_CHOICES.get(name, ()))}")


_REMEDIES: dict[Any, str] = {
    bool: "true or false, without quotes",
    int: "A whole number, 0 or more",
    Rate: 'A number such as 1.5, or a fraction in quotes such as "4/3"',
    date: "A day such as 2022-10-28, without quotes",
    date | None: "A day such as 2022-06-28, without quotes",
    time: "A time such as 07:00:00, without quotes",
    Words: "Put it in quotes",
    frozenset[str]: '["a", "b"]',
}


def _rate(raw: Any) -> float | None:
    try:
        rate = Fraction(str(raw))
    except (ValueError, ZeroDivisionError):
        return None
    return float(rate) if rate >= 0 else None


_OFFENCE_KEYS = {"rule", "why", "codes", "titles", "classes", "domestic_abuse"}


def _offence(raw: Mapping[str, Any], file: _File, rules: Mapping[str, StlRule]) -> StlOffence:
    rule = raw.get("rule")
    where = file.at("stl_offence")
    unknown = sorted(set(raw) - _OFFENCE_KEYS)
    if unknown:
        raise DefinitionError(
            f"[[stl_offence]] has no key {unknown[0]!r}",
            file.at(unknown[0]),
            f"Keys: {', '.join(sorted(_OFFENCE_KEYS))}",
        )
    if rule != "NONE" and rule not in rules:
        raise DefinitionError(f"[[stl_offence]] names rule {rule!r}", where, f"Rules: NONE, {', '.join(rules)}")
    for key in ("codes", "titles", "classes"):
        if not isinstance(raw.get(key, []), list) or not all(isinstance(item, str) for item in raw.get(key, [])):
            raise DefinitionError(f"[[stl_offence]] {key} is not a list of texts", where, f'{key} = ["..."]')
    for name in raw.get("classes", ()):
        if name not in _CHOICES["classes"]:
            raise DefinitionError(
                f"[[stl_offence]] class {name!r} is unknown", where, f"Classes: {', '.join(_CHOICES['classes'])}"
            )
    if not isinstance(raw.get("domestic_abuse", True), bool):
        raise DefinitionError(
            "[[stl_offence]] domestic_abuse is neither true nor false", where, "domestic_abuse = true, without quotes"
        )
    return StlOffence(
        rule=str(rule),
        why=str(raw.get("why", "")),
        codes=tuple(offence_code(code) for code in raw.get("codes", ())),
        titles=tuple(title.lower() for title in raw.get("titles", ())),
        classes=tuple(raw.get("classes", ())),
        domestic_abuse=raw.get("domestic_abuse"),
    )
