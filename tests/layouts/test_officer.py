"""An officer's page: the months, the records, every line, the plans."""

from dataclasses import replace

from layouts import ids
from layouts.components import palette
from layouts.components.months_chart import months_figure
from layouts.officer import officer_page
from tests.support.drawn import Drawn, drawn
from tests.support.examples import officers

PAGE = officers.officer()


def page_of(page: object = PAGE) -> Drawn:
    return drawn(officer_page(page))  # type: ignore[arg-type]


def test_the_figure_in_view_is_the_loudest() -> None:
    loud = page_of().one("p", "loud")
    assert loud.one("b", "out").text == "28"
    assert loud.text == "28Open investigations · usual 9 to 19"


def test_months_stand_beside_the_middle_of_the_team() -> None:
    own, middle = months_figure(PAGE.months)["data"]
    assert own["y"] == [month.figure.value for month in PAGE.months]
    assert middle["y"] == [month.middle for month in PAGE.months]
    orange = [colour == palette.CONCERN for colour in own["marker"]["color"]]
    assert orange == [month.is_outside for month in PAGE.months]


def test_months_still_arriving_are_lighter_and_say_so_also_in_the_twin() -> None:
    late = (*PAGE.months[:-2], *(replace(month, is_arriving=True) for month in PAGE.months[-2:]))
    own, _ = months_figure(late)["data"]
    assert [colour.startswith("rgba") for colour in own["marker"]["color"]] == [False] * 10 + [True] * 2
    assert own["marker"]["line"]["width"] == [0] * 10 + [1.5] * 2
    page = page_of(replace(PAGE, months=late))
    words = [row.text.endswith("still arriving") for row in page.one("table", "twin").one("tbody").all("tr")]
    assert words == [False] * 10 + [True] * 2
    assert "lighter: still arriving" in page.text
    assert "still arriving" not in page_of().text


def test_a_month_without_figures_is_drawn_empty() -> None:
    month = replace(PAGE.months[0], middle=None, middle_text="–")
    assert months_figure((month,))["data"][1]["y"] == [0.0]
    assert months_figure(())["data"][0]["y"] == []


def test_the_months_have_a_twin_with_the_same_figures_and_words() -> None:
    table = page_of().one("table", "twin")
    assert [row.text for row in table.one("tbody").all("tr")][-1] == "Nov2815.5outside the usual range"
    assert len(table.one("tbody").all("tr")) == 12
    assert page_of(replace(PAGE, view=PAGE.view.but(table=True))).all("Graph", id=ids.MONTHS) == []


def test_every_scorecard_has_its_lines_in_its_fold() -> None:
    folds = page_of().all("details", "fold")
    assert [fold.one("summary").all("span")[0].text for fold in folds][:3] == [
        "Workload",
        "Victim updates",
        "Statutory time limits",
    ]
    assert len(folds) == 10
    rows = [row for fold in folds for row in fold.all("tr")]
    assert len(rows) == len(PAGE.lines)
    assert rows[0].one("a", aria_current="true").text == "Open investigations"
    assert rows[3].text == "Contact as agreed79 %19 of 24"
    assert rows[4].text.endswith("too few to judge")


def test_a_fold_is_open_where_somebody_should_look() -> None:
    folds = page_of().all("details", "fold")
    assert [bool(fold.props.get("open")) for fold in folds] == [True, *[False] * 9]
    assert folds[1].one("summary").text == "Victim updatesContact as agreed 79 %"
    outside = replace(PAGE.lines[5], judgement="high")
    lines = (*PAGE.lines[:5], outside, *PAGE.lines[6:])
    folds = page_of(replace(PAGE, lines=lines)).all("details", "fold")
    assert [bool(fold.props.get("open")) for fold in folds][:3] == [True, False, True]


def test_orange_follows_what_is_better() -> None:
    line = replace(PAGE.lines[0], better="higher")
    assert page_of(replace(PAGE, lines=(line,), current=line)).one("table", "lines").all("td", "out") == []
    assert len(page_of().all("table", "lines")[0].all("td", "out")) == 2


def test_records_are_those_of_the_figure_and_are_counted() -> None:
    page = page_of()
    assert page.one("section", id="records").one("h2").text == "28 investigations behind this figure"
    assert "28 of 28 records" in page.text


def test_a_plan_can_be_opened_by_whoever_may() -> None:
    assert ("New plan", "/plans/new?officer=E12207&metric=workload_open&period=28d") in page_of().links
    assert "New plan" not in page_of(officers.probationer()).text


def test_warnings_come_before_figures() -> None:
    page = page_of(officers.probationer())
    assert page.one("p", "warning").text.startswith("Bear in mind: On probation")
    assert page.text.index("On probation") < page.text.index("Open investigations")


def test_plans_are_listed_with_start_and_now() -> None:
    text = page_of().text
    assert "from 28, now 26 · review 20 Dec 2026" in text
    assert "Review overdue" in text
    assert "No plans yet." in page_of(officers.probationer()).text


def test_colleagues_are_one_step_away() -> None:
    menu = page_of().one("div", "head").all("details")[0]
    assert [text for text, _ in menu.links] == ["PC 2207 Adeyemi", "PC 1840 Brennan", "PC 2733 Shah"]
