"""The audit's tables, in SQLAlchemy's words and, with the locks that keep them append-only, in each database's own.

They are no part of the other tables' migrations: going back a release must not take the audit away. `create` makes what is
missing, and a later release adds to it.

Every row but its number, time and hashes is one canonical JSON text; the columns that are searched by are worked out of
it by the database, so they cannot say anything else. `hash` is SHA-256, in hex, of

    {"at":"2026-11-26T13:00:00.123456Z","entry":{...},"previous":"<hash of the row before>","seq":1}

On PostgreSQL a trigger gives number, time and hash: whoever may only insert (the application's role, data_access.audit.rights)
chooses none of them. A file of SQLite belongs to whoever may write it, so there the triggers guard against mistakes and
leave the rest to the anchor.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, Table, Text, inspect, text

from data_access.column_types import Instant

METADATA = MetaData()
SEARCHED = ("operation", "user_id", "role", "subject", "officer_id", "unit_id")
FIRST_PREVIOUS = "0" * 64
LOCK = 7_215_003  # any number that nothing else in the database uses

ENTRIES = Table(
    "audit_entry",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("entry", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    *(Column(name, Text) for name in SEARCHED),
)
# One row for each month that was dropped, or may be: where the chain stood at its end, signed.
CHECKPOINTS = Table(
    "audit_checkpoint",
    METADATA,
    Column("month", Text, primary_key=True),  # "2026-10"
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_hash", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("previous", Text, nullable=False),  # the signature before
    Column("signature", Text, nullable=False),
)

_SQLITE_JSON = "json_extract(entry, '$.{0}')"
_POSTGRES_JSON = "(entry::jsonb ->> '{0}')"
_INDEXES = (
    "CREATE INDEX ix_audit_entry_at ON audit_entry (at)",
    *(
        f"CREATE INDEX ix_audit_entry_{name} ON audit_entry ({name}, seq) WHERE {name} IS NOT NULL"
        for name in ("user_id", "officer_id", "unit_id", "operation")
    ),
)
_CHECKPOINT = """
CREATE TABLE audit_checkpoint (
    month TEXT PRIMARY KEY, first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, last_hash TEXT NOT NULL,
    rows INTEGER NOT NULL, made_at {instant} NOT NULL, previous TEXT NOT NULL, signature TEXT NOT NULL
)"""
_KEPT = "SELECT coalesce(max(last_seq), 0) FROM audit_checkpoint"


def _columns(json: str, kept: str) -> str:
    return ", ".join(f"{name} TEXT GENERATED ALWAYS AS ({json.format(name)}) {kept}" for name in SEARCHED)


SQLITE = (
    f"""
CREATE TABLE audit_entry (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, entry TEXT NOT NULL CHECK (json_valid(entry)), previous TEXT NOT NULL,
    hash TEXT NOT NULL, {_columns(_SQLITE_JSON, "VIRTUAL")}
)""",
    *_INDEXES,
    _CHECKPOINT.format(instant="TEXT"),
    f"""
CREATE TRIGGER audit_entry_follows BEFORE INSERT ON audit_entry
WHEN NEW.seq <> max(coalesce((SELECT max(seq) FROM audit_entry), 0), ({_KEPT})) + 1
BEGIN SELECT RAISE(ABORT, 'an audit entry must follow the one before'); END""",  # noqa: S608  constants of this module
    """
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries cannot be changed'); END""",
    f"""
CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry WHEN OLD.seq > ({_KEPT})
BEGIN SELECT RAISE(ABORT, 'audit entries cannot be deleted before a checkpoint covers them'); END""",
    """
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints cannot be changed'); END""",
    """
CREATE TRIGGER audit_checkpoint_kept BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints cannot be deleted'); END""",
)

# {schema} is the quoted name of the schema the tables are made in: a function of its owner's rights must not look
# for tables where its caller says.
POSTGRES = (
    f"""
CREATE TABLE audit_entry (
    seq BIGINT PRIMARY KEY, at TIMESTAMPTZ NOT NULL, entry TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
    {_columns(_POSTGRES_JSON, "STORED")}
)""",
    *_INDEXES,
    _CHECKPOINT.format(instant="TIMESTAMPTZ"),
    f"""
CREATE FUNCTION audit_entry_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {{schema}}, pg_temp SET timezone = 'UTC' AS $$
DECLARE last_seq BIGINT; last_hash TEXT;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT e.seq, e.hash INTO last_seq, last_hash FROM audit_entry e ORDER BY e.seq DESC LIMIT 1;
    IF last_seq IS NULL THEN
        SELECT c.last_seq, c.last_hash INTO last_seq, last_hash
        FROM audit_checkpoint c ORDER BY c.last_seq DESC LIMIT 1;
    END IF;
    NEW.seq := coalesce(last_seq, 0) + 1;
    NEW.previous := coalesce(last_hash, repeat('0', 64));
    NEW.at := clock_timestamp();
    NEW.hash := encode(sha256(convert_to(
        '{{{{"at":"' || to_char(NEW.at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","entry":' || NEW.entry ||
        ',"previous":"' || NEW.previous || '","seq":' || NEW.seq || '}}}}', 'UTF8')), 'hex');
    RETURN NEW;
END $$""",  # noqa: S608  constants of this module
    f"""
CREATE FUNCTION audit_entry_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {{schema}}, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry' THEN
        IF OLD.seq <= ({_KEPT}) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'audit entries cannot be deleted before a checkpoint covers them';
    END IF;
    RAISE EXCEPTION 'the audit cannot be changed';
END $$""",
    "CREATE TRIGGER follow BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_follow()",
    "CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_keep()",
    "CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_keep()",
    "CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_entry_keep()",
    """
CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_keep()""",
    "REVOKE ALL ON audit_entry, audit_checkpoint FROM PUBLIC",
    "REVOKE ALL ON FUNCTION audit_entry_follow(), audit_entry_keep() FROM PUBLIC",
)


def create(engine: Engine) -> None:
    """Makes the audit's tables where they are missing; two processes that start at once make them once."""
    with engine.connect().execution_options(sqlite_immediate=True) as connection, connection.begin():
        is_postgres = connection.dialect.name == "postgresql"
        if is_postgres:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if not is_there(connection):
            for statement in _postgres(connection) if is_postgres else SQLITE:
                connection.exec_driver_sql(statement)


def is_there(connection: Connection) -> bool:
    return inspect(connection).has_table(CHECKPOINTS.name)


def _postgres(connection: Connection) -> list[str]:
    name = connection.execute(text("SELECT current_schema()")).scalar_one()
    schema = connection.dialect.identifier_preparer.quote_identifier(name)
    return [statement.format(schema=schema) for statement in POSTGRES]
