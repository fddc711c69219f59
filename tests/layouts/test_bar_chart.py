"""A chart and its table twin: one order, one set of links, nothing sent anywhere."""

from dataclasses import replace

from layouts import ids
from layouts.components.bar_chart import CONFIG, bar_chart
from layouts.urls import href
from tests.support.drawn import drawn
from tests.support.examples import unit_pages

PAGE = unit_pages.team()


def test_the_twin_names_every_bar_in_the_charts_order_with_the_charts_links() -> None:
    chart = drawn(bar_chart(PAGE))
    names = [th.all("a")[0] for th in chart.all("th", scope="row")]
    assert [name.text for name in names] == [bar.name for bar in PAGE.bars]
    traces = chart.one("Graph").props["figure"]["data"]
    places = {place: link for trace in traces for place, link in zip(trace["y"], trace["customdata"], strict=True)}
    assert [name.href for name in names] == [places[place] for place in range(len(PAGE.bars))]


def test_the_twin_says_what_the_chart_says() -> None:
    table = drawn(bar_chart(PAGE)).one("table")
    first = table.all("tr")[1]
    assert first.text == "PC 2207 Adeyemi28usual 9 to 19RecordsPlan"
    assert "Open investigations by officer, Team C" in table.one("caption").text
    assert [th.text for th in table.one("thead").all("th")] == [
        "Officer",
        "Open investigations",
        "Usual range",
        "Go to",
    ]


def test_percentages_show_what_they_are_made_of() -> None:
    page = unit_pages.force()
    table = drawn(bar_chart(page)).one("table")
    assert "Counted" in table.one("thead").text
    assert "412 of 577" in table.text
    labels = [text for trace in drawn(bar_chart(page)).one("Graph").props["figure"]["data"] for text in trace["text"]]
    assert any("412 of 577" in text for text in labels)


def test_a_row_leads_to_its_records_and_a_plan() -> None:
    row = drawn(bar_chart(PAGE)).all("tr")[1]
    ways = {link.props["aria-label"]: link.href for link in row.one("td", "ways").all("a")}
    bar = PAGE.bars[0]
    assert bar.records_view is not None
    assert ways == {
        "Records: PC 2207 Adeyemi": href(bar.records_view),
        "Plan: PC 2207 Adeyemi": "/plans/new?officer=E12207&metric=workload_open&period=28d",
    }


def test_a_bar_that_leads_nowhere_is_plain_text() -> None:
    page = unit_pages.zeros()
    withheld = drawn(bar_chart(page)).all("tr")[-1]
    assert withheld.one("th").text == "6 other officers"
    assert withheld.all("a") == []


def test_show_as_table_is_the_table_alone() -> None:
    chart = drawn(bar_chart(replace(PAGE, view=PAGE.view.but(table=True))))
    assert chart.all("Graph") == []
    assert len(chart.all("th", scope="row")) == len(PAGE.bars)


def test_nothing_is_offered_to_anybodys_cloud_and_nothing_takes_the_focus() -> None:
    chart = drawn(bar_chart(PAGE))
    config = chart.one("Graph", id=ids.BARS).props["config"]
    assert config is CONFIG
    assert config["showSendToCloud"] is config["displayModeBar"] is config["displaylogo"] is False
    assert config["plotlyServerURL"] == ""
    assert chart.one("div", "plot").props["aria-hidden"] == "true"


def test_the_chart_is_as_high_as_its_rows() -> None:
    chart = drawn(bar_chart(PAGE))
    assert chart.props["style"] == {"--pitch": "27px", "--top": "0px"}
    assert chart.one("div", "plot").props["style"]["height"] == f"{27 * len(PAGE.bars)}px"
    many = drawn(bar_chart(unit_pages.many(400)))
    assert many.one("div", "plot").props["style"]["height"] == f"{22 * 400}px"
    assert len(many.all("th", scope="row")) == 400


def test_the_chosen_bar_says_so() -> None:
    table = drawn(bar_chart(replace(PAGE, view=PAGE.view.but(bar="officer:E12733")))).one("table")
    assert table.one("a", aria_current="true").text == "PC 2733 Shah"
