"""A document as a file, in one of three forms, under a name that says how many rows but nobody's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal, get_args

from cspdash.domain.errors import BadFilter
from cspdash.exports import csv_file, pdf_file, xlsx_file
from cspdash.exports.document import Document, File

Form = Literal["csv", "xlsx", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)
_WRITERS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "csv": (csv_file.MIME, csv_file.csv_bytes),
    "xlsx": (xlsx_file.MIME, xlsx_file.xlsx_bytes),
    "pdf": (pdf_file.MIME, pdf_file.pdf_bytes),
}


def file_of(document: Document, form: str, at: datetime) -> File:
    """Raises BadFilter for another form or what a form cannot hold, and PdfUnavailable."""
    if form not in _WRITERS:
        raise BadFilter("Choose CSV, XLSX or PDF.")
    mime, write = _WRITERS[form]
    return File(name_of(document, form, at), mime, write(document))


def name_of(document: Document, form: str, at: datetime) -> str:
    """Marking, kind of page and metric, rows, local time: a name is read by more people than its file."""
    capped = [table for table in document.tables if table.total > len(table.rows)]
    rows = f"{document.rows}-rows" + (f"-of-{sum(table.total for table in capped)}" if capped else "")
    parts = (document.marking.lower(), document.name, rows, f"{at:%Y-%m-%d-%H%M}")
    return "_".join(re.sub(r"[^a-z0-9_-]+", "-", part.lower()).strip("-") for part in parts) + f".{form}"
