"""A document as a tagged PDF: A4, the marking at head and foot, page n of m, bars drawn beside their figures.

WeasyPrint needs Pango, a library of the operating system (tools/install_pango); where it is missing this one format says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

from cspdash.domain.errors import BadFilter, DomainError
from cspdash.exports.document import Cell, Column, Document, Table

MIME = "application/pdf"
BAR = "#6d8db3"  # as on screen: layouts/components/palette.py
MOST_ROWS = 300  # a person reads no more on paper, and each takes a processor some 20 ms to lay out


class PdfUnavailable(DomainError):
    """This machine cannot write PDF."""

    def __init__(self) -> None:
        super().__init__(
            "PDF cannot be written on this server: its Pango library is missing. CSV and XLSX hold the same; "
            "your administrator can run tools/install_pango."
        )


def pdf_bytes(document: Document) -> bytes:
    """Raises PdfUnavailable, and BadFilter for more rows than paper is good for."""
    if document.rows > MOST_ROWS:
        raise BadFilter(f"{document.rows:,} rows are too many for a PDF (at most {MOST_ROWS:,}). Choose XLSX or CSV.")
    engine = weasyprint()
    page = engine.HTML(string=html_of(document), url_fetcher=_fetch_nothing(engine))
    content: bytes = page.write_pdf(pdf_tags=True, pdf_variant="pdf/ua-1")
    return content


def weasyprint() -> Any:
    """The library, loaded when it is first needed. Raises PdfUnavailable."""
    try:
        import weasyprint as engine  # noqa: PLC0415  half a second, and Pango with it
    except OSError as error:
        raise PdfUnavailable from error
    return engine


def _fetch_nothing(engine: Any) -> Any:
    """A document is whole: nothing is fetched, whatever a text in it may ask for."""

    def fetch(_self: object, url: str, headers: object = None) -> Any:  # noqa: ARG001  WeasyPrint's signature
        raise ValueError("an exported document fetches nothing")

    return type("FetchNothing", (engine.urls.URLFetcher,), {"fetch": fetch})()


def html_of(document: Document) -> str:
    """The page that becomes the PDF."""
    facts = "".join(f"<dt>{escape(what)}</dt><dd>{escape(which)}</dd>" for what, which in document.facts)
    tables = "".join(_table(table) for table in document.tables)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        f"<style>{_style(document.marking)}</style></head><body><h1>{escape(document.title)}</h1>"
        f"<dl>{facts}</dl>{tables}</body></html>"
    )


def _table(whole: Table) -> str:
    table = _said(whole)
    judged = table.rows[:-1] if table.has_sum else table.rows
    longest = {
        index: max((abs(cell) for row in judged if isinstance(cell := row[index], int | float)), default=0) or 1
        for index, column in enumerate(table.columns)
        if column.bar
    }
    heads = "".join(f'<th scope="col"{_side(column)}>{escape(column.title)}</th>' for column in table.columns)
    body = "".join(_row(table, row, longest) for row in judged)
    body += "".join(_row(table, row, {}) for row in table.rows[len(judged) :])
    words = f"{escape(table.title)} <small>{table.count} rows</small>"
    widths = "".join(f'<col style="width: {width:.1f}%">' for width in _widths(table))
    columns = f"<colgroup>{widths}</colgroup>"
    return f"<h2>{words}</h2><table>{columns}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _said(table: Table) -> Table:
    """Paper is narrow: without columns that are empty, or that say in every row what the one before says."""
    texts = [[text_of(row[index]) for row in table.rows] for index in range(len(table.columns))]
    kept = [
        index
        for index, column in enumerate(texts)
        if index == 0
        or not table.rows
        or (any(text not in ("", "–") for text in column) and column != texts[index - 1])
    ]
    rows = tuple(tuple(row[index] for index in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[index] for index in kept), rows=rows)


def _widths(table: Table) -> list[float]:
    """Percent of the page for each column, by how long its texts are: laying out is twice as quick as when left to itself."""
    needs = []
    for index, column in enumerate(table.columns):
        longest = max((len(text_of(row[index])) for row in table.rows), default=0)
        word = max(map(len, column.title.split()), default=0)
        needs.append(min(max(longest, word + 2, 6), 32) + (26 if column.bar else 0))
    return [100 * need / sum(needs) for need in needs]


def _row(table: Table, row: tuple[Cell, ...], longest: dict[int, float]) -> str:
    cells = []
    for index, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
        bar = _bar(cell, longest[index]) if index in longest else ""
        tag = 'th scope="row"' if index == 0 else "td"
        cells.append(f"<{tag}{_side(column)}>{bar}{escape(text_of(cell))}</{tag.split(maxsplit=1)[0]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _bar(cell: Cell, longest: float) -> str:
    width = 40 * max(cell, 0) / longest if isinstance(cell, int | float) else 0
    return f'<svg width="40mm" height="3mm" viewBox="0 0 40 3" alt=""><rect width="{width:.2f}" height="3" fill="{BAR}"/></svg>'


def text_of(cell: Cell) -> str:
    """A cell as it is read."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.1f}".removesuffix(".0")
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell.day} {cell:%b %Y}" if isinstance(cell, date) else cell


def _side(column: Column) -> str:
    return ' class="r"' if column.kind == "number" else ""


def _style(marking: str) -> str:
    said = marking.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ").replace("\n", " ")
    return f"""
@page {{ size: A4; margin: 18mm 14mm 16mm;
  @top-center {{ content: "{said}"; font: bold 9pt sans-serif }}
  @bottom-left {{ content: "{said}"; font: bold 8pt sans-serif }}
  @bottom-right {{ content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif }} }}
body {{ font: 8.5pt/1.35 sans-serif; color: #17212b; margin: 0 }}
h1 {{ font-size: 15pt; margin: 0 0 3mm }} h2 {{ font-size: 11pt; margin: 5mm 0 1.5mm }}
h2 small {{ font-weight: normal; color: #4a5866 }}
dl {{ display: grid; grid-template-columns: 32mm 1fr; margin: 0; row-gap: .4mm }}
dt {{ color: #4a5866 }} dd {{ margin: 0 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }} thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
th, td {{ text-align: left; vertical-align: top; padding: .7mm 1.5mm; border-bottom: .2mm solid #b1b4b6;
  font-weight: normal; overflow-wrap: anywhere }}
thead th {{ border-bottom: .4mm solid #17212b; font-weight: bold }}
.r {{ text-align: right }} td.r {{ white-space: nowrap }} svg {{ float: left; margin-top: .8mm }}
"""
