"""A document as a workbook: a first sheet that says what it is, then a sheet a table. No cell can be a formula or a link."""

from __future__ import annotations

import io
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from cspdash.exports.document import Cell, Document, Table
from cspdash.exports.spreadsheet_text import is_formula

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDEST = 60  # characters


def xlsx_bytes(document: Document) -> bytes:
    target = io.BytesIO()
    book = Workbook(target, _OPTIONS)
    book.set_properties({"title": document.title, "category": document.marking, "comments": document.marking})
    _about(book, document)
    for number, table in enumerate(document.tables, 1):
        _table(book, document, table, number)
    book.close()
    return target.getvalue()


def _about(book: Workbook, document: Document) -> None:
    sheet = _sheet(book, document, "About")
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, document.marking, bold)
    sheet.write_string(1, 0, document.title, bold)
    rows = [f"{table.title}: {table.count} rows" for table in document.tables]
    facts = [*document.facts, *(("Sheet" if number == 0 else "", words) for number, words in enumerate(rows))]
    for row, (what, which) in enumerate(facts, 3):
        sheet.write_string(row, 0, what, bold)
        sheet.write_string(row, 1, which, _quoted(book) if is_formula(which) else wrap)


def _table(book: Workbook, document: Document, table: Table, number: int) -> None:
    sheet = _sheet(book, document, _sheet_name(table.title, number))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day, quoted = book.add_format({"num_format": "dd mmm yyyy"}), _quoted(book)
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.title, head)
        shown = [len(str(row[index])) for row in table.rows[:200] if row[index] is not None]
        sheet.set_column(index, index, min(max([len(column.title), 6, *shown]) + 2, _WIDEST))
        for row, cells in enumerate(table.rows, 1):
            _write(sheet, row, index, cells[index], day, quoted)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)


def _write(sheet: Worksheet, row: int, index: int, cell: Cell, day: Format, quoted: Format) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, index, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, index, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, index, cell, day)
    elif is_formula(cell):
        sheet.write_string(row, index, cell, quoted)
    else:
        sheet.write_string(row, index, cell)


def _quoted(book: Workbook) -> Format:
    """Stays text when somebody edits the cell or saves the sheet as CSV."""
    form = book.add_format()
    form.set_quote_prefix()
    return form


def _sheet(book: Workbook, document: Document, name: str) -> Worksheet:
    sheet = book.add_worksheet(name)
    marking = document.marking.replace("&", "&&")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&C{marking}")
    sheet.set_footer(f"&L{marking}&RPage &P of &N")
    return sheet


def _sheet_name(title: str, number: int) -> str:
    """At most 31 characters, none that a sheet's name may not have, and no name twice."""
    plain = "".join(" " if each in "[]:*?/\\'" else each for each in title)
    return f"{number} {' '.join(plain.split())}"[:31]
