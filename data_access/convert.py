"""One value of a source to one value of ours, step by step as the mapping says, or `Refused` with the reason."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from data_access.mapped import ColumnRule, plain

Convert = Callable[[Any], Any]

LARGEST = 2**63 - 1
EARLIEST = date(1900, 1, 1)  # before it lie only the placeholders of other systems, such as 0001-01-01
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})
_SHOWN = 40


class Refused(ValueError):
    """This value cannot be what the column holds; str() is the reason, without the column's name."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands where a value should, and why it is none: a broken formula, digits that were lost."""

    reason: str

    def __str__(self) -> str:
        return f"({self.reason})"


def refused(value: Any, problem: str) -> Refused:
    text = plain(value)
    return Refused(f"{text[:_SHOWN] + '…' if len(text) > _SHOWN else text!r} {problem}")


def converter(rule: ColumnRule, latest: datetime) -> Convert:
    """The function that takes a value of theirs through every step of the rule. None stays None.

    `latest` is the last instant that can be true: later ones are refused. The function raises Refused.
    """
    typed = _typed(rule, latest)
    change = _text_steps(rule, typed)
    empty = dict(rule.map).get("")
    for_empty = None if empty is None else typed(empty)
    has_text_steps = bool(rule.null or rule.regex or rule.prefix or rule.map)
    strip = rule.strip

    def convert(value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            value = _decoded(value)
        elif isinstance(value, Unreadable):
            raise Refused(value.reason)
        if has_text_steps and type(value) is not str:
            value = plain(value)
        if type(value) is str and strip:
            value = value.strip()
        if value is None or value == "":
            return for_empty
        return change(value) if has_text_steps else typed(value)

    return convert


def _text_steps(rule: ColumnRule, typed: Convert) -> Convert:
    """null, regex, prefix and map, then the type."""
    pattern = re.compile(rule.regex) if rule.regex else None
    mapped = {key: typed(value) for key, value in rule.map if key}
    has_default = rule.default is not None
    default = typed(rule.default) if has_default else None

    def change(text: str) -> Any:
        if text in rule.null:
            return None
        if pattern is not None:
            match = pattern.search(text)
            text = (match[1] or "") if match else ""
            if not text:
                return None
        text = rule.prefix + text
        if not rule.map:
            return typed(text)
        if text in mapped:
            return mapped[text]
        if has_default:
            return default
        raise refused(text, "is not in the value map")

    return change


def _typed(rule: ColumnRule, latest: datetime) -> Convert:
    """To the column's type, from a text that is not empty or from a database's own value."""
    match rule.type:
        case "text":
            return as_text
        case "choice":
            return _choice(rule.choices)
        case "integer":
            return _whole(rule.scale, "is not a whole number")
        case "pence":
            return _whole(rule.scale, "is not a whole number of pence; for pounds, say scale = 100")
        case "number":
            return _number(rule.scale)
        case "bool":
            return as_bool
        case "date":
            return _date(rule.format, rule.zone or ZoneInfo("UTC"))
        case "instant":
            return _instant(rule.format, rule.zone or ZoneInfo("UTC"), latest)


def as_text(value: Any) -> str:
    """Text that both databases can keep."""
    if type(value) is not str:
        value = plain(value)
    if "\x00" in value:
        raise refused(value, "holds a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise refused(value.encode(errors="replace").decode(), "is not in the encoding that was named") from None
    return value


def _decoded(value: bytes | memoryview) -> str:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        raise Refused("bytes that are no text") from None


def _choice(choices: tuple[str, ...]) -> Convert:
    known = frozenset(choices)

    def convert(value: Any) -> str:
        text = plain(value)
        if text not in known:
            raise refused(text, f"is not one of {', '.join(choices)}")
        return text

    return convert


def as_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = plain(value).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise refused(value, "is neither yes nor no")


def _decimal(value: Any) -> Decimal:
    """Exactly what was written; nothing that would take for ever to write out."""
    number = Decimal(repr(value)) if isinstance(value, float) else value
    is_sane = isinstance(number, Decimal) and number.is_finite() and abs(number.adjusted()) < 20
    text = format(number, "f") if is_sane else plain(value)
    if not _DECIMAL.fullmatch(text):
        raise refused(value, "is not a number")
    return Decimal(text)


def _whole(scale: Decimal | None, problem: str) -> Convert:
    def convert(value: Any) -> int:
        if type(value) is int and scale is None and -LARGEST <= value <= LARGEST:
            return value
        number = _decimal(value) if type(value) is not bool else Decimal(value)
        if scale is not None:
            number = (number * scale).to_integral_value(ROUND_HALF_UP)
        if number != number.to_integral_value() or abs(number) > LARGEST:
            raise refused(value, problem)
        return int(number)

    return convert


def _number(scale: Decimal | None) -> Convert:
    def convert(value: Any) -> float:
        text = plain(value)
        if not isinstance(value, float | int | Decimal) and not _FLOAT.fullmatch(text):
            raise refused(value, "is not a number")
        try:
            number = float(value) if scale is None else float(Decimal(text) * scale)
        except (ArithmeticError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise refused(value, "is not a number")
        return number

    return convert


def _date(pattern: str, zone: ZoneInfo) -> Convert:
    def convert(value: Any) -> date:
        found = _moment(value, pattern, "is not a date as 2026-11-22")
        if isinstance(found, datetime):
            found = (found.astimezone(zone) if found.tzinfo else found).date()
        if found < EARLIEST:
            raise refused(value, "lies before 1900")
        return found

    return convert


def _instant(pattern: str, zone: ZoneInfo, latest: datetime) -> Convert:
    def convert(value: Any) -> datetime:
        moment = _moment(value, pattern, "is not a date and time as 2026-11-22T14:05:00")
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        if moment.year < EARLIEST.year:
            raise refused(value, "lies before 1900")
        if moment.year > latest.year + 1:  # the last years of the calendar have no counterpart in some zones
            raise refused(value, "lies after tomorrow")
        found = utc(moment, zone)
        if found > latest:
            raise refused(value, "lies after tomorrow")
        return found

    return convert


def _moment(value: Any, pattern: str, problem: str) -> date | datetime:
    """A day, or a time with or without a zone, as the value says it."""
    if isinstance(value, date):  # a datetime is one too
        return value
    text = plain(value)
    try:
        if pattern:
            return datetime.strptime(text, pattern)  # noqa: DTZ007  the mapping's zone comes next
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise refused(text, problem if not pattern else f"is not written as {pattern}") from None


def utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """The instant in UTC; one without a zone is of this zone, and of two that look alike the first."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
