"""Summary, team list, sources and search."""

from dataclasses import replace

import pytest

from layouts.search import hits
from layouts.sources import sources_page
from layouts.summary import WIDEST, summary_page
from layouts.team import team_page
from tests.support.drawn import Drawn, drawn
from tests.support.examples import overviews
from tests.support.examples.pieces import CSPS, SOURCES

SUMMARY = overviews.summary()


def cell(page: Drawn, row: int, column: int) -> Drawn:
    return page.one("table").one("tbody").all("tr")[row].all("td")[column]


def test_every_metric_by_csp_each_one_click_from_its_page() -> None:
    page = drawn(summary_page(SUMMARY))
    names = [th.text for th in page.one("table").one("tbody").all("th")]
    assert names == [*CSPS, "Hertfordshire"]
    assert cell(page, 8, 0).one("a").href == "/workload?unit=csp-watford&metric=workload_open"
    assert cell(page, 8, 0).text == "18.9, usual 11 to 16, furthest out here"


def test_outside_is_orange_with_words_worst_is_strong() -> None:
    page = drawn(summary_page(SUMMARY))
    orange = page.all("i", "out")
    assert len(orange) == 5 + 1  # five in the grid, one of what moved
    for td in page.one("table").all("td"):
        if td.all("i", "out"):
            assert "usual" in td.text
    assert cell(page, 2, 3).all("i", "strong")


@pytest.mark.parametrize("metrics", [1, 10, 11, 14, 25])
def test_many_metrics_are_shared_out_over_grids(metrics: int) -> None:
    page = drawn(summary_page(overviews.summary(metrics)))
    widths = [len(table.one("thead").all("th")) - 1 for table in page.all("table")]
    assert sum(widths) == metrics
    assert max(widths) <= WIDEST
    assert max(widths) - min(widths) <= len(widths) - 1 or len(widths) == 1


def test_what_comes_and_what_moved() -> None:
    page = drawn(summary_page(SUMMARY))
    assert "26 sit with Local Crime Unit" in page.text
    assert "+6 pointsbetter" in page.text
    assert "+3 pointsworse" in page.text


@pytest.mark.parametrize(
    ("why", "words"), [("not_loaded", "SharePoint"), ("source_down", "Command and control"), ("no_rows", "a zero")]
)
def test_an_empty_summary_says_why(why: str, words: str) -> None:
    page = drawn(summary_page(replace(SUMMARY, columns=(), empty=why, as_at=SOURCES)))
    assert words in page.text
    assert page.all("table") == []


def test_a_team_list_shows_who_since_when_and_by_whose_word() -> None:
    page = drawn(team_page(overviews.team()))
    rows = [row.text for row in page.one("tbody").all("tr")]
    assert rows[2] == "PC 2015 WhitfieldPCintervention0.611 Jan 2021Athenapart time"
    assert page.one("p", "lede").text == "4 officers · 3.6 full-time equivalent"
    assert "HR says Team D since 1 Nov" in page.text


def test_withheld_names_are_counted() -> None:
    page = drawn(team_page(overviews.department()))
    assert page.one("p", "lede").text == "52 officers · names of 52 are not shown to you"
    assert ("Team A", "/team?unit=team-a") in page.links


def test_sources_say_how_old_and_what_was_refused() -> None:
    page = drawn(sources_page(overviews.sources()))
    assert page.one("p", "lede").text == "Command and control not answering · Finance and SharePoint late"
    each = [row.text for row in page.all("tbody")[0].all("tr")]
    assert each[0] == "AthenaIn time14:05never593,62812, every 2 s"
    assert each[1].endswith("41by hand")
    said = "Command and controlNot answering · 9 tries failed · left alone until the next try · no answer in 10 s"
    assert any(row.startswith(said) for row in each)
    loads = [row.text for row in page.all("tbody")[-2].all("tr")]
    assert loads[0].startswith("AthenaInvestigations14:05192,40812ok")
    assert "HRPostingsstarts_on: is after ends_on41" in page.text


def test_sources_in_order_say_so_and_nothing_set_up_too() -> None:
    fine = replace(overviews.sources(), rows=overviews.sources().rows[:1], refused=(), org_issues=())
    text = drawn(sources_page(fine)).text
    assert "Every source is as fresh as it should be." in text
    assert "No row was refused." in text
    assert "No source is set up yet." in drawn(sources_page(replace(fine, rows=()))).text


def test_hits_are_links_with_where_they_are() -> None:
    found = drawn(hits(overviews.HITS, "wat"))
    assert found.links[0] == ("WatfordCSP, Hertfordshire", "/workload?unit=csp-watford")
    assert found.one("span", role="status").text == "3 found"


def test_no_hit_says_so_and_one_letter_searches_nothing() -> None:
    assert "matches “xyz”" in drawn(hits((), " xyz ")).text
    assert hits((), "x") is None
    assert hits((), "") is None
