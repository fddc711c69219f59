"""The table twin of a page's bars: same order, same links, every figure. Always on the page.

Beside the chart only its row headers show, as the names of the bars; "Show as table", a narrow screen and print show it
whole.
"""

from __future__ import annotations

from cspdash.domain.ports import Bar, UnitPage
from layouts.components import tags as html
from layouts.components.judgement import is_orange, words_for
from layouts.urls import href, new_plan_href


def table_twin(page: UnitPage) -> html.Element:
    has_fraction = any(bar.figure.fraction for bar in page.bars)
    longest = max((abs(bar.figure.value or 0.0) for bar in page.bars), default=0.0) or 1.0
    heads = [html.Th(_capital(page.children_word), scope="col"), html.Th(page.metric_title, scope="col", className="r")]
    if has_fraction:
        heads.append(html.Th("Counted", scope="col", className="r"))
    heads += [html.Th("Usual range", scope="col"), html.Th("Go to", scope="col")]
    caption = f"{page.metric_title} by {page.children_word}, {page.unit_name}. {page.period_text}".strip()
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr(heads)),
            html.Tbody([_row(bar, page, longest, has_fraction=has_fraction) for bar in page.bars]),
        ],
        className="twin",
    )


def _row(bar: Bar, page: UnitPage, longest: float, *, has_fraction: bool) -> html.Element:
    is_chosen = bool(page.view.bar) and bar.key == page.view.bar
    share = max(bar.figure.value or 0.0, 0.0) / longest
    cells = [
        html.Th(_name(bar, is_chosen=is_chosen), scope="row"),
        html.Td(
            bar.figure.text,
            className="r v" + (" out" if is_orange(bar, page.better) else "") + (" old" if page.old_words else ""),
            style={"--share": round(share, 3)},
        ),
    ]
    if has_fraction:
        cells.append(html.Td(bar.figure.fraction, className="r"))
    cells += [html.Td(bar.disputed or words_for(bar.judgement, bar.words)), html.Td(_ways(bar, page), className="ways")]
    return html.Tr(cells)


def _name(bar: Bar, *, is_chosen: bool) -> html.Content:
    name = (
        html.A(bar.name, href=href(bar.target_view), title=bar.name, aria_current="true" if is_chosen else None)
        if bar.target_view
        else html.Span(bar.name, title=bar.name)
    )
    notes = [html.Small(bar.note)] if bar.note else []
    if bar.disputed:
        notes.append(html.Small("disputed", className="disputed", title=bar.disputed))
    return [name, *notes] if notes else name


def _ways(bar: Bar, page: UnitPage) -> html.Content:
    """The records behind the bar, and a plan with the officer; each names its bar for whoever hears the links alone."""
    ways: list[html.Element] = []
    if bar.records_view and bar.figure.records:
        ways.append(html.A("Records", href=href(bar.records_view), aria_label=f"Records: {bar.name}"))
    if bar.plan_officer:
        plan = new_plan_href(bar.plan_officer, page.view.metric, page.view.period)
        ways.append(html.A("Plan", href=plan, aria_label=f"Plan: {bar.name}"))
    return ways or None


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
