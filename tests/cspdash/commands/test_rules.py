"""`cspdash rules explain`: the same clocks as an ingest's, every column with its reason, bad input told by line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspdash.cli import run
from cspdash.domain.datasets import load_datasets
from cspdash.domain.derivation import derive
from tests.cspdash.commands.conftest import Asked, CommandLine
from tests.support.clocks import clocks
from tests.support.rows import rows
from tools.pages import rules as guide

DATASETS = load_datasets()
RULED = sorted(name for name, dataset in DATASETS.items() if dataset.rule)
JACKSON = {
    "offence_code": "105/01",
    "offence_title": "Common assault",
    "offence_class": "summary",
    "is_domestic_abuse": True,
    "offence_from_on": "2023-09-20",
    "first_statement_on": "2023-09-27",
    "recorded_at": "2023-09-21T09:15",
    "written_charge_at": "2024-03-27T23:30",
}

INCIDENT = {"grade": "prompt", "created_at": "2024-02-01", "graded_at": "2024-02-01", "closed_at": "2024-02-02"}


def ask(capsys: pytest.CaptureFixture[str], sent: str | bytes, *arguments: str) -> Asked:
    """`cspdash rules explain ...` without a deployment, this on its standard input."""
    raw = sent if isinstance(sent, bytes) else sent.encode(errors="surrogateescape")
    capsys.readouterr()
    with patch("sys.stdin", io.TextIOWrapper(io.BytesIO(raw))):
        code = run(["rules", "explain", *arguments])
    said = capsys.readouterr()
    return Asked(code, said.out, said.err)


def explained(capsys: pytest.CaptureFixture[str], dataset: str, *records: Any, at: str = "2024-03-20") -> list[Any]:
    """The records' answers; none may be refused."""
    lines = "\n".join(json.dumps(record) for record in records)
    answer = ask(capsys, lines, dataset, "--at", at, "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    return [json.loads(line) for line in answer.out.splitlines()]


def test_the_case_of_jackson_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = explained(capsys, "investigation", JACKSON, at="2024-03-28")
    assert (found["stl_due_on"], found["stl_met_on"], found["clocks"][0]["state"]) == (
        "2024-03-27",
        "2024-03-27",
        "met",
    )
    assert found["clocks"][0]["sentence"] == (
        "Common assault, domestic abuse. Statement 27 Sep 2023. Six months end at midnight on 27 Mar 2024. "
        "Written charge issued 27 Mar 2024: in time."
    )


@pytest.mark.parametrize(
    ("at", "state", "words"),
    [
        ("2024-03-20", "running", "41 days left"),
        ("2024-04-30", "running", "The last day"),
        ("2024-04-30T22:59:59", "running", "The last day"),
        ("2024-05-01", "expired", "Expired 1 day ago"),
        ("2024-05-01T00:00:00", "expired", "Expired 1 day ago"),
        ("2024-04-30T23:30:00+00:00", "expired", "Expired 1 day ago"),  # past midnight in London
    ],
)
def test_the_moment_decides_the_state_alone(
    capsys: pytest.CaptureFixture[str], at: str, state: str, words: str
) -> None:
    crime = {"offence_class": "summary", "offence_from_on": "2023-10-31", "recorded_at": "2023-11-01T08:00"}
    (found,) = explained(capsys, "investigation", crime, at=at)
    clock = found["clocks"][0]
    assert (found["stl_due_on"], clock["state"]) == ("2024-04-30", state)
    assert clock["judged"].startswith(words)


def test_what_comes_after_the_moment_has_not_met_it(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = explained(capsys, "investigation", JACKSON, at="2024-03-20")
    assert found["clocks"][0]["state"] == "running"
    assert "On 20 Mar 2024 that had not happened: 7 days left" in found["clocks"][0]["judged"]


@pytest.mark.parametrize(
    ("dataset", "record", "missing"),
    [
        ("investigation", {"recorded_at": "2024-01-01T10:00"}, "class of the offence"),
        ("investigation", {"recorded_at": "2024-01-01T10:00", "offence_class": "summary"}, "day of the offence"),
        ("victim", {"investigation_ref": "C1"}, "investigation"),
        ("suspect_release", {"suspect_ref": "S", "status": "bail", "released_at": "2024-02-01"}, "arrest time"),
        ("acro_item", {"item_type": "request_open", "opened_at": "2024-02-01T10:00"}, "due day"),
        ("overtime_claim", {"overtime_type": "casual", "worked_at": "2024-02-01T10:00"}, "end of the overtime"),
        ("stop_search_form", {"searched_at": "2024-02-01T10:00"}, "submission"),
        ("incident", INCIDENT, "arrival time"),
    ],
)  # fmt: skip
def test_a_missing_basis_is_named(
    capsys: pytest.CaptureFixture[str], dataset: str, record: dict[str, Any], missing: str
) -> None:
    (found,) = explained(capsys, dataset, record)
    assert any(missing in each for each in found["missing"])
    assert missing in found["reason"]
    assert "unknown" in [clock["state"] for clock in found["clocks"]] or dataset == "stop_search_form"


@pytest.mark.parametrize("dataset", RULED)
def test_every_derived_column_has_its_reason(dataset: str) -> None:
    names = {column.name for column in DATASETS[dataset].derived_columns}
    for found in guide.objects(dataset):
        assert names <= set(found)
        assert {name for clock in found["clocks"] for name in clock["columns"]} == names  # type: ignore[attr-defined]
        assert all(clock["sentence"] or clock["judged"] for clock in found["clocks"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("dataset", RULED)
def test_the_table_fits_a_terminal(capsys: pytest.CaptureFixture[str], dataset: str) -> None:
    answer = ask(capsys, (guide.EXAMPLES / f"{dataset}.jsonl").read_text(), dataset, "--at", "2024-03-20")
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= 120
    for line in (guide.EXAMPLES / f"{dataset}.jsonl").read_text().splitlines():
        assert json.loads(line)["ref"] in answer.out


def test_related_rows_are_read_as_an_ingest_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    event = {"kind": "contact", "happened_at": "2024-03-01T16:30"}
    victim = {"investigation_ref": "C1", "investigations": {"recorded_at": "2024-01-01T10:00"}, "events": [event]}
    (found,) = explained(capsys, "victim", victim)
    assert (found["last_contact_at"], found["update_due_on"]) == ("2024-03-01T16:30:00+00:00", "2024-03-29")


BAD = (
    ("nonsense", "", "is not JSON"),
    ("[1, 2]", "", "is not an object"),
    ('{"recorded_at": NaN}', "", "NaN is not a value"),
    ('{"recorded_at": "2024-01-01", "recorded_at": "2024-01-02"}', "", "recorded_at"),
    ('{"recorded_at": "2024-01-01", "offnce_code": "1"}', "offnce_code", "did you mean offence_code?"),
    ('{"recorded_at": "2024-01-01", "stl_due_on": "2024-01-01"}', "stl_due_on", "leave it out"),
    ('{"offence_code": "1"}', "recorded_at", "is required and not given"),
    ('{"recorded_at": null}', "recorded_at", "is required and empty"),
    ('{"recorded_at": "2024-02-30T10:00"}', "recorded_at", "is not a date and time"),
    ('{"recorded_at": "2024-01-01", "suspect_count": "two"}', "suspect_count", "is not a number"),
    ('{"recorded_at": "2024-01-01", "offence_title": ["a"]}', "offence_title", "give one value"),
    ('{"recorded_at": "2024-01-01", "offence_title": "\\ud800"}', "offence_title", "encoding"),
    ('{"recorded_at": "2024-01-01", "disposals": "none"}', "disposals", "a list of objects"),
    ('{"recorded_at": "2024-01-01", "disposals": [{"outcome_code": "8"}]}', "disposals, column given_at", "is required"),
    ('{"recorded_at": "2024-01-01", "offence_class": "summary", "offence_from_on": "9999-12-31"}', "", "date that cannot"),
    ("[" * 100_000, "", "nested too deeply"),
    ('{"recorded_at": ' + "1" * 5000 + "}", "", "too long"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "column", "what"), BAD)
def test_a_bad_line_is_told_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str], line: str, column: str, what: str
) -> None:
    good = json.dumps(JACKSON)
    answer = ask(capsys, f"{good}\n\n{line}\n{good}\n", "investigation", "--format", "json")
    assert answer.code == 1
    assert [json.loads(each)["line"] for each in answer.out.splitlines()] == [1, 4]
    assert "standard input, line 3" in answer.err
    assert f"column {column}: " in answer.err or not column
    assert what in answer.err
    assert "Traceback" not in answer.err


def test_bytes_that_are_no_text_spoil_their_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    good = json.dumps(JACKSON).encode()
    bad = b'{"recorded_at": "2024-01-01", "offence_title": "caf\xe9"}'
    answer = ask(capsys, b"\xef\xbb\xbf" + good + b"\n" + bad + b"\n" + good, "investigation", "--format", "json")
    assert (answer.code, len(answer.out.splitlines())) == (1, 2)
    assert "line 2, column offence_title" in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("investigatoin",), "Did you mean 'investigation'?"),
        (("investigation", "/nowhere/at/all.jsonl"), "cannot be read"),
        (("investigation", "--at", "yesterday"), "--at 'yesterday' is not a day"),
        (("investigation", "--at", "9999-12-31"), "between 1901 and 2199"),
        (("investigation", "--format", "csv"), "csv"),
    ],
)
def test_a_wrong_question_is_code_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str) -> None:
    answer = ask(capsys, "", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err


def test_a_deployments_own_clocks_and_datasets_count(
    cspdash: CommandLine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cspdash.home / "clocks.toml").write_text("[workload]\nreview_interval_days = 10\n")
    (cspdash.home / "datasets").mkdir(exist_ok=True)
    (cspdash.home / "datasets" / "drone.toml").write_text(
        '[dataset]\nname = "drone"\n[[column]]\nname = "flown_on"\ntype = "date"\n'
    )
    (cspdash.home / "database.sqlite").unlink(missing_ok=True)
    record = tmp_path / "one.jsonl"
    record.write_text(json.dumps(JACKSON))
    answer = cspdash("rules", "explain", "investigation", str(record), "--format", "json")
    assert json.loads(answer.out)["review_due_on"] == "2023-10-01"
    record.write_text('{"flown_on": "2024-01-01"}')
    assert "has no rule" in cspdash("rules", "explain", "drone", str(record)).out
    assert explained(capsys, "investigation", JACKSON)[0]["review_due_on"] == "2023-10-19"


def as_sent(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


@settings(max_examples=40)
@given(st.data())
def test_any_record_comes_out_as_an_ingest_would_store_it(data: st.DataObject) -> None:
    """The command's columns are those of the rule for the same row, for every dataset."""
    dataset = DATASETS[data.draw(st.sampled_from(RULED))]
    row = data.draw(rows(dataset).filter(lambda row: not any("2027" <= str(value) < "9" for value in row.values())))
    out = io.StringIO()
    with patch("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(as_sent(row)).encode()))), patch("sys.stdout", out):
        code = run(["rules", "explain", dataset.name, "--format", "json", "--at", "2026-01-31"])
    if code:
        return  # empty text where it is required, refused in words: see above
    found = json.loads(out.getvalue())
    whole = {column.name: None for column in dataset.source_columns} | {
        name: (value or None) if isinstance(value, str) else value for name, value in row.items()
    }
    whole["ref"] = found["ref"]
    own = {relation.name: [whole] for relation in dataset.related if relation.dataset == dataset.name}
    expected = derive(dataset, whole, own, clocks())
    assert {name: found[name] for name in expected} == json.loads(json.dumps(as_sent(expected)))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@settings(max_examples=150)
@given(st.data())
def test_whatever_comes_in_there_is_never_a_traceback(data: st.DataObject) -> None:
    dataset = DATASETS[data.draw(st.sampled_from(sorted(DATASETS)))]
    names = [*(column.name for column in dataset.all_columns), *(relation.name for relation in dataset.related)]
    texts = st.sampled_from(["", "0001-01-01", "9999-12-31", "1900-01-01T00:00+14:00", "2024-02-29", "bail", "8", "-1"])
    near = st.dictionaries(st.sampled_from(names), ANYTHING | texts, max_size=6).map(json.dumps)
    typed = rows(dataset).map(as_sent).map(json.dumps)
    lines = st.lists(typed | near | st.text(), min_size=1, max_size=3)
    raw = data.draw(lines.map(lambda each: "\n".join(each).encode(errors="replace")) | st.binary())
    out, err = io.StringIO(), io.StringIO()
    with (
        patch("sys.stdin", io.TextIOWrapper(io.BytesIO(raw))),
        patch("sys.stdout", out),
        patch("sys.stderr", err),
    ):
        code = run(["rules", "explain", dataset.name, "--format", data.draw(st.sampled_from(["table", "json"]))])
    assert code in (0, 1)
    assert (code == 1) == ("line " in err.getvalue())
