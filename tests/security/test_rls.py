"""A second lock (PostgreSQL): without the reader's own filter a viewer still reads no row of another's, whoever had the
connection before; and with nothing set there is no row at all."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, create_engine, func, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError

from cspdash.domain.catalogue import Catalogue, Family
from cspdash.domain.conditions import parse
from cspdash.domain.correcting import APPROVE
from cspdash.domain.ports import Viewer
from cspdash.domain.scope import Scope
from cspdash.domain.view import OFFICER, SUMMARY, TEAM, View
from data_access.answers import records
from data_access.corrections import ScorecardCorrections
from data_access.database import prepare
from data_access.engine import open_engine
from data_access.plans import ScorecardPlans
from data_access.reader import ScorecardReader
from data_access.reading import ReaderOptions
from data_access.row_security import counting, directory, grant, seeing
from tests.data_access.test_scope import CASES, CLOSED, DATASETS, METRIC, POSTED, TABLES, Case, a_force
from tests.support.force import NOW, ZONE, write

# A condition on a record's reference cannot be counted by a role that may not tell records apart.
SETTLED = replace(CLOSED, where=parse([["recorded_at", "is_set"]], DATASETS["investigation"], "test"))
CATALOGUE = Catalogue((Family("workload", "Workload", 1, "", (METRIC, SETTLED)),), DATASETS)
APP = "scorecards_app"
REQUESTS = int(os.environ.get("CSPDASH_RLS_REQUESTS", "1000"))
SEED = 20261126
# Whose crimes each viewer may read, worked out by hand from cspdash/domain/scope.py: those of the officers in their units
# (E4 was in a2 until this month; L1 left a1 before any of these crimes), their own, and those recorded for one of their units.
OF_A2 = {"E3", "S2", "E4"}
OF_A1 = {"E1", "E2", "S1"}
OWN = {
    "pc": {"E1"}, "sgt": OF_A1, "sgt-b": {"E4", "S3"}, "insp": OF_A1 | OF_A2 | {"I1"}, "analyst": set(),
    "admin": set(), "left": {"L1"}, "stranger": set(), "odd": {"E1"}, "none": set(),
}  # fmt: skip

# One row of each table that the force itself leaves empty: a lock on nothing could not be seen to hold.
_SAVED = {"fields": "{}", "status": "draft", "changed_at": NOW, "changed_by": "sgt-b"}
MORE: dict[str, dict[str, object]] = {
    "plan": {
        **_SAVED, "plan_id": "of-b1", "revision": 1, "officer_id": "E4", "metric": "open", "period": "28d", "baseline": "{}",
        "owner_id": "sgt-b", "owner_name": "PS Three", "created_at": NOW,
    },
    "plan_revision": {**_SAVED, "plan_id": "of-b1", "revision": 1, "changed_by_name": "PS Three"},
    "team_correction": {
        "correction_id": "of-b1", "kind": "not_here", "officer_id": "E4", "unit_id": "b1", "starts_on": NOW.date(),
        "reason": "Moved.", "proposed_by": "sgt-b", "proposed_by_name": "PS Three", "proposed_at": NOW, "decided_by": "",
        "is_applied": False, "ended_by": "",
    },
    "quarantine": {
        "source": "athena", "dataset": "investigation", "mapping": "investigation", "version": "", "place": "line 1",
        "column": "ref", "reason": "is empty", "row": "{}", "refused_at": NOW,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Locked:
    """The force as the owner of its tables sees it, and as the application does."""

    owner: Engine
    app: Engine
    reader: ScorecardReader

    def scope(self, case: Case) -> Scope:
        return self.reader.figures.reading(case.viewer).scope


@pytest.fixture
def locked(postgres_url: str) -> Iterator[Locked]:
    owner = open_engine(postgres_url)
    prepare(owner, DATASETS)
    write(a_force(), owner, TABLES)
    with owner.begin() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :app"), {"app": APP}).scalar():
            connection.execute(text(f"CREATE ROLE {APP} LOGIN"))
        grant(connection, APP, inspect(connection).get_table_names(), DATASETS)
        for table, row in MORE.items():
            connection.execute(TABLES.tables[table].insert(), row)
    app = create_engine(make_url(postgres_url).set(username=APP), pool_size=1, max_overflow=0, pool_timeout=5)
    options = ReaderOptions(zone=ZONE, clock=lambda: NOW, min_peers=1, min_volume=0, min_officers_in_total=1)
    yield Locked(owner, app, ScorecardReader(app, TABLES, DATASETS, CATALOGUE, options))
    app.dispose()
    owner.dispose()


def owners(engine: Engine, scope: Scope | None, *, commits: bool = False) -> set[str | None]:
    """Officers of every crime a transaction of this viewer gets to see without any filter."""
    crimes = TABLES.tables["investigation"]
    with engine.connect() as connection:
        if scope is not None:
            seeing(connection, scope)
        found = set(connection.execute(select(crimes.c.officer_id).distinct()).scalars())
        if commits:
            connection.commit()
        return found


def test_every_table_with_records_or_names_is_locked(locked: Locked) -> None:
    wanted = {name for name, dataset in DATASETS.items() if dataset.kind == "record"}
    wanted |= {
        "officer",
        "posting",
        "posting_resolved",
        "org_issue",
        "plan",
        "plan_revision",
        "quarantine",
        "team_correction",
    }
    with locked.owner.connect() as connection:
        query = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert set(connection.execute(query).scalars()) == wanted


@pytest.mark.parametrize("table", ["investigation", "officer", "posting", "posting_resolved", "org_issue", *MORE])
def test_with_nothing_set_there_is_no_row(locked: Locked, table: str) -> None:
    count = select(func.count()).select_from(TABLES.tables[table])
    with locked.owner.connect() as connection:
        assert connection.execute(count).scalar_one() > 0
    with locked.app.connect() as connection:
        assert connection.execute(count).scalar_one() == 0


@pytest.mark.parametrize(
    "case", [each for each in CASES if each.viewer.user_id in OWN], ids=lambda case: case.viewer.user_id
)
def test_without_any_filter_a_viewer_sees_own_rows_only(locked: Locked, case: Case) -> None:
    found = {each for each in owners(locked.app, locked.scope(case)) if each}
    # Every crime of this force was recorded for Aton, so whoever has Aton's units has what was recorded there.
    allowed = set(POSTED) | {"L1"} if "csp-a" in case.records else OWN[case.viewer.user_id]
    assert found == allowed


def test_whoever_sees_the_whole_force_sees_all(locked: Locked) -> None:
    chief = next(case for case in CASES if case.viewer.role == "chief_officer")
    assert owners(locked.app, locked.scope(chief)) == {*POSTED, "L1", None}


def test_the_reader_without_its_filter_still_shows_own_rows(locked: Locked, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had forgotten the check: every row counts as behind the bar."""
    sergeant = next(case.viewer for case in CASES if case.viewer.user_id == "sgt")
    bar = lambda _reading, _view: ("everything", "", lambda placed: placed.officer == placed.officer, "")  # noqa: E731
    monkeypatch.setattr(records, "_bar", bar)
    page = locked.reader.records(View(page="workload", unit="b1", metric="open", bar="b1"), sergeant, page_size=1000)
    seen = {row["ref"].partition("-")[0] for row in page.rows}
    assert seen
    assert seen <= OF_A1 | {"loose"}


