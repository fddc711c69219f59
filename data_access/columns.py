"""A whole column of theirs to one of ours: the quick way where all values are as they should be, else one by one.

Values repeat, so of a column with few different values each is converted once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from data_access.convert import EARLIEST, Convert, Refused, converter
from data_access.mapped import ColumnRule
from data_access.storage import as_text

_TEXTS = frozenset({str, type(None)})
# Hours the zone is ahead -> local hour -> hour in UTC, where that is of the same day.
_SHIFTED = {
    ahead: {f"{hour:02d}": f"{hour - ahead:02d}" for hour in range(24) if 0 <= hour - ahead < 24}
    for ahead in range(-24, 25)
}
_WHOLE_SECONDS = len("2026-11-22T14:05:00")


class Converted(NamedTuple):
    """`values` are Python's, `texts` the same as SQLite keeps them; `bad` has the reason for each refused, by position."""

    values: Sequence[Any]
    texts: Sequence[Any]
    bad: dict[int, str]


Quick = Callable[[Sequence[Any]], "Converted | None"]  # None: not all values are as they should be


class ColumnReader:
    """Converts one column by its rule. `latest` is the last instant that can be true."""

    def __init__(self, rule: ColumnRule, latest: datetime) -> None:
        self.type = rule.type
        self.convert: Convert = converter(rule, latest)
        self.quick: Quick | None = None
        has_steps = rule.null or rule.regex or rule.prefix or rule.map or rule.format or not rule.strip
        if not has_steps and rule.type == "text":
            self.quick = quick_texts
        elif not has_steps and rule.type == "instant" and rule.zone:
            self.quick = QuickInstants(rule.zone, latest, self.convert)

    def read(self, raw: Sequence[Any]) -> Converted:
        different = list(set(raw))
        if len(different) * 2 > len(raw):
            return self._read(raw)
        once = self._read(different)
        if len(different) == 1 and not once.bad:  # most often: an empty column
            return Converted(list(once.values) * len(raw), list(once.texts) * len(raw), {})
        values_of = dict(zip(different, once.values, strict=True))
        found = [values_of[value] for value in raw]
        if once.texts is once.values:
            texts: Sequence[Any] = found
        else:
            texts_of = dict(zip(different, once.texts, strict=True))
            texts = [texts_of[value] for value in raw]
        reasons = {different[i]: reason for i, reason in once.bad.items()}
        bad = {i: reasons[value] for i, value in enumerate(raw) if value in reasons} if reasons else {}
        return Converted(found, texts, bad)

    def _read(self, raw: Sequence[Any]) -> Converted:
        if self.quick is not None and _TEXTS.issuperset(map(type, raw)):
            converted = self.quick(raw)
            if converted is not None:
                return converted
        return one_by_one(raw, self.convert, self.type)


def one_by_one(raw: Sequence[Any], convert: Convert, column_type: str = "text") -> Converted:
    """Every value through all steps."""
    values: list[Any] = []
    bad: dict[int, str] = {}
    for i, value in enumerate(raw):
        try:
            values.append(convert(value))
        except Refused as refusal:
            values.append(None)
            bad[i] = str(refusal)
    return Converted(values, as_text(column_type, values), bad)


def quick_texts(raw: Sequence[Any]) -> Converted | None:
    """Texts in one go, if both databases can keep all of them."""
    values = [value.strip() or None if value else None for value in raw]
    together = "".join(filter(None, values))
    if "\x00" in together or not (together.isascii() or _is_encodable(together)):
        return None
    return Converted(values, values, {})


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class QuickInstants:
    """ISO times without a zone: nearly all by their digits, odd ones alone by `convert`."""

    def __init__(self, zone: ZoneInfo, latest: datetime, convert: Convert) -> None:
        self.latest, self.convert = latest, convert
        self.hours_ahead = HoursAhead(zone)

    def __call__(self, raw: Sequence[Any]) -> Converted | None:
        texts, odd = self._utc_texts(raw)
        try:
            values = [None if text is None else datetime.fromisoformat(text[:-7] + "+00:00") for text in texts]
        except ValueError:
            return None
        known = [value for value in values if value is not None]
        if known and (max(known) > self.latest or min(known).year < EARLIEST.year):
            return None
        bad: dict[int, str] = {}
        for i in odd:
            try:
                values[i] = self.convert(raw[i])
            except Refused as refusal:
                bad[i] = str(refusal)
            texts[i] = as_text("instant", [values[i]])[0]
        return Converted(values, texts, bad)

    def _utc_texts(self, raw: Sequence[Any]) -> tuple[list[str | None], list[int]]:
        """Times in UTC as SQLite keeps them, and where the odd ones are (None among the texts)."""
        hours_ahead, texts, odd = self.hours_ahead, [], []
        for i, value in enumerate(raw):
            text = None
            if value:
                hours = hours_ahead[value[:10]]
                if hours is None or len(value) != _WHOLE_SECONDS:
                    odd.append(i)
                elif hours == 0:
                    text = f"{value[:10]} {value[11:]}.000000"
                elif hour := _SHIFTED[hours].get(value[11:13]):
                    text = f"{value[:10]} {hour}{value[13:]}.000000"
                else:
                    odd.append(i)
            texts.append(text)
        return texts, odd


class HoursAhead(dict[str, "int | None"]):
    """Day (2026-11-22) to how many hours the zone is ahead of UTC all through it.

    None where that changes during the day or is no whole number, and where this is no day.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, day: str) -> int | None:
        try:
            start = datetime.combine(date.fromisoformat(day), time(), self.zone)
            offsets = {(start + timedelta(days=days)).utcoffset() for days in (0, 1)}
        except (ValueError, OverflowError):
            return None
        offset = offsets.pop() or timedelta()
        self[day] = None if offsets or offset % timedelta(hours=1) else offset // timedelta(hours=1)
        return self[day]
