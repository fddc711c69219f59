"""T-AUDIT, the store: append-only for the application, gapless under eight writers, every change found at its row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cspdash.domain.errors import DomainError
from cspdash.domain.ports import Viewer
from data_access.audit.anchor import Anchor
from data_access.audit.chain import hash_of
from data_access.audit.checkpoints import checkpoints
from data_access.audit.retention import Retention, retain
from data_access.audit.tables import CHECKPOINTS, ENTRIES
from data_access.audit.trail import AuditTrail
from data_access.audit.verify import verify
from tests.support.audit import KEY, Tampering, audit_at, entry

OPERATOR = Viewer("operator", "Operator", "operator")
WRITERS, EACH = 8, 500


@pytest.fixture(params=["sqlite", "postgres"])
def audit(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tampering]:
    url = f"sqlite:///{tmp_path / 'audit.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with audit_at(url, tmp_path) as made:
        yield made


# --- writing ---
def test_eight_writers_leave_no_gap(audit: Tampering, tmp_path: Path) -> None:
    errors: list[BaseException] = []
    url = audit.trail.engine.url.render_as_string(hide_password=False)

    trails = [AuditTrail.open(url) for _ in range(2)]  # as two processes of several threads

    def write(number: int) -> None:
        try:
            for each in range(EACH):
                trails[number % 2].write(entry(f"writer-{number}", rows=each))
        except BaseException as error:  # noqa: BLE001  told to the test
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for trail in trails:
        trail.close()
    rows = audit.rows()
    print(f"{WRITERS} writers, {EACH} entries each")
    assert not errors
    assert [row.seq for row in rows] == list(range(1, WRITERS * EACH + 1))
    assert len({(row.user_id, row.entry) for row in rows}) == WRITERS * EACH
    assert not verify(audit.trail).faults


# --- the application's role ---
REFUSED = {
    "update": "UPDATE audit_entry SET entry = '{}' WHERE seq = 2",
    "delete": "DELETE FROM audit_entry WHERE seq = 2",
    "truncate": "TRUNCATE audit_entry",
    "own number": "INSERT INTO audit_entry (seq, entry) VALUES (99, '{}')",
    "own time": "INSERT INTO audit_entry (at, entry) VALUES (now(), '{}')",
    "own hash": "INSERT INTO audit_entry (hash, entry) VALUES ('x', '{}')",
    "own user": "INSERT INTO audit_entry (user_id, entry) VALUES ('x', '{}')",
    "disable trigger": "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "replica role": "SET session_replication_role = replica",
    "drop": "DROP TABLE audit_entry",
    "other function": "CREATE OR REPLACE FUNCTION audit_entry_follow() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "checkpoint": "INSERT INTO audit_checkpoint VALUES ('2020-01', 1, 9, 'x', 9, now(), 'x', 'x')",
}


@pytest.mark.parametrize("wish", REFUSED)
def test_the_application_cannot_alter(postgres_url: str, tmp_path: Path, wish: str) -> None:
    with audit_at(postgres_url, tmp_path) as owned:
        owned.fill(3)
        before = owned.rows()
        app = owned.as_application()
        assert app.write(entry("app")) == 4
        with (
            pytest.raises(DBAPIError, match=r"permission denied|must be owner|cannot|non-DEFAULT"),
            app.engine.begin() as connection,
        ):
            connection.execute(text(REFUSED[wish]))
        assert owned.rows()[:3] == before
        assert app.write(entry("app")) == 5
        assert not verify(owned.trail).faults
        app.close()


def test_a_temporary_table_of_the_same_name_deceives_nobody(postgres_url: str, tmp_path: Path) -> None:
    """The trigger runs with its owner's rights, so it must not look where its caller says."""
    with audit_at(postgres_url, tmp_path) as owned:
        owned.fill(3)
        app = owned.as_application()
        with app.engine.begin() as connection:
            connection.execute(text("CREATE TEMP TABLE audit_entry (seq bigint, hash text)"))
            connection.execute(text("INSERT INTO audit_entry VALUES (900, 'false')"))
            connection.execute(text("""INSERT INTO public.audit_entry (entry) VALUES ('{"user_id":"app"}')"""))
        assert [row.seq for row in owned.rows()] == [1, 2, 3, 4]
        assert not verify(owned.trail).faults
        app.close()