def test_the_same_pages_come_out_as_without_the_lock(locked: Locked) -> None:
    """A lock that hides what somebody may see would make a bar differ from its records."""
    open_reader = ScorecardReader(locked.owner, TABLES, DATASETS, CATALOGUE, locked.reader.figures.options)
    for case in CASES:
        for unit in sorted(case.records):
            for metric in ("open", "closed"):
                for bar in (unit, "unmapped"):
                    view = View(page="workload", unit=unit, metric=metric, bar=bar)
                    assert locked.reader.records(view, case.viewer).rows == open_reader.records(view, case.viewer).rows
        for officer in sorted(case.named):
            view = View(page=OFFICER, officer=officer, metric="open")
            assert locked.reader.officer_page(view, case.viewer) == open_reader.officer_page(view, case.viewer)
        if case.totals:
            unit = sorted(case.totals)[0]
            for view in (View(page="workload", unit=unit), View(page=SUMMARY, unit=unit)):
                ask, same = (
                    (reader.unit_page if view.page != SUMMARY else reader.summary_page)
                    for reader in (locked.reader, open_reader)
                )
                assert ask(view, case.viewer) == same(view, case.viewer)


def test_no_request_inherits_what_the_one_before_could_see(locked: Locked) -> None:
    """One connection for everybody: sergeants, the chief, nobody and failures in turn."""
    random.seed(SEED)
    scopes = {case.viewer.user_id: locked.scope(case) for case in CASES}
    foreign = 0
    for _ in range(REQUESTS):
        who = random.choice(["sgt", "sgt-b", "pc", "acc", "", "broken"])
        if who == "broken":
            with locked.app.connect() as connection, suppress(DBAPIError):
                seeing(connection, scopes["acc"])
                connection.execute(text("SELECT 1 / 0"))
            continue
        # What is set for a session is taken back with the transaction that set it, unless that was one which wrote.
        found = owners(locked.app, scopes[who] if who else None, commits=random.random() < 0.5)
        allowed = {"acc": {*POSTED, "L1", None}, "": set()}.get(
            who, OWN.get(who, set()) | ({None} if who == "sgt" else set())
        )
        foreign += len(found - allowed)
    print(f"{REQUESTS} requests on one connection, seed {SEED}: {foreign} foreign rows")
    assert foreign == 0


