"""The command line: what can be asked, and how an answer or an error is told. The work is in cspdash/commands/.

Exit codes: 0 all right, 1 something is wrong with the deployment or its data, 2 the question or a definition is wrong,
75 busy: try again.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from cspdash.commands.explained import Shape as Explained
from cspdash.commands.place import BUSY, FAILED, WRONG, Place
from cspdash.commands.tables import Format
from cspdash.domain.errors import DefinitionError, DomainError, IngestBusy, NoData, SourceUnavailable
from cspdash.domain.identity import Vouched
from cspdash.settings import SettingsError

app = typer.Typer(
    name="cspdash",
    help="Live scorecards that a police sergeant can act on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
db = typer.Typer(help="The database's migrations.", no_args_is_help=True)
metrics = typer.Typer(help="Metric definitions.", no_args_is_help=True)
rules = typer.Typer(help="The clocks by law.", no_args_is_help=True)
people = typer.Typer(help="Who may sign in.", no_args_is_help=True)
audit = typer.Typer(help="Who looked at what.", no_args_is_help=True)
source = typer.Typer(help="Sources: try a mapping, propose one.", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(source, name="source")
app.add_typer(audit, name="audit")
app.add_typer(people, name="people")
app.add_typer(metrics, name="metrics")
app.add_typer(rules, name="rules")

Shape = Annotated[Format, typer.Option("--format", help="How to print.")]
Metric = Annotated[str, typer.Option("--metric", help="Metric slug; `cspdash metrics list` shows them.")]
Unit = Annotated[str, typer.Option("--unit", help="Unit ref; default: the viewer's own.")]
Period = Annotated[str, typer.Option("--period", help="7d, 28d, 91d, month, last_month, 12m or a month: 2026-10.")]
AsAt = Annotated[str, typer.Option("--as-at", help="A past day, 2026-10-31; default: now.")]
Team = Annotated[str, typer.Option("--team", help="Teams as they were `then`, or as they are `now`.")]
As = Annotated[str, typer.Option("--as", help="Ask as this persona; default: the operator, who sees everything.")]
Why = Annotated[
    str,
    typer.Option(
        "--reason", help="Why, for names outside one's own team: a code of the setting look_reasons, as supervision."
    ),
]
Only = Annotated[list[str], typer.Option("--source", help="Only this source; may be given several times.")]


def _work(name: str) -> ModuleType:
    """A command's module, imported when it is asked for: `--help` should not wait for pandas."""
    return importlib.import_module(f"cspdash.commands.{name}")


def _end(code: int) -> None:
    raise typer.Exit(code)


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", envvar="CSPDASH_HOME", help="Folder of the deployment; default: this one.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but results and errors.")] = False,
) -> None:
    """Live scorecards that a police sergeant can act on."""
    context.obj = Place(home=home, is_quiet=quiet)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


@app.command()
def init(context: typer.Context, folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Write a new deployment folder, explained; never over anything that is there."""
    _end(_work("init").init(context.obj, folder))


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int | None, typer.Option("--port", help="Port to serve at; default: 8050.")] = None,
    small: Annotated[bool, typer.Option("--small", help="A tenth of the people and half a year.")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build and load, then end.")] = False,
) -> None:
    """Build a made-up force (in ./.demo, or --home), load it, serve it and keep it moving until stopped."""
    _end(_work("demo").demo(context.obj, port, is_small=small, is_served=not no_serve))


@app.command(hidden=True)
def feed(context: typer.Context, every: Annotated[float, typer.Option("--every")] = 5.0) -> None:
    """Change the demonstration's sources now and then (`demo` starts this)."""
    _end(_work("demo").feed(context.obj, every))


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 2,
) -> None:
    """Serve the deployment until stopped."""
    _end(_work("serve").serve(context.obj, context.obj.settings(host=host, port=port), workers))


@app.command()
def ingest(
    context: typer.Context,
    source: Only = [],  # noqa: B006  typer copies it
    follow: Annotated[bool, typer.Option("--follow", help="Load again and again until stopped.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.1, help="With --follow: seconds between loads.")] = 10.0,
    shape: Shape = Format.table,
) -> None:
    """Load what changed at the sources. Exit code 1: a batch refused or a source down; 75: another load is at work."""
    work = _work("ingest")
    _end(work.follow(context.obj, source, every) if follow else work.ingest(context.obj, source, shape))


@db.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this release."""
    _end(_work("database").upgrade(context.obj))


@db.command()
def roles(
    context: typer.Context,
    app: Annotated[str, typer.Argument(help="The database role the web application signs in as.")],
) -> None:
    """PostgreSQL: give the web application's role its rights, bound by row-level security. Again after each upgrade."""
    _end(_work("database").roles(context.obj, app))


@db.command()
def downgrade(
    context: typer.Context, to: Annotated[str, typer.Argument(help="A revision, or base: no tables.")]
) -> None:
    """Take the database back; what the newer tables held is lost."""
    _end(_work("database").downgrade(context.obj, to))


@db.command()
def current(context: typer.Context) -> None:
    """Print the database's revision. Exit code 1: it is not this release's."""
    _end(_work("database").current(context.obj))


@db.command()
def move(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="An SQLAlchemy URL, or a connection's name (CSPDASH_CONNECTION_NAME).")],
    shape: Shape = Format.table,
) -> None:
    """Copy every table into another, empty database (SQLite or PostgreSQL): compared, whole or not at all."""
    _end(_work("moving").move(context.obj, to, shape))


