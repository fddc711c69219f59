"""Text that a spreadsheet must not take for a formula."""

from __future__ import annotations

# OWASP's list (ASVS 5.0, V1.2.10), with the wide forms that some spreadsheets read alike, and a line feed in front.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def is_formula(text: str) -> bool:
    return text.startswith(STARTS)


def safe(value: object) -> object:
    """A cell of CSV: text that could run gets an apostrophe in front, what is a number stays one, None is empty.

    A carriage return becomes a line feed, which every writer of CSV puts in quotes.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    told = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{told}" if is_formula(value) else told