def test_sums_cannot_list_and_the_directory_knows_no_record(locked: Locked) -> None:
    crimes, officers = TABLES.tables["investigation"], TABLES.tables["officer"]
    for role, forbidden in (
        (counting, select(crimes.c.ref)), (counting, select(officers.c.name)), (directory, select(crimes.c.officer_id)),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="permission denied"), locked.app.connect() as connection, role(connection):
            connection.execute(forbidden)
    with locked.app.connect() as connection, counting(connection):
        assert connection.execute(select(func.count()).select_from(crimes)).scalar_one() > 30
    assert owners(locked.app, None) == set()


def test_the_application_can_neither_write_records_nor_lift_the_lock(locked: Locked) -> None:
    for statement in (
        "UPDATE investigation SET officer_id = 'E1'",
        "ALTER TABLE investigation DISABLE ROW LEVEL SECURITY",
        "DROP POLICY seen ON investigation",
        "SET ROLE postgres",
    ):
        with pytest.raises(DBAPIError), locked.app.begin() as connection:
            connection.execute(text(statement))


def test_plans_are_read_and_written_through_the_lock(locked: Locked) -> None:
    assert ScorecardPlans(locked.reader.figures).list(Viewer("sgt", "S1", "sergeant", "S1")) == ()


class Unheard:
    """An audit that takes every entry; what is written is not the matter here."""

    def write(self, entry: object) -> int:
        return 0


def test_corrections_are_made_decided_and_seen_through_the_lock(locked: Locked) -> None:
    corrections = ScorecardCorrections(locked.reader.figures, Unheard())  # type: ignore[arg-type]
    viewers = {case.viewer.user_id: case.viewer for case in CASES}
    reason = "Moved to the other team on Monday."
    said = corrections.propose("not_here", "E1", "a1", NOW.date(), None, reason, viewers["sgt"])
    seen = {
        name: {line.correction_id for line in corrections.list(viewers[name]).lines}
        for name in ("sgt", "insp", "sgt-b")
    }
    assert seen == {"sgt": {said}, "insp": {said}, "sgt-b": {"of-b1"}}
    assert [corrections.waiting(viewers[name]) for name in ("sgt", "insp", "supt", "sgt-b")] == [0, 1, 1, 0]
    page = locked.reader.team_page(View(page=TEAM, unit="a1"), viewers["sgt"])
    assert [member.officer for member in page.members if member.disputed] == ["E1"]
    table = TABLES.tables["team_correction"]
    scopes = {case.viewer.user_id: locked.scope(case) for case in CASES}
    for name, scope in scopes.items():  # with no filter at all
        with locked.app.connect() as connection:
            seeing(connection, scope, name)
            found = set(connection.execute(select(table.c.correction_id)).scalars())
        assert (said in found) == (name in ("pc", "sgt", "insp", "supt", "acc", "odd")), name
    row = {"correction_id": "x", "kind": "here", "officer_id": "E1", "unit_id": "a1", "proposed_by": "sgt"}
    row |= {"starts_on": NOW.date(), "reason": reason, "proposed_by_name": "S1", "proposed_at": NOW}
    with locked.app.connect() as connection:  # nor may anybody put one down elsewhere
        seeing(connection, scopes["sgt-b"], "sgt-b")
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(table.insert().values({**row, "decided_by": "", "is_applied": False, "ended_by": ""}))
    assert corrections.decide(said, APPROVE, viewers["insp"]).startswith("Approved")
