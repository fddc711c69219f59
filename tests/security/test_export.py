"""T-EXPORT: what is given away is what was on screen, for the right eyes, marked, harmless, counted, hashed and logged."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dash
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from cspdash.commands.tables import as_csv
from cspdash.domain.ports import Viewer
from cspdash.domain.view import OFFICER, View
from cspdash.exports import pdf_file
from cspdash.exports.csv_file import csv_bytes
from cspdash.exports.document import Column, Document, Table
from cspdash.exports.files import FORMS
from cspdash.exports.spreadsheet_text import is_formula
from cspdash.exports.xlsx_file import xlsx_bytes
from data_access.audit.tables import ENTRIES
from layouts import ids
from tests.support.asking import visit, words
from tests.support.exported import csv_rows, csv_table, export, file_in, need_pango, pdf_text, xlsx_sheets
from tests.support.small import OFFICERS, PERSONAS, VIEWERS, Small, app_of, signed_in, small

TEAM, RECORDS, OFFICER_PAGE = (
    "/workload?unit=watford-int-c",
    "/workload?unit=watford-int-c&bar=officer%3AE2",
    "/officer/E2",
)
PLACES = ("/", TEAM, RECORDS, OFFICER_PAGE, "/workload?unit=herts", "/volume?unit=csp-watford&period=91d")
ATTACKS = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    '=HYPERLINK("http://evil","x")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
)
MARKING = "OFFICIAL-SENSITIVE"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path) as made:
        yield made


@pytest.fixture
def app(deployment: Small, tmp_path: Path) -> dash.Dash:
    return app_of(deployment, tmp_path)


def logged(deployment: Small, operation: str) -> list[dict[str, Any]]:
    with deployment.audit.engine.connect() as connection:
        found = [json.loads(text) for text in connection.scalars(select(ENTRIES.c.entry).order_by(ENTRIES.c.seq))]
    return [each for each in found if each["operation"] == operation]


def rename(deployment: Small, officer: str, name: str) -> None:
    table = deployment.reader.figures.metadata.tables["officer"]
    with deployment.engine.begin() as connection:
        connection.execute(update(table).where(table.c.ref == officer).values(name=name, rank=None, collar_number=None))
    for dataset in ("organisation", "investigation"):
        deployment.bump(dataset)


# --- what is in it is what was on screen ---
def test_the_bars_are_those_on_screen(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    page = deployment.reader.unit_page(View(page="workload", unit="watford-int-c", sort="value"), VIEWERS["sgt"])
    shown = [(bar.name, bar.figure.value, bar.figure.text, bar.figure.records) for bar in page.bars]
    address = f"{TEAM}&sort=value"
    screen = words(visit(app, client, address)[ids.MAIN]["children"])
    _, content = file_in(export(app, client, address))
    rows = csv_table(content)[1:-1]
    assert [(row[0], float(row[1]), row[2], int(row[6])) for row in rows] == shown
    assert all(row[0] in screen for row in rows)
    _, book = file_in(export(app, client, address, "xlsx"))
    sheet = list(xlsx_sheets(book).values())[1]
    assert [(row[0], row[1], row[2], row[6]) for row in sheet[1:-1]] == shown
    _, paper = file_in(export(app, client, address, "pdf"))
    told = " ".join(" ".join(pdf_text(paper)).split())
    assert [name for name, *_ in shown if name in told] == [name for name, *_ in shown]


def test_the_records_are_all_of_the_bar_s(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    view = View(page="workload", unit="watford-int-c", bar="officer:E2", order="-ref")
    wanted = [row["ref"] for row in deployment.reader.records(view, VIEWERS["sgt"], 1000).rows]
    address = f"{RECORDS}&order=-ref&rows=1"
    assert f"{len(wanted)} of {len(wanted)} records" in words(visit(app, client, address)[ids.MAIN]["children"])
    _, content = file_in(export(app, client, address))
    assert [row[0] for row in csv_table(content, 1)[1:]] == wanted
    _, book = file_in(export(app, client, address, "xlsx"))
    assert [row[0] for row in list(xlsx_sheets(book).values())[2][1:]] == wanted
    _, paper = file_in(export(app, client, address, "pdf"))
    assert all(ref in "".join(pdf_text(paper)) for ref in wanted)


def test_an_officer_s_file_holds_every_line_month_and_record(app: dash.Dash, deployment: Small) -> None:
    page = deployment.reader.officer_page(View(page=OFFICER, officer="E2"), VIEWERS["sgt"])
    _, book = file_in(export(app, signed_in(app, "sgt"), OFFICER_PAGE, "xlsx"))
    _about, lines, months, records = xlsx_sheets(book).values()
    assert [(row[1], row[3]) for row in lines[1:]] == [(line.metric_title, line.figure.text) for line in page.lines]
    assert [row[1] for row in months[1:]] == [month.figure.value for month in page.months]
    assert len(records) - 1 == page.records.total  # type: ignore[union-attr]


def test_the_summary_s_file_holds_every_figure(app: dash.Dash, deployment: Small) -> None:
    page = deployment.reader.summary_page(View(), VIEWERS["chief"])
    _, content = file_in(export(app, signed_in(app, "chief"), "/", reason="", recipient=""))
    rows = csv_table(content)[1:]
    for column, metric in enumerate(page.columns, 1):
        assert [float(row[column]) for row in rows] == [
            *(float(cell.figure.value or 0) for cell in metric.cells),
            float(metric.total.value or 0),
        ]


def test_the_file_says_what_it_is(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    page = deployment.reader.unit_page(View(page="volume", unit="watford-int-c", period="91d"), VIEWERS["sgt"])
    for form in FORMS:
        name, content = file_in(export(app, client, "/volume?unit=watford-int-c&period=91d&team=now", form))
        said = {
            "csv": lambda: "\n".join(" ".join(row) for row in csv_rows(content)),  # noqa: B023
            "xlsx": lambda: "\n".join(" ".join(map(str, row)) for row in xlsx_sheets(content)["About"]),  # noqa: B023
            "pdf": lambda: " ".join(" ".join(pdf_text(content)).split()),  # noqa: B023
        }[form]()
        for part in (
            MARKING,
            "Hertfordshire",
            "Team C, Watford (watford-int-c)",
            page.period_text,
            "as the teams are now",
            "Athena: newest event 22 Nov 2026 14:05",
            page.definition.version,
            page.data_version,
            "PS Priya Nair",
            "Daily supervision or briefing",
            "Insp Cole",
            f"{len(page.bars) + 1} rows",
        ):
            assert part in said, (form, part, said[:600])
        assert re.fullmatch(rf"official-sensitive_volume_recorded_\d+-rows_[\d-]+\.{form}", name)
    assert csv_rows(file_in(export(app, client, TEAM))[1])[-1] == [MARKING]


# --- for the right eyes ---
SEES = {"sgt": {"E1", "E2", "E3"}, "pc": {"E2"}, "other": {"E5", "E6"}, "supt": {"E1", "E2", "E3", "E4"}}


@pytest.mark.parametrize("persona", [persona.id for persona in PERSONAS])
def test_a_file_names_nobody_who_is_out_of_scope(app: dash.Dash, deployment: Small, persona: str) -> None:
    """Every form of every page as everybody: text, file name and, where it is refused, the refusal."""
    client, sees = signed_in(app, persona), SEES.get(persona, set())
    if persona == "chief":
        sees = {ref for ref, *_ in OFFICERS}
    foreign = [(ref, name) for ref, name, *_ in OFFICERS if ref not in sees]
    tried = 0
    for address in (*PLACES, "/officer/E5", "/workload?unit=stevenage-int-a", "/workload?unit=herts&bar=officer%3AE5"):
        answer = export(app, client, address)
        tried += 1
        response = answer.get_json()["response"] if answer.status_code == 200 else {}
        if ids.EXPORT_FILE not in response:
            assert not any(name in answer.text for _, name in foreign)
            continue
        file_name, content = file_in(answer)
        told = content.decode("utf-8-sig").replace(VIEWERS[persona].name, "")
        assert not [name for _, name in foreign if name in told], (address, told)
        assert not [ref for ref, _ in foreign if re.search(rf"\bC{ref}-\d", told)], address
        assert not any(name.lower() in file_name.lower() for _, name, *_ in OFFICERS)
    print(f"{tried} exports as {persona}")


def test_a_refused_export_is_logged_and_gives_nothing(app: dash.Dash, deployment: Small) -> None:
    answer = export(app, signed_in(app, "sgt"), "/officer/E5")
    assert ids.EXPORT_FILE not in answer.get_json()["response"]
    (found,) = logged(deployment, "refusal")
    assert (found["user_id"], found["officer_id"]) == ("sgt", "E5")
    assert not logged(deployment, "disclosure")


def test_who_looks_as_somebody_else_takes_nothing_along(app: dash.Dash, deployment: Small) -> None:
    from callbacks.consultations import Consultations
    from callbacks.export import Asked, give_away
    from callbacks.pages import Pages
    from callbacks.plan_state import PlanStates
    from cspdash.auth.sealed import Seal
    from cspdash.domain.errors import NotPermitted
    from cspdash.exports.of_pages import Setting
    from tests.support.force import ZONE

    nobody: Any = None  # neither administration nor a kept form is asked
    states, log = PlanStates(Seal(["k" * 40], "plan")), Consultations(deployment.audit_log)
    pages = Pages(deployment.reader, deployment.plans, states, log, nobody, nobody)
    viewer = Viewer("sgt", "PS Priya Nair", "sergeant", "E1", seen_by="admin")
    with pytest.raises(NotPermitted):
        give_away(pages, Setting(MARKING, "Herts", ZONE), viewer, *TEAM.split("?"), Asked("csv", "supervision", "me"))
    assert logged(deployment, "refusal")[0]["user_id"] == "admin"


def test_a_file_that_names_people_needs_a_reason_and_a_recipient(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    for address in (TEAM, RECORDS, OFFICER_PAGE):
        for lacks in ({"reason": ""}, {"recipient": " "}, {"reason": "", "recipient": ""}, {"reason": "because"}):
            response = export(app, client, address, **lacks).get_json()["response"]
            assert ids.EXPORT_FILE not in response
            said = words(response[ids.EXPORT_ERRORS]["children"])
            assert "There is a problem" in said
            assert ("Say who will get it" in said) == ("recipient" in lacks)
    assert not logged(deployment, "disclosure")
    file_in(export(app, client, "/workload?unit=herts", reason="", recipient=""))  # units only


# --- counted, hashed, logged ---
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("address", PLACES)
def test_one_disclosure_with_count_and_hash(app: dash.Dash, deployment: Small, address: str, form: str) -> None:
    _, content = file_in(export(app, signed_in(app, "supt"), address, form))
    (found,) = logged(deployment, "disclosure")
    assert found["reference"] == hashlib.sha256(content).hexdigest()
    assert (found["user_id"], found["reason"], found["recipient"]) == ("supt", "supervision", "Insp Cole")
    assert found["subject_id"].startswith(f"{form}:")
    if form == "xlsx":
        sheets = list(xlsx_sheets(content).values())[1:]
        assert found["rows"] == sum(len(sheet) - 1 for sheet in sheets)
    if "bar=" in address or "/officer/" in address:
        assert found["officer_id"] == "E2"


def test_without_the_audit_there_is_no_file(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    with deployment.audit.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO gone"))
    for address in PLACES:
        answer = export(app, client, address)
        assert answer.status_code == 503
        assert "content" not in answer.text


# --- harmless ---
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_name_cannot_run_in_a_spreadsheet(app: dash.Dash, deployment: Small, attack: str) -> None:
    rename(deployment, "E2", attack)
    client = signed_in(app, "sgt")
    cells = [cell for row in csv_rows(file_in(export(app, client, TEAM, recipient=attack))[1]) for cell in row]
    assert not [cell for cell in cells if is_formula(cell)]
    assert any(cell.startswith(f"'{attack.strip()[:3]}") or attack.strip() in cell for cell in cells)
    _, book = file_in(export(app, client, TEAM, "xlsx", recipient=attack))
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        for name in packed.namelist():
            inside = packed.read(name).decode("utf-8", "replace")
            assert "<f>" not in inside, name
            assert "<hyperlink " not in inside, name
            assert 'TargetMode="External"' not in inside, name
    file_in(export(app, client, TEAM, "pdf", recipient=attack))


CELLS = st.one_of(
    st.text(max_size=20), st.sampled_from(ATTACKS), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.none()
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.text(max_size=20))
def test_no_cell_runs_and_every_number_stays_one(rows: list[tuple[Any, Any]], title: str) -> None:
    rows = [tuple(_printable(cell) for cell in row) for row in rows]  # type: ignore[misc]
    table = Table("T", (Column("a"), Column("b", "number")), tuple(rows))
    document = Document(
        "x", _printable(title), MARKING, (("Fact", _printable(title)),), (table,), is_person_level=False
    )
    read = csv_rows(csv_bytes(document))
    assert not [
        cell for row in read for cell in row if is_formula(cell) and not re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", cell)
    ]
    sheet = list(xlsx_sheets(xlsx_bytes(document)).values())[1]
    for row, found in zip(rows, sheet[1:], strict=False):
        for cell, back in zip(row, found, strict=False):
            if isinstance(cell, int | float):
                assert back == pytest.approx(cell)


def _printable(cell: Any) -> Any:
    return "".join(each for each in cell if each.isprintable() or each in "\t\r\n") if isinstance(cell, str) else cell


def test_csv_of_the_command_line_is_harmless_too() -> None:
    written = as_csv([{"name": attack, "value": -3} for attack in ATTACKS], [("name", "name"), ("value", "value")])
    rows = csv_rows(written.encode())[1:]
    assert all(row[0].startswith("'") and row[1] == "-3" for row in rows)


# --- PDF ---
def test_a_pdf_is_tagged_marked_and_numbered(app: dash.Dash, deployment: Small) -> None:
    for number in range(120):
        deployment.add_crime(f"CE2-more-{number}", "E2")
    _, content = file_in(export(app, signed_in(app, "sgt"), RECORDS, "pdf"))
    with pypdfium2.PdfDocument(content) as document:
        assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
        pages = len(document)
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842), "A4"
        assert document.get_metadata_value("Title")
    assert pages > 1
    for number, told in enumerate(pdf_text(content), 1):
        assert told.count(MARKING) >= 2
        assert f"Page {number} of {pages}" in told


def test_a_pdf_fetches_nothing() -> None:
    need_pango()
    table = Table(
        "T", (Column("a"),), (('<img src="file:///etc/passwd"><style>@import url(http://127.0.0.1:1/)</style>',),)
    )
    document = Document("x", "<b>x</b>", 'MARK "A\\', (), (table,), is_person_level=False)
    told = " ".join(" ".join(pdf_text(pdf_file.pdf_bytes(document))).split())
    assert '<img src="file:///etc/passwd">' in told
    assert 'MARK "A\\' in told
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf_file._fetch_nothing(pdf_file.weasyprint()).fetch("file:///etc/passwd")


def test_without_pango_the_other_forms_still_work(app: dash.Dash, deployment: Small) -> None:
    client = signed_in(app, "sgt")
    with patch.object(pdf_file, "weasyprint", side_effect=pdf_file.PdfUnavailable):
        response = export(app, client, TEAM, "pdf").get_json()["response"]
        assert ids.EXPORT_FILE not in response
        assert "Pango" in words(response[ids.EXPORT_ERRORS]["children"])
        assert not logged(deployment, "disclosure")
        file_in(export(app, client, TEAM, "csv"))
        file_in(export(app, client, TEAM, "xlsx"))


def test_too_many_rows_for_paper_are_said(app: dash.Dash) -> None:
    with patch.object(pdf_file, "MOST_ROWS", 3):
        response = export(app, signed_in(app, "sgt"), RECORDS, "pdf").get_json()["response"]
    assert "too many for a PDF" in words(response[ids.EXPORT_ERRORS]["children"])
