"""One record's page: a clock a row with its state in a word and its reason in sentences, all of it links and tables."""

from __future__ import annotations

from dataclasses import replace

from cspdash.domain.ports import RecordLine
from cspdash.domain.view import View
from layouts.record import record_page
from layouts.urls import href, parse
from tests.support.drawn import Drawn, drawn
from tests.support.examples.record_pages import record

PAGE = record()


def page(**changes: object) -> Drawn:
    return drawn(record_page(replace(PAGE, **changes)))  # type: ignore[arg-type]


def test_every_clock_is_a_row_with_its_reason_in_words() -> None:
    rows = page().all("table")[0].one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == [clock.clock for clock in PAGE.clocks]
    for row, clock in zip(rows, PAGE.clocks, strict=True):
        assert clock.state in row.text
        assert clock.sentence in row.text
        assert clock.judged in row.text


def test_the_moment_is_named_and_the_way_back_is_there() -> None:
    assert f"as at {PAGE.moment_text}" in page().text
    assert PAGE.back is not None
    assert ("‹ Back to the records", href(PAGE.back)) in page().links
    assert "Back to the records" not in page(back=None).text


def test_what_belongs_to_it_is_linked_where_it_may_be_opened() -> None:
    closed = RecordLine("41/2/26", None)
    assert "41/2/26" in page(investigation=closed).text
    assert not any(name == "41/2/26" for name, _ in page(investigation=closed).links)
    lines = PAGE.beside[0][1]
    assert (lines[0].name, href(lines[0].view or View())) in page().links


def test_a_kind_of_record_without_a_rule_says_so() -> None:
    assert "No clock runs on this kind of record." in page(clocks=()).text


def test_its_address_leads_back_to_it() -> None:
    for view in (
        PAGE.view,
        PAGE.view.but(record="a/b c?&#%", dataset="victim", officer="E 1", metric="m", bar="officer:E1"),
    ):
        path, _, query = href(view).partition("?")
        assert parse(path, query) == view
