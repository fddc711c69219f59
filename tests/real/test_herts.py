"""Hertfordshire on published data by configuration alone, month by month as the files would have arrived."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cspdash.deployment import OPERATOR, Deployment
from cspdash.domain.view import View
from tests.real.deployments import check_sums, deployed, load, page_of

FORCE = "E23000027"
MONTHS = [f"2021-{month:02}" for month in range(1, 13)] + ["2022-01"]
NAMES = {"East Hertfordshire": "East Herts", "North Hertfordshire": "North Herts"}


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def csp_names(data: Path) -> set[str]:
    with (data / "herts" / "lad_csp_pfa_dec2016.csv").open(encoding="utf-8-sig") as file:
        return {row["CSP16NM"] for row in csv.DictReader(file) if row["PFA16CD"] == FORCE}


class Naive:
    """Plain counts over the files of the months so far."""

    def __init__(self, data: Path) -> None:
        self.data, self.districts = data / "herts", csp_names(data)
        self.place: dict[str, str] = {}
        self.status: dict[str, str] = {}
        self.outcomes: dict[str, tuple[str, str]] = {}

    def month(self, month: str) -> None:
        for row in rows(self.data / f"{month}-hertfordshire-street.csv.gz"):
            if row["Crime ID"]:
                district = row["LSOA name"][:-5]
                self.place[row["Crime ID"]] = NAMES.get(district, district) if district in self.districts else ""
                self.status[row["Crime ID"]] = row["Last outcome category"]
        for row in rows(self.data / f"{month}-hertfordshire-outcomes.csv.gz"):
            held = self.outcomes.get(row["Crime ID"])
            if held is None or row["Month"] >= held[0]:
                self.outcomes[row["Crime ID"]] = (row["Month"], row["Outcome type"])

    def open_by_place(self) -> Counter[str]:
        """A crime is open while no outcomes file names it, unless the force sent no status for it at all."""
        open_ones = (
            crime
            for crime, status in self.status.items()
            if crime not in self.outcomes and status != "Status update unavailable"
        )
        return Counter(self.place[crime] for crime in open_ones)


@pytest.fixture(scope="module")
def arrived(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, Naive]]:
    """All months loaded one after another; after each, open crimes of the force equal the count over the files so far."""
    arriving = tmp_path_factory.mktemp("arriving") / "herts"
    arriving.mkdir()
    (arriving / "lad_csp_pfa_dec2016.csv").symlink_to(real_data / "herts" / "lad_csp_pfa_dec2016.csv")
    naive = Naive(real_data)
    with (
        pytest.MonkeyPatch.context() as patch,
        deployed("herts", tmp_path_factory.mktemp("herts") / "home", arriving.parent, patch) as deployment,
    ):
        for month in MONTHS:
            for kind in ("street", "outcomes"):
                name = f"{month}-hertfordshire-{kind}.csv.gz"
                (arriving / name).symlink_to(real_data / "herts" / name)
            load(deployment)
            naive.month(month)
            total = page_of(deployment, "workload", "open_investigations", FORCE).total.value
            assert total == naive.open_by_place().total(), f"after {month}"
        yield deployment, naive


def test_open_crimes_per_csp_and_in_all(arrived: tuple[Deployment, Naive]) -> None:
    deployment, naive = arrived
    page = page_of(deployment, "workload", "open_investigations", FORCE)
    check_sums(page)
    expected = naive.open_by_place()
    found = {bar.name if bar.kind == "unit" else "": int(bar.figure.value or 0) for bar in page.bars}
    assert found == dict(expected)
    assert page.total.value == expected.total() == 10_025


def test_everything_is_not_mapped_to_an_officer_and_visible_as_such(arrived: tuple[Deployment, Naive]) -> None:
    deployment, _ = arrived
    for csp in page_of(deployment, "workload", "open_investigations", FORCE).bars:
        if csp.kind == "unit":
            page = page_of(deployment, "workload", "open_investigations", csp.key)
            assert [bar.kind for bar in page.bars] == ["unmapped"]
            assert page.total.value == csp.figure.value
            records = deployment.reader.records(
                View(page="workload", unit=csp.key, metric="open_investigations", bar="unmapped"), OPERATOR
            )
            assert records.total == csp.figure.value


def test_crimes_without_a_status_are_neither_open_nor_lost(arrived: tuple[Deployment, Naive]) -> None:
    deployment, naive = arrived
    unknown = sum(
        status == "Status update unavailable" for crime, status in naive.status.items() if crime not in naive.outcomes
    )
    assert page_of(deployment, "workload", "status_not_published", FORCE).total.value == unknown == 4_191


def test_loading_all_at_once_in_one_go_gives_the_same(
    arrived: tuple[Deployment, Naive], real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_month, _ = arrived
    with deployed("herts", tmp_path / "home", real_data, monkeypatch) as at_once:
        results = load(at_once)
        assert (results["street"].read, results["street"].skipped) == (108_465, 27_858)
        assert results["outcomes"].read == 85_099
        for metric in ("open_investigations", "over_120_days", "status_not_published"):
            pages = [page_of(each, "workload", metric, FORCE) for each in (by_month, at_once)]
            assert [bar.figure for bar in pages[0].bars] == [bar.figure for bar in pages[1].bars]
