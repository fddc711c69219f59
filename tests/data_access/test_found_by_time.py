"""Open and recent rows are found by the index of their time; without it a page of a real force takes seconds.

SQLite alone has to be told (PostgreSQL has statistics), and a hint that is lost on the way makes no wrong figure, only a
slow one: so the database itself is asked how it finds the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from cspdash.domain.catalogue import load_catalogue
from cspdash.domain.datasets import load_datasets
from cspdash.domain.ports import Viewer
from cspdash.domain.view import View
from data_access.engine import open_engine
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from tests.data_access.test_scope import a_force
from tests.support.force import NOW, ZONE, metadata, write

CHIEF = Viewer("acc", "CC", "chief_officer", "CC")


@pytest.mark.parametrize("family", ["workload", "stl"])
def test_no_figure_of_open_investigations_walks_them_all(tmp_path: Path, family: str) -> None:
    datasets = load_datasets()
    tables = metadata(datasets)
    engine = open_engine(f"sqlite:///{tmp_path}/cspdash.db")
    write(a_force(), engine, tables)
    tables.create_all(engine)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW)
    reader = ScorecardReader(engine, tables, datasets, load_catalogue(datasets), options)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "GROUP BY" in statement and "investigation.recorded_at <=" in statement:
            asked.append((statement, parameters))

    reader.unit_page(View(page=family, unit="a1"), CHIEF)
    event.remove(engine, "before_cursor_execute", keep)
    with engine.connect() as connection:
        assert len(asked) >= 5, "most tabs of these families are about open investigations"
        for statement, parameters in asked:
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            found = [step.detail for step in steps if " investigation" in step.detail]
            assert found != []
            assert all("ix_investigation_finalised_at" in detail for detail in found), (found, statement)
    engine.dispose()
