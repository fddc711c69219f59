"""The force's official out-of-court figures, from the Home Office's row for it, by the packaged metric definitions.

The Home Office publishes counts a year and outcome. They are counted out into one row a crime, as a crime system holds
them, and mapped by configuration; grouping, basis and share are then the product's own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cspdash.deployment import OPERATOR, Deployment
from cspdash.domain.ports import Figure
from cspdash.domain.view import View
from tests.real.deployments import deployed, load

FORCE = "E23000027"
TYPES = ("t1", "t2", "t3", "t6", "t7", "t8", "t22")
LONG_AGO = "1999-07-01"  # for the basis a row is not there for
# The table of outcomes and shares that the force's figures are compared with: financial year, charges, disposals, share.
OFFICIAL = (
    ("2020/21", 6_221, 3_341, 34.9),
    ("2021/22", 5_420, 2_807, 34.1),
    ("2022/23", 6_010, 2_842, 32.1),
    ("2023/24", 6_587, 2_840, 30.1),
)
RECORDED = "2022/23"  # of this year, the recorded basis as well


def official_rows(data: Path) -> dict[str, dict[str, str]]:
    with (data / "herts" / "hertfordshire_outcomes_home_office_2014_2026.csv").open(encoding="utf-8-sig") as file:
        return {row["fy"]: row for row in csv.DictReader(file)}


def count_out(rows: dict[str, dict[str, str]], folder: Path) -> int:
    """One line a crime with its outcome, closed or recorded in the middle of its year. Returns how many."""
    counter = 0
    with (folder / "outcomes-all.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "outcome", "closed", "recorded"))
        for year, *_ in OFFICIAL:
            middle = f"{year[:4]}-10-15"
            bases = (("closed", middle, ""), *([("recorded", LONG_AGO, middle)] if year == RECORDED else []))
            for basis, closed, recorded in bases:
                for kind in TYPES:
                    for _ in range(int(rows[year][f"{basis}_{kind}"])):
                        counter += 1
                        writer.writerow((f"HO{counter}", kind, closed, recorded))
    return counter


@pytest.fixture(scope="module")
def official(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    arriving = tmp_path_factory.mktemp("counted-out")
    expected = count_out(official_rows(real_data), arriving)
    home = tmp_path_factory.mktemp("official") / "home"
    with pytest.MonkeyPatch.context() as patch, deployed("herts_outcomes", home, arriving, patch) as deployment:
        assert load(deployment)["outcomes"].changed == expected
        yield deployment


def share(deployment: Deployment, metric: str, year: str) -> tuple[Figure, str]:
    """The force's figure for a financial year, and the chart's title."""
    view = View(page="oocd", unit=FORCE, metric=metric, period="12m", as_at=date(int(year[:4]) + 1, 3, 31))
    page = deployment.reader.unit_page(view, OPERATOR)
    return page.total, page.metric_title


@pytest.mark.parametrize(("year", "charges", "disposals", "percent"), OFFICIAL)
def test_the_share_is_the_official_one(
    official: Deployment, year: str, charges: int, disposals: int, percent: float
) -> None:
    figure, title = share(official, "oocd_share", year)
    assert (figure.numerator, figure.denominator) == (disposals, charges + disposals)
    assert round(figure.value or 0, 1) == percent
    assert title.endswith("closed in the period")


def test_the_recorded_basis_is_another_figure_and_says_so(official: Deployment, real_data: Path) -> None:
    row = official_rows(real_data)[RECORDED]
    figure, title = share(official, "oocd_share_recorded", RECORDED)
    assert (figure.numerator, figure.denominator) == (int(row["recorded_oocd"]), int(row["recorded_positive"]))
    assert "recorded in the period" in title
    assert figure.numerator != share(official, "oocd_share", RECORDED)[0].numerator


def test_the_home_offices_own_sums_hold(real_data: Path) -> None:
    """What is counted out adds up to the table's own columns, so nothing was mapped away."""
    for year, charges, disposals, _ in OFFICIAL:
        row = official_rows(real_data)[year]
        assert int(row["closed_t1"]) == charges
        assert sum(int(row[f"closed_{kind}"]) for kind in TYPES if kind != "t1") == int(row["closed_oocd"]) == disposals
