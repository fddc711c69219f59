"""Dates as people here write them."""

from __future__ import annotations

from datetime import date


def day_text(day: date | None, otherwise: str = "") -> str:
    """ "4 Mar 2024"."""
    return f"{day.day} {day:%b %Y}" if day else otherwise
