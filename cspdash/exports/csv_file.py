"""A document as CSV: the marking first and last, what it says of itself, then each table under its heading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from cspdash.exports.document import Cell, Document
from cspdash.exports.spreadsheet_text import safe

MIME = "text/csv"


def csv_bytes(document: Document) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)

    def write(row: Iterable[Cell]) -> None:
        writer.writerow([safe(_plain(cell)) for cell in row])

    write([document.marking])
    write([document.title])
    for what, which in document.facts:
        write([what, which])
    for table in document.tables:
        writer.writerow([])
        write([table.title, f"{table.count} rows"])
        write(column.title for column in table.columns)
        for row in table.rows:
            write(row)
    writer.writerow([])
    write([document.marking])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _plain(cell: Cell) -> Cell:
    return cell.isoformat() if isinstance(cell, date) else cell
