"""Rows as a table for eyes, CSV for spreadsheets or JSON for programs: one shape in, three out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cspdash.exports.spreadsheet_text import safe


class Format(StrEnum):
    """How to print."""

    table = "table"
    csv = "csv"
    json = "json"


def show(
    console: Console,
    shape: Format,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[tuple[str, str]],
    facts: Mapping[str, Any],
    rows_word: str = "rows",
) -> None:
    """Prints rows. `columns` are (key, heading); `facts` stand above a table, in JSON beside the rows, not in CSV."""
    if shape is Format.json:
        console.file.write(
            json.dumps({**facts, rows_word: list(rows)}, indent=2, ensure_ascii=False, default=str) + "\n"
        )
    elif shape is Format.csv:
        console.file.write(as_csv(rows, columns))
    else:
        for name, value in facts.items():
            if isinstance(value, str) and value:
                console.print(Text.assemble((f"{name.replace('_', ' ')}: ", "dim"), value))
        console.print(table_of(rows, columns))


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for key, heading in columns:
        is_number = any(isinstance(row.get(key), int | float) for row in rows)
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(row.get(key))) for key, _ in columns))
    return table


def plain(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.10g}"
    return "yes" if value is True else "no" if value is False else str(value)


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> str:
    """CSV with a heading. Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([key for key, _ in columns])
    for row in rows:
        writer.writerow([safe(row.get(key)) for key, _ in columns])
    return target.getvalue()
