"""Where every figure comes from: how each source is doing, what was read, what was refused and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from cspdash.domain.freshness import state_of
from cspdash.domain.ports import AsAt, SourceHealth, SourceRow, SourcesPage
from cspdash.domain.view import RESTATEMENTS, View
from layouts.components import tags as html
from layouts.components.as_at import pill
from layouts.components.link import link
from layouts.components.plain_table import Head, plain_table
from layouts.frame import frame, identity_of
from layouts.source_care import care_form, refused_rows

_SOURCE_HEADS: tuple[Head, ...] = (
    ("Source", ""),
    ("How it goes", ""),
    ("Lag: newest event", ""),
    ("Last good load", ""),
    ("Rows", "r"),
    ("Refused", "r"),
    ("Next try", ""),
)
_ROW_HEADS: tuple[Head, ...] = (
    ("Source", ""),
    ("Dataset", ""),
    ("As at", ""),
    ("Rows", "r"),
    ("Refused", "r"),
    ("Last load", ""),
)
_REFUSED_HEADS: tuple[Head, ...] = (("Source", ""), ("Dataset", ""), ("Reason", ""), ("Rows", "r"))


def title_of(_page: SourcesPage) -> str:
    return "Sources"


def sources_page(page: SourcesPage) -> Component:
    issues = [(words, f"{count:,}") for words, count in page.org_issues]
    odd = plain_table("Oddities of units and postings", (("What", ""), ("Count", "r")), issues)
    side = html.Aside(
        [
            care_form(page) if page.may_act and page.rows else None,
            _panel("Units and postings", odd, bool(issues), "Nothing odd."),
        ],
        className="col-side",
        aria_label="Care of sources, and units and postings",
    )
    main = [
        _panel("Each source", _each(page), bool(page.rows), "No source is set up yet."),
        refused_rows(page.refused_rows, _titles(page)) if page.refused_rows else None,
        _panel("Refused rows", _refused(page), bool(page.refused), "No row was refused."),
        _panel("Loads", _loads(page.rows), bool(page.rows), "Nothing was loaded yet."),
    ]
    return frame(
        title=title_of(page),
        heading="Sources",
        tools=link("Restatements", View(page=RESTATEMENTS), className="button"),
        lede=_lede(page.rows),
        content=[html.Div([html.Div(main, className="col-chart"), side], className="columns")],
        identity=identity_of(page.view),
    )


def _lede(rows: Sequence[SourceRow]) -> html.Content:
    down = sorted({row.as_at.title for row in rows if row.as_at.is_down})
    late = sorted({row.as_at.title for row in rows if row.as_at.is_stale} - set(down))
    if not down and not late:
        return "Every source is as fresh as it should be."
    parts = [f"{' and '.join(names)} {words}" for names, words in ((down, "not answering"), (late, "late")) if names]
    return html.B(" · ".join(parts))


def _panel(title: str, body: html.Element, has_rows: bool, otherwise: str) -> html.Element:
    shown = (
        html.Div(body, className="scroll", role="region", aria_label=title, tabIndex="0")
        if has_rows
        else html.P(otherwise, className="stamp")
    )
    return html.Section([html.H2(title), shown], className="panel")


# --- each source ---
def _each(page: SourcesPage) -> html.Element:
    """A line a source: as old as the oldest of its datasets, with the rows of all of them."""
    by_source: dict[str, list[SourceRow]] = {}
    for row in page.rows:
        by_source.setdefault(row.source, []).append(row)
    health = {each.source: each for each in page.health}
    lines = [_source_line(rows, health.get(source)) for source, rows in by_source.items()]
    return plain_table("How each source is doing", _SOURCE_HEADS, lines, kind="each-source")


def _source_line(rows: Sequence[SourceRow], health: SourceHealth | None) -> list[html.Content]:
    oldest = min(rows, key=lambda row: row.as_at.loaded_at.timestamp() if row.as_at.loaded_at else 0.0).as_at
    newest = max((row.as_at for row in rows), key=lambda at: at.event_at.timestamp() if at.event_at else 0.0)
    troubled = next((row.as_at for row in rows if row.as_at.is_down), oldest)
    return [
        oldest.title,
        _goes(troubled, health, rows),
        _when(newest),
        oldest.loaded_words or "never",
        f"{sum(row.rows for row in rows):,}",
        f"{sum(row.refused for row in rows):,}",
        _next(health),
    ]


def _next(health: SourceHealth | None) -> html.Content:
    """When, and how often: "now, every 2 s"; the browser counts down."""
    if health is None:
        return "by hand"
    every = f"every {_span(health.every_seconds)}"
    if health.next_at is None:
        return every
    return html.Span(
        [html.Time(dateTime=health.next_at.isoformat(), className="until"), f", {every}"], className="next"
    )


def _goes(at: AsAt, health: SourceHealth | None, rows: Sequence[SourceRow]) -> html.Content:
    """In words: well, or since how many tries not and why."""
    state = state_of(at)
    words = {"down": "Not answering", "late": "Late"}.get(state, "In time")
    why = health.reason if health else next((row.last_result for row in rows if row.last_result != "ok"), "")
    parts = [words]
    if health and health.failures:
        tries = "1 try failed" if health.failures == 1 else f"{health.failures} tries failed"
        rest = {"open": "left alone until the next try", "half_open": "being tried now"}.get(health.breaker, "")
        parts += [tries, rest]
    if why and why not in ("ok", "never"):
        parts.append(why)
    said = " · ".join(filter(None, parts))
    return html.Span(said, className=f"goes {state}".strip())


def _span(seconds: float | None) -> str:
    """ "2 s", "5 min", "3 h", "4 days"."""
    if seconds is None:
        return ""
    for size, unit in ((172_800, "days"), (7_200, "h"), (120, "min")):
        if seconds >= size:
            per = {"days": 86_400, "h": 3_600, "min": 60}[unit]
            return f"{seconds / per:.0f} {unit}"
    return f"{seconds:g} s" if seconds < 10 else f"{seconds:.0f} s"


# --- loads and refused rows ---
def _loads(rows: Sequence[SourceRow]) -> html.Element:
    cells = [
        (row.as_at.title, row.title, _when(row.as_at), f"{row.rows:,}", f"{row.refused:,}", _last(row)) for row in rows
    ]
    return plain_table("What was read from each source", _ROW_HEADS, cells)


def _when(source: AsAt) -> html.Element:
    """The pill without the source's name, which stands in its own column."""
    return pill(replace(source, words=source.words.removeprefix(source.title).strip() or source.words))


def _titles(page: SourcesPage) -> dict[str, str]:
    return {row.source: row.as_at.title for row in page.rows} | {row.dataset: row.title for row in page.rows}


def _refused(page: SourcesPage) -> html.Element:
    titles = _titles(page)
    rows = [
        (
            titles.get(group.source, group.source),
            titles.get(group.dataset, group.dataset),
            f"{group.column}: {group.reason}" if group.column else group.reason,
            link(f"{group.rows:,}", group.view, aria_label=f"{group.rows:,} rows: {group.reason}"),
        )
        for group in page.refused
    ]
    return plain_table("Refused rows", _REFUSED_HEADS, rows)


def _last(row: SourceRow) -> html.Content:
    tried = html.Time(dateTime=row.last_try_at.isoformat(), className="since") if row.last_try_at else None
    return [row.last_result, " ", tried]
