"""Where every figure comes from: how old each source is, what was read, what was refused and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from cspdash.domain.ports import AsAt, SourceRow, SourcesPage
from layouts.components import tags as html
from layouts.components.as_at import pill
from layouts.frame import frame, identity_of

_ROW_HEADS = (("Source", ""), ("Dataset", ""), ("As at", ""), ("Rows", "r"), ("Refused", "r"), ("Last load", ""))
_REFUSED_HEADS = (("Source", ""), ("Dataset", ""), ("Reason", ""), ("Rows", "r"))


def title_of(_page: SourcesPage) -> str:
    return "Sources"


def sources_page(page: SourcesPage) -> Component:
    issues = [(words, f"{count:,}") for words, count in page.org_issues]
    odd = _table("Oddities of units and postings", (("What", ""), ("Count", "r")), issues)
    side = html.Aside(
        _panel("Units and postings", odd, bool(issues), "Nothing odd."),
        className="col-side",
        aria_label="Units and postings",
    )
    main = [
        _panel("Loads", _loads(page.rows), bool(page.rows), "No source is set up yet."),
        _panel("Refused rows", _refused(page), bool(page.refused), "No row was refused."),
    ]
    return frame(
        title=title_of(page),
        heading="Sources",
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


def _loads(rows: Sequence[SourceRow]) -> html.Element:
    cells = [
        (row.as_at.title, row.title, _when(row.as_at), f"{row.rows:,}", f"{row.refused:,}", _last(row)) for row in rows
    ]
    return _table("What was read from each source", _ROW_HEADS, cells)


def _when(source: AsAt) -> html.Element:
    """The pill without the source's name, which stands in its own column."""
    return pill(replace(source, words=source.words.removeprefix(source.title).strip() or source.words))


def _refused(page: SourcesPage) -> html.Element:
    sources = {row.source: row.as_at.title for row in page.rows}
    datasets = {row.dataset: row.title for row in page.rows}
    rows = [
        (sources.get(source, source), datasets.get(dataset, dataset), reason, f"{count:,}")
        for source, dataset, reason, count in page.refused
    ]
    return _table("Refused rows", _REFUSED_HEADS, rows)


def _last(row: SourceRow) -> html.Content:
    tried = html.Time(dateTime=row.last_try_at.isoformat(), className="since") if row.last_try_at else None
    return [row.last_result, " ", tried]


def _table(caption: str, heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[html.Content]]) -> html.Element:
    top = html.Thead(html.Tr([html.Th(name, scope="col", className=kind or None) for name, kind in heads]))
    body = [
        html.Tr(
            [
                html.Th(cell, scope="row") if index == 0 else html.Td(cell, className=heads[index][1] or None)
                for index, cell in enumerate(row)
            ]
        )
        for row in rows
    ]
    return html.Table([html.Caption(caption, className="visually-hidden"), top, html.Tbody(body)], className="list")
