"""What is drawn in orange, what is hatched, and the words that then stand beside it."""

from __future__ import annotations

from cspdash.domain.expected import is_concern
from cspdash.domain.ports import Bar, Judgement

_OUTSIDE = {"high": "above the usual range", "low": "below the usual range"}
TOO_FEW = "too few to judge"


def words_for(judgement: Judgement, words: str) -> str:
    """The words beside a figure: never none for one outside the usual range or too small to judge."""
    if words:
        return words
    return TOO_FEW if judgement == "too_few" else _OUTSIDE.get(judgement, "")


def is_orange(bar: Bar, better: str) -> bool:
    """Outside the usual range on the side that asks for a look; nobody is judged by work that may not be theirs."""
    return not bar.disputed and bar.kind in ("unit", "officer") and is_concern(bar.judgement, better)


def is_hatched(bar: Bar) -> bool:
    """Not to be compared with its neighbours: too few to judge, not mapped, several officers in one bar, or disputed."""
    return bar.kind in ("unmapped", "withheld") or bar.judgement == "too_few" or bool(bar.disputed)


def bar_words(bar: Bar) -> str:
    """What stands small beside the bar's value: n of d, then the judgement."""
    words = words_for(bar.judgement, bar.words) if bar.kind in ("unit", "officer") else bar.words
    return " · ".join(part for part in (bar.figure.fraction, "disputed" if bar.disputed else words) if part)
