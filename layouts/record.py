"""One record: every clock it has in a sentence, what it says, and what belongs with it. All of it is text and tables."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from cspdash.domain.ports import RecordClock, RecordLine, RecordPage
from layouts.components import tags as html
from layouts.components.link import link
from layouts.frame import frame
from layouts.urls import href

# How a state stands out: by a word always, by a colour besides.
_TONES = {"expired": "out", "overdue": "out", "late": "out", "unknown": "unsure", "met": "fine"}


def title_of(page: RecordPage) -> str:
    return page.heading


def record_page(page: RecordPage) -> Component:
    back = link("‹ Back to the records", page.back, className="tool") if page.back else None
    main = [_clocks(page), *(_beside(title, lines) for title, lines in page.beside)]
    side = [_facts("What the source says", page.facts), _facts("What the rules make of it", page.derived)]
    return frame(
        title=title_of(page),
        heading=page.heading,
        lede=page.about,
        crumbs=page.crumbs,
        tools=[back] if back else None,
        content=[
            html.Div(
                [
                    html.Div(main, className="col-chart"),
                    html.Aside(side, className="col-side", aria_label="What the record holds"),
                ],
                className="columns",
            )
        ],
        identity=href(page.view),
    )


def _clocks(page: RecordPage) -> html.Element:
    """A clock a row: what runs, where it stands, by when, and why."""
    heads = [html.Th(head, scope="col") for head in ("Clock", "State", "Due", "Why")]
    rows = [_clock(clock) for clock in page.clocks]
    caption = html.Caption(f"{page.heading}: its clocks as at {page.moment_text}", className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="list clocks")
    scroll = html.Div(table, className="scroll", role="region", aria_label="Clocks of this record", tabIndex="0")
    heading = html.H2(["Its clocks ", html.Small(f"— as at {page.moment_text}")])
    body = scroll if rows else html.P("No clock runs on this kind of record.", className="stamp")
    on = page.investigation
    belongs = html.P(["On ", _named(on), f". {on.words}" if on.words else ""], className="note") if on else None
    return html.Section([heading, body, belongs, _stamp(page)], id="clocks", className="panel", disable_n_clicks=True)


def _clock(clock: RecordClock) -> html.Element:
    why: list[html.Content] = [html.P(clock.sentence) if clock.sentence else None]
    if clock.judged:
        why.append(html.P(html.B(clock.judged)))
    return html.Tr(
        [
            html.Th(clock.clock, scope="row"),
            html.Td(html.Span(clock.state, className=f"state {_TONES.get(clock.state, '')}".strip()), className="d"),
            html.Td(clock.due_text or "–", className="d"),
            html.Td(why, className="says"),
        ]
    )


def _stamp(page: RecordPage) -> html.Element:
    sources = " · ".join(source.words for source in page.as_at)
    words = "A due day is a whole local day and ends at midnight."
    return html.P(" · ".join(part for part in (sources, words) if part), className="stamp")


def _beside(title: str, lines: Sequence[RecordLine]) -> html.Element:
    rows = [
        html.Tr(
            [
                html.Th(_named(line), scope="row"),
                html.Td(html.Span(line.state, className=f"state {_TONES.get(line.state, '')}".strip()), className="d"),
                html.Td(line.words, className="says"),
            ]
        )
        for line in lines
    ]
    caption = html.Caption(f"{title} of this record", className="visually-hidden")
    heads = html.Thead(html.Tr([html.Th(head, scope="col") for head in ("Reference", "State", "Why")]))
    table = html.Table([caption, heads, html.Tbody(rows)], className="list clocks")
    scroll = html.Div(table, className="scroll", role="region", aria_label=title, tabIndex="0")
    return html.Section([html.H2(title), scroll], className="panel")


def _named(line: RecordLine) -> html.Content:
    return link(line.name, line.view) if line.view else line.name


def _facts(title: str, facts: Sequence[tuple[str, str]]) -> html.Element | None:
    if not facts:
        return None
    pairs = [part for label, value in facts for part in (html.Dt(label), html.Dd(value))]
    return html.Section([html.H2(title), html.Dl(pairs, className="facts")], className="panel")