@pytest.mark.parametrize(
    "wish",
    [
        "UPDATE audit_entry SET entry = '{}' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry",
        "UPDATE audit_checkpoint SET signature = ''",
        "DELETE FROM audit_checkpoint",
    ],
)
def test_not_even_the_owner_alters_by_mistake(audit: Tampering, wish: str) -> None:
    audit.fill(3)
    audit.run(
        "INSERT INTO audit_checkpoint (month, first_seq, last_seq, last_hash, rows, made_at, previous, signature) "
        "VALUES ('2020-01', 1, 0, '', 0, '2020-02-01 00:00:00.000000', '', '')"
    )
    with pytest.raises(DBAPIError, match="cannot be"):
        audit.run(wish)
    assert len(audit.rows()) == 3


def test_sqlite_takes_no_entry_out_of_turn(tmp_path: Path) -> None:
    with audit_at(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path) as audit:
        audit.fill(3)
        for seq in (2, 5):
            with pytest.raises(DBAPIError, match="must follow"):
                audit.run(
                    "INSERT OR REPLACE INTO audit_entry (seq, at, entry, previous, hash) VALUES (:seq, '', '{}', '', '')",
                    seq=seq,
                )


# --- what an owner does on purpose is found ---
def edit(audit: Tampering) -> None:
    audit.run("UPDATE audit_entry SET entry = replace(entry, 'user-', 'user_') WHERE seq = 10")


def edit_and_mend(audit: Tampering) -> None:
    """The row's own hash made to fit: the next one does not follow it any more."""
    with audit.trail.engine.connect() as connection:
        row = connection.execute(select(ENTRIES).where(ENTRIES.c.seq == 10)).one()
    new = row.entry.replace("user-", "user_")
    audit.run(
        "UPDATE audit_entry SET entry = :entry, hash = :hash WHERE seq = 10",
        entry=new,
        hash=hash_of(10, row.at, new, row.previous),
    )


def later(audit: Tampering) -> None:
    postgres = "UPDATE audit_entry SET at = at + interval '1 hour' WHERE seq = 10"
    sqlite = "UPDATE audit_entry SET at = strftime('%Y-%m-%d %H:%M:%f000', at, '+1 hour') WHERE seq = 10"
    audit.run(postgres if audit.is_postgres else sqlite)


def delete(audit: Tampering) -> None:
    audit.run("DELETE FROM audit_entry WHERE seq = 10")


def delete_some(audit: Tampering) -> None:
    audit.run("DELETE FROM audit_entry WHERE seq BETWEEN 10 AND 12")


def swap(audit: Tampering) -> None:
    audit.run(
        "UPDATE audit_entry SET seq = -1 WHERE seq = 10",
        "UPDATE audit_entry SET seq = 10 WHERE seq = 17",
        "UPDATE audit_entry SET seq = 17 WHERE seq = -1",
    )


def delete_the_first(audit: Tampering) -> None:
    audit.run("DELETE FROM audit_entry WHERE seq < 10")


TAMPERED: dict[Callable[[Tampering], None], int] = {
    edit: 10,
    edit_and_mend: 11,
    later: 10,
    delete: 10,
    delete_some: 10,
    swap: 10,
    delete_the_first: 1,
}


@pytest.mark.parametrize("tamper", TAMPERED)
def test_tampering_is_found_at_its_row(audit: Tampering, tamper: Callable[[Tampering], None]) -> None:
    audit.fill(20)
    assert not verify(audit.trail).faults
    audit.unlock()
    tamper(audit)
    faults = verify(audit.trail).faults
    assert faults, "not found"
    assert faults[0].seq == TAMPERED[tamper], faults


def test_a_cut_tail_is_found_by_the_anchor_alone(audit: Tampering) -> None:
    audit.fill(20)
    audit.unlock()
    audit.run("DELETE FROM audit_entry WHERE seq > 15")
    found = verify(audit.trail)
    assert [fault.seq for fault in found.faults] == [16]
    assert "cut off" in found.faults[0].words
    audit.trail.anchor.path.unlink()  # type: ignore[union-attr]
    assert not verify(AuditTrail(audit.trail.engine)).faults, "without its anchor a chain does not see its end cut off"


