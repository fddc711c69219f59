"""A family page: everything in its place, from the data it is given and nothing else."""

from dataclasses import replace

import pytest

from cspdash.domain.ports import UnitPage
from layouts.families.registry import EXTRAS, extras
from layouts.unit_page import title_of, unit_page, with_records
from layouts.urls import href
from tests.support.drawn import Drawn, drawn
from tests.support.examples import unit_pages
from tests.support.examples.pieces import FAMILIES

PAGE = unit_pages.team()


def page_of(page: UnitPage = PAGE) -> Drawn:
    return drawn(unit_page(page))


def test_the_heading_says_family_and_unit_and_the_line_below_the_message() -> None:
    page = page_of()
    assert page.one("h1").text == "Workload: Team C"
    lede = page.one("p", "lede")
    assert lede.one("b").text == "164 open investigations"
    assert lede.text == PAGE.lede
    assert page.props["data-title"] == title_of(PAGE) == "Workload: Team C, Open investigations"


def test_the_way_up_starts_at_the_force_and_ends_at_the_parent() -> None:
    crumbs = page_of().one("nav", id="crumbs")
    steps = [li for li in crumbs.one("ol").held if isinstance(li, Drawn)]
    assert [step.all("a")[0].text for step in steps] == ["Hertfordshire", "Watford", "Intervention"]
    neighbours = steps[1].one("details").links
    assert ("Stevenage", "/workload?unit=csp-stevenage&metric=workload_open") in neighbours
    assert steps[1].one("a", aria_current="true").text == "Watford"


def test_the_heading_opens_the_units_beside_this_one() -> None:
    menu = page_of().one("div", "head").all("details")[0]
    assert [text for text, _ in menu.links] == ["Team A", "Team B", "Team C", "Team D", "Team E"]


def test_metrics_carry_their_figures_and_the_one_in_view_says_so() -> None:
    tabs = page_of().one("nav", aria_label="Metric")
    assert tabs.one("a", aria_current="true").text == "Open164, outside the usual range"
    assert [link.one("b").text for link in tabs.all("a")] == ["164", "31", "9", "2"]


def test_the_foot_of_the_chart_counts_its_records_and_names_its_source() -> None:
    assert "Athena as at 14:05 · 164 of 164 records · definition 3f2a9c01d4" in page_of().text


def test_a_flow_may_choose_its_period_and_posting_a_stock_may_not() -> None:
    names = [
        menu.one("summary").props.get("aria-label", "") for menu in page_of(unit_pages.force()).all("details", "menu")
    ]
    assert "Period: Last 28 days" in names
    assert "Postings: Team as it was" in names
    assert not any(
        str(menu.one("summary").props.get("aria-label")).startswith("Period")
        for menu in page_of().all("details", "menu")
    )


def test_a_metric_that_may_not_be_ranked_cannot_be_sorted_by_value() -> None:
    assert "Highest first" in page_of().text
    assert "Highest first" not in page_of(unit_pages.stop_search()).text


def test_a_past_day_is_a_chip_that_leads_back_to_now() -> None:
    chip = page_of(unit_pages.force()).one("a", "chip")
    assert chip.text == "As at 31 Oct 2026✕"
    assert "as_at" not in chip.href


def test_the_past_day_form_keeps_the_rest_of_the_view() -> None:
    page = replace(PAGE, view=PAGE.view.but(sort="name", per="fte"))
    form = page_of(page).one("form", "day")
    kept = {each.props["name"]: each.props.get("defaultValue") for each in form.all("input")}
    assert form.props["action"] == "/workload"
    assert kept == {"unit": "team-c", "metric": "workload_open", "sort": "name", "per": "fte", "as_at": None}


def test_switches_lead_to_the_other_state() -> None:
    links = dict(page_of().one("div", "tool-group").links)
    assert links["Per full-time officer"].endswith("per=fte")
    assert links["Show as table"].endswith("table=1")
    on = dict(page_of(replace(PAGE, view=PAGE.view.but(per="fte", table=True))).one("div", "tool-group").links)
    assert "per=" not in on["✓ Per full-time officer"]
    assert "table=" not in on["✓ Show as table"]


