"""The packaged metrics keep the hard rules of their fields; a deployment's files change them; mistakes are refused."""

import re
from pathlib import Path

import pytest

from cspdash.domain.catalogue import Metric, definition_sentence, load_catalogue, within
from cspdash.domain.conditions import OPERATORS, sentence
from cspdash.domain.conditions import Test as Condition
from cspdash.domain.errors import DefinitionError, UnknownFamily, UnknownMetric
from tests.support.clocks import datasets

CATALOGUE = load_catalogue(datasets())
METRICS = {metric.slug: metric for metric in CATALOGUE.metrics}

PROMISED = [
    "open_investigations",
    "over_120_days",
    "review_overdue",
    "unallocated_48h",
    "victim_contact_in_interval",
    "key_updates_in_time",
    "victim_updates_overdue",
    "victim_updates_due_7",
    "stl_due_28",
    "stl_expired_open",
    "stl_failures",
    "on_rui",
    "on_bail",
    "bail_share",
    "rui_over_90",
    "bail_ending_14",
    "bail_ended_no_decision",
    "overtime_spend",
    "overtime_hours",
    "toil_owed",
    "stops_awaiting_review",
    "stops_awaiting_officer",
    "stops_reviewed_in_time",
    "immediate_in_time",
    "prompt_in_time",
    "response_median",
    "response_unattended",
    "intel_submissions",
    "intel_accepted",
    "oocd_count",
    "oocd_share",
    "oocd_sample_pass",
    "acro_outstanding",
    "acro_overdue",
]


# --- the packaged catalogue -----------------------------------------------------------------------


def test_ten_families_in_their_order_and_the_team_structure_behind_them():
    assert [family.slug for family in CATALOGUE.families] == [
        "workload",
        "victim_updates",
        "stl",
        "rui_bail",
        "overtime",
        "stop_search",
        "response",
        "intel",
        "oocd",
        "acro",
        "team_structure",
    ]


@pytest.mark.parametrize("slug", PROMISED)
def test_promised_metrics_are_there(slug):
    assert slug in METRICS


@pytest.mark.parametrize("family", CATALOGUE.families, ids=lambda family: family.slug)
def test_each_family_has_one_headline_and_a_question(family):
    assert sum(metric.headline for metric in family.metrics) == 1
    assert family.question.endswith("?")


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=lambda metric: metric.slug)
def test_each_metric_says_what_it_counts(metric):
    words = definition_sentence(metric, datasets())
    assert words.endswith(".")
    assert words[0].isupper()
    for text in (metric.clock, metric.exclusions, metric.source, metric.owner):
        assert text
    assert len(metric.short_title) <= 26
    assert "_" not in words


def test_the_summary_fits_a_screen():
    assert 6 <= sum(metric.summary for metric in CATALOGUE.metrics) <= 10


def test_a_target_has_its_words_and_fits_its_direction():
    for metric in CATALOGUE.metrics:
        assert (metric.target is None) == (metric.target_text == "")
        assert metric.target is None or metric.better != "neutral"


def test_stop_and_search_is_never_a_target_or_a_league_table():
    """College APP: no volumetric targets, and the number of searches is no measure of productivity."""
    for metric in CATALOGUE.family("stop_search").metrics:
        assert not metric.may_rank
        assert not metric.per_fte
        is_count_of_searches = metric.kind == "flow" and metric.measure == "count"
        assert not is_count_of_searches
        if metric.target is not None:
            assert metric.slug in ("stops_review_overdue", "stops_reviewed_in_time")


def test_quality_of_searches_is_information_only():
    quality = [
        "stops_video",
        "stops_grounds_sufficient",
        "stops_object_found",
        "stops_outcome_linked",
        "stops_receipt_given",
    ]
    for metric in (METRICS[slug] for slug in quality):
        assert (metric.better, metric.target, metric.is_judged, metric.may_plan) == ("neutral", None, False, False)


def test_no_outcome_is_favoured_over_another():
    """Home Office, crime outcomes technical annex 2023: appropriateness, not targets."""
    for slug in ("oocd_count", "oocd_share", "oocd_share_all", "oocd_recorded"):
        metric = METRICS[slug]
        assert (metric.better, metric.target, metric.may_plan) == ("neutral", None, False)


def test_bail_has_no_numeric_target():
    assert METRICS["bail_share"].target is METRICS["on_bail"].target is METRICS["on_rui"].target is None


def test_an_incident_belongs_where_it_happened():
    for metric in CATALOGUE.family("response").metrics:
        assert metric.attribution == "place"
        assert not metric.may_plan


def test_the_force_is_told_that_acro_is_to_be_agreed():
    assert "to be agreed with the force" in CATALOGUE.family("acro").note_shown


def test_the_coming_weeks_look_at_four_clocks():
    words = [look.word for family in CATALOGUE.families for look in family.look_ahead]
    assert words == ["victim updates", "time limits", "bail periods", "form reviews"]


