"""The frame around every page, the sign-in page, and pages that say what went wrong."""

from types import SimpleNamespace

from layouts import empty, ids, shell
from layouts.sign_in import sign_in_html
from tests.support.drawn import Drawn, drawn
from tests.support.examples.pieces import SOURCES, WORKLOAD, headlines


def frame(mode: str = "demo") -> Drawn:
    return drawn(shell.shell("OFFICIAL-SENSITIVE", "Hertfordshire", "PS Priya Nair", "Team C, Watford", mode))


def test_the_places_callbacks_fill_are_there() -> None:
    found = {str(each.props["id"]) for each in frame().walk() if "id" in each.props}
    assert found >= {
        ids.URL,
        ids.MAIN,
        ids.SIDE,
        ids.FRESHNESS,
        ids.ANNOUNCE,
        ids.SEARCH,
        ids.SEARCH_HITS,
        ids.VERSION,
        ids.MOVED,
        ids.DIALOG,
    }
    assert frame().one("Location").props["refresh"] == "callback-nav"


def test_the_marking_is_on_every_page_and_on_paper() -> None:
    assert frame("production").one("aside", "marking").text == "OFFICIAL-SENSITIVE"
    page = shell.index_string("OFFICIAL-SENSITIVE")
    assert '@top-center{content:"OFFICIAL-SENSITIVE"}' in page
    assert '<html lang="en-GB">' in page


def test_a_marking_cannot_break_out_of_the_page() -> None:
    page = shell.index_string('X"}</style><script>')
    assert "<script>" not in page
    assert 'X"}' not in page


def test_dash_finds_all_its_places_in_the_page() -> None:
    page = shell.index_string("OFFICIAL")
    for place in ("metas", "title", "favicon", "css", "app_entry", "config", "scripts", "renderer"):
        assert "{%" + place + "%}" in page


def test_a_demonstration_says_that_it_is_one() -> None:
    assert "people and records are invented" in frame("demo").text
    assert "invented" not in frame("production").text


def test_the_skip_link_comes_first_and_search_is_labelled() -> None:
    page = frame()
    assert page.links[0] == ("Skip to the page", "#main")
    assert page.one("label", htmlFor=ids.SEARCH).text == "Find a team or a person"


def test_signing_out_is_a_post() -> None:
    form = frame().one("form")
    assert (form.props["action"], form.props["method"]) == ("/sign-out", "POST")


def test_the_sheet_of_keys_is_a_named_dialog() -> None:
    sheet = frame().one("dialog", id=ids.DIALOG)
    assert sheet.one("h2").props["id"] == sheet.props["aria-labelledby"]


def test_the_side_list_carries_every_familys_headline() -> None:
    side = drawn(shell.side(headlines(WORKLOAD), WORKLOAD, plans_due=2))
    names = [link.text for link in side.all("a")]
    assert names[2] == "Workload164, outside the usual range"
    assert "Victim updates91 %" in names
    assert "1:1s and plans2 due" in names
    assert side.one("a", aria_current="page").text.startswith("Workload")
    assert dict(side.links)["My team"] == "/workload"
    assert dict(side.links)["Team list"] == "/team?unit=team-c"


def test_without_headlines_there_is_still_a_way() -> None:
    assert dict(drawn(shell.side((), WORKLOAD.but(page="summary"))).links)["My team"] == "/"


def test_troubled_sources_come_first_and_say_their_state_to_the_browser() -> None:
    pills = drawn(shell.freshness(SOURCES)).all("span", "fresh")
    assert [pill.text for pill in pills][:3] == [
        "Command and control 13:20",
        "Finance 09:00",
        "SharePoint not loaded yet",
    ]
    assert [pill.props["data-state"] for pill in pills] == ["down", "late", "late", "", ""]
    assert pills[3].props["data-at"].startswith("2026-11-22T14:05:12")


def test_what_went_wrong_is_a_page_with_a_way_on() -> None:
    page = drawn(empty.not_permitted("Your role does not cover Stevenage.", "/workload?unit=team-c"))
    assert page.one("h1").text == "Not permitted"
    assert page.links == [("Go to your own page", "/workload?unit=team-c")]
    assert "team-q" in drawn(empty.not_found("No unit has the id 'team-q'.", "/")).text
    assert "reference 7f3a" in drawn(empty.failed("7f3a")).text


def test_signing_in_is_one_button_a_persona_and_everything_is_escaped() -> None:
    people = [SimpleNamespace(id='a"b', name="<b>x</b>", title="", role="chief_officer")]
    page = sign_in_html(people, "OFFICIAL", "Herts <i>{x}</i>", 't"k', "<wrong>")
    assert '<input type="hidden" name="csrf_token" value="t&#34;k">' in page
    assert 'name="persona" value="a&#34;b"' in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "Chief officer" in page
    assert "Herts &lt;i&gt;{x}&lt;/i&gt;" in page
    assert "&lt;wrong&gt;" in page
    assert "<script" not in page
