"""Watermarks and versions: values of any database as sortable text, kept between loads and given back as they were.

A watermark is kept as "kind:text" and becomes the database's own kind of value again, less the overlap that catches
rows committed late. Of a source that keeps times as text, the text keeps its shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cspdash.domain.errors import BatchRefused
from data_access.convert import Refused, refused
from data_access.mapped import plain

DEFAULT_OVERLAP = timedelta(minutes=10)
_NEAR_CLOCK_CHANGE = timedelta(hours=3)
_SHAPE = re.compile(r"\d{4}-\d\d-\d\d(?:([T ])\d\d:\d\d(:\d\d)?(\.\d+)?\s?(Z|[+-]\d\d:?\d\d)?)?")
_DAY_FIRST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b.*")
_BIG = 10**25
_MOST_DIGITS = 18


def sortable(value: Any) -> str:
    """A version as text that sorts as the values do. Raises Refused where there is no value."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value).isoformat(" ", "microseconds")
    if isinstance(value, bool | int | float | Decimal):
        number = Decimal(str(value))
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            raise refused(value, "is no version")
        return f"{int(number * 10**6) + _BIG:026d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    text = plain(value)
    if not text:
        raise Refused("is empty, so that a later change of this row could not be seen")
    if _SHAPE.fullmatch(text):
        try:
            return sortable(datetime.fromisoformat(text))
        except ValueError:
            return text
    return text


class Clock:
    """Judges watermarks that are times or days.

    `zone` is that of times which carry none; later ones than `latest` cannot be.
    """

    def __init__(self, zone: ZoneInfo, now: datetime, latest: datetime) -> None:
        self.zone, self.now, self.latest = zone, now, latest

    def instant(self, value: Any) -> datetime | None:
        """The value as an instant in UTC, of a day its beginning; None if it is no time."""
        if isinstance(value, str):
            if not _SHAPE.fullmatch(value.strip()):
                return None
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                return None
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime):
            return None
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)

    def version(self, value: Any) -> str:
        """The row's version. Raises Refused for none, and for a time that cannot be yet."""
        text = sortable(value)
        instant = self.instant(value)
        if instant is not None and instant > self.latest:
            raise refused(value, "lies after tomorrow")
        return text

    def newest(self, values: Iterable[Any]) -> Any:
        """The greatest value as the database orders them, without times that cannot be yet; None if there is none."""
        known = [value for value in values if value is not None and value != ""]
        if not known:
            return None
        greatest = max(known)
        instant = self.instant(greatest)
        if instant is None or instant <= self.latest:
            return greatest
        return max((value for value in known if (self.instant(value) or self.now) <= self.latest), default=None)

    def kept(self, value: Any) -> str:
        """The watermark to keep: never past the present, or a row of a clock that is ahead would hide later ones."""
        instant = self.instant(value)
        if instant is not None and instant > self.now:
            value = _like(self.now, value, self.zone)
        return _written(value)

    def start(self, kept: str, overlap: timedelta | int | None) -> Any:
        """The value to read from: the kept one less the overlap. Raises BatchRefused when they do not go together."""
        value = _read(kept)
        instant = self.instant(value)
        if instant is None:
            if isinstance(overlap, timedelta):
                raise BatchRefused(
                    f"The watermark {value!r} is no time, so overlap must be a whole number, or left out."
                )
            return value - (overlap or 0) if isinstance(value, int | Decimal) else value
        if isinstance(overlap, int):
            raise BatchRefused(f"The watermark {value!r} is a time, so overlap must be one as well: 10m, 2h.")
        back = DEFAULT_OVERLAP if overlap is None else overlap
        return _like(instant - max(back, self._extra(value, instant)), value, self.zone)

    def _extra(self, value: Any, instant: datetime) -> timedelta:
        """More overlap where local times do not sort as instants: around a clock change, and for texts with offsets."""
        if isinstance(value, str) and (shape := _SHAPE.fullmatch(value)) and (shape[4] or "Z") not in ("Z", "+00:00"):
            return _NEAR_CLOCK_CHANGE
        offsets = {
            (instant + away).astimezone(self.zone).utcoffset() for away in (-_NEAR_CLOCK_CHANGE, _NEAR_CLOCK_CHANGE)
        }
        return _NEAR_CLOCK_CHANGE if len(offsets) > 1 else timedelta()


def refuse_day_first(value: Any) -> None:
    """Text such as 22/11/2026 does not sort by time; as a watermark it would silently lose rows."""
    if isinstance(value, str) and _DAY_FIRST.fullmatch(value.strip()):
        raise BatchRefused(
            f"The watermark is text such as {value.strip()[:10]!r}, which does not sort by time. "
            "Use a query that turns it into a time, or leave the watermark out."
        )


def _like(instant: datetime, sample: Any, zone: ZoneInfo) -> Any:
    """The instant as the sample is written: a time with or without a zone, or text of its shape."""
    if isinstance(sample, datetime):
        return instant if sample.tzinfo else instant.astimezone(zone).replace(tzinfo=None)
    if isinstance(sample, date):
        return instant.astimezone(zone).date()
    shape = _SHAPE.fullmatch(sample.strip())
    assert shape is not None  # only such texts are times
    separator, seconds, fraction, offset = shape.groups()
    local = instant if offset else instant.astimezone(zone)
    if separator is None:
        return local.date().isoformat()
    text = local.strftime(f"%Y-%m-%d{separator}%H:%M") + (local.strftime(":%S") if seconds else "")
    digits = len(fraction) - 1 if fraction else 0
    text += f".{local.microsecond:06d}000"[: digits + 1] if digits else ""
    return text + ("Z" if offset == "Z" else "+00:00" if offset else "")


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return f"time:{value.isoformat()}"
    if isinstance(value, date):
        return f"day:{value.isoformat()}"
    if isinstance(value, bytes | memoryview):
        return f"bytes:{bytes(value).hex()}"
    if isinstance(value, str):
        return f"text:{value}"
    return f"{'whole' if isinstance(value, int) else 'number'}:{value}"


def _read(kept: str) -> Any:
    kind, _, text = kept.partition(":")
    match kind:
        case "time":
            return datetime.fromisoformat(text)
        case "day":
            return date.fromisoformat(text)
        case "bytes":
            return bytes.fromhex(text)
        case "whole":
            return int(text)
        case "number":
            return Decimal(text)
    return text
