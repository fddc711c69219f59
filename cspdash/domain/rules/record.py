"""What a rule is given and what it gives, and the few words every rule's reason is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

# Columns to Python values: str, int, float, bool, date, aware UTC datetime or None. Columns may be missing.
Row = Mapping[str, Any]
# A relation's name to the rows it finds, source columns only.
Related = Mapping[str, Sequence[Row]]
Derived = dict[str, Any]
Shaped = dict[str, Any]  # a row as it is kept, made from one of a source's

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@lru_cache(maxsize=65536)
def day_words(day: date) -> str:
    """A day as a person writes it: 27 Mar 2024."""
    return f"{day.day} {day:%b %Y}"


@lru_cache(maxsize=64)
def months_words(months: int) -> str:
    """A number of months at the beginning of a sentence: "Six months", "Two years"."""
    count, unit = (months // 12, "year") if months >= 12 and months % 12 == 0 else (months, "month")
    word = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{word.capitalize()} {unit}{'' if count == 1 else 's'}"


def counted(count: int, noun: str) -> str:
    """1 day, 5 days."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
