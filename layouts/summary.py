"""Every headline metric by unit in one format: the page for whoever has no analyst at hand."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from dash.development.base_component import Component

from cspdash.domain.expected import is_concern
from cspdash.domain.freshness import is_old
from cspdash.domain.ports import SummaryCell, SummaryColumn, SummaryPage, Tone
from layouts import empty
from layouts.components import tags as html
from layouts.components.as_at import old_mark, old_note, sources_line, told
from layouts.components.attention import attention
from layouts.components.judgement import words_for
from layouts.components.link import link
from layouts.components.small_bars import SmallBar, mini, small_bars
from layouts.components.tool_row import more_of
from layouts.frame import frame, identity_of

_MOVED: dict[Tone, str] = {"good": "better", "concern": "worse"}
WIDEST = 10  # metrics side by side; more make a second grid


def title_of(page: SummaryPage) -> str:
    return f"Summary: {page.unit_name}"


def summary_page(page: SummaryPage) -> Component:
    grids = (
        [html.Section(_nothing(page), className="panel")]
        if page.empty
        else [_grid(page, block) for block in _blocks(page.columns)]
    )
    key = (
        "Orange: outside the usual range. Bold: furthest the wrong way in its column. "
        "Click a figure for its page, a name for its summary."
    )
    notes = [
        old_note(page.old_words),
        html.P(" ".join(part for part in (key, page.scope_note) if part), className="note"),
        sources_line(page.as_at),
    ]
    side = html.Aside(
        [attention(page.attention, "Coming", "Nothing is about to run out."), _moved(page)],
        className="col-side",
        aria_label="Coming, and what moved",
    )
    return frame(
        title=title_of(page),
        heading=title_of(page),
        lede=page.lede,
        crumbs=page.crumbs,
        tools=more_of(),
        content=[html.Div([html.Div([*grids, *notes], className="col-chart"), side], className="columns summary")],
        identity=identity_of(page.view),
    )


def _blocks(columns: Sequence[SummaryColumn]) -> list[Sequence[SummaryColumn]]:
    """Columns shared out evenly over as few grids as do."""
    if not columns:
        return []
    width = ceil(len(columns) / ceil(len(columns) / WIDEST))
    return [columns[start : start + width] for start in range(0, len(columns), width)]


def _grid(page: SummaryPage, columns: Sequence[SummaryColumn]) -> html.Element:
    heads = [html.Th(page.rows_word, scope="col")]
    heads += [
        html.Th([column.title, html.Small(column.hint), old_mark(column.as_at)], scope="col", title=_about(column))
        for column in columns
    ]
    rooms = [max((len(cell.figure.text) for cell in column.cells), default=0) + 2 for column in columns]
    rows = [
        html.Tr(
            [
                html.Th(link(name, view, title=name), scope="row"),
                *[_cell(column.cells[index], room, column) for column, room in zip(columns, rooms, strict=True)],
            ]
        )
        for index, (_ref, name, view) in enumerate(page.rows)
    ]
    total = html.Tr(
        [html.Th(page.unit_name, scope="row"), *[html.Td(column.total.text) for column in columns]], className="total"
    )
    caption = html.Caption(
        f"{', '.join(column.title for column in columns)} by {page.rows_word}", className="visually-hidden"
    )
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody([*rows, total])], className="grid-table")
    return html.Div(
        table,
        className="panel grid",
        role="region",
        aria_label=f"{columns[0].title} to {columns[-1].title} by {page.rows_word}",
        tabIndex="0",
    )


def _about(column: SummaryColumn) -> str:
    return f"{column.family_title}\n{told(column.as_at)}"


def _cell(cell: SummaryCell, room: int, column: SummaryColumn) -> html.Element:
    """A bar with its figure, all of it a link; what it means is in the title and for the ear."""
    outside = is_concern(cell.judgement, column.better)
    words = ", ".join(
        part
        for part in (
            cell.figure.fraction,
            words_for(cell.judgement, cell.words),
            "furthest out here" if cell.is_worst else "",
        )
        if part
    )
    figure = html.B(cell.figure.text) if outside or cell.is_worst else cell.figure.text
    bar = mini(cell.share, room, is_orange=outside, is_strong=cell.is_worst, is_old=is_old(column.as_at))
    spoken = html.Span(f", {words}", className="visually-hidden") if words else None
    return html.Td(link([bar, figure, spoken], cell.view, title=words or None))


def _moved(page: SummaryPage) -> html.Element | None:
    if not page.moved:
        return None
    bars = [
        SmallBar(name, text, share, view, is_orange=tone == "concern", parts=((_MOVED.get(tone, ""), None),))
        for name, text, share, tone, view in page.moved
    ]
    return html.Section([html.H2("Moved in four weeks"), small_bars(bars)], className="panel")


def _nothing(page: SummaryPage) -> html.Element:
    if page.empty in ("source_down", "not_loaded"):
        return empty.source_down(page.as_at, is_loaded=page.empty == "source_down")
    return (
        empty.too_few(page.unit_name, "records")
        if page.empty == "too_few"
        else empty.no_rows(page.unit_name, "records")
    )
