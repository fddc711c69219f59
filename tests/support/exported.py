"""Exports asked for as a browser does, and read back with libraries that did not write them."""

from __future__ import annotations

import base64
import csv
import io
import os
from typing import Any

import dash
import pypdfium2
import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from cspdash.exports.pdf_file import PdfUnavailable, weasyprint
from layouts import ids
from tests.support.asking import body_of, post

Rows = list[list[Any]]


def need_pango() -> None:
    """Skips where PDF cannot be written; on a build machine that is a failure."""
    try:
        weasyprint()
    except PdfUnavailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{missing} `make pango` installs it.")


def export(app: dash.Dash, client: FlaskClient, address: str, form: str = "csv", **given: str) -> Any:
    """The answer of the server to "Make the file"."""
    if form == "pdf":
        need_pango()
    pathname, _, search = address.partition("?")
    values = {
        f"{ids.EXPORT_GO}.n_clicks": 1,
        f"{ids.URL}.pathname": pathname,
        f"{ids.URL}.search": f"?{search}" if search else "",
        f"{ids.EXPORT_FORM}.value": form,
        f"{ids.EXPORT_REASON}.value": given.get("reason", "supervision"),
        f"{ids.EXPORT_RECIPIENT}.value": given.get("recipient", "Insp Cole"),
    }
    return post(client, body_of(app, f"{ids.EXPORT_GO}.n_clicks", values))


def file_in(answer: Any) -> tuple[str, bytes]:
    """Name and content of the file in an answer."""
    assert answer.status_code == 200, answer.text
    response = answer.get_json()["response"]
    assert ids.EXPORT_FILE in response, response
    data = response[ids.EXPORT_FILE]["data"]
    return data["filename"], base64.b64decode(data["content"])


def csv_rows(content: bytes) -> Rows:
    return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]  # noqa: C416  a Rows


def csv_table(content: bytes, number: int = 0) -> Rows:
    """One table of a CSV file: its heading and its rows."""
    blocks: list[Rows] = [[]]
    for row in csv_rows(content):
        if row:
            blocks[-1].append(row)
        else:
            blocks.append([])
    return blocks[number + 1][1:]


def xlsx_sheets(content: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def pdf_text(content: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_bounded() for page in document]
