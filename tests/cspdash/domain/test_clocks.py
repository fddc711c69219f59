"""Clocks files: what applies on a day, what a deployment changes, what is refused, working days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.clocks import Dated, load_clocks, offence_code
from cspdash.domain.errors import DefinitionError
from tests.support.clocks import LONDON, clocks, day

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_a_value_holds_from_its_day_on_and_the_first_before_all():
    interval = clocks(
        "[victim_updates]\ndefault_interval_days = [{from = 2026-10-01, value = 21}, {from = 2015-04-01, value = 28}]\n"
    ).victim_updates.default_interval_days
    assert [interval.on(day(text)) for text in ("2001-01-01", "2026-09-30", "2026-10-01", "2030-01-01")] == [
        28,
        28,
        21,
        21,
    ]


def test_a_plain_value_holds_always():
    assert Dated(7).on(date.min) == Dated(7).on(date.max) == 7


def test_a_deployment_changes_one_key_and_keeps_the_rest():
    changed = clocks("[response.target_seconds]\nimmediate = 900\n")
    assert changed.response.target_seconds["immediate"].on(day("2026-01-01")) == 900
    assert changed.response.target_seconds["prompt"].on(day("2026-01-01")) == 3600
    assert changed.response.clock_start == clocks().response.clock_start


def test_a_deployment_may_time_another_grade():
    changed = clocks("[response.target_seconds]\nscheduled = 172800\n")
    assert changed.response.target_seconds["scheduled"].on(day("2026-01-01")) == 172800


def test_the_version_follows_what_is_counted():
    same, other = clocks("# only a comment\n"), clocks("[stop_search]\nreview_days = 5\n")
    holiday = clocks("", (day("2026-06-15"),))
    assert same.version == clocks().version
    assert len({clocks().version, other.version, holiday.version}) == 3


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[victim_updates]\n\ndefault_interval_dais = 28\n", 3, "default_interval_dais"),
        ('[victim_updates]\ndefault_interval_days = "28"\n', 2, "whole number"),
        ("[victim_updates]\ndefault_interval_days = -1\n", 2, "whole number"),
        ("[victim_updates]\nattempt_counts = 1\n", 2, "true or false"),
        ("[victim_updates]\ndefault_interval_days = [{since = 2026-01-01, value = 3}]\n", 2, "is not a change"),
        ("[victim_updates]\ndefault_interval_days = []\n", 2, "cannot be used"),
        ('[response]\nclock_start = "called"\n', 2, "answered, created, graded, dispatched"),
        ("[overtime]\nforce_day_start = 7\n", 2, "07:00:00"),
        ('[overtime.rates]\ncasual = "a third"\n', 2, "fraction"),
        ("[bail]\nin_force_from = true\n", 2, "A day"),
        ("[bail]\nmonths = 3\n", 2, "is not a table"),
        ("[unknown]\nx = 1\n", 1, "unknown table"),
        ("[working_days]\nadditional_holidays = [1]\n", 2, "is not a day"),
        ('[[stl_offence]]\nrule = "STL_X"\n', 1, "Rules: NONE, STL_S127"),
        ('[[stl_offence]]\nrule = "NONE"\ncode = "8/*"\n', 3, "has no key"),
        ('[[stl_offence]]\nrule = "NONE"\ncodes = "8/*"\n', 1, "list of texts"),
        ('[[stl_offence]]\nrule = "NONE"\nclasses = ["minor"]\n', 1, "Classes: summary"),
        ('[[stl_offence]]\nrule = "NONE"\ndomestic_abuse = "yes"\n', 1, "neither true nor false"),
        ('[stl_rule.STL_NEW]\nstarts = "offence"\n', 1, "lacks months"),
        ("not toml", None, "Mend the TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_file_line_and_remedy(tmp_path, text, line, said):
    home = tmp_path / "home"
    home.mkdir()
    (home / "clocks.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        load_clocks(LONDON, [home])
    assert said in str(refused.value)
    assert refused.value.where == (f"home/clocks.toml, line {line}" if line else "home/clocks.toml")
    assert refused.value.remedy


def test_a_folder_without_clocks_changes_nothing(tmp_path):
    assert load_clocks(LONDON, [tmp_path]) == clocks()


# --- working days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2026-04-03", "2026-04-06", "2026-12-28", "2022-06-03", "2022-09-19", "2023-05-08", "2026-03-07", "2026-03-08"],
)
def test_days_nobody_works(text):
    """Easter, substitute days, the Platinum Jubilee, the Queen's funeral, the Coronation, a weekend."""
    assert not clocks().is_working_day(day(text))


def test_a_force_adds_days_of_its_own():
    changes = "[working_days]\nadditional_holidays = [2026-03-05]\n"
    assert clocks().add_working_days(day("2026-03-04"), 1) == day("2026-03-05")
    assert clocks(changes).add_working_days(day("2026-03-04"), 1) == day("2026-03-06")
    assert clocks("", (day("2026-03-05"),)).add_working_days(day("2026-03-04"), 1) == day("2026-03-06")


@given(DAYS, st.integers(1, 30))
def test_so_many_working_days_after_counts_them(start, count):
    end = clocks().add_working_days(start, count)
    between = [date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(clocks().is_working_day(each) for each in between) == count
    assert clocks().is_working_day(end)


@given(DAYS)
def test_no_working_days_after_is_the_day_itself(start):
    assert clocks().add_working_days(start, 0) == start


# --- offences -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("105/01", "105/1"),
        ("10501", "105/1"),
        (" 105/1 ", "105/1"),
        ("046/00", "46/0"),
        ("46/*", "46/*"),
        ("CJ88116", "cj88116"),
    ],
)
def test_offence_codes_have_one_spelling(written, meant):
    assert offence_code(written) == meant


def test_a_star_covers_a_class_and_no_other():
    assert clocks().offence_line("46/10", "Theft", "summary", None).rule == "NONE"
    assert clocks().offence_line("461/10", "Theft", "summary", None).rule == "STL_S127"


def test_no_line_fits_without_class_code_or_title():
    assert clocks().offence_line(None, None, None, None) is None