def test_a_look_ahead_becomes_a_metric_of_so_many_days():
    look = CATALOGUE.family("stl").look_ahead[0]
    soon = within(look, 14, datasets())
    assert soon.slug == f"{look.metric.slug}_14"
    assert "time limit falls within 14 days from today" in sentence(soon.where)


def test_stocks_of_the_past_do_not_ask_for_the_present_state():
    """A state column holds the present; a stock asks for times, so that a past day is judged as it was."""
    states = {"awaits", "told_status", "response_status", "waiting_since_at"}
    for metric in CATALOGUE.metrics:
        if metric.kind == "stock":
            assert not states & set(_columns(metric.where))


def _columns(group):
    for part in group.parts:
        if isinstance(part, Condition):
            yield part.column.name
        else:
            yield from _columns(part)


def test_unknown_names_are_refused_in_words():
    with pytest.raises(UnknownMetric, match="stl_due_82"):
        CATALOGUE.metric("stl_due_82")
    with pytest.raises(UnknownFamily, match="stll"):
        CATALOGUE.family("stll")


def test_the_guide_explains_every_key_and_operator():
    guide = (Path(__file__).parents[3] / "docs/developer/metrics.md").read_text(encoding="utf-8")
    explained = {name for row in re.findall(r"^\| (`.*?) \|", guide, re.M) for name in re.findall(r"`(\w+)`", row)}
    keys = set(Metric.__dataclass_fields__) - {"below", "declared", "history", "dated"} | {"denominator"}
    assert (keys | OPERATORS) - explained == set()
    assert explained - keys - OPERATORS == set()


# --- a deployment's own files ---------------------------------------------------------------------


def load(folder, text, name="local.toml", **options):
    home = folder / "catalogue"
    home.mkdir(exist_ok=True)
    (home / name).write_text(text, encoding="utf-8")
    return load_catalogue(datasets(), [home], **options)


def test_a_packaged_metric_changes_the_keys_named_and_keeps_the_rest(tmp_path):
    catalogue = load(tmp_path, '[[metric]]\nslug = "stl_due_28"\ntitle = "Out of time soon"\ntarget = 3\n', "stl.toml")
    changed, before = catalogue.metric("stl_due_28"), METRICS["stl_due_28"]
    assert (changed.title, changed.target, changed.family) == ("Out of time soon", 3, "stl")
    assert (changed.where, changed.clock, changed.headline) == (before.where, before.clock, True)


def test_words_and_targets_do_not_change_the_version_conditions_do(tmp_path):
    worded = load(tmp_path, '[[metric]]\nslug = "over_120_days"\ntitle = "Old"\ntarget = 3\n')
    changed = load(
        tmp_path, '[[metric]]\nslug = "over_120_days"\nwhere = [["recorded_at", "more_than_days_ago", 150]]\n'
    )
    assert worded.metric("over_120_days").version == METRICS["over_120_days"].version
    assert changed.metric("over_120_days").version != METRICS["over_120_days"].version


def test_a_metric_can_be_retired_and_a_family_with_it(tmp_path):
    assert "on_bail" not in {
        metric.slug for metric in load(tmp_path, '[[metric]]\nslug = "on_bail"\nstatus = "retired"\n').metrics
    }
    off = load(tmp_path, "[family]\nenabled = false\n", "intel.toml")
    assert "intel" not in {family.slug for family in off.families}


def test_a_new_family_needs_a_file_only(tmp_path):
    text = """
[family]
slug = "abstraction"
title = "Abstraction"
order = 5
question = "Who is away?"

[[metric]]
slug = "hours_away"
title = "Hours away"
dataset = "duty_hours"
kind = "flow"
measure = "sum"
column = "abstracted_hours"
at = "month_on"
"""
    family = load(tmp_path, text).families[0]
    assert (family.slug, family.headline.slug) == ("abstraction", "hours_away")


def test_families_can_be_chosen_and_ordered(tmp_path):
    assert [family.slug for family in load(tmp_path, "", only=["stl", "workload"]).families] == ["stl", "workload"]
    with pytest.raises(DefinitionError, match="stll"):
        load(tmp_path, "", only=["stll"])


def test_a_look_ahead_changes_like_a_metric_and_can_be_retired(tmp_path):
    text = '[[look_ahead]]\nslug = "{}"\n{}\n'
    changed = load(tmp_path, text.format("stl_ahead", 'word = "limits"'), "stl.toml").family("stl").look_ahead
    assert [look.word for look in changed] == ["limits"]
    assert load(tmp_path, text.format("stl_ahead", 'status = "retired"'), "stl.toml").family("stl").look_ahead == ()


GOOD = {
    "slug": '"mine"',
    "title": '"Mine"',
    "dataset": '"investigation"',
    "kind": '"stock"',
}


def definition(**keys):
    """A good definition with some keys changed; None takes a key away. Line 1 is [[metric]], then a line per key."""
    lines = {**GOOD, **{key.rstrip("_"): value for key, value in keys.items()}}
    return "[[metric]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value is not None)