def test_what_to_look_at_links_the_people_it_speaks_of() -> None:
    sentences = page_of().one("ul", "says").all("li")
    assert len(sentences) == 4
    assert sentences[0].links == [("PC 2207 Adeyemi", "/officer/E12207?metric=workload_open")]
    assert sentences[0].text.startswith("!Look at this: PC 2207 Adeyemi holds 28;")
    assert sentences[2].text.startswith("✓Good news: ")


def test_next_days_show_each_clocks_share() -> None:
    text = page_of().text
    assert "Next 28 days" in text
    assert "time limits 7 · bail 4 · updates 8" in text
    assert "Next 28 days" not in page_of(unit_pages.force()).text


def test_the_definition_is_there_in_words() -> None:
    card = page_of().one("details", id="definition")
    assert PAGE.definition.sentence in card.text
    assert {dt.text for dt in card.all("dt")} >= {
        "Counted",
        "Clock",
        "Left out",
        "Target",
        "Usual range",
        "Source",
        "Version",
    }


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("no_rows", "This is a zero, not a gap."),
        ("not_loaded", "SharePoint has never been loaded"),
        ("source_down", "Command and control cannot be read now."),
        ("too_few", "more about chance"),
    ],
)
def test_nothing_to_draw_says_why(why: str, words: str) -> None:
    page = page_of(unit_pages.empty(why))
    assert words in page.text
    assert page.all("Graph") == []


def test_scope_is_said() -> None:
    assert "You see officers and records of Team C; totals elsewhere." in page_of(unit_pages.force()).text


def test_records_stand_beneath_the_chart_and_can_be_closed() -> None:
    view = PAGE.view.but(bar="unmapped", rows=2, order="-age")
    page = drawn(with_records(replace(PAGE, view=view), unit_pages.records_of(PAGE)))
    records = page.one("section", id="records")
    assert "— Not mapped to an officer, Team C" in records.one("h2").text
    close = next(link for link in records.all("a") if link.text == "Close")
    assert close.href == href(PAGE.view)
    assert page.all("Graph")


def test_another_order_is_the_same_page_another_unit_is_not() -> None:
    """The browser moves the focus only when the identity changes."""
    same = (PAGE.view.but(sort="value"), PAGE.view.but(table=True), PAGE.view.but(metric="x"), PAGE.view.but(rows=2))
    assert {page_of(replace(PAGE, view=view)).props["data-identity"] for view in same} == {
        page_of().props["data-identity"]
    }
    other = page_of(replace(PAGE, view=PAGE.view.but(unit="team-d"))).props["data-identity"]
    assert other != page_of().props["data-identity"]


def test_every_family_has_a_module_and_a_word_of_advice() -> None:
    assert set(EXTRAS) == {slug for slug, *_ in FAMILIES}
    for family in EXTRAS:
        assert drawn(extras(replace(PAGE, family=family))).text


def test_the_catalogues_note_comes_before_ours_and_an_own_family_needs_no_module() -> None:
    page = replace(PAGE, extra={"note": "family", "metric_note": "metric"})
    assert drawn(extras(page)).text == "metric"
    assert extras(replace(PAGE, family="drones")) is None


def test_a_breakdown_is_small_bars() -> None:
    panel = drawn(extras(unit_pages.stop_search()))
    assert panel.one("h2").text == "By state"
    assert [li.one("b").text for li in panel.all("li")] == ["9", "4", "1"]
    assert panel.links == [("Returned to officer", href(unit_pages.stop_search().view))]


def test_most_of_a_page_is_no_component() -> None:
    """Dash draws each component by itself and slowly (docs/adr): a page is a handful of them."""
    made = unit_page(unit_pages.many())
    assert sum(1 for _ in made._traverse()) < 40
