"""A second lock on PostgreSQL: row-level security, so that a forgotten filter shows nothing.

The application signs in to the database as a role that owns no table. What it reads of records, officers, postings and plans
is what the transaction says its viewer may see: `seeing` sets that, for the transaction alone (set_config(..., true)), so a
connection that goes back to the pool takes nothing along. With nothing set there are no rows.

    records         of the viewer's units, of the viewer, and of officers posted to one of those units since the record opened
    officer, plan   of officers posted to those units, and the viewer's own
    posting         to those units, and the viewer's own
    team_correction of those units and of officers posted to them, the viewer's own and what the viewer said

Two narrow ways lead around it, each a role of its own that the transaction becomes and leaves (docs/adr, "a second lock"):

    counting      cspdash_counter: every row of the record tables and no column that tells one from another (ref): good for
                  sums over the force, which the reader cuts by scope, and for listing nothing
    directory     cspdash_directory: units, officers, postings and people, and no record at all: for the organisation

Whoever owns the tables (migrations, loads, the command line) is bound by neither. SQLite has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, inspect, text

from cspdash.domain.datasets import Dataset
from cspdash.domain.scope import Scope

COUNTER, DIRECTORY = "cspdash_counter", "cspdash_directory"
PEOPLE = ("unit", "officer", "posting", "posting_resolved", "person", "team_correction")  # what the directory may read
READ_ONLY = ("unit", "officer", "posting", "posting_resolved", "org_issue", "quarantine")
_BETWEEN = "\x1f"  # no unit's reference holds it
_BOUND: WeakKeyDictionary[Engine, bool] = WeakKeyDictionary()

_UNITS = "(SELECT string_to_array(nullif(current_setting('cspdash.units', true), ''), chr(31)))::text[]"
_OWN = "(SELECT nullif(current_setting('cspdash.officer', true), ''))"
_USER = "(SELECT nullif(current_setting('cspdash.user', true), ''))"
_ALL = "(SELECT current_setting('cspdash.all', true) = 'yes')"
_SOMEBODY = "(SELECT coalesce(current_setting('cspdash.viewer', true), '') <> '')"
_MENDS = "(SELECT current_setting('cspdash.mends', true) = 'yes')"
_POSTED_NOW = (
    f"SELECT p.officer_id FROM posting_resolved p WHERE p.unit_id = ANY ({_UNITS}) AND p.ends_before > current_date"  # noqa: S608
)


def _is(*roles: str) -> str:
    return f"(SELECT current_user IN ({', '.join(repr(role) for role in roles)}))"


# --- for one transaction ---------------------------------------------------------------------------------------------


def seeing(connection: Connection, scope: Scope, user_id: str = "") -> None:
    """Sets what the rest of this transaction may see by name. `user_id` matters for corrections: whose word they are."""
    if not is_bound(connection):
        return
    tree, officers = scope.organisation.tree, scope.organisation.officers
    units = [tree.units[at].ref for span in scope.named for at in range(span.first, span.last)]
    values = {
        "viewer": "yes",
        "units": _BETWEEN.join(units),
        "officer": officers[scope.own].ref if scope.own >= 0 else "",
        "user": user_id,
        "all": "yes" if scope.may_name_all else "",
        "mends": "yes" if scope.may_mend_sources else "",
    }
    for name, value in values.items():
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": f"cspdash.{name}", "value": value})


@contextmanager
def counting(connection: Connection) -> Iterator[Connection]:
    """Sums over the whole force within."""
    with _as(connection, COUNTER):
        yield connection


@contextmanager
def directory(connection: Connection) -> Iterator[Connection]:
    """Who is posted where within."""
    with _as(connection, DIRECTORY):
        yield connection


@contextmanager
def _as(connection: Connection, role: str) -> Iterator[None]:
    if not is_bound(connection):
        yield
        return
    connection.execute(text("SELECT set_config('role', :role, true)"), {"role": role})  # SET LOCAL ROLE, bound
    yield  # after an error the transaction ends, and the role with it
    connection.execute(text("RESET ROLE"))


def is_bound(connection: Connection) -> bool:
    """Whether this role is bound by row-level security: on PostgreSQL, unless it owns the tables or may do anything."""
    if connection.dialect.name != "postgresql":
        return False
    engine = connection.engine
    if engine not in _BOUND:
        owner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('posting_resolved')"
        is_super = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        asked = f"SELECT ({owner}) IS DISTINCT FROM current_user AND NOT ({is_super})"  # noqa: S608  constants
        found = connection.execute(text(asked))
        _BOUND[engine] = bool(found.scalar_one())
    return _BOUND[engine]


# --- once, by the owner ----------------------------------------------------------------------------------------------


def lock(connection: Connection, datasets: Iterable[Dataset]) -> None:
    """Puts the policies on tables; on those that have them, again. Does nothing but on PostgreSQL."""
    if connection.dialect.name != "postgresql":
        return
    for table, seen, kept in _policies(connection, datasets):
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS keeper ON {table}",
            f"DROP POLICY IF EXISTS seen ON {table}",
            f"CREATE POLICY keeper ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)",
            f"CREATE POLICY seen ON {table} FOR {kept} USING ({seen})",
        ):
            connection.exec_driver_sql(statement.replace("%", "%%"))


def unlock(connection: Connection, datasets: Iterable[Dataset], *only: str) -> None:
    """Takes them off again: from every table, or from those named."""
    if connection.dialect.name != "postgresql":
        return
    for table, _, _ in _policies(connection, datasets):
        if only and table.strip('"') not in only:
            continue
        for policy in ("keeper", "seen"):
            connection.exec_driver_sql(f"DROP POLICY IF EXISTS {policy} ON {table}")
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _policies(connection: Connection, datasets: Iterable[Dataset]) -> list[tuple[str, str, str]]:
    """(table, which rows are seen, for which commands) of tables that are there: an early migration knows nothing of what
    a later one adds and locks."""
    known = set(inspect(connection).get_table_names())
    return [policy for policy in _every_policy(datasets) if policy[0].strip('"') in known]


def _every_policy(datasets: Iterable[Dataset]) -> list[tuple[str, str, str]]:
    found = [
        (f'"{dataset.name}"', f"{_ALL} OR {_is(COUNTER)} OR {_of_record(dataset)}", "SELECT")
        for dataset in datasets
        if dataset.kind == "record"
    ]
    people = f"{_ALL} OR {_is(DIRECTORY)}"
    mine = f"officer_id = {_OWN}"
    of_units = f"unit_id = ANY ({_UNITS}) OR officer_id IN ({_POSTED_NOW})"
    plan = f"{_ALL} OR {mine} OR officer_id IN ({_POSTED_NOW})"
    return [
        *found,
        ("officer", f"{people} OR ref = {_OWN} OR ref IN ({_POSTED_NOW})", "SELECT"),
        ("posting", f"{people} OR {mine} OR unit_id = ANY ({_UNITS})", "SELECT"),
        ("posting_resolved", f"{_SOMEBODY} OR {_is(COUNTER, DIRECTORY)}", "SELECT"),
        ("org_issue", f"{_ALL} OR {_is(COUNTER)} OR unit_id = ANY ({_UNITS})", "SELECT"),
        ("quarantine", f"{_MENDS} OR {_is(COUNTER)}", "SELECT"),
        ("team_correction", f"{people} OR {mine} OR proposed_by = {_USER} OR {of_units}", "ALL"),
        ("plan", plan, "ALL"),
        ("plan_revision", "plan_id IN (SELECT p.plan_id FROM plan p)", "ALL"),
    ]


def _of_record(dataset: Dataset) -> str:
    """Rows of the viewer's units, of the viewer, and of whoever was posted to the units since the row opened.

    A month is allowed for: sources enter things after they happened.
    """
    columns = {"officer_id", *(column.name for column in dataset.columns if column.name.endswith("_id"))}
    since = f" AND p.ends_at > \"{dataset.opens}\" - interval '31 days'" if dataset.opens else ""
    parts = [f"unit_id = ANY ({_UNITS})"]
    for name in sorted(columns):
        posted = f'SELECT 1 FROM posting_resolved p WHERE p.officer_id = "{dataset.name}"."{name}" AND p.unit_id = ANY ({_UNITS})'  # noqa: S608
        parts += [f'"{name}" = {_OWN}', f"EXISTS ({posted}{since})"]
    return " OR ".join(parts)


def grant(connection: Connection, app: str, tables: Iterable[str], datasets: Mapping[str, Dataset]) -> None:
    """Makes both roles where they are missing and gives all three their rights; again after a release with new tables."""
    role = connection.dialect.identifier_preparer.quote_identifier(app)
    for name in (COUNTER, DIRECTORY):
        there = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).scalar()
        if not there:
            connection.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")
        connection.exec_driver_sql(f"GRANT {name} TO {role}")
    records = [dataset for dataset in datasets.values() if dataset.kind == "record"]
    read_only = {*READ_ONLY, *(dataset.name for dataset in records)}
    for table in tables:
        what = "SELECT" if table in read_only else "SELECT, INSERT, UPDATE, DELETE"
        connection.exec_driver_sql(f'GRANT {what} ON "{table}" TO {role}')
    for dataset in records:
        shown = ", ".join(f'"{column}"' for column in counted_columns(dataset))
        connection.exec_driver_sql(f'GRANT SELECT ({shown}) ON "{dataset.name}" TO {COUNTER}')
    counted = 'GRANT SELECT (source, dataset, mapping, "column", reason, refused_at) ON quarantine TO'
    for statement in (
        f"{counted} {COUNTER}",
        f"GRANT SELECT (kind, unit_id) ON org_issue TO {COUNTER}",
        f"GRANT SELECT ON posting_resolved TO {COUNTER}",
        *(f"GRANT SELECT ON {table} TO {DIRECTORY}" for table in PEOPLE),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ):
        connection.exec_driver_sql(statement)


def counted_columns(dataset: Dataset) -> list[str]:
    """What sums may look at: everything but what names a record."""
    return [column.name for column in dataset.all_columns if column.name != "ref"] + ["deleted_at"]
