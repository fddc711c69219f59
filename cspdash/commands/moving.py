"""`cspdash db move`: every table into another database, compared, whole or not at all."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError

from cspdash.commands.place import OK, Place
from cspdash.commands.tables import Format, show
from cspdash.deployment import open_database
from cspdash.domain.datasets import load_datasets
from cspdash.settings import Problem, SettingsError, beside
from data_access.engine import open_engine
from data_access.move import End
from data_access.move import move as move_database

COLUMNS = (("table", "table"), ("rows", "rows"), ("checksum", "checksum, the same at both ends"))


def move(place: Place, to: str, shape: Format) -> int:
    """`to` is an SQLAlchemy URL, or the name of a connection: then a password need not be typed."""
    settings = place.settings()
    url = settings.connections.get(to, to)
    has_audit = settings.audit_database_url == beside(settings.database_url, "audit.db")  # else it stays where it is
    source = End(open_database(settings), open_engine(settings.audit_database_url) if has_audit else None)
    target = End(_open(url), _open(beside(url, "audit.db")) if has_audit else None)
    try:
        with place.progress() as step:
            moved = move_database(source, target, load_datasets([settings.home / "datasets"]), step)
    finally:
        for engine in filter(None, (source.engine, source.audit, target.engine, target.audit)):
            engine.dispose()
    rows = [{"table": each.table, "rows": each.rows, "checksum": each.checksum} for each in moved]
    show(place.out, shape, rows, COLUMNS, {}, "tables")
    total = sum(each.rows for each in moved)
    place.say(f"{total:,} rows of {len(moved)} tables are in {target.name}, compared. Now set database_url to it.")
    return OK


def _open(url: str) -> Engine:
    try:
        return open_engine(url)
    except (ArgumentError, ModuleNotFoundError):
        remedy = "Give a URL such as postgresql+psycopg://user@server/database, or the name of a connection"
        raise SettingsError(
            Problem("names no database that can be opened", "the argument of `db move`", remedy)
        ) from None
