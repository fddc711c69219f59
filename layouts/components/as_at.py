"""How old the data are: a pill per source in the top bar, and the line under a chart.

assets/js/freshness.js writes the ages and keeps them ageing; a source that is late or down says so in words.
"""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.ports import AsAt, DefinitionCard
from cspdash.domain.view import SOURCES, View
from layouts.components import tags as html
from layouts.components.link import link


def freshness(sources: Sequence[AsAt]) -> list[html.Element]:
    """Pills, the troubled first. Those that do not fit are counted by a link to the Sources page."""
    ordered = sorted(sources, key=lambda source: (not source.is_down, not source.is_stale))
    more = link(None, View(page=SOURCES), className="more", aria_label="More sources")
    return [html.Ul([html.Li(pill(source)) for source in ordered], className="pills"), more]


def pill(source: AsAt) -> html.Element:
    state = "down" if source.is_down else "late" if source.is_stale else ""
    return html.Span(
        [html.I(className="dot", aria_hidden="true"), source.words, html.Span(className="age")],
        className=f"fresh {state}".strip(),
        title=source.title,
        data_at=source.event_at.isoformat() if source.event_at else None,
        data_loaded=source.loaded_at.isoformat() if source.loaded_at else None,
        data_late_after=str(source.stale_after_seconds),
        data_state=state,
    )


def stamp(sources: Sequence[AsAt], shown: int, total: int, definition: DefinitionCard) -> html.Element:
    """ "Athena as at 14:05 · 164 of 164 records · definition 3f2a…"."""
    parts = [_as_at(source) for source in sources]
    parts += [f"{shown:,} of {total:,} records", f"definition {definition.version}"]
    return html.P(" · ".join(parts), className="stamp")


def _as_at(source: AsAt) -> str:
    state = ", not answering" if source.is_down else ", late" if source.is_stale and source.loaded_at else ""
    when = source.words.removeprefix(source.title)
    is_time = bool(when) and source.event_at is not None
    return f"{source.title} as at{when}{state}" if is_time else f"{source.words}{state}"
