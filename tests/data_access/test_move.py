"""A database moved to PostgreSQL and back is the same database, or nothing was moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, insert, select

from cspdash.domain.audit import AuditEntry, Operation
from cspdash.domain.datasets import load_datasets
from cspdash.domain.errors import IngestBusy, MoveRefused
from data_access.audit import tables as audit_tables
from data_access.audit.trail import AuditTrail
from data_access.column_types import Day, Instant
from data_access.database import prepare
from data_access.engine import open_engine
from data_access.lock import ingest_lock
from data_access.move import LEFT_BEHIND, End, Moved, move
from data_access.schema import build

DATASETS = load_datasets()
TABLES = build(DATASETS).sorted_tables
AT = datetime(2026, 10, 25, 0, 59, 59, 123456, tzinfo=UTC)
ROWS = 40


def value(column: Any, number: int) -> Any:
    """A value of the column's kind, with what the two databases might keep differently."""
    if column.nullable and number % 3 == 1:
        return None
    if isinstance(column.type, Instant):
        return AT + timedelta(minutes=number, microseconds=number)
    if isinstance(column.type, Day):
        return date(2024, 2, 29) + timedelta(days=number)
    kind = column.type.python_type
    if kind is bool:
        return number % 2 == 0
    if kind is float:
        return (number + 1) / 3
    if kind is int:
        return (number + 1) * (2**33 if column.name.endswith("_pence") else 1)
    return f"{column.name} {number} é ✓ \n\t\\N"


def fill(engine: Engine) -> None:
    """Rows in every table."""
    with engine.begin() as connection:
        for table in TABLES:
            rows = [{column.name: value(column, number) for column in table.columns} for number in range(ROWS)]
            connection.execute(insert(table), rows)


def end(url: str, audit: str = "") -> End:
    engine = open_engine(url)
    return End(engine, open_engine(audit) if audit else engine)


@pytest.fixture
def server(postgres_url: str) -> Iterator[End]:
    made = end(postgres_url)
    yield made
    dispose(made)


def dispose(*ends: End) -> None:
    for each in ends:
        each.engine.dispose()
        if each.audit:
            each.audit.dispose()


@pytest.fixture
def source(tmp_path: Path) -> Iterator[End]:
    made = end(f"sqlite:///{tmp_path}/data/cspdash.db", f"sqlite:///{tmp_path}/data/audit.db")
    prepare(made.engine, DATASETS)
    fill(made.engine)
    assert made.audit
    trail = AuditTrail(made.audit)
    trail.prepare()
    for number in range(5):
        trail.write(AuditEntry(operation=Operation.CONSULTATION, user_id=f"sgt {number}", detail="é ✓"))
    yield made
    dispose(made)


def counts(engine: Engine, tables: Any = TABLES) -> dict[str, int]:
    with engine.connect() as connection:
        return {each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}


def rows_of(engine: Engine, table: Table) -> list[Any]:
    with engine.connect() as connection:
        return sorted(map(tuple, connection.execute(select(table))), key=repr)


def test_there_and_back_every_table_is_the_same(source: End, server: End, tmp_path: Path) -> None:
    back = end(f"sqlite:///{tmp_path}/back/cspdash.db", f"sqlite:///{tmp_path}/back/audit.db")
    there = move(source, server, DATASETS)
    again = move(server, back, DATASETS)

    assert there == again
    expected = {table.name: ROWS for table in TABLES if table.name not in LEFT_BEHIND}
    assert {each.table: each.rows for each in there} == {**expected, "audit_entry": 5, "audit_checkpoint": 0}
    assert len({each.checksum for each in there if each.rows}) == len(expected) + 1
    assert counts(server.engine)["session"] == 0
    for table in TABLES:
        if table.name not in LEFT_BEHIND:
            assert rows_of(source.engine, table) == rows_of(server.engine, table) == rows_of(back.engine, table)
    assert source.audit
    assert server.audit
    assert rows_of(source.audit, audit_tables.ENTRIES) == rows_of(server.audit, audit_tables.ENTRIES)
    dispose(back)


def test_numbers_and_the_chain_of_the_audit_go_on(source: End, server: End) -> None:
    move(source, server, DATASETS)
    assert server.audit
    assert AuditTrail(server.audit).write(AuditEntry(operation=Operation.SIGN_IN, user_id="sgt")) == 6
    counted = [table for table in TABLES if table.autoincrement_column is not None]
    with server.engine.begin() as connection:
        for table in counted:
            row = {column.name: value(column, 0) for column in table.columns if not column.primary_key}
            number = connection.execute(insert(table).values(row)).inserted_primary_key[0]
            assert number == ROWS + 1, table.name
    assert {"quarantine", "load"} <= {table.name for table in counted}


def test_a_target_that_holds_anything_is_left_alone(source: End, server: End) -> None:
    metadata = prepare(server.engine, DATASETS)
    unit = metadata.tables["unit"]
    with server.engine.begin() as connection:
        connection.execute(insert(unit).values({column.name: value(column, 0) for column in unit.columns}))
    with pytest.raises(MoveRefused, match="is not empty: table unit holds rows"):
        move(source, server, DATASETS)
    assert sum(counts(server.engine).values()) == 1


def test_what_cannot_be_kept_there_stops_the_move_and_leaves_nothing(source: End, server: End) -> None:
    late = build(DATASETS).tables["victim_event"]
    row = {column.name: value(column, 99) for column in late.columns} | {"ref": "V", "source": "a\x00b"}
    with source.engine.begin() as connection:
        connection.execute(insert(late).values(row))
    with pytest.raises(MoveRefused, match=r"nothing was kept there: .*NUL"):
        move(source, server, DATASETS)
    assert not any(counts(server.engine).values())


def test_what_did_not_arrive_as_it_was_is_found_and_nothing_is_kept(
    source: End, server: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data_access import move as module

    copy = module._copy

    def losing(origin: Any, goal: Any, table: Table, say: Any) -> Moved:
        done = copy(origin, goal, table, say)
        if table.name == "plan":
            goal.execute(
                table.update().where(table.c.plan_id == value(table.c.plan_id, 7)).values(owner_name="another")
            )
        return done

    monkeypatch.setattr(module, "_copy", losing)
    with pytest.raises(MoveRefused, match="Table plan did not arrive as it was: some rows differ"):
        move(source, server, DATASETS)
    assert not any(counts(server.engine).values())


def test_not_while_a_load_is_at_work(source: End, server: End) -> None:
    with ingest_lock(source.engine), pytest.raises(IngestBusy):
        move(source, server, DATASETS)
    assert not any(counts(server.engine).values())


def test_a_server_that_is_not_there_is_said(source: End) -> None:
    nowhere = end("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(MoveRefused, match=r"failed, and nothing was kept there: .*refused"):
        move(source, nowhere, DATASETS)
    dispose(nowhere)
