"""Folders of XLSX: cells by their types, blank and merged rows, formulas by their results, broken workbooks refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.support.works import Works

HEAD = 'kind = "files"\nfolder = "drops"'
DOGS = """
[[dataset]]
dataset = "dog"
files = "dogs-*.xlsx"
[dataset.columns]
ref = "Dog No"
kennel_ref = "Kennel"
name = "Name"
weight = "Weight"
legs = "Legs"
is_good = "Good"
born_on = "Born"
seen_at = "Seen"
"""
HEADER = ["Dog No", "Kennel", "Name", "Weight", "Legs", "Good", "Born", "Seen"]


@pytest.fixture
def works(tmp_path: Path) -> Works:
    works = Works.open(tmp_path)
    works.source("drops", DOGS, HEAD)
    (tmp_path / "drops").mkdir()
    return works


def workbook(works: Works, name: str, fill: Callable[[Any, Any], None], sheet: str = "Dogs") -> Path:
    path = works.home / "drops" / name
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet)
    fill(book, page)
    book.close()
    return path


def whole(book: Any, page: Any) -> None:
    day, minute = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, [1001, "k1", " Rex ", 7.25, 4, True])
    page.write_datetime(1, 6, datetime(2020, 2, 29), day)  # noqa: DTZ001  a workbook knows no zones
    page.write_datetime(1, 7, datetime(2026, 6, 22, 0, 30), minute)  # noqa: DTZ001
    page.write_row(3, 0, ["d2", "", "Fly"])  # a blank row before it


def reasons(works: Works) -> dict[str, str]:
    return {row["place"]: f"{row['column']} {row['reason']}" for row in works.table("quarantine")}


def test_cells_by_their_types(works: Works) -> None:
    workbook(works, "dogs-1.xlsx", whole)
    assert (works.one().result, sorted(works.rows())) == ("ok", ["1001", "d2"])
    rex, fly = works.rows()["1001"], works.rows()["d2"]
    assert (rex["name"], rex["weight"], rex["legs"], rex["is_good"]) == ("Rex", 7.25, 4, True)
    assert (rex["born_on"], rex["seen_at"]) == (date(2020, 2, 29), datetime(2026, 6, 21, 23, 30, tzinfo=UTC))
    assert {fly[name] for name in ("kennel_ref", "weight", "legs", "is_good", "born_on", "seen_at")} == {None}
    assert works.one().read == 0, "not read again"


def test_the_sheet_and_row_that_are_named(works: Works) -> None:
    works.source("drops", DOGS.replace("files =", 'sheet = "Dogs"\nheader_row = 3\nfiles ='), HEAD)

    def fill(book: Any, page: Any) -> None:
        page.write(0, 0, "Dogs of the county")
        page.write_row(1, 0, ["printed", "22/11/2026"])
        page.write_row(2, 0, HEADER)
        page.write_row(3, 0, ["d1", "k1", "Rex"])
        book.add_worksheet("Notes").write(0, 0, "nothing")

    workbook(works, "dogs-1.xlsx", fill)
    assert (works.one().result, list(works.rows())) == ("ok", ["d1"])
    workbook(works, "dogs-2.xlsx", whole, sheet="Cats")
    assert "dogs-2.xlsx has no sheet 'Dogs'; its sheets are Cats" in works.one().result


def test_what_is_merged_downwards_holds_for_every_row(works: Works) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, HEADER)
        page.merge_range(1, 1, 3, 1, "k7")
        for number in range(1, 5):
            page.write(number, 0, f"d{number}")
            page.write(number, 2, f"Dog {number}")

    workbook(works, "dogs-1.xlsx", fill)
    works.ingest()
    kennels = {ref: row["kennel_ref"] for ref, row in works.rows().items()}
    assert kennels == {"d1": "k7", "d2": "k7", "d3": "k7", "d4": None}


def test_a_formula_is_its_result_and_an_error_is_not_an_empty_cell(works: Works) -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, HEADER)
        for number in range(1, 6):
            page.write_row(number, 0, [f"d{number}", "k1", f"Dog {number}"])
        page.write_formula(1, 3, "=2*3.5", None, 7)
        page.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        page.write_formula(3, 2, "=A1", None, "by formula")
        page.write_formula(4, 4, "=1+1", None, 2)
        page.write(5, 0, 12345678901234567890)

    path = workbook(works, "dogs-1.xlsx", fill)
    rewrite(path, lambda text: text.replace("<f>1+1</f><v>2</v>", "<f>1+1</f>"))
    assert (works.one().result, works.rows()["d1"]["weight"]) == ("ok", 7)
    assert works.rows()["d3"]["name"] == "by formula"
    assert sorted(works.rows()) == ["d1", "d3"]
    found = reasons(works)
    assert found["dogs-1.xlsx, row 3"] == "weight holds the error #DIV/0! in cell D3"
    assert "legs is a formula in cell E5 that was never worked out" in found["dogs-1.xlsx, row 5"]
    assert "more digits than a workbook keeps" in found["dogs-1.xlsx, row 6"]


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Changes the first sheet's own text inside the workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    changed = change(parts[name].decode())
    assert changed != parts[name].decode()
    parts[name] = changed.encode()
    with zipfile.ZipFile(path, "w") as packed:
        for each, content in parts.items():
            packed.writestr(each, content)


def test_a_workbook_that_would_grow_without_end_is_refused(works: Works) -> None:
    """Entities of entities: a kilobyte that would be a gigabyte. What reads the cells anew must not let them grow."""
    layers = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    kind = f'<!DOCTYPE worksheet [<!ENTITY e0 "{"a" * 10}">{layers}]>'
    path = workbook(works, "dogs-1.xlsx", lambda _book, page: page.write_row(0, 0, HEADER))
    cell = '<row r="2"><c r="A2" t="e"><v>&e8;</v></c></row></sheetData>'
    rewrite(path, lambda text: text.replace("?>", f"?>{kind}", 1).replace("</sheetData>", cell))
    assert "not a whole workbook" in works.one().result
    assert works.rows() == {}


@pytest.mark.parametrize("kept", [0, 10, 3000, -200])
def test_a_workbook_that_is_still_being_written_waits(works: Works, kept: int) -> None:
    workbook(works, "dogs-1.xlsx", whole)
    works.ingest()
    path = workbook(works, "dogs-2.xlsx", whole)
    path.write_bytes(path.read_bytes()[:kept])
    assert re.search("dogs-2.xlsx is not a whole workbook", works.one().result)
    assert sorted(works.rows()) == ["1001", "d2"]


def test_a_missing_column_an_empty_sheet_and_an_open_one(works: Works) -> None:
    (works.home / "drops" / "~$dogs-1.xlsx").write_bytes(b"somebody has it open")
    workbook(works, "dogs-1.xlsx", lambda _book, page: page.write_row(0, 0, HEADER[:-1]))
    assert "dogs-1.xlsx has no column 'Seen'" in works.one().result
    workbook(works, "dogs-1.xlsx", lambda _book, _page: None)
    assert "dogs-1.xlsx is empty" in works.one().result


def test_a_row_that_is_gone_from_its_workbook(works: Works) -> None:
    workbook(works, "dogs-1.xlsx", whole)
    works.ingest()
    workbook(
        works,
        "dogs-1.xlsx",
        lambda _book, page: (page.write_row(0, 0, HEADER), page.write_row(1, 0, ["d2", "", "Fly"])),
    )
    works.ingest()
    assert sorted(works.rows()) == ["d2"]
