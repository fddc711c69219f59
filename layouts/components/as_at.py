"""How old the data are: a pill per source in the top bar, and the line under a chart.

assets/js/freshness.js writes the ages and keeps them ageing; a source that is late or down says so in words.
"""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.freshness import is_old, state_of
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
    state = state_of(source)
    return html.Span(
        [
            html.I(className="dot", aria_hidden="true"),
            html.Span(source.words, className="words"),
            html.Span(className="age"),
        ],
        className=f"fresh {state}".strip(),
        title=source.title,
        **_facts(source),
    )


def _facts(source: AsAt) -> dict[str, str | None]:
    """What assets/js/freshness.js ages, and assets/js/live.js brings up to date."""
    return {
        "data_source": source.source,
        "data_at": source.event_at.isoformat() if source.event_at else None,
        "data_loaded": source.loaded_at.isoformat() if source.loaded_at else None,
        "data_late_after": str(source.stale_after_seconds),
        "data_state": state_of(source),
    }


def stamp(sources: Sequence[AsAt], shown: int, total: int, definition: DefinitionCard) -> html.Element:
    """ "Athena as at 14:05, read 14:06 · 164 of 164 records · definition 3f2a…"."""
    parts: list[html.Content] = []
    for source in sources:
        parts += [read(source), " · "]
    return html.P([*parts, f"{shown:,} of {total:,} records · definition {definition.version}"], className="stamp")


def sources_line(sources: Sequence[AsAt]) -> html.Element | None:
    """Every source of a page, one after the other."""
    parts: list[html.Content] = []
    for source in sources:
        parts += [" · ", read(source)] if parts else [read(source)]
    return html.P(parts, className="stamp") if parts else None


def read(source: AsAt) -> html.Element:
    """Newest event and last good load of one source, in words; the browser turns the load's time into its age."""
    loaded = f", read {source.loaded_words}" if source.loaded_words else ""
    return html.Span([as_at_words(source), html.Span(f"{loaded}{_trouble(source)}", className="age")], **_read(source))


def _read(source: AsAt) -> dict[str, str | None]:
    state = state_of(source)
    return {"className": f"as-at {state}".strip(), **_facts(source)}


def as_at_words(source: AsAt) -> str:
    """ "Athena as at 14:05"; "Finance not loaded yet"."""
    when = source.words.removeprefix(source.title)
    return f"{source.title} as at{when}" if when and source.event_at is not None else source.words


def _trouble(source: AsAt) -> str:
    return {"down": ", not answering", "late": ", late" if source.loaded_at else ""}.get(state_of(source), "")


def told(sources: Sequence[AsAt]) -> str:
    """The same without any mark-up, for a tooltip: a line a source."""
    return "\n".join(
        f"{as_at_words(source)}{f', read {source.loaded_words}' if source.loaded_words else ''}{_trouble(source)}"
        for source in sources
    )


def old_mark(sources: Sequence[AsAt]) -> html.Element | None:
    """The hatching of old bars, small, beside a figure whose source is late or silent; in words for ear and tooltip."""
    if not is_old(sources):
        return None
    words = ", source not answering" if any(source.is_down for source in sources) else ", source late"
    return html.Span(html.Span(words, className="visually-hidden"), className="old-mark", title=told(sources))


def old_note(words: str) -> html.Element | None:
    """Why the bars above are hatched."""
    return html.P(words, className="note old-note") if words else None
