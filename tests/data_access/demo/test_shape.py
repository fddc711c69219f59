"""Rows fit together: what one table names, another has; nothing lies in the future; proportions are those of a force."""

# ruff: noqa: S608  queries are put together from names of this file

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.demo.build import COMPLETE
from tests.data_access.demo.conftest import Ask, facts

NOW = "2026-11-22 14:05:12"
CHILDREN = (
    ("victim", "crime_no", "crime"),
    ("contact_log", "vic_id", "victim"),
    ("key_event", "vic_id", "victim"),
    ("custody_release", "crime_no", "crime"),
    ("outcome", "crime_no", "crime"),
)


@pytest.mark.parametrize(("child", "column", "parent"), CHILDREN)
def test_every_row_has_its_parent_but_the_odd_ones(ask: Ask, child: str, column: str, parent: str) -> None:
    orphans = ask("athena", f"SELECT {column} FROM {child} WHERE {column} NOT IN (SELECT {column} FROM {parent})")
    assert all("9999" in key for key in orphans)
    assert len(orphans) <= 1


def test_everybody_named_is_known_to_hr_but_the_odd_ones(ask: Ask) -> None:
    known = set(ask("hr", "SELECT substr(emp_no, 2) FROM person"))
    named = set(ask("athena", "SELECT DISTINCT trim(oic_emp_no) FROM crime WHERE oic_emp_no IS NOT NULL"))
    assert named - known == {"99002"}
    paid = {emp.lstrip("0") for emp in ask("finance", "SELECT DISTINCT payroll_no FROM ot_claim")}
    assert paid <= known


@pytest.mark.parametrize(
    ("database", "table", "columns"),
    [
        (
            "athena",
            "crime",
            "rec_dt alloc_dt plan_dt last_rev_dt final_dt cancel_dt charge_dt wcharge_dt first_stmt_dt evid_dt off_from",
        ),
        ("athena", "victim", "enh_dt needs_dt contract_dt opt_out_dt"),
        ("athena", "contact_log", "entry_dt"),
        ("athena", "key_event", "entry_dt"),
        ("athena", "custody_release", "arrest_dt rel_dt conv_dt ext_dt last_rev_dt end_dt"),
        ("athena", "outcome", "given_dt sampled_on"),
        ("finance", "ot_claim", "duty_start duty_end claimed paid_on toil_taken"),
        ("command_control", "incident", "created_utc graded_utc despatch_utc scene_utc closed_utc"),
    ],
)
def test_nothing_that_happened_lies_in_the_future(ask: Ask, database: str, table: str, columns: str) -> None:
    for column in columns.split():
        late = ask(database, f"SELECT {column} FROM {table} WHERE {column} > ?", NOW)
        assert late in ([], ["2062-03-04 10:00:00"]), column


def test_every_change_is_marked_up_to_now(ask: Ask) -> None:
    for database, table, watermark in (
        ("athena", "crime", "changed"),
        ("finance", "ot_claim", "changed"),
        ("command_control", "incident", "changed_utc"),
        ("hr", "position", "changed"),
    ):
        assert ask(database, f"SELECT COUNT(*) FROM {table} WHERE {watermark} IS NULL OR {watermark} > ?", NOW) == [0]


def test_an_open_crime_has_no_end_and_a_finished_one_has(ask: Ask) -> None:
    ended = "final_dt IS NOT NULL OR cancel_dt IS NOT NULL"
    assert ask("athena", f"SELECT COUNT(*) FROM crime WHERE (stat = 'O') = ({ended})") == [0]


def test_contacts_come_after_the_crime_was_recorded(ask: Ask) -> None:
    early = "SELECT COUNT(*) FROM contact_log JOIN crime USING (crime_no) WHERE entry_dt < rec_dt"
    assert ask("athena", early) == [0]


def test_proportions_are_those_of_a_force(ask: Ask) -> None:
    (crimes,) = ask("athena", "SELECT COUNT(*) FROM crime")
    ((opened, old),) = ask(
        "athena", "SELECT COUNT(*), SUM(rec_dt < date(?, '-120 days')) FROM crime WHERE stat = 'O'", NOW[:10]
    )
    assert 0.15 < opened / crimes < 0.45  # half a year only: much of it is still open
    assert 0.1 < old / opened < 0.4
    by_code = dict(ask("athena", "SELECT outcome_cd, COUNT(*) FROM outcome GROUP BY 1"))
    charged = sum(by_code.get(code, 0) for code in ("OC01", "OC1A"))
    out_of_court = sum(by_code.get(code, 0) for code in ("OC02", "OC2A", "OC03", "OC3A", "OC08", "OC22"))
    assert 0.28 < out_of_court / (charged + out_of_court) < 0.5


def test_hr_and_athena_disagree_about_some(small: Path) -> None:
    odd = facts(small)["odd_postings"]
    assert all(
        odd[kind] > 0
        for kind in ("HR behind Athena", "forgotten by Athena", "HR twice", "inverted", "leavers HR never closed")
    )


def test_there_is_a_row_for_every_odd_thing(small: Path, ask: Ask) -> None:
    said = facts(small)["odd_rows"]
    assert len(said) > 100
    keys = {
        "crime": "crime_no",
        "victim": "vic_id",
        "custody_release": "rel_id",
        "incident": "inc_no",
        "ot_claim": "claim_id",
    }
    for row in said:
        if row["table"] in keys and row["table"] != "victim":
            database = {"incident": "command_control", "ot_claim": "finance"}.get(row["table"], "athena")
            assert ask(database, f"SELECT 1 FROM {row['table']} WHERE {keys[row['table']]} = ?", row["key"]) == [1]
    assert (small / COMPLETE).is_file()


def test_collar_numbers_are_shared_and_employee_numbers_are_not(ask: Ask) -> None:
    assert ask("hr", "SELECT COUNT(*) - COUNT(DISTINCT emp_no) FROM person") == [0]
    shared = ask(
        "hr", "SELECT collar_no FROM person WHERE collar_no IS NOT NULL GROUP BY collar_no HAVING COUNT(*) > 1"
    )
    assert shared