def test_a_tail_written_anew_is_found(audit: Tampering) -> None:
    audit.fill(20)
    audit.unlock()
    audit.run("DELETE FROM audit_entry WHERE seq > 15")
    if audit.is_postgres:
        audit.run("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    other = AuditTrail(audit.trail.engine)  # without an anchor, as a forger would
    for _ in range(8):
        other.write(entry("forger"))
    found = verify(audit.trail)
    assert [fault.seq for fault in found.faults] == [16]
    assert "anew" in found.faults[0].words


def test_the_anchor_is_noted_at_most_once_a_minute_and_at_the_end(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "a" / "anchor.jsonl")
    trail = AuditTrail.open(f"sqlite:///{tmp_path / 'audit.db'}", anchor)
    trail.prepare()
    for _ in range(5):
        trail.write(entry())
    assert [noted.seq for noted in anchor.noted()] == [1]
    trail.close()
    assert [noted.seq for noted in anchor.noted()] == [1, 5]
    assert (tmp_path / "a" / "anchor.jsonl").stat().st_mode & 0o077 == 0


# --- months ---
ZONE = ZoneInfo("Europe/London")


def months_of(audit: Tampering, months: int = 4, each: int = 5) -> datetime:
    """Entries of several months; returns the moment after them."""
    start = datetime(2026, 7, 15, 12, tzinfo=UTC)
    if not audit.is_postgres:
        moments = iter([start + timedelta(days=30 * (number // each), hours=number) for number in range(months * each)])
        trail = AuditTrail(audit.trail.engine, audit.trail.anchor, clock=lambda: next(moments))
        for number in range(months * each):
            trail.write(entry(f"user-{number}"))
        return start + timedelta(days=30 * (months - 1) + 5)
    audit.fill(months * each)  # the database's own clock: the owner moves it, hashes made to fit
    audit.unlock()
    previous = "0" * 64
    for row in audit.rows():
        at = start + timedelta(days=30 * ((row.seq - 1) // each), hours=row.seq)
        digest = hash_of(row.seq, at, row.entry, previous)
        audit.run(
            "UPDATE audit_entry SET at = :at, previous = :previous, hash = :hash WHERE seq = :seq",
            at=at,
            previous=previous,
            hash=digest,
            seq=row.seq,
        )
        previous = digest
    audit.trail.anchor.path.unlink()  # type: ignore[union-attr]
    audit.run(*(f"ALTER TABLE audit_{table} ENABLE TRIGGER USER" for table in ("entry", "checkpoint")))
    return start + timedelta(days=30 * (months - 1) + 5)


def test_a_dropped_month_still_verifies(audit: Tampering, tmp_path: Path) -> None:
    now = months_of(audit)
    assert not verify(audit.trail, KEY).faults
    dropped = retain(audit.trail, Retention(1, KEY, ZONE, tmp_path / "archive"), OPERATOR, now)
    assert [each.month for each in dropped] == ["2026-07", "2026-08"]
    found = verify(audit.trail, KEY)
    assert not found.faults
    assert (found.first, found.months) == (11, 2)
    assert [path.name for path in sorted((tmp_path / "archive").iterdir())] == [
        "audit-2026-07.jsonl.gz",
        "audit-2026-08.jsonl.gz",
    ]
    audit.trail.write(entry())
    assert not verify(audit.trail, KEY).faults
    assert verify(audit.trail, KEY + "!").faults[0].words.endswith("not signed with this key")


def test_what_a_checkpoint_covers_is_all_that_may_go(audit: Tampering) -> None:
    now = months_of(audit)
    retain(audit.trail, Retention(1, KEY, ZONE), OPERATOR, now)
    with pytest.raises(DBAPIError, match="before a checkpoint"):
        audit.run("DELETE FROM audit_entry WHERE seq = 12")
    audit.unlock()
    audit.run("DELETE FROM audit_entry WHERE seq = 11")
    assert verify(audit.trail, KEY).faults[0].seq == 11


def test_a_forged_checkpoint_is_found(audit: Tampering) -> None:
    months_of(audit)
    with audit.trail.engine.connect() as connection:
        row = connection.execute(select(ENTRIES).where(ENTRIES.c.seq == 7)).one()
    values = {"month": "2026-07", "first_seq": 1, "last_seq": 7, "last_hash": row.hash, "rows": 7, "made_at": row.at}
    with audit.trail.engine.begin() as connection:
        connection.execute(CHECKPOINTS.insert().values(**values, previous="0" * 64, signature="f" * 64))
        connection.execute(ENTRIES.delete().where(ENTRIES.c.seq <= 7))
        assert len(checkpoints(connection)) == 1
    found = verify(audit.trail, KEY)
    assert [fault.seq for fault in found.faults] == [7]
    assert "not signed" in found.faults[0].words


def test_nothing_is_dropped_from_a_chain_that_does_not_verify(audit: Tampering) -> None:
    now = months_of(audit)
    audit.unlock()
    edit(audit)
    before = len(audit.rows())
    with pytest.raises(DomainError, match="does not verify"):
        retain(audit.trail, Retention(1, KEY, ZONE), OPERATOR, now)
    assert len(audit.rows()) == before
