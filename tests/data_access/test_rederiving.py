"""One value of clocks.toml changes: exactly the rows it bears on are derived anew, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cspdash.domain.clocks import Clocks
from cspdash.domain.datasets import load_datasets
from cspdash.domain.derivation import derive
from tests.support.clocks import clocks
from tests.support.works import Works

DATASETS = load_datasets()
RULED = {name: dataset for name, dataset in DATASETS.items() if dataset.rule}
LATER = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

# A value each, one clocks file at a time. The last bears on no record that is there.
CHANGES = (
    "[workload]\nreview_interval_days = 21\n",
    "[workload]\nreview_interval_days = [{from = 2015-01-01, value = 28}, {from = 2024-03-01, value = 14}]\n",
    "[victim_updates]\ndefault_interval_days = 14\n",
    "[victim_updates]\nkey_event_working_days = 4\n",
    "[victim_updates]\nenhanced_working_days = 2\n",
    "[victim_updates]\nattempt_counts = true\n",
    "[bail]\nrui_review_days = 30\n",
    "[bail]\nrui_inspector_review_days = 60\n",
    "[bail.months.standard]\ninitial = 4\n",
    "[stop_search]\nreview_days = 10\n",
    "[response.target_seconds]\nimmediate = 900\n",
    "[response]\nclock_start = \"created\"\n",
    "[acro.due_days]\nbiometrics = 21\n",
    "[acro.due_hours]\nrecord_not_created = 48\n",
    "[stl_rule.STL_S127]\nmonths = 7\n",
    "[stl_rule.STL_TWOC]\nlong_stop_months = 24\n",
    "[oocd]\ninclude_22 = false\n",
    "[overtime.rates]\nrest_day = 2\n",
    "[acro.labels]\nunheard_of = \"Never seen\"\n",
)  # fmt: skip


def _at(on: str, hour: int = 10) -> str:
    return f"{on}T{hour:02d}:00:00"


DAYS = ("2023-11-30", "2024-02-28", "2024-02-29", "2024-03-31", "2024-10-27", "2024-12-24")


def records() -> dict[str, list[dict[str, Any]]]:
    """A small force by hand: each kind of record that a clock is about, from days that calendars make awkward."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in RULED}
    offences = (
        ("Common assault", True),
        ("Drunk and disorderly", False),
        ("Unauthorised taking of a motor vehicle", False),
    )
    for n, on in enumerate(DAYS):
        title, is_domestic = offences[n % 3]
        rows["investigation"].append(
            {
                "ref": f"C{n}",
                "recorded_at": _at(on),
                "offence_title": title,
                "offence_from_on": on,
                "offence_class": "summary",
                "is_domestic_abuse": is_domestic,
                "evidence_known_on": on if n == 2 else None,
                "last_review_at": _at(on, 12) if n % 2 else None,
                "next_review_on": on if n == 3 else None,
            }
        )
        rows["suspect_offence"].append({"ref": f"A{n}", "investigation_ref": f"C{n}", "suspect_ref": f"S{n}"})
        rows["victim"].append(
            {
                "ref": f"V{n}",
                "investigation_ref": f"C{n}",
                "is_enhanced": n % 2 == 0,
                "agreed_interval_days": 10 if n == 1 else None,
            }
        )
        rows["victim_event"] += [
            {"ref": f"E{n}", "victim_ref": f"V{n}", "kind": "arrest", "happened_at": _at(on, 9)},
            {
                "ref": f"K{n}",
                "victim_ref": f"V{n}",
                "kind": "attempt" if n % 3 else "contact",
                "happened_at": _at(on, 15),
            },
        ]
        rows["suspect_release"].append(
            {
                "ref": f"R{n}",
                "investigation_ref": f"C{n}",
                "suspect_ref": f"S{n}",
                "status": "bail" if n % 2 else "rui",
                "arrested_at": _at(on, 8),
                "released_at": _at(on, 20),
            }
        )
        rows["stop_search_form"].append(
            {"ref": f"F{n}", "searched_at": _at(on), "submitted_at": _at(on, 11) if n else None}
        )
        rows["incident"].append(
            {
                "ref": f"I{n}",
                "grade": "immediate" if n % 2 else "prompt",
                "created_at": _at(on, 9),
                "graded_at": _at(on, 10),
                "attended_at": f"{on}T10:{10 + n}:00",
            }
        )
        rows["acro_item"].append(
            {"ref": f"N{n}", "item_type": ("biometrics", "record_not_created")[n % 2], "opened_at": _at(on)}
        )
        rows["disposal"].append(
            {"ref": f"D{n}", "investigation_ref": f"C{n}", "outcome_code": ("22", "8", "1")[n % 3], "given_at": _at(on)}
        )
        rows["intel_report"].append({"ref": f"T{n}", "status": "accepted", "submitted_at": _at(on)})
        rows["overtime_claim"].append(
            {
                "ref": f"O{n}",
                "officer_id": f"P{n}",
                "overtime_type": ("rest_day", "planned")[n % 2],
                "worked_at": _at(on, 8),
                "ended_at": _at(on, 14),
                "rank": "PC",
                "settlement": "pay",
            }
        )
        rows["overtime_budget"].append({"ref": f"B{n}", "cost_centre": "1", "month_on": on, "amount_pence": 1000 * n})
    return rows  # fmt: skip


