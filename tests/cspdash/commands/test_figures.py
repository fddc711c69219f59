"""What the command line prints is what the page draws, scope included."""

from __future__ import annotations

import csv
import io

import pytest

from cspdash.deployment import open_deployment
from cspdash.domain.view import View
from cspdash.settings import Settings
from tests.cspdash.commands.conftest import CommandLine

OPEN = ("figures", "--metric", "open_investigations")
WHY = ("--reason", "supervision")  # the operator leads no team


def test_figures_are_those_of_the_page(cspdash: CommandLine) -> None:
    answer = cspdash(*OPEN, "--unit", "team-c", "--as", "sgt", "--format", "json").json
    with open_deployment(Settings.load(cspdash.home)) as deployment:
        view = View(page="workload", unit="team-c", metric="open_investigations")
        page = deployment.reader.unit_page(view, deployment.viewer("sgt"))
    drawn = [(bar.key, bar.name, bar.figure.value, bar.figure.text, bar.figure.records) for bar in page.bars]
    printed = [(row["unit"], row["name"], row["value"], row["text"], row["records"]) for row in answer["bars"]]
    assert printed[:-1] == drawn
    assert printed[-1] == ("team-c", "Total Team C", 3, "3", 3)
    assert (answer["data_version"], answer["definition"]) == (page.data_version, page.definition.version)
    assert answer["marking"] == "OFFICIAL-SENSITIVE"
    assert answer["sources"][0]["source"] == "drops"


def test_without_a_name_the_operator_sees_all(cspdash: CommandLine) -> None:
    answer = cspdash(*OPEN, "--format", "json").json
    assert (answer["unit"], answer["bars"][-1]["records"]) == ("herts", 6)
    assert [row["unit"] for row in answer["bars"][:-1]] == ["watford", "unmapped"]


def test_scope_holds_on_the_command_line(cspdash: CommandLine) -> None:
    answer = cspdash(*OPEN, "--unit", "team-a", "--as", "sgt", "--format", "json")
    assert "Shah" not in answer.out
    refused = cspdash("records", "--metric", "open_investigations", "--unit", "team-a", "--as", "sgt")
    assert (refused.code, refused.out) == (2, "")
    assert "totals only" in refused.err
    assert cspdash(*OPEN, "--unit", "watford", "--as", "pc").code == 2


def test_csv_is_safe_to_open(cspdash: CommandLine) -> None:
    rows = list(csv.DictReader(io.StringIO(cspdash(*OPEN, "--unit", "watford", "--format", "csv").out)))
    assert [row["name"] for row in rows] == ["'=Team A", "Team C", "Total Watford"]
    assert [row["records"] for row in rows] == ["2", "3", "5"]


def test_a_table_is_for_eyes(cspdash: CommandLine) -> None:
    answer = cspdash(*OPEN, "--unit", "team-c", *WHY)
    assert "PC 2207 Adeyemi" in answer.out
    assert "marking: OFFICIAL-SENSITIVE" in answer.out
    assert "as at: Drops" in answer.out


@pytest.mark.parametrize("bar", ["", "officer:E2"])
def test_records_are_as_many_as_the_bar_says(cspdash: CommandLine, bar: str) -> None:
    answer = cspdash(
        "records", "--metric", "open_investigations", "--unit", "team-c", "--bar", bar, "--format", "json", *WHY
    ).json
    assert (answer["total"], len(answer["records"])) == (3, 3)
    assert {row["ref"] for row in answer["records"]} == {"CE2-0", "CE2-1", "CE2-2"}


def test_records_of_an_officer_and_a_few_of_many(cspdash: CommandLine) -> None:
    answer = cspdash(
        "records", "--metric", "open_investigations", "--officer", "E2", "--limit", "2", "--format", "json", *WHY
    ).json
    assert (answer["total"], len(answer["records"]), answer["shown"]) == (3, 2, "2 of 3")


def test_a_look_ahead_has_figures_too(cspdash: CommandLine) -> None:
    listed = cspdash("metrics", "list", "--format", "json").json["metrics"]
    assert {"open_investigations"} <= {row["metric"] for row in listed}
    with open_deployment(Settings.load(cspdash.home)) as deployment:
        look = next(look for family in deployment.catalogue.families for look in family.look_ahead)
    answer = cspdash("figures", "--metric", f"{look.metric.slug}_14", "--unit", "herts", "--format", "json")
    assert answer.code == 0, answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("figures", "--metric", "nothing"), "There is no metric 'nothing'"),
        ((*OPEN, "--unit", "atlantis"), "There is no unit 'atlantis'"),
        ((*OPEN, "--period", "lately"), "The period 'lately'"),
        ((*OPEN, "--as-at", "yesterday"), "is not a day such as"),
        ((*OPEN, "--as-at", "2999-01-01"), "future"),
        ((*OPEN, "--team", "later"), "--team is then or now"),
        ((*OPEN, "--as", "nobody"), "Personas here: sgt, pc"),
        ((*OPEN, "--unit", "team-c"), "Say why with --reason: supervision, cover, audit, conduct, data_quality, other"),
        ((*OPEN, "--reason", "curious"), "--reason is one of: supervision"),
        (("records", "--metric", "open_investigations", "--unit", "herts", "--order", "x", *WHY), "cannot be sorted"),
        (("figures",), "--metric"),
        (("figurines",), "figurines"),
        ((*OPEN, "--format", "pdf"), "pdf"),
    ],
)
def test_a_wrong_question_is_answered_in_words(cspdash: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    answer = cspdash(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_names_outside_ones_own_team_need_a_reason_which_is_kept(cspdash: CommandLine) -> None:
    for asked in ((*OPEN, "--unit", "team-c"), ("records", *OPEN[1:], "--officer", "E2")):
        refused = cspdash(*asked)
        assert (refused.code, refused.out) == (2, "")
        assert "Adeyemi" not in refused.err
        assert cspdash(*asked, "--reason", "data_quality").code == 0
    assert cspdash(*OPEN, "--unit", "team-c", "--as", "sgt").code == 0  # the sergeant's own
    kept = cspdash("audit", "search", "--operation", "consultation", "--format", "json").json["entries"]
    assert [(each["subject"], each["as_user"], each["look_reason"]) for each in kept] == [
        ("unit", "sgt", ""), ("records", "", "data_quality"), ("unit", "", "data_quality"),
    ]  # fmt: skip


def test_where_the_force_does_not_ask_no_reason_is_needed(cspdash: CommandLine) -> None:
    with (cspdash.home / "cspdash.toml").open("a", encoding="utf-8") as file:
        file.write('\nlook_reason = "off"\n')
    assert cspdash(*OPEN, "--unit", "team-c").code == 0
