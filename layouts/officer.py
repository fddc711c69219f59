"""One officer: the past twelve months, the records behind the figure, every scorecard's line, the plans."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from cspdash.domain.expected import is_concern
from cspdash.domain.ports import OfficerLine, OfficerPage
from layouts.components import tags as html
from layouts.components.as_at import old_mark, stamp, told
from layouts.components.definition_card import definition_card
from layouts.components.judgement import words_for
from layouts.components.link import choice
from layouts.components.months_chart import months_chart
from layouts.components.tool_row import more_of, table_switch
from layouts.frame import frame, identity_of
from layouts.plans import plan_list
from layouts.records import records_card
from layouts.urls import new_plan_href


def title_of(page: OfficerPage) -> str:
    return f"{page.name}: {page.metric_title}"


def officer_page(page: OfficerPage, looks: html.Element | None = None) -> Component:
    """`looks` is who looked at this officer, on their own page alone."""
    plan = None
    if page.may_plan:
        href = new_plan_href(page.officer, page.current.metric, page.view.period)
        plan = html.A("New plan", href=href, className="button primary")
    side = html.Aside(
        [_lines(page.lines), _plans(page), looks], className="col-side", aria_label="All scorecards and plans"
    )
    return frame(
        title=title_of(page),
        heading=page.name,
        lede=page.about,
        crumbs=page.crumbs,
        siblings=page.siblings,
        here=page.name,
        siblings_word="officers here",
        tools=[table_switch(page.view), plan, more_of()],
        content=[
            *warnings(page.warnings),
            _figure(page.current),
            html.Div([evidence(page), side], className="columns officer"),
        ],
        identity=identity_of(page.view),
    )


def evidence(page: OfficerPage) -> html.Element:
    """What a conversation rests on: the months and the records. Stands beside a plan, too."""
    months = months_chart(
        page.months,
        f"{page.metric_title}, last 12 months",
        page.months_note,
        is_table=page.view.table,
        old_words=page.old_words,
    )
    parts: list[html.Content] = [months]
    if page.records is not None:
        parts.append(records_card(page.records, title=page.records.title))
        parts.append(stamp(page.as_at, page.records.total, page.current.figure.records, page.definition))
    return html.Div([*parts, definition_card(page.definition)], className="col-chart")


def warnings(words: Sequence[str]) -> list[html.Element]:
    """What to bear in mind about this person before reading any figure."""
    return [html.P([html.Strong("Bear in mind: "), word], className="warning") for word in words]


def _figure(line: OfficerLine) -> html.Element:
    """The figure in view: the loudest thing on the page, its context small beside it."""
    words = words_for(line.judgement, line.words)
    small = " · ".join(part for part in (line.metric_title, line.figure.fraction, words) if part)
    return html.P([html.B(line.figure.text, className=_tone(line)), html.Span(small)], className="loud")


def _tone(line: OfficerLine) -> str | None:
    return "out" if is_concern(line.judgement, line.better) else None


def _lines(lines: Sequence[OfficerLine]) -> html.Element:
    """A family a fold: open where it is in view or holds something outside the usual range."""
    families: dict[str, list[OfficerLine]] = {}
    for line in lines:
        families.setdefault(line.family_title, []).append(line)
    folds = [_family(title, found) for title, found in families.items()]
    return html.Section([html.H2("All scorecards"), *folds], className="panel lines-panel")


def _family(title: str, lines: Sequence[OfficerLine]) -> html.Element:
    first = lines[0]
    figure = html.Span([first.metric_title, " ", html.B(first.figure.text, className=_tone(first))], className="first")
    is_open = any(line.is_current or _tone(line) for line in lines)
    caption = html.Caption(f"{title}: every figure for this officer", className="visually-hidden")
    table = html.Table([caption, html.Tbody([_line(line) for line in lines])], className="lines")
    return html.Details(
        [html.Summary([html.Span(title), figure]), table], open=True if is_open else None, className="fold"
    )


def _line(line: OfficerLine) -> html.Element:
    words = words_for(line.judgement, line.words)
    context = " · ".join(part for part in (line.figure.fraction, words) if part)
    name = choice(line.metric_title, line.view, is_chosen=line.is_current)
    cells = [
        html.Th([name, old_mark(line.as_at)], scope="row", title=told(line.as_at)),
        html.Td(line.figure.text, className="r out" if _tone(line) else "r"),
        html.Td(context, className="context"),
    ]
    return html.Tr(cells, className="on" if line.is_current else None)


def _plans(page: OfficerPage) -> html.Element:
    body = plan_list(page.plans) if page.plans else html.P("No plans yet.", className="stamp")
    return html.Section([html.H2("Plans"), body], className="panel")
