"""The records behind a figure: counted, sorted, paged."""

from dataclasses import replace

from layouts.records import records_card
from tests.support.drawn import Drawn, drawn
from tests.support.examples import officers

RECORDS = officers.records()


def card(**changes: object) -> Drawn:
    return drawn(records_card(replace(RECORDS, **changes)))  # type: ignore[arg-type]


def test_rows_and_columns_as_given() -> None:
    table = card().one("table")
    assert [th.text for th in table.one("thead").all("th")] == [
        "Investigation",
        "Offence",
        "Recorded",
        "Days",
        "Time limit ▲",
        "Victim told",
        "Clock",
    ]
    assert len(table.one("tbody").all("tr")) == len(RECORDS.rows)
    assert table.one("tbody").all("th")[0].text == "41/118204/26"


def test_headings_sort_and_sort_back() -> None:
    heads = {th.text: th for th in card().one("thead").all("th")}
    assert heads["Offence"].one("a").href.endswith("order=offence_title")
    assert heads["Time limit ▲"].props["aria-sort"] == "ascending"
    assert heads["Time limit ▲"].one("a").href.endswith("order=-stl_due_on")
    down = {th.text: th for th in card(order="-stl_due_on").one("thead").all("th")}
    assert down["Time limit ▼"].props["aria-sort"] == "descending"


def test_a_column_with_nothing_in_it_is_left_out_unless_sorted_by() -> None:
    rows = tuple({**row, "last_contact_on": None} for row in RECORDS.rows)
    assert "Victim told" not in card(rows=rows).text
    assert "Victim told" in card(rows=rows, order="last_contact_on").text


def test_why_this_date_is_one_click_off() -> None:
    why = card().all("details", "why")
    assert len(why) == 4
    assert "Magistrates’ Courts Act 1980 s.127" in why[0].text
    assert "Clock" not in card(reasons=()).text


def test_pages_lead_on_and_back() -> None:
    pager = card(page=2, view=RECORDS.view.but(rows=2)).one("nav", "pager")
    assert pager.text.startswith("9 to 16 of 28 records")
    assert [text for text, _ in pager.links] == ["‹ Previous", "Next ›"]
    assert "rows=3" in pager.links[1][1]
    assert "rows=" not in pager.links[0][1]
    assert [text for text, _ in card().one("nav", "pager").links] == ["Next ›"]


def test_one_page_only_says_how_many() -> None:
    assert card(pages=1, total=8).all("nav") == []
    assert "8 of 8 records" in card(pages=1, total=8).text


def test_no_rows() -> None:
    assert "No records." in card(rows=(), total=0, pages=1, reasons=()).text


def test_values_are_text_never_markup() -> None:
    rows = ({**RECORDS.rows[0], "offence_title": "<script>alert(1)</script>"},)
    assert "<script>alert(1)</script>" in card(rows=rows, reasons=("",)).text
