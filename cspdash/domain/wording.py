"""How figures are written: one place, so that a tile, a bar, a table and the command line agree to the letter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cspdash.domain.catalogue import Metric
from cspdash.domain.cube import Sums
from cspdash.domain.expected import Usual
from cspdash.domain.ports import Figure

NOTHING = "–"


def number(value: float, decimals: int = 0) -> str:
    """1,234 or 9.5; a whole number carries no decimals."""
    rounded = round(value, decimals)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.{decimals}f}"


def scale(metric: Metric) -> float:
    """What a raw sum is divided by to be shown: pence become pounds."""
    return 100.0 if metric.format == "pounds" else 1.0


def value_text(metric: Metric, value: float | None) -> str:
    """A value in the metric's unit as it is drawn."""
    if value is None:
        return NOTHING
    match metric.format:
        case "percent":
            return f"{number(value)} %"
        case "pounds":
            return f"{'-' if value < 0 else ''}£{number(abs(value))}"
        case "hours":
            return f"{number(value, 1)} h"
        case "minutes":
            return f"{number(value, 1)} min"
    return number(value, 1)


def figure(metric: Metric, sums: Sums, middle: float | None = None) -> Figure:
    """The figure of some entries. `middle` is their median or other percentile, where the metric is one."""
    if metric.is_middle:
        return Figure(
            middle,
            sums.numerator,
            None,
            sums.records,
            value_text(metric, middle),
            f"{number(sums.records)} {metric.unit_label}" if sums.records else "",
        )
    if metric.is_share:
        value = sums.numerator / sums.denominator * 100 if sums.denominator else None
        return Figure(
            value, sums.numerator, sums.denominator, sums.records, value_text(metric, value), _fraction(metric, sums)
        )
    value = sums.numerator / scale(metric)
    return Figure(value, sums.numerator, None, sums.records, value_text(metric, value))


def _fraction(metric: Metric, sums: Sums) -> str:
    if metric.measure == "ratio":
        above, under = sums.numerator / 100, sums.denominator / 100
        return f"£{number(above)} of £{number(under)}" if sums.denominator else f"£{number(above)}, no budget here"
    return f"{number(sums.numerator)} of {number(sums.denominator)}"


def per_officer(metric: Metric, shown: Figure, fte: float) -> Figure:
    """The same figure per full-time officer."""
    if shown.is_withheld:
        return shown
    if shown.value is None or fte <= 0:
        return Figure(None, shown.numerator, shown.denominator, shown.records, NOTHING, shown.fraction)
    value = shown.value / fte
    return Figure(
        value,
        shown.numerator,
        fte,
        shown.records,
        value_text(metric, round(value, 1)),
        f"{shown.text} over {number(fte, 1)} FTE",
    )


def range_text(metric: Metric, usual: Usual) -> str:
    """ "usual 9 to 19"."""
    low, high = value_text(metric, usual.low), value_text(metric, usual.high)
    for unit in (" %", " h", " min"):
        low = low.removesuffix(unit)
    return f"usual {low} to {high}"


NOT_SHOWN = Figure(None, 0.0, None, 0, "not shown", is_withheld=True)
NO_FIGURE = Figure(None, 0.0, None, 0, NOTHING)  # not a zero: nothing is known


def day_text(day: date, today: date | None = None) -> str:
    """ "27 Nov", with the year when it is not this one's neighbour."""
    if today is not None and abs((day - today).days) < 180:
        return f"{day.day} {day:%b}"
    return f"{day.day} {day:%b %Y}"


def moment_text(local: datetime, today: date) -> str:
    """ "14:05" of today, "20 Nov 14:05" of another day."""
    return f"{local:%H:%M}" if local.date() == today else f"{day_text(local.date(), today)} {local:%H:%M}"


def time_text(at: datetime, zone: ZoneInfo) -> str:
    """ "22 Nov 2026 14:05", local."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M}"


def age_text(age: timedelta) -> str:
    """ "38 s", "5 min", "3 h", "4 days"."""
    seconds = max(int(age.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    if seconds < 172_800:
        return f"{seconds // 3600} h"
    return f"{seconds // 86_400} days"


def plural(count: float, one: str, many: str) -> str:
    """ "1 officer", "3 officers"."""
    return f"{number(count)} {one if count == 1 else many}"


def change_text(metric: Metric, now: float | None, before: float | None) -> str:
    """ "12 more", "3 points lower", "" without a comparison."""
    if now is None or before is None:
        return ""
    change = now - before
    if metric.format == "percent":
        points = round(change)
        return (
            "the same"
            if points == 0
            else f"{abs(points)} {'point' if abs(points) == 1 else 'points'} {'higher' if points > 0 else 'lower'}"
        )
    if metric.format == "count":
        return "the same" if not round(change, 1) else f"{number(abs(change), 1)} {'more' if change > 0 else 'fewer'}"
    return (
        "the same" if not round(change, 1) else f"{value_text(metric, abs(change))} {'more' if change > 0 else 'less'}"
    )
