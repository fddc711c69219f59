"""Chicago by configuration alone: use-of-force forms, whose supervision stands where stop and search forms' does.

The source holds 9,338 rows, 36,734 people and 130,524 postings with all the oddities of real life.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cspdash.deployment import OPERATOR, Deployment
from cspdash.domain.view import View
from tests.real.deployments import check_sums, deployed, everywhere, load, page_of

EXPECTED = {"forms_awaiting_supervisor": 113, "forms_awaiting_officer": 594, "forms_returned": 7}
STATUS = {
    "forms_awaiting_supervisor": "SUBMITTED",
    "forms_awaiting_officer": "PRELIMINARY",
    "forms_returned": "REJECTED",
}
FAMILY = "force_forms"


@pytest.fixture(scope="module")
def chicago(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with (
        pytest.MonkeyPatch.context() as patch,
        deployed("chicago", tmp_path_factory.mktemp("chicago") / "home", real_data, patch) as deployment,
    ):
        results = load(deployment)
        assert results["use_of_force_form"].read == 9_338
        assert results["officer"].read == 36_734
        assert results["posting"].refused == 1_260  # no first day: listed in quarantine, never guessed
        yield deployment


@pytest.fixture(scope="module")
def forms(real_data: Path) -> list[dict[str, str]]:
    """The forms as a person would read the file: repetitions of a whole row, whatever its status, are one form."""
    with gzip.open(real_data / "chicago" / "force_forms.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return list({tuple(value for key, value in row.items() if key != "status"): row for row in rows}.values())


@pytest.mark.parametrize(("metric", "expected"), EXPECTED.items())
def test_forms_in_total_and_as_the_sum_over_units_and_officers(chicago: Deployment, metric: str, expected: int) -> None:
    assert page_of(chicago, FAMILY, metric, "CPD").total.value == expected
    by_kind: Counter[str] = Counter()
    for page in everywhere(chicago, FAMILY, metric, "CPD"):
        check_sums(page)
        for bar in page.bars:
            if bar.kind != "unit":
                by_kind[bar.kind] += bar.figure.records
    assert by_kind.total() == expected
    assert by_kind["officer"] > 0


@pytest.mark.parametrize("metric", EXPECTED)
def test_the_records_behind_the_force_are_those_forms(
    chicago: Deployment, forms: list[dict[str, str]], metric: str
) -> None:
    view = View(page=FAMILY, unit="CPD", metric=metric, bar="CPD")
    listed = chicago.reader.records(view, OPERATOR, page_size=1000)
    naive = Counter(form["form_id"] for form in forms if form["status"] == STATUS[metric])
    assert Counter(row["form_number"] for row in listed.rows) == naive
    assert listed.total == EXPECTED[metric]


def test_forms_of_those_not_in_post_are_visible_as_not_mapped(
    chicago: Deployment, forms: list[dict[str, str]], real_data: Path
) -> None:
    with (real_data / "chicago" / "officers.csv").open(encoding="utf-8") as file:
        serving = {row["officer_id"] for row in csv.DictReader(file) if row["on_roster_2023_11"] == "Y"}
    left = [form for form in forms if form["status"] == "PRELIMINARY" and form["officer_id"] not in serving]
    unmapped = 0
    for page in everywhere(chicago, FAMILY, "forms_awaiting_officer", "CPD"):
        unmapped += sum(bar.figure.records for bar in page.bars if bar.kind == "unmapped")
    assert unmapped >= len(left) > 0  # and those whose posting names a unit outside the tree


def test_other_words_for_levels(chicago: Deployment) -> None:
    page = page_of(chicago, FAMILY, "forms_awaiting_supervisor", "CPD")
    assert {bar.name for bar in page.bars if bar.kind == "unit"} == {
        "Patrol districts",
        "Detective areas",
        "Specialist and support units",
    }
    assert page.children_word == "bureau"
    assert page_of(chicago, FAMILY, "forms_awaiting_supervisor", "PATROL").children_word == "district"


def test_odd_postings_are_counted_and_listed(chicago: Deployment) -> None:
    found = dict(chicago.reader.sources_page(View(page="sources"), OPERATOR).org_issues)
    assert found["Postings that end before they start (left out)"] > 0
    assert found["Postings to a unit that is not in the unit tree"] > 0
    assert found["Officers one source places in two units on the same days"] > 0


def test_a_second_load_reads_nothing_that_did_not_change(chicago: Deployment) -> None:
    version = chicago.reader.data_version()
    assert {result.read for result in chicago.ingest()} == {0}
    assert chicago.reader.data_version() == version