@app.command()
def backup(
    context: typer.Context, to: Annotated[Path, typer.Argument(help="A folder; each backup is a new one in it.")]
) -> None:
    """Save databases, audit anchor and the deployment's files, with checksums, while everything goes on working."""
    _end(_work("backup").backup(context.obj, to))


@app.command()
def restore(
    context: typer.Context, saved: Annotated[Path, typer.Argument(help="A folder that `backup` made.")]
) -> None:
    """Fill empty databases from a backup whose checksums are right; never over anything."""
    _end(_work("backup").restore(context.obj, saved))


@app.command()
def doctor(context: typer.Context) -> None:
    """Look at settings, database, migrations, cache, package names, definitions, sources: a line each."""
    _end(_work("doctor").doctor(context.obj))


@source.command("check")
def check_source(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A source of sources/*.toml.")],
    rows: Annotated[int, typer.Option("--rows", min=1, max=200, help="How many sample rows to print.")] = 5,
    shape: Shape = Format.table,
) -> None:
    """Read the first rows of a source as a load would and print them, what would be refused, lag and columns.

    Writes nothing. Exit code 1: something could not be read.
    """
    _end(_work("source").check(context.obj, name, rows, shape))


@source.command("init")
def init_source(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its short name: small letters, digits and _.")],
    dataset: Annotated[str, typer.Option("--dataset", help="The dataset it is to feed.")],
    kind: Annotated[str, typer.Option("--kind", help="sql, files, http or sharepoint.")] = "sql",
    key: Annotated[
        list[str],
        typer.Option(
            "--set", help="Where it is, as KEY=VALUE of its file: connection=athena, table=crime, list=Forms."
        ),
    ] = [],  # noqa: B006  typer copies it
) -> None:
    """Look at a source's columns and write sources/NAME.toml, gaps marked; never over anything that is there."""
    work = _work("source")
    _end(work.init(context.obj, work.wanted(name, dataset, kind, key)))


@metrics.command("list")
def list_metrics(context: typer.Context, shape: Shape = Format.table) -> None:
    """Print every live metric."""
    _end(_work("metrics").list_metrics(context.obj, shape))


@metrics.command()
def check(context: typer.Context) -> None:
    """Read every definition; say file, line and what would be right for one that is wrong."""
    _end(_work("metrics").check_definitions(context.obj))


@metrics.command()
def explain(context: typer.Context, slug: str) -> None:
    """Say what a metric counts."""
    _end(_work("metrics").explain(context.obj, slug))


@rules.command("explain")
def explain_rules(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Kind of record; docs/datasets.md lists them.")],
    file: Annotated[Path | None, typer.Argument(help="JSON lines; default: standard input.")] = None,
    at: Annotated[str, typer.Option("--at", help="Judge at this day's end or this time; default: now.")] = "",
    shape: Annotated[Explained, typer.Option("--format", help="How to print.")] = Explained.table,
) -> None:
    """Say what the rules make of records: every derived column, and why. Exit code 1: a record could not be read.

    A line is one record in the dataset's declared columns; rows that its rule also reads stand under the relation's name.
    """
    _end(_work("rules").explain(context.obj, dataset, file, at, shape))


@app.command()
def figures(
    context: typer.Context,
    metric: Metric,
    unit: Unit = "",
    period: Period = "28d",
    as_at: AsAt = "",
    team: Team = "then",
    user: As = "",
    reason: Why = "",
    shape: Shape = Format.table,
) -> None:
    """Print the bars of a unit, exactly as its page draws them."""
    work = _work("figures")
    _end(work.figures(context.obj, work.Asked(metric, unit, period, as_at, team, user, reason=reason), shape))


@app.command()
def records(
    context: typer.Context,
    metric: Metric,
    unit: Unit = "",
    bar: Annotated[str, typer.Option("--bar", help="Bar key, as `figures` prints it; default: the whole unit.")] = "",
    officer: Annotated[str, typer.Option("--officer", help="Instead: everything of this officer.")] = "",
    period: Period = "28d",
    as_at: AsAt = "",
    team: Team = "then",
    user: As = "",
    order: Annotated[str, typer.Option("--order", help="Column to sort by; - before it: downwards.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many rows; 0: all.")] = 0,
    reason: Why = "",
    shape: Shape = Format.table,
) -> None:
    """Print the records behind one bar."""
    work = _work("figures")
    asked = work.Asked(metric, unit, period, as_at, team, user, bar, officer, order, reason)
    _end(work.records(context.obj, asked, shape, limit))


@audit.command()
def verify(context: typer.Context, shape: Shape = Format.table) -> None:
    """Walk the whole chain and compare it with the anchor. Exit code 1: something was changed, taken out or cut off."""
    _end(_work("audit").verify_chain(context.obj, shape))


@audit.command()
def search(
    context: typer.Context,
    who: Annotated[str, typer.Option("--who", help="A user's id, or part of their name.")] = "",
    officer: Annotated[str, typer.Option("--officer", help="Employee number of whom it is about.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Unit ref; with all below.")] = "",
    operation: Annotated[str, typer.Option("--operation", help="consultation, disclosure, refusal ...")] = "",
    since: Annotated[str, typer.Option("--since", help="First day, 2026-10-31.")] = "",
    until: Annotated[str, typer.Option("--until", help="Last day.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="At most so many, the newest.")] = 100,
    shape: Shape = Format.table,
) -> None:
    """Print entries, newest first. Whoever asks is logged like anybody else."""
    work = _work("audit")
    _end(work.search(context.obj, work.Asked(who, officer, unit, operation, since, until), limit, shape))


@audit.command()
def retain(
    context: typer.Context,
    keep_months: Annotated[int | None, typer.Option("--keep-months", min=1, help="Default: audit_keep_months.")] = None,
    archive: Annotated[Path | None, typer.Option("--archive", help="Folder to write dropped months to first.")] = None,
) -> None:
    """Drop whole months that need not be kept, each signed off so that the rest still verifies."""
    _end(_work("audit").retain_months(context.obj, keep_months, archive))


@audit.command()
def grant(
    context: typer.Context, role: Annotated[str, typer.Argument(help="The application's role on PostgreSQL.")]
) -> None:
    """Let the application's role add entries and read them, and nothing else. Run it as the owner of the tables."""
    _end(_work("audit").grant_role(context.obj, role))


PersonId = Annotated[str, typer.Argument(metavar="ID", help="As `people list` prints it.")]


@people.command("list")
def list_people(
    context: typer.Context,
    text: Annotated[str, typer.Option("--find", help="Part of a name, employee number or subject.")] = "",
    shape: Shape = Format.table,
) -> None:
    """Print who may sign in, and who tried."""
    _end(_work("people").list_people(context.obj, text, shape))


@people.command()
def admit(
    context: typer.Context,
    name: str,
    issuer: Annotated[str, typer.Option("--issuer", help="Who vouches for them; default: proxy_issuer.")] = "",
    subject: Annotated[str, typer.Option("--subject", help="Their name there, as a Kerberos user's.")] = "",
    role: Annotated[list[str], typer.Option("--role", help="A role; may be given several times.")] = [],  # noqa: B006
    officer: Annotated[str, typer.Option("--officer", help="HR employee number of an officer.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Unit of somebody who is no officer.")] = "",
) -> None:
    """Let somebody in whose provider says nothing of roles, or the first administrator. Prints their id."""
    issuer = issuer or context.obj.settings().proxy_issuer
    _end(_work("people").admit(context.obj, Vouched(issuer, subject, name, tuple(role), officer), unit))


@people.command()
def disable(
    context: typer.Context, person: PersonId, why: Annotated[str, typer.Option("--why", help="For the record.")]
) -> None:
    """Take somebody's access away and end their sessions."""
    _end(_work("people").disable(context.obj, person, why))


@people.command()
def enable(context: typer.Context, person: PersonId) -> None:
    """Give access back."""
    _end(_work("people").enable(context.obj, person))


@people.command("end-sessions")
def end_sessions(context: typer.Context, person: PersonId) -> None:
    """End every session of somebody, who may sign in again."""
    _end(_work("people").end_sessions(context.obj, person))


@app.command()
def restatements(
    context: typer.Context,
    metric: Annotated[str, typer.Option("--metric", help="Of this metric; default: of all.")] = "",
    unit: Unit = "",
    user: As = "",
    shape: Shape = Format.table,
) -> None:
    """Print past figures that became others: from what to what, and because of which loads."""
    _end(_work("restatements").restatements(context.obj, metric, unit, user, shape))


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code. Errors that are meant for people come without a stack."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code."""
    try:
        app(list(arguments) if arguments is not None else None, prog_name="cspdash")
    except SystemExit as ended:  # typer's way to end, usage errors included (exit code 2)
        return ended.code if isinstance(ended.code, int) else 0
    except (DomainError, SettingsError) as error:
        print(error, file=sys.stderr)
        return code_of(error)
    return 0


def code_of(error: Exception) -> int:
    """2 for a wrong question or definition, 75 for busy, 1 for what is wrong with the data."""
    if isinstance(error, IngestBusy):
        return BUSY
    if isinstance(error, SourceUnavailable | NoData) and not isinstance(error, DefinitionError):
        return FAILED
    return WRONG


if __name__ == "__main__":
    main()