def test_the_good_definition_is_good(tmp_path):
    assert load(tmp_path, definition()).metric("mine").title == "Mine"


BAD = [
    (definition(slug='"Mine"'), 2, "slug 'Mine' cannot be used"),
    (definition(slug="5"), 2, "cannot be used"),
    (definition(title=None), 1, "has no title"),
    (definition(title="5"), 3, "has no title"),
    (definition(dataset=None), 1, "has no dataset"),
    (definition(dataset='"investigations"'), 4, "there is no dataset 'investigations'"),
    (definition(dataset='"unit"'), 4, "there is no dataset 'unit'"),
    (definition(kind='"stok"'), 5, "Use one of stock, flow"),
    (definition(colour='"red"'), 6, "unknown key 'colour'"),
    (definition(better='"more"'), 6, "Use one of lower, higher, neutral"),
    (definition(clock="5"), 6, "clock is not text"),
    (definition(per_fte='"yes"'), 6, "per_fte is neither true nor false"),
    (definition(target='"10"'), 6, "target is not a number"),
    (definition(target="true"), 6, "target is not a number"),
    (definition(min_volume='"5"'), 6, "min_volume is not a whole number"),
    (definition(closes='"closed_on"'), 6, "has no column 'closed_on'"),
    (definition(closes='"outcome_code"'), 6, "outcome_code is of type text"),
    (definition(at='"recorded_at"'), 6, "a stock has no at"),
    (definition(kind='"flow"'), 5, "does not say when a row happened"),
    (definition(measure='"sum"'), 6, "sum needs a column"),
    (definition(measure='"median"', column='"outcome_code"'), 7, "outcome_code is not a number"),
    (definition(measure='"share"'), 6, "a share needs numerator_where"),
    (definition(numerator_where='[["recorded_at", "is_set"]]'), 6, "numerator_where belongs to a share"),
    (definition(measure='"ratio"', column='"suspect_count"'), 1, "denominator belongs to"),
    (definition(measure='"ratio"', column='"suspect_count"', denominator='"budget"'), 8, "denominator is not a table"),
    (
        definition(
            measure='"ratio"', column='"suspect_count"', denominator='{dataset = "budget", column = "x", at = "y"}'
        ),
        8,
        "denominator names a dataset or column that is not declared",
    ),
    (definition(order='"-age"'), 6, "has no column '-age'"),
    (definition(where='[["age", "above", 3]]'), 6, "has no column 'age'"),
    (definition(where='"all"'), 6, "is not a list of conditions"),
    (
        definition(measure='"share"', numerator_where='[["recorded_at", "is_true"]]'),
        7,
        "recorded_at is of type instant",
    ),
    (definition() + definition(), 7, "is defined twice"),
    ('[[look_ahead]]\nslug = "soon"\n', 1, "look_ahead lacks dataset, due, title, word"),
    ('[family]\nslug = "My family"\n', 2, "family slug 'My family' cannot be used"),
    ('[family]\norder = "first"\n', 1, "whole number as order"),
]


@pytest.mark.parametrize(("text", "line", "said"), BAD, ids=[said for _, _, said in BAD])
def test_a_bad_definition_is_refused_with_file_line_and_remedy(tmp_path, text, line, said):
    with pytest.raises(DefinitionError) as refused:
        load(tmp_path, text)
    assert said in str(refused.value)
    assert refused.value.where == f"catalogue/local.toml, line {line}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml", "Mend the TOML"),
        ("[metrics]\n", "unknown tables ['metrics']"),
        ('metric = "x"\n', "Begin each with [[metric]]"),
    ],
)
def test_a_file_that_is_none_is_refused_by_name(tmp_path, text, said):
    with pytest.raises(DefinitionError) as refused:
        load(tmp_path, text)
    assert said in str(refused.value)
    assert refused.value.where == "catalogue/local.toml"


def test_every_mistake_comes_with_a_remedy_except_where_the_message_is_one(tmp_path):
    without = []
    for text, _, said in BAD:
        with pytest.raises(DefinitionError) as refused:
            load(tmp_path, text)
        if not refused.value.remedy:
            without.append(said)
    assert without == []


def test_line_numbers_are_those_of_the_second_definition(tmp_path):
    text = "# mine\n\n" + definition() + "\n" + definition(slug='"second"', per_fte='"yes"')
    with pytest.raises(DefinitionError) as refused:
        load(tmp_path, text)
    number = int(re.search(r"line (\d+)", refused.value.where)[1])
    assert text.splitlines()[number - 1] == 'per_fte = "yes"'


def test_a_force_says_when_acro_is_agreed(tmp_path):
    (tmp_path / "acro.toml").write_text('[family]\nslug = "acro"\nagreed = "Chief Superintendent Hale, 3 Dec 2026"\n')
    family = load_catalogue(datasets(), [tmp_path]).family("acro")
    assert family.note_shown.startswith("Definition agreed: Chief Superintendent Hale, 3 Dec 2026.")
    assert "to be agreed" not in family.note_shown
