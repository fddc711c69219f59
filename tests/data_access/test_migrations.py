"""Migrated tables are the declared ones, on both databases, up and down and up again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Index, inspect

from cspdash.domain.datasets import load_datasets
from data_access import migrations
from data_access.database import extend, prepare
from data_access.engine import open_engine
from data_access.schema import build


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/data/cspdash.db" if is_sqlite else request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, build(load_datasets()))


def partial_indexes(engine: Engine) -> dict[str, str]:
    """The conditions of partial indexes, which Alembic does not compare."""
    found = inspect(engine)
    option = f"{engine.dialect.name}_where"
    return {
        str(index["name"]): str(index["dialect_options"][option]).strip("()")
        for table in found.get_table_names()
        for index in found.get_indexes(table)
        if option in index.get("dialect_options", {})
    }


def declared_partial_indexes(engine: Engine) -> dict[str, str]:
    def where(index: Index) -> Any:
        return index.dialect_options[engine.dialect.name]["where"]

    tables = build(load_datasets()).tables.values()
    return {
        str(index.name): f"{where(index).left.name} IS NULL"
        for table in tables
        for index in table.indexes
        if where(index) is not None
    }


def test_migrated_tables_are_the_declared_ones(engine: Engine) -> None:
    migrations.upgrade(engine)

    assert differences(engine) == []
    assert partial_indexes(engine) == declared_partial_indexes(engine)
    assert migrations.current(engine) == migrations.head()


def test_down_removes_every_table_and_up_makes_them_again(engine: Engine) -> None:
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")

    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert migrations.current(engine) is None

    migrations.upgrade(engine)
    assert differences(engine) == []


def test_two_processes_that_start_at_once_both_come_up(engine: Engine) -> None:
    datasets = load_datasets()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: prepare(engine, datasets), range(4)))

    assert differences(engine) == []


DECLARED = """
[dataset]
name = "dog_search"
title = "Dog searches"
opens = "searched_at"
closes = "ended_at"
[[column]]
name = "searched_at"
type = "instant"
[[column]]
name = "ended_at"
type = "instant"
"""


def test_a_deployment_adds_a_dataset_and_later_a_column(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "datasets"
    folder.mkdir()
    (folder / "dog_search.toml").write_text(DECLARED)
    prepare(engine, load_datasets([folder]))
    (folder / "dog_search.toml").write_text(DECLARED + '[[column]]\nname = "dog"\ntype = "text"\n')
    datasets = load_datasets([folder])
    metadata = prepare(engine, datasets)

    found = inspect(engine)
    assert {column["name"] for column in found.get_columns("dog_search")} == set(metadata.tables["dog_search"].c.keys())
    assert "ix_dog_search_open" in {index["name"] for index in found.get_indexes("dog_search")}
    assert extend(engine, [metadata.tables[name] for name in datasets]) == []


def test_the_database_file_is_private(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/data/cspdash.db")
    migrations.upgrade(engine)

    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    for path in (tmp_path / "data").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    engine.dispose()
