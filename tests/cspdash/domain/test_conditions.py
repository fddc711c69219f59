"""The condition language: what parses, what it means row by row, how it reads aloud, what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.conditions import OPERATORS, Group, holds, looks_at_hours, parse, sentence
from cspdash.domain.errors import DefinitionError
from cspdash.domain.periods import Moment
from tests.support.clocks import LONDON, datasets, day, local
from tests.support.definitions import conditions
from tests.support.rows import complete_rows

CRIME = datasets()["investigation"]
MOMENTS = st.one_of(
    st.dates(date(2019, 1, 1), date(2030, 12, 31)).map(lambda on: Moment.of_day(on, LONDON)),
    st.datetimes(datetime(2019, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001
        lambda at: Moment.live(at.replace(tzinfo=UTC), LONDON)
    ),
)
NOON = Moment.live(local("2026-07-01 12:00"), LONDON)
PAST = Moment.of_day(day("2026-07-01"), LONDON)


def is_met(raw, row, moment=NOON, dataset=CRIME):
    return holds(parse(raw, dataset, "here"), row, moment)


# --- laws, for any condition, row and moment ------------------------------------------------------


@given(raw=conditions(CRIME), row=complete_rows(CRIME), moment=MOMENTS)
def test_not_is_the_opposite_of_any_and_all_is_every_part(raw, row, moment):
    parts = [is_met([item], row, moment) for item in raw]
    assert is_met(raw, row, moment) is all(parts)
    if raw:
        assert is_met([{"all": raw}], row, moment) is all(parts)
        assert is_met([{"any": raw}], row, moment) is any(parts)
        assert is_met([{"not": raw}], row, moment) is not any(parts)


@given(raw=conditions(CRIME), moment=MOMENTS)
def test_an_empty_row_meets_only_what_says_something_is_missing(raw, moment):
    for item in raw:
        if isinstance(item, list):
            assert is_met([item], {}, moment) is (item[1] in ("is_missing", "not_yet", "is_not", "not_in"))


@given(raw=conditions(CRIME), row=complete_rows(CRIME), moment=MOMENTS)
def test_a_condition_is_its_columns_and_nothing_else(raw, row, moment):
    """Columns the condition does not name cannot move the answer."""
    named = set(_names(raw))
    assert is_met(raw, {name: value for name, value in row.items() if name in named}, moment) is is_met(
        raw, row, moment
    )


def _names(raw):
    for item in raw:
        if isinstance(item, dict):
            yield from _names(next(iter(item.values())))
        else:
            yield item[0]
            if item[1].endswith("_column"):
                yield item[2]


@given(row=complete_rows(CRIME), moment=MOMENTS, days=st.integers(0, 400))
def test_day_operators_divide_the_calendar(row, moment, days):
    value = row["stl_due_on"]
    if value is None:
        return
    before, after = ["stl_due_on", "before_today"], ["stl_due_on", "today_or_later"]
    assert is_met([before], row, moment) is not is_met([after], row, moment)
    assert is_met([["stl_due_on", "within_days", days]], row, moment) is (0 <= (value - moment.day).days <= days)
    assert is_met([["stl_due_on", "within_last_days", days]], row, moment) is (0 <= (moment.day - value).days <= days)
    assert is_met([["stl_due_on", "more_than_days_ago", days]], row, moment) is ((moment.day - value).days > days)


@given(row=complete_rows(CRIME), moment=MOMENTS)
def test_happened_and_not_yet_divide_all_rows(row, moment):
    assert is_met([["charged_at", "has_happened"]], row, moment) is not is_met([["charged_at", "not_yet"]], row, moment)


@given(raw=conditions(CRIME))
def test_every_condition_can_be_read_aloud(raw):
    words = sentence(parse(raw, CRIME, "here"))
    assert bool(words) is bool(raw)
    assert "_" not in words
    assert "None" not in words
    assert words.count("(") == words.count(")")


@given(raw=conditions(CRIME))
def test_what_looks_at_hours_says_so(raw):
    assert looks_at_hours(parse(raw, CRIME, "here")) is ("more_than_hours_ago" in str(raw))


# --- single meanings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "value", "met"),
    [
        (["recorded_at", "before_today"], local("2026-06-30 23:59"), True),
        (["recorded_at", "before_today"], local("2026-07-01 00:01"), False),  # still 30 June in UTC
        (["recorded_at", "within_last_days", 1], local("2026-06-30 00:01"), True),
        (["recorded_at", "within_last_days", 1], local("2026-06-29 23:59"), False),
        (["recorded_at", "more_than_days_ago", 1], local("2026-06-29 23:59"), True),
        (["recorded_at", "more_than_days_ago", 1], local("2026-06-30 00:00"), False),
        (["recorded_at", "more_than_hours_ago", 48], local("2026-06-29 12:00"), False),
        (["recorded_at", "more_than_hours_ago", 48], local("2026-06-29 11:59"), True),
        (["recorded_at", "more_than_hours_ago", 0], local("2026-07-01 12:00"), False),
        (["stl_due_on", "within_days", 28], day("2026-07-29"), True),
        (["stl_due_on", "within_days", 28], day("2026-07-30"), False),
        (["stl_due_on", "within_days", 0], day("2026-07-01"), True),
        (["suspect_count", "at_least", 2], 2, True),
        (["suspect_count", "above", 2], 2, False),
        (["suspect_count", "at_most", 2], 2, True),
        (["suspect_count", "below", 2], 2, False),
        (["outcome_code", "in", ["1", "17"]], "17", True),
        (["outcome_code", "not_in", ["1", "17"]], None, True),
        (["outcome_code", "is_not", "1"], None, True),
        (["is_domestic_abuse", "is_false"], None, False),
    ],
)
def test_meanings(test, value, met):
    assert is_met([test], {test[0]: value}) is met


def test_the_present_reaches_to_the_end_of_today_and_the_past_to_its_moment():
    later_today = {"charged_at": local("2026-07-01 18:00")}
    assert is_met([["charged_at", "has_happened"]], later_today)
    assert is_met([["charged_at", "has_happened"]], later_today, PAST)
    assert not is_met([["charged_at", "has_happened"]], {"charged_at": local("2026-07-02 00:00")})
    assert is_met([["charged_at", "not_yet"]], {"charged_at": local("2026-07-02 00:00")}, PAST)


@pytest.mark.parametrize("on", ["2026-03-29", "2026-10-25"])
def test_days_are_whole_on_the_nights_the_clocks_change(on):
    moment = Moment.of_day(day(on), LONDON)
    start = local(f"{on} 00:00")
    assert is_met([["recorded_at", "within_last_days", 0]], {"recorded_at": start}, moment)
    assert not is_met([["recorded_at", "within_last_days", 0]], {"recorded_at": start - timedelta(seconds=1)}, moment)
    assert moment.at + timedelta(microseconds=1) == local(f"{day(on) + timedelta(days=1)} 00:00")


def test_two_columns_compare():
    row = {"charged_at": local("2026-07-01 10:00"), "written_charge_at": local("2026-07-01 10:00")}
    assert is_met([["charged_at", "at_or_before_column", "written_charge_at"]], row)
    assert not is_met([["charged_at", "after_column", "written_charge_at"]], row)
    assert not is_met([["charged_at", "after_column", "written_charge_at"]], {**row, "written_charge_at": None})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ([["stl_due_on", "within_days", 28]], "time limit falls within 28 days from today"),
        ([["outcome_code", "in", ["1", "2", "3"]]], "outcome is one of 1, 2 or 3"),
        ([{"not": [["is_domestic_abuse", "is_true"]]}], "not (domestic abuse is yes)"),
        (
            [["suspect_count", "above", 1], {"any": [["charged_at", "not_yet"], ["plan_at", "is_set"]]}],
            "suspects is above 1 and (charged has not happened yet or plan set is given)",
        ),
        ([["charged_at", "after_column", "plan_at"]], "charged is after plan set"),
    ],
)
def test_sentences(raw, words):
    assert sentence(parse(raw, CRIME, "here")) == words


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("recorded_at", "is not a list of conditions"),
        (5, "is not a list of conditions"),
        ([["recorded_on", "is_set"]], "no column 'recorded_on'"),
        ([["recorded_at", "is_sett"]], "operator 'is_sett' is unknown"),
        ([["recorded_at", "is_set", 1]], "takes no value"),
        ([["recorded_at", "within_days"]], "takes one value"),
        ([["recorded_at"]], "is not a condition"),
        (["recorded_at is_set"], "is not a condition"),
        ([["recorded_at", "within_days", 1, 2]], "is not a condition"),
        ([{"or": [["recorded_at", "is_set"]]}], "is not a condition"),
        ([{"any": []}], "is not a condition"),
        ([{"any": [["recorded_at", "is_set"]], "all": []}], "is not a condition"),
        ([["outcome_code", "is_true"]], "is of type text"),
        ([["outcome_code", "before_today"]], "is of type text"),
        ([["stl_due_on", "has_happened"]], "is of type date"),
        ([["recorded_at", "is", "2026-01-01"]], "is of type instant"),
        ([["stl_due_on", "within_days", -1]], "is not a whole number of days"),
        ([["stl_due_on", "within_days", True]], "is not a whole number of days"),
        ([["stl_due_on", "within_days", 1.5]], "is not a whole number of days"),
        ([["stl_due_on", "within_days", 10**9]], "is not a whole number of days"),
        ([["recorded_at", "more_than_hours_ago", 10**9]], "is not a whole number of hours"),
        ([["suspect_count", "above", "two"]], "is not a number"),
        ([["outcome_code", "above", 2]], "is of type text"),
        ([["suspect_count", "is", "two"]], "is not a number"),
        ([["outcome_code", "is", 17]], "is not text"),
        ([["offence_class", "is", "summery"]], "is not one of its choices"),
        ([["offence_class", "in", "summary"]], "needs a list"),
        ([["offence_class", "in", []]], "needs a list"),
        ([["stl_due_on", "after_column", "recorded_at"]], "is not a column of the same kind"),
        ([["outcome_code", "after_column", "offence_code"]], "is not a column of the same kind"),
    ],
)
def test_refused_with_the_place_and_the_reason(raw, said):
    with pytest.raises(DefinitionError) as refused:
        parse(raw, CRIME, "stl.toml, line 7")
    assert said in str(refused.value)
    assert str(refused.value).startswith("stl.toml, line 7: ")


def test_an_empty_condition_holds_for_every_row():
    assert parse([], CRIME, "here") == Group("all", ())
    assert is_met([], {})


def test_every_operator_has_words():
    spoken = {operator: _example(operator) for operator in OPERATORS}
    assert all(sentence(parse([raw], CRIME, "here")) for raw in spoken.values())


def _example(operator):
    if operator in ("is_true", "is_false"):
        return ["is_domestic_abuse", operator]
    if operator.endswith("_column"):
        return ["charged_at", operator, "plan_at"]
    if operator in ("in", "not_in"):
        return ["outcome_code", operator, ["1"]]
    if operator in ("is", "is_not"):
        return ["outcome_code", operator, "1"]
    if operator in ("at_least", "at_most", "above", "below"):
        return ["suspect_count", operator, 1]
    if operator in ("is_set", "is_missing", "before_today", "today_or_later", "has_happened", "not_yet"):
        return ["recorded_at", operator]
    return ["recorded_at", operator, 1]