Tables = dict[str, dict[str, dict[str, Any]]]


def tables(works: Works) -> Tables:
    return {name: works.rows(name) for name in RULED}


def naive(found: Tables, by: Clocks) -> Tables:
    """The derived columns of every row, from the source columns of all of them: no batch, no SQL."""
    source = {
        name: {
            ref: {column.name: row[column.name] for column in DATASETS[name].kept_columns} for ref, row in each.items()
        }
        for name, each in found.items()
    }

    def related(row: dict[str, Any], name: str) -> dict[str, list[dict[str, Any]]]:
        return {
            one.name: [
                other
                for _, other in sorted(source.get(one.dataset, {}).items())
                if row[one.here] is not None and other[one.there] == row[one.here]
            ]
            for one in RULED[name].related
        }

    return {
        name: {ref: dict(derive(RULED[name], row, related(row, name), by)) for ref, row in each.items()}
        for name, each in source.items()
    }


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def works(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """All of it loaded by the packaged clocks."""
    home = tmp_path_factory.mktemp("rederiving")
    place = nullcontext("") if request.param == "sqlite" else request.getfixturevalue("postgres_server").database()
    with place as url:
        loaded = _loaded(home, url)
        yield loaded
        loaded.engine.dispose()


def _loaded(home: Path, url: str) -> Works:
    works = Works.open(home, url, datasets=DATASETS, derive=derive, clocks=clocks())
    mappings = []
    for name, rows in records().items():
        columns = sorted({column for row in rows for column in row})
        places = ", ".join("?" * len(columns))
        works.sql(
            "force",
            f"create table {name} ({', '.join(columns)})",
            f"insert into {name} values ({places})",  # noqa: S608  names of our own declaration
            rows=[tuple(row.get(column) for column in columns) for row in rows],
        )
        lines = "\n".join(f'{column} = "{column}"' for column in columns)
        mappings.append(f'[[dataset]]\ndataset = "{name}"\ntable = "{name}"\n[dataset.columns]\n{lines}\n')
    works.source("force", "\n".join(mappings))
    results = works.ingest()
    assert all(result.ok and not result.refused for result in results), results
    return works


def test_what_is_loaded_is_as_derived_one_by_one(works: Works) -> None:
    works.clocks = clocks()
    works.ingest()
    found = tables(works)
    assert all(found.values())
    for name, rows in naive(found, works.clocks).items():
        for ref, values in rows.items():
            assert {column: found[name][ref][column] for column in values} == values, (name, ref)


@pytest.mark.parametrize("change", CHANGES, ids=lambda text: text.strip().replace("\n", " ").partition(" =")[0])
def test_one_changed_value_derives_exactly_the_rows_it_bears_on(works: Works, change: str) -> None:
    """And back again. A row that comes out the same keeps its every column, a dataset without such rows its version."""
    if works.engine.dialect.name == "postgresql" and CHANGES.index(change) % 3:
        return  # every third there: what is computed does not depend on the database, only what is written
    if works.clocks is not clocks():
        works.clocks = clocks()
        works.ingest()
    bears_on = False
    for new in (clocks(change), clocks()):
        before, versions = tables(works), {name: works.version(name) for name in DATASETS}
        was, becomes = naive(before, works.clocks), naive(before, new)
        expected = {
            name: {ref for ref, values in rows.items() if values != was[name][ref]} for name, rows in becomes.items()
        }
        works.clocks, works.now = new, LATER
        results = {result.dataset: result for result in works.ingest() if result.source == "clocks"}
        after = tables(works)
        for name in RULED:
            moved = {ref for ref, row in after[name].items() if row != before[name][ref]}
            assert moved == expected[name], name
            assert {ref: {**before[name][ref], **becomes[name][ref]} for ref in after[name]} == after[name]
            assert results[name].changed == len(expected[name]), name
            bears_on = bears_on or bool(moved)
        assert {name: works.version(name) - version for name, version in versions.items()} == {
            name: int(bool(expected.get(name))) for name in DATASETS
        }
        assert {row["rules_version"] for row in works.table("data_version") if row["dataset"] in RULED} == {new.version}
    assert not [result for result in works.ingest() if result.source == "clocks"]
    assert bears_on is ("unheard_of" not in change)


def test_the_rules_with_no_value_of_the_clocks_never_come_out_different(works: Works) -> None:
    """A report of intelligence and a line of money: whatever changes, they are as they were."""
    found = tables(works)
    for change in CHANGES:
        new = naive(found, clocks(change))
        for name in ("intel_report", "overtime_budget"):
            assert new[name] == naive(found, clocks())[name]
