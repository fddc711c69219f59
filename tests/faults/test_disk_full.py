"""T-FULL: the database's disk is full: plans are refused in a plain sentence, pages stay readable, nothing kept is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cspdash.domain.errors import DatabaseFull
from tests.data_access.test_plans import SMART
from tests.faults.site import Site, fill, site
from tests.faults.small_disk import SmallDisk, small_disk
from tests.support.own_postgres import OwnServer
from tests.support.small import VIEWERS

MOST = 3_000
LONG = "We go through it together every week. " * 20


def fill_up(found: Site) -> int:
    """Saves plans until one is refused; returns how many were acknowledged."""
    acked = 0
    with suppress(DatabaseFull):
        for acked in range(MOST):
            found.deployment.plans.save("", 0, replace(SMART, support=LONG), None, VIEWERS["sgt"], str(acked))
    with pytest.raises(DatabaseFull, match="could not be saved: the disk of the database is full"):
        found.deployment.plans.save("", 0, replace(SMART, support=LONG), None, VIEWERS["sgt"], "again")
    return acked


def kept(found: Site) -> int:
    table = found.deployment.reader.figures.metadata.tables["plan"]
    with found.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def check(found: Site, disk: SmallDisk, larger: str, *, leave: int = 0) -> None:
    client = found.client()
    assert "14 open investigations" in found.look(client).text
    if leave:
        disk.fill(leave)
    acked = fill_up(found)
    assert acked
    pages = [found.look(client, f"/workload?unit=watford-int-c&look={number}") for number in range(5)]
    assert all(page.status == 200 and "14 open investigations" in page.text for page in pages)
    assert not any(page.is_stale for page in pages)
    disk.again(larger)
    (disk.folder / "ballast").unlink(missing_ok=True)
    assert kept(found) == acked, "what was acknowledged is there, and nothing else"
    found.deployment.plans.save("", 0, SMART, None, VIEWERS["sgt"], "after")
    assert kept(found) == acked + 1
    print(
        f"\nT-FULL: {found.engine.dialect.name}, {acked} plans acknowledged, then refused in words; {len(pages)} pages read "
        "while full, wrong 0; after growth rows lost 0, saving works"
    )


@pytest.mark.slow
def test_sqlite(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk:
        url = f"sqlite:///{disk.folder}/cspdash.db"
        fill(url)
        with site(url, tmp_path) as found:
            check(found, disk, "size=32m")


@pytest.mark.slow
def test_postgresql(tmp_path: Path) -> None:
    folder = Path("/tmp") / f"cspdash-full-{tmp_path.name}"  # noqa: S108  PostgreSQL's own user must reach it
    options = ("max_wal_size = 32MB", "min_wal_size = 32MB")
    with small_disk(folder, "160m", "0755") as disk, OwnServer.started(*options, inside=folder) as server:
        fill(server.url)
        with site(server.url, tmp_path) as found:
            check(found, disk, "size=400m", leave=512 * 1024)
    folder.rmdir()
