"""One sheet of an .xlsx as rows under a header: typed cells, merged cells filled down, errors told from empty cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from cspdash.domain.errors import BatchRefused
from data_access.convert import Unreadable
from data_access.places import Sheet
from data_access.sources.reading import Malformed, listed

ENDINGS = (".xlsx", ".xlsm")
LARGEST_BYTES = 1 << 30  # unpacked: a workbook is read whole
_EXACT = 1e15  # a workbook keeps fifteen digits; more are made up
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class SheetRows:
    """Rows of one sheet, as data_access.sources.files.Lines gives those of a text file. `row_word` says what they are."""

    row_word = "row"

    def __init__(self, path: Path, sheet: Sheet) -> None:
        self.name, self.sheet = path.name, sheet
        self.numbers: list[int] = []
        self.malformed: list[Malformed] = []
        with _whole(path):
            self._rows, found = _read(path, sheet)
        self._spoilt = _spoilt_cells(path, found)
        self._at = 0
        self._width = 0

    def header(self) -> list[str]:
        at = self.sheet.header_row - 1
        if at < 0:
            at = next((i for i, row in enumerate(self._rows) if any(_is_set(cell) for cell in row)), len(self._rows))
        if at >= len(self._rows):
            raise BatchRefused(f"{self.name} is empty: it has no row with the names of its columns.")
        names = [_name(cell) for cell in self._rows[at]]
        while names and not names[-1]:
            names.pop()
        if not names:
            raise BatchRefused(f"{self.name}, row {at + 1}, has no names of columns.")
        self._at, self._width = at + 1, len(names)
        return names

    def take(self, most: int) -> list[list[Any]]:
        """Up to so many rows that are not blank; `numbers` are theirs."""
        rows: list[list[Any]] = []
        self.numbers = []
        while len(rows) < most and self._at < len(self._rows):
            cells, number = self._rows[self._at], self._at + 1
            row = [self._value(cell, number, column) for column, cell in enumerate(cells[: self._width])]
            self._at += 1
            if any(map(_is_set, row)):
                rows.append(row)
                self.numbers.append(number)
        return rows

    def _value(self, cell: Any, number: int, column: int) -> Any:
        if reason := self._spoilt.get((number, column)):
            return Unreadable(reason)
        if isinstance(cell, float) and abs(cell) >= _EXACT:
            return Unreadable(f"{cell:.0f} has more digits than a workbook keeps: make it text there")
        if isinstance(cell, datetime) and cell.microsecond:  # a workbook keeps times as parts of a day
            return (cell + timedelta(microseconds=500)).replace(microsecond=0) if _is_near(cell) else cell
        return None if cell == "" else cell


def _is_set(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _is_near(at: datetime) -> bool:
    return at.microsecond < 500 or at.microsecond >= 999_500


def _name(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    try:
        yield
    except PasswordError:
        raise BatchRefused(f"{path.name} is protected by a password.") from None
    except (CalamineError, zipfile.BadZipFile, ET.ParseError, KeyError, ValueError) as error:
        said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        words = f"{path.name} is not a whole workbook: perhaps it is still being written ({said})."
        raise BatchRefused(words) from None


def _read(path: Path, sheet: Sheet) -> tuple[list[list[Any]], str]:
    """The sheet's cells from A1 on, merged ones filled down, and its name."""
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_BYTES:
            raise BatchRefused(f"{path.name} is too large: more than {LARGEST_BYTES >> 20:,} MiB when unpacked.")
    with CalamineWorkbook.from_path(str(path)) as workbook:
        shown = [each.name for each in workbook.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
        name = sheet.name or next(iter(shown), "")
        if name not in workbook.sheet_names:
            raise BatchRefused(f"{path.name} has no sheet {name!r}; its sheets are {listed(workbook.sheet_names)}.")
        found = workbook.get_sheet_by_name(name)
        rows = found.to_python(skip_empty_area=False) if found.height else []
        for (top, column), (bottom, _) in found.merged_cell_ranges or ():
            for row in rows[top + 1 : bottom + 1]:
                row[column] = rows[top][column]
    return rows, name


def _spoilt_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Cells (row from 1, column from 0) that hold an error, or a formula that was never worked out.

    The reader of the workbook gives both as empty, which they are not.
    """
    with _whole(path), zipfile.ZipFile(path) as packed:
        content = packed.read(_part_of(packed, sheet))
        if b't="e"' not in content and b"<f" not in content:
            return {}
        found = {}
        for cell in ET.fromstring(content).iter(f"{_MAIN}c"):  # noqa: S314  expat limits what entities grow to
            value, formula = cell.find(f"{_MAIN}v"), cell.find(f"{_MAIN}f")
            place = _CELL.fullmatch(cell.get("r", ""))
            if place is None:
                continue
            at = int(place[2]), _column_number(place[1])
            if cell.get("t") == "e":
                found[at] = f"holds the error {value.text if value is not None else '?'} in cell {place[0]}"
            elif formula is not None and value is None:
                found[at] = f"is a formula in cell {place[0]} that was never worked out: save the workbook in Excel"
        return found


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str:
    """The name, inside the package, of the sheet's own part."""
    book = ET.fromstring(packed.read("xl/workbook.xml"))  # noqa: S314  as above
    links = ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  as above
    wanted = next(each.get(_LINK) for each in book.iter(f"{_MAIN}sheet") if each.get("name") == sheet)
    target = next(str(each.get("Target")) for each in links if each.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
