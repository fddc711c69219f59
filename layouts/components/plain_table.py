"""A plain table with a caption for the ear: row headers first, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence

from layouts.components import tags as html

Head = tuple[str, str]  # name, class: "r" for numbers


def plain_table(
    caption: str, heads: Sequence[Head], rows: Sequence[Sequence[html.Content]], *, kind: str = ""
) -> html.Element:
    """`kind`: a class of the table's own, for its widths."""
    top = html.Thead(html.Tr([html.Th(name, scope="col", className=of_head or None) for name, of_head in heads]))
    body = [
        html.Tr(
            [
                html.Th(cell, scope="row") if index == 0 else html.Td(cell, className=heads[index][1] or None)
                for index, cell in enumerate(row)
            ]
        )
        for row in rows
    ]
    return html.Table(
        [html.Caption(caption, className="visually-hidden"), top, html.Tbody(body)], className=f"list {kind}".strip()
    )
